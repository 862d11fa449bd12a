"""A long-term key in hand, and whose it is: proved by asking, never assumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from watchword.cli import aws
from watchword.cli.aws import Account
from watchword.cli.credentials.aws_files import KEY_ID, SECRET, TOKEN, Place
from watchword.domain.refusal_codes import NOT_KNOWN
from watchword.domain.secret import Secret

PATIENCE = (1.0, 2.0, 3.0, 4.0, 5.0)
"""Seconds between two tries with a key that is not known yet: new keys reach all of AWS in 15 s or so."""
Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Pair:
    """A long-term access key."""

    id: str
    secret: Secret


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a key is."""

    account: str
    user_id: str
    arn: str

    @property
    def is_root(self) -> bool:
        return self.arn.endswith(":root")

    @property
    def user(self) -> str:
        """The user's name; empty for root."""
        return "" if self.is_root else self.arn.rpartition("/")[2]

    @property
    def has_keys(self) -> bool:
        """Whether long-term keys are of this one: sessions of roles have none."""
        return self.is_root or ":user/" in self.arn


def pair_in(place: Place) -> Pair | None:
    """Read the long-term key that stands in a profile; None where none does, or a temporary one.

    Raises Stop.
    """
    values = place.values()
    if not values.get(KEY_ID) or not values.get(SECRET) or values.get(TOKEN):
        return None
    return Pair(values[KEY_ID], Secret(values[SECRET]))


def client(account: Account, service: str, pair: Pair, **more: Any) -> Any:
    """Make a client that signs with a key."""
    return account.client(service, aws_access_key_id=pair.id, aws_secret_access_key=pair.secret.reveal(), **more)


def prove(account: Account, pair: Pair, *, pause: Pause | None = None) -> Identity:
    """Ask who a key is; with `pause`, again and again while a new one is not known everywhere.

    Raises botocore's errors.
    """
    sts = client(account, "sts", pair)
    told = patiently(sts.get_caller_identity, pause) if pause else sts.get_caller_identity()
    return Identity(told["Account"], told["UserId"], told["Arn"])


def patiently(ask: Callable[[], Any], pause: Pause) -> Any:
    """Ask by a key that may be too new to be known where it is asked.

    Raises botocore's errors.
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded only when used

    for seconds in PATIENCE:
        try:
            return ask()
        except ClientError as error:
            if aws.code(error) not in NOT_KNOWN:
                raise
            pause(seconds)
    return ask()
