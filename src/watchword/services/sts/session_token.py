"""GetSessionToken: a user's or root's own permissions, for a while."""

from __future__ import annotations

from watchword.domain.principal import PrincipalType
from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.sts import credentials, mfa
from watchword.services.sts.credentials import Holder
from watchword.services.sts.refusals import SessionCredentialsRefused

DEFAULT_SECONDS = 43_200
LONGEST_FOR_ROOT = 3_600


def lifetime(call: Call, duration_seconds: int | None) -> int:
    """Give the seconds that credentials of a long-term key's owner live; root's are silently shortened to an hour.

    Source: STS API, GetSessionToken and GetFederationToken, DurationSeconds. The model checks the bounds.
    """
    seconds = DEFAULT_SECONDS if duration_seconds is None else duration_seconds
    if call.caller.principal.type is PrincipalType.ROOT:
        return min(seconds, LONGEST_FOR_ROOT)
    return seconds


@operation(
    "sts",
    way=Way.MEMORY,
    always=True,
    journal=("duration_seconds", "serial_number"),
    told=credentials.TOLD,
    raises=(SessionCredentialsRefused, *mfa.REFUSALS),
    changed_by=mfa.PARAMETERS,
)
def get_session_token(
    call: Call,
    *,
    duration_seconds: int | None = None,
    serial_number: str | None = None,  # noqa: ARG001 - `mfa` reads both
    token_code: str | None = None,  # noqa: ARG001
    minimum_session_token_size: int | None = None,  # noqa: ARG001 - a token is as long as what it carries
) -> Reply:
    """Give temporary credentials with the caller's own permissions, and with its second factor if it shows one.

    Raises SessionCredentialsRefused, and the refusals of `mfa`.   Source: STS API, GetSessionToken.
    """
    if call.caller.session is not None:
        raise SessionCredentialsRefused(operation="GetSessionToken")
    mfa_at = mfa.shown_at(call.asking)
    who = call.caller.principal
    holder = Holder(who.type, who.account, who.unique_id, who.issuer_arn, who.name)
    _, reply = credentials.issue(call, holder, seconds=lifetime(call, duration_seconds), mfa_at=mfa_at)
    return reply
