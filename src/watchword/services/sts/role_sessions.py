"""What every session of a role has in common, by whichever operation it is given."""

from __future__ import annotations

import re
from typing import Any

from watchword.domain.principal import PrincipalType
from watchword.services.known import KnownRole
from watchword.services.operation import Call
from watchword.services.sts import credentials
from watchword.services.sts.credentials import NOBODY, Holder, Limits, Vouched
from watchword.services.sts.refusals import RoleDurationExceeded

DEFAULT_SECONDS = 3_600
"""Source: STS API, AssumeRole, DurationSeconds."""

ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):role/[!-~]+")


def lifetime(role: KnownRole, asked: int | None) -> int:
    """Give the seconds that were asked for, an hour by default.

    Raises RoleDurationExceeded.
    """
    seconds = DEFAULT_SECONDS if asked is None else asked
    if seconds > role.max_session_seconds:
        raise RoleDurationExceeded
    return seconds


def holder_of(role: KnownRole, name: str) -> Holder:
    """Say for whom a session of a role is."""
    return Holder(PrincipalType.ASSUMED_ROLE, role.account, role.id, role.arn, name)


def issue(
    call: Call, name: str, *, seconds: int, limits: Limits, packed: int, vouched: Vouched = NOBODY
) -> dict[str, Any]:
    """Issue a session of the role that the call was allowed on; give the answer's members that tell of it.

    `packed` is `packing.percentage`.

    Raises ChainTooLong.
    """
    holder = holder_of(call.target.subject, name)
    session, reply = credentials.issue(call, holder, seconds=seconds, limits=limits, vouched=vouched)
    assumed = session.principal()
    reply["AssumedRoleUser"] = {"AssumedRoleId": assumed.user_id, "Arn": assumed.arn}
    if packed:
        reply["PackedPolicySize"] = packed
    if limits.source_identity:
        reply["SourceIdentity"] = limits.source_identity
    return reply
