"""One account that the tool looks after: clients that act in it, and its clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError

from watchword.domain.secret import Secret
from watchword.rotation.access.calls import Calls
from watchword.rotation.access.signing_in import Clients, SignedIn
from watchword.rotation.seen import Account

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sts.type_defs import GetCallerIdentityResponseTypeDef

SESSION = 3600
"""Seconds that a session lasts: the most that one role gives another.  Source: IAM user guide, role chaining."""
EARLY = 300
"""Seconds before its end at which a session is asked for anew."""


class Unreachable(BotoCoreError):  # noqa: N818  named by what is so, as all of ours
    """An account cannot be reached. The others can. To whoever asks there, it is as if no answer came."""

    fmt = "account {account} cannot be reached: {reason}"

    def __init__(self, account: str, reason: str) -> None:
        super().__init__(account=account, reason=reason)
        self.account, self.reason = account, reason


@dataclass(slots=True)
class Member:
    """One account. Safe from many threads.

    `sign_in` gives credentials; None where the tool's own serve. `acts_as` tells whom they are of.
    """

    account: Account
    partition: str
    calls: Calls
    clients: Clients
    clock: Callable[[], float]
    """Epoch seconds of the account's clock."""
    sign_in: Callable[[], SignedIn] | None
    acts_as: Callable[[], str]
    since_start: Callable[[], float]
    """Seconds that never go back."""
    _made: dict[tuple[str, str], Any] = field(default_factory=dict)
    _principal: str = ""
    _credentials: SignedIn | None = None
    _renew_at: float = float("-inf")
    _lock: Lock = field(default_factory=Lock)

    def now(self) -> float:
        """Tell the account's time, in epoch seconds."""
        return self.clock()

    @property
    def principal(self) -> str:
        """The ARN of the role or user that acts, without its session."""
        self._principal = self._principal or self.acts_as()
        return self._principal

    @property
    def region(self) -> str:
        """The region of services that have regions, unless another is asked for."""
        return self.clients.region

    @property
    def skew(self) -> float | None:
        """By how many seconds the account's answers are dated ahead of our clock; None before the first answer."""
        return self.calls.skew(self.account.id)

    @property
    def iam(self) -> IAMClient:
        """IAM in this account."""
        return cast("IAMClient", self.client("iam"))

    def secrets(self, region: str = "") -> SecretsManagerClient:
        """Give Secrets Manager in this account."""
        return cast("SecretsManagerClient", self.client("secretsmanager", region))

    def kms(self, region: str = "") -> KMSClient:
        """Give KMS in this account."""
        return cast("KMSClient", self.client("kms", region))

    def client(self, service: str, region: str = "") -> Any:
        """Give a client that acts in this account, with credentials that go on for a while. Raises Unreachable."""
        with self._lock:
            self._stay_signed_in()
            place = (service, region or self.region)
            if place not in self._made:
                made = self.clients.make(service, self._credentials, region)
                self.calls.attach(made, self.account.id)
                self._made[place] = made
            return self._made[place]

    def sts_as(self, access_key_id: str, secret: Secret) -> GetCallerIdentityResponseTypeDef:
        """Ask who a key is, by asking with it. Raises ClientError: a new key is not known everywhere at once."""
        sts = self.clients.make("sts", SignedIn(access_key_id, secret.reveal()))
        self.calls.attach(sts, self.account.id)
        try:
            return cast("GetCallerIdentityResponseTypeDef", sts.get_caller_identity())
        finally:
            sts.close()

    def close(self) -> None:
        """Close every connection to the account; what is asked for afterwards opens new ones."""
        with self._lock:
            for made in self._made.values():
                made.close()
            self._made.clear()

    def _stay_signed_in(self) -> None:
        if self.sign_in is None or self.since_start() < self._renew_at:
            return
        self._credentials = self.sign_in()
        self._renew_at = self.since_start() + SESSION - EARLY
        self._made.clear()  # threads that hold one of them go on with it until its session ends
