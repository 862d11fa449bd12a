"""Ending sessions early: at once, on every node, for good."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.domain.clock import TOLERANCE
from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.sessions.criteria import Criteria
from watchword.services.sessions.ending import Why, end
from watchword.services.sessions.live import LOOKED_THROUGH, to_end
from watchword.services.watchword.meaning import criteria_of, on_each, sessions_meant
from watchword.services.watchword.refusals import InvalidParameter, NotFound
from watchword.services.watchword.telling import brief

COUNTED = 10_000
"""Sessions that a dry run looks at, for which nobody waits."""
TOLD = 100


@operation(
    "watchword",
    way=Way.CHANGE,
    on=sessions_meant,
    journal=(
        "access_key_ids",
        "user",
        "role",
        "session_name",
        "source_identity",
        "issuing_access_key_id",
        "issued_before",
        "reason",
        "dry_run",
    ),
    told=("EndingId", "Count"),
    raises=(InvalidParameter, NotFound),
    also=on_each("watchword:EndSessions"),
    reads_if="dry_run",
)
def end_sessions(
    call: Call,
    *,
    access_key_ids: Sequence[str] | None = None,  # noqa: ARG001 - this and the next five are read by the target
    user: str | None = None,  # noqa: ARG001
    role: str | None = None,  # noqa: ARG001
    session_name: str | None = None,  # noqa: ARG001
    source_identity: str | None = None,  # noqa: ARG001
    issuing_access_key_id: str | None = None,  # noqa: ARG001
    issued_before: float | None = None,
    reason: str | None = None,
    dry_run: bool | None = None,
) -> Reply:
    """End all sessions that match, with all that was issued from them, or tell which they are.

    Ending again what is ended changes nothing.

    Raises InvalidParameter, NotFound.
    """
    criteria = criteria_of(call)
    if criteria == Criteria() and issued_before is None:
        raise InvalidParameter(message="Say which sessions: give one criterion at least, or IssuedBefore for all.")
    now = call.asking.tools.clock.now()  # not when the request came: what was issued while it waited is ended too
    if issued_before is not None and issued_before > now:
        raise InvalidParameter(message="IssuedBefore is in the future; to refuse new sessions, use PutBlock.")
    # What is named by its key id was issued already, whatever another node's clock said when it was.
    until_now = now + TOLERANCE if criteria.access_key_ids else now
    before = until_now if issued_before is None else issued_before
    most = COUNTED if dry_run else LOOKED_THROUGH
    found = list(to_end(call.tx, call.directory, call.account, criteria, issued_before=before, now=now, at_most=most))
    reply = {
        "Count": len(found),
        "Sessions": [brief(call.tx, one) for one in found[:TOLD]],
        "DryRun": bool(dry_run),
    }
    if dry_run:
        return reply
    why = Why(call.request_id, call.caller.principal.arn, reason or "")
    end(call.tx, call.account, criteria, why, issued_before=before, now=now)
    return {**reply, "EndingId": call.request_id}
