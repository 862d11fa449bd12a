"""Schedules: sessions are ended again and again, at the times of a cron expression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, operation
from watchword.services.sessions import criteria as sessions
from watchword.services.sessions.criteria import Criteria
from watchword.services.sessions.cron import next_run
from watchword.services.watchword import pages
from watchword.services.watchword.meaning import criteria_of, in_place_of, sessions_meant
from watchword.services.watchword.refusals import InvalidParameter, NotFound, TooMany
from watchword.services.watchword.written import who
from watchword.store import session_schedules
from watchword.store.session_schedules import Schedule

MOST = 100
"""Schedules of one account."""


def _to_end(asking: Asking, target: Target) -> Sequence[Need]:
    """Whoever has sessions ended by the clock must be allowed to end them."""
    kept = session_schedules.named(asking.tx, asking.caller.account, asking.parameters["name"])
    replaced = sessions.read(kept.criteria) if kept else None
    return [Need("watchword:EndSessions"), *in_place_of(asking, target, "watchword:PutSchedule", replaced)]


@operation(
    "watchword",
    way=Way.CHANGE,
    on=sessions_meant,
    journal=(
        "name",
        "expression",
        "time_zone",
        "user",
        "role",
        "session_name",
        "source_identity",
        "issuing_access_key_id",
        "older_than",
        "reason",
    ),
    raises=(InvalidParameter, NotFound, TooMany),
    also=_to_end,
)
def put_schedule(
    call: Call,
    *,
    name: str,
    expression: str,
    time_zone: str | None = None,
    user: str | None = None,  # noqa: ARG001 - this and the next four are read by the target
    role: str | None = None,  # noqa: ARG001
    session_name: str | None = None,  # noqa: ARG001
    source_identity: str | None = None,  # noqa: ARG001
    issuing_access_key_id: str | None = None,  # noqa: ARG001
    older_than: int | None = None,
    reason: str | None = None,
) -> Reply:
    """Put a schedule in the place of one of its name.

    Raises InvalidParameter, NotFound, TooMany.
    """
    criteria = criteria_of(call)
    if criteria == Criteria() and not older_than:
        raise InvalidParameter(message="Say which sessions: give one criterion at least, or OlderThan for all.")
    zone = time_zone or "UTC"
    try:
        next_run_at = next_run(expression, zone, call.asking.now)
    except ValueError as error:
        raise InvalidParameter(message=f"{error}.") from error
    if session_schedules.count(call.tx, call.account) >= MOST:
        raise TooMany(limit=MOST, what="schedules")
    schedule = Schedule(
        account_id=call.account,
        name=name,
        criteria=sessions.written(criteria),
        expression=expression,
        time_zone=zone,
        older_than=older_than or 0,
        reason=reason or "",
        created_at=call.now,
        created_by=call.caller.principal.arn,
        next_run_at=next_run_at,
    )
    session_schedules.put(call.tx, schedule)
    return {"Schedule": _told(schedule)}


@operation("watchword", way=Way.READ, journal=("max_results", "next_token"), raises=(InvalidParameter,))
def list_schedules(call: Call, *, max_results: int | None = None, next_token: str | None = None) -> Reply:
    """List the schedules, by name.

    Raises InvalidParameter.
    """
    page = pages.page(call, "watchword:ListSchedules", max_results, next_token)
    found = session_schedules.page(call.tx, call.account, after=page.after, limit=page.fetch)
    return page.reply("Schedules", found, _told, name=lambda schedule: schedule.name)


@operation("watchword", way=Way.CHANGE, journal=("name",), raises=(NotFound,))
def delete_schedule(call: Call, *, name: str) -> Reply:
    """Remove a schedule.

    Raises NotFound.
    """
    if not session_schedules.remove(call.tx, call.account, name):
        raise NotFound(what="schedule", name=name)
    return {}


def _told(schedule: Schedule) -> dict[str, Any]:
    told = {
        "Name": schedule.name,
        **who(sessions.read(schedule.criteria)),
        "Expression": schedule.expression,
        "TimeZone": schedule.time_zone,
        "OlderThan": schedule.older_than or None,
        "Reason": schedule.reason or None,
        "CreatedAt": schedule.created_at,
        "CreatedBy": schedule.created_by,
        "NextRunAt": schedule.next_run_at,
        "LastRunAt": schedule.last_run_at,
        "LastCount": schedule.last_count,
    }
    return {name: value for name, value in told.items() if value is not None}
