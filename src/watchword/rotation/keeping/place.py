"""Where one user's secret is to be kept, and whom it can be asked of there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from watchword.rotation.seen import User
    from watchword.rotation.terms import SecretTerms

Reply = TypeVar("Reply")


class Unkept(Exception):  # noqa: N818 - what is wrong, not whose error it is
    """A secret cannot be kept as the rules ask. The text is a lower-case fragment that ends with what would mend it."""


class Changing(Protocol):
    """Carries out one request that changes something: on record before it is made, and after."""

    def __call__(self, what: str, ask: Callable[[], Reply], *, again: bool = False) -> Reply:
        """Ask; `again` says that asking twice does no more than asking once, so a lost answer may be asked for anew."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a user's secret. `principal` is the ARN of who asks there: it is not shut out of what it keeps."""

    account: str
    region: str
    name: str
    user: User
    terms: SecretTerms
    secrets: SecretsManagerClient
    principal: str

    @property
    def is_central(self) -> bool:
        """Whether it is in another account than the user."""
        return self.account != self.user.account
