"""Where the tool signs in, and from where it reaches every account."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

from watchword.rotation.access import selection
from watchword.rotation.access.calls import HUB, Calls
from watchword.rotation.access.member import SESSION, Member, Unreachable
from watchword.rotation.access.signing_in import Clients, SignedIn, open_session
from watchword.rotation.rules.shapes import Aws
from watchword.rotation.seen import Account

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

HUB_CALLS = 100.0
"""Calls per second from the tool's own account: a role is assumed from it for each of the others."""
ENCODED = "Encoded authorization failure message:"
"""What follows it is for those who may decode it, and as long as a page."""


@dataclass(frozen=True, slots=True)
class Hub:
    """The tool, signed in. Safe from many threads.

    `account` and `partition` are those of its own credentials, `arn` is whom they are of.
    """

    aws: Aws
    account: str
    partition: str
    arn: str
    calls: Calls
    clients: Clients = field(repr=False)
    clock: Callable[[], float]
    since_start: Callable[[], float]
    sts: STSClient = field(repr=False)

    @property
    def region(self) -> str:
        """The region of services that have regions."""
        return self.clients.region

    def client(self, service: str, region: str = "") -> Any:
        """Give a client with the tool's own credentials."""
        made = self.clients.make(service, region=region)
        self.calls.attach(made, HUB, ceiling=HUB_CALLS)
        return made

    def accounts(self) -> list[Account]:
        """List the accounts that the rules choose. Raises ClientError and BotoCoreError."""
        return selection.accounts(self.client("organizations"), self.account, self.aws)

    def member(self, account: Account) -> Member:
        """Reach an account. Raises Unreachable."""
        is_own = account.id == self.account and not self.aws.assume_in_management
        role = f"arn:{self.partition}:iam::{account.id}:role{self.aws.role_path}{self.aws.role_name}"
        member = Member(
            account,
            self.partition,
            self.calls,
            self.clients,
            self.clock,
            None if is_own else lambda: self._assume(account.id, role),
            self._own_principal if is_own else lambda: role,
            self.since_start,
        )
        member.client("iam")  # or that it cannot be reached shows only later
        return member

    def _own_principal(self) -> str:
        """A session's ARN does not tell the path of its role, which the role's own has."""
        kind, _, name = self.arn.split(":", 5)[5].partition("/")
        if kind != "assumed-role":
            return self.arn
        name = name.partition("/")[0]
        try:
            return str(self.client("iam").get_role(RoleName=name)["Role"]["Arn"])
        except (ClientError, BotoCoreError):
            return f"arn:{self.partition}:iam::{self.account}:role/{name}"

    def _assume(self, account: str, role: str) -> SignedIn:
        asked = {"RoleArn": role, "RoleSessionName": self.aws.session_name, "DurationSeconds": SESSION}
        if self.aws.external_id:
            asked["ExternalId"] = self.aws.external_id
        try:
            with self.calls.serving(account):
                told = self.sts.assume_role(**asked)["Credentials"]  # type: ignore[arg-type]  # by name
        except (ClientError, BotoCoreError) as error:
            raise Unreachable(account, one_line(error)) from error
        return SignedIn(told["AccessKeyId"], told["SecretAccessKey"], told["SessionToken"])


def open_hub(
    aws: Aws,
    *,
    calls: Calls | None = None,
    session: botocore.session.Session | None = None,
    clock: Callable[[], float] = time.time,
    since_start: Callable[[], float] = time.monotonic,
) -> Hub:
    """Sign in and find out who we are. `clock` tells the accounts' time, which only in a sandbox is not real time.

    Raises ClientError and BotoCoreError.
    """
    calls = calls or Calls(calls_per_second=aws.calls_per_second)
    clients = Clients(session or open_session(aws), aws)
    sts = cast("STSClient", clients.make("sts"))
    calls.attach(sts, HUB, ceiling=HUB_CALLS)
    told = sts.get_caller_identity()
    partition = told["Arn"].split(":")[1]
    return Hub(aws, told["Account"], partition, told["Arn"], calls, clients, clock, since_start, sts)


def one_line(error: Exception) -> str:
    """Say what AWS or the SDK refused, as one line."""
    if isinstance(error, ClientError):
        told = error.response.get("Error", {})
        message = str(told.get("Message", "")).partition(ENCODED)[0]
        return " ".join(f"{error.operation_name}: {told.get('Code', '')}: {message}".split())
    return " ".join(str(error).split())
