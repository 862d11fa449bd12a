"""What the agent hands out, who gives it, and why there may be none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from watchword.domain.arn import Arn
from watchword.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class Credentials:
    """One set of temporary credentials of a role; instants are epoch seconds."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret
    received_at: float
    """By this machine's clock."""
    expires_at: float
    """By its issuer's."""
    role_arn: str
    instance_profile_arn: str = ""
    """Empty where the role came by configuration."""
    instance_profile_id: str = ""

    @property
    def role_name(self) -> str:
        """The role's name, without its path."""
        return self.role_arn.rpartition("/")[2]

    @property
    def account_id(self) -> str:
        """The account that the role is of."""
        return Arn.parse(self.role_arn).account


class Trouble(StrEnum):
    """Why credentials are not to be had. These are values of a metric: keep them."""

    UNREACHABLE = "unreachable"
    UNAVAILABLE = "unavailable"
    """It answers, and cannot: an error of its own, or too many requests."""
    DENIED = "denied"
    LOGIN = "login"
    """The credentials that this agent asks with are missing, not known, or over."""
    NO_ROLE = "no_role"
    """There is no such role or instance profile, or no role in it."""
    REFUSED = "refused"
    ENDED = "ended"
    """What was held was ended before its time, and nothing new was had since."""
    BROKEN = "broken"
    """A fault of ours."""
    NOT_YET = "not_yet"


class NotHad(Exception):  # noqa: N818 - what happened, not whose error it is
    """Credentials could not be had, or there are none to be served."""

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.message = message


class Source(Protocol):
    """Whoever gives credentials. Both questions take as long as the network does: ask them on a thread."""

    def fetch(self) -> Credentials:
        """Get new credentials.

        Raises NotHad.
        """

    def accepts(self, credentials: Credentials) -> bool | None:
        """Tell whether credentials still open something; None when it could not be found out."""
