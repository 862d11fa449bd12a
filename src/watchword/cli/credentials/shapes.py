"""What is asked for and what is got: a wish for credentials, and a set of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from watchword.domain.secret import Secret

LEAST_LEFT = 900
"""Seconds: SDKs ask anew for what has less left, and would ask again at once.  Source: botocore, advisory refresh."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """One set of credentials; `expires_at` in epoch seconds by this machine's clock, None for a long-term key."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None
    expires_at: float | None = None
    account_id: str = ""
    """Empty where nobody told it."""
    region: str = ""
    """The region that its profile names; empty for none."""
    endpoint_url: str = ""
    """Where it is good, if not at AWS."""
    profile: str = ""
    """The profile it was had by; empty when the environment or an ARN alone did."""
    role_arn: str = ""
    """The role it acts as; empty when it is a user's own."""
    arn: str = ""
    """Who it is, where the answer that brought it told: `arn:aws:sts::…:assumed-role/…`."""
    unique_id: str = ""
    """As STS tells it, `AROA…:session`; likewise."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for on the command line; empty members are what their AWS configuration says.

    Instants are epoch seconds, durations seconds.
    """

    role: str = ""
    """A profile's name, a role's ARN, or the bare name of a role in the account of the credentials that ask."""
    profile: str = ""
    """`--profile`: whose credentials ask, or which are wished for where there is no `role`."""
    duration: int | None = None
    session_name: str = ""
    source_identity: str = ""
    external_id: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()
    policy: str = ""
    """A session policy's document."""
    policy_arns: tuple[str, ...] = ()
    mfa_serial: str = ""
    mfa_code: str = ""
    least_left: int = LEAST_LEFT
    fresh: bool = False
    """Ask anew, whatever is kept."""
    region: str = ""
    endpoint_url: str = ""
    data: Path | None = None
    """A store's directory, whose first profile asks unless `profile` is given."""
