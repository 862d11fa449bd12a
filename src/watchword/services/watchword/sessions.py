"""Which sessions there are: all of an account, or all about one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

from watchword.services import positions
from watchword.services.operation import Asking, Call, Reply, Target, Way, operation
from watchword.services.sessions.live import LONGEST, Found, Judge, State, fitting
from watchword.services.sessions.records import session_of
from watchword.services.sessions.standing import Standing, read_standing
from watchword.services.watchword.meaning import criteria_of, holder_of, nobody_s, sessions_meant
from watchword.services.watchword.pages import MOST, position
from watchword.services.watchword.refusals import InvalidParameter, NotFound
from watchword.services.watchword.telling import brief, whole
from watchword.store import sessions
from watchword.store.sessions import Kept, Wanted

LISTING = "watchword:ListSessions"
SLACK = 60
"""Seconds that the order of requests may be off that of their times."""
LOOKED_THROUGH = 1_000
"""Sessions that one page looks through: with a filter that little fits, it answers fewer and goes on."""


@operation(
    "watchword",
    way=Way.READ,
    on=sessions_meant,
    journal=(
        "user",
        "role",
        "session_name",
        "source_identity",
        "issuing_access_key_id",
        "source_ip",
        "state",
        "issued_after",
        "issued_before",
    ),
    raises=(InvalidParameter, NotFound),
)
def list_sessions(
    call: Call,
    *,
    user: str | None = None,  # noqa: ARG001 - this and the next five are read by the target
    role: str | None = None,  # noqa: ARG001
    session_name: str | None = None,  # noqa: ARG001
    source_identity: str | None = None,  # noqa: ARG001
    issuing_access_key_id: str | None = None,  # noqa: ARG001
    source_ip: str | None = None,  # noqa: ARG001
    state: str | None = None,
    issued_after: float | None = None,
    issued_before: float | None = None,
    max_results: int | None = None,
    next_token: str | None = None,
) -> Reply:
    """List sessions, the newest first.

    Raises InvalidParameter, NotFound.
    """
    criteria = criteria_of(call)
    wanted_state = state or State.LIVE
    now = call.asking.now
    live = wanted_state in (State.LIVE, State.BLOCKED)
    wanted = Wanted(
        call.account,
        criteria.lineage(),
        live_at=now if live else None,
        issued_from=_latest(issued_after, now - LONGEST if live else None),
        issued_until=issued_before,
    )
    looked: Iterable[Kept] = sessions.after(call.tx, wanted, position(call, LISTING, next_token), at_once=MOST + 1)
    judge = Judge(call.directory, call.directory.standing, now)
    if not live:  # what has ended was ended by what memory may have dropped
        looked = list(islice(looked, LOOKED_THROUGH + 1))
        judge = _judge(call, looked[-1].entry.at - SLACK if looked else 0, now)
    told: list[Found] = []
    reply: dict[str, Any] = {}
    for number, kept in enumerate(looked, 1):
        session = fitting(kept, criteria, call.account)
        if session is not None and _within(session.issued_at, issued_after, issued_before):
            found = judge.of(kept, session)
            told += [found] if wanted_state in ("ALL", found.state) else []
        if len(told) == (max_results or MOST) or number == LOOKED_THROUGH:
            reply["NextToken"] = positions.seal(call, kept.event_id, listing=LISTING)
            break
    return {"Sessions": [brief(call.tx, found) for found in told], **reply}


def _the_session(asking: Asking) -> Target:
    kept = sessions.newest(asking.tx, asking.caller.account, asking.parameters["access_key_id"])
    if kept is None:
        return nobody_s(asking, asking.parameters["access_key_id"])
    return replace(holder_of(asking, session_of(kept.issued)), subject=kept)


@operation("watchword", way=Way.READ, on=_the_session, journal=("access_key_id",), raises=(NotFound,))
def get_session(call: Call, *, access_key_id: str) -> Reply:
    """Tell all that is known of one session.

    Raises NotFound.
    """
    kept: Kept | None = call.target.subject
    if kept is None:
        raise NotFound(what="session", name=access_key_id)
    session = session_of(kept.issued)
    found = _judge(call, session.issued_at, call.asking.now).of(kept, session)
    return {"Session": whole(call.tx, found)}


def _judge(call: Call, since: float, now: float) -> Judge:
    """Judge sessions that were issued since then, by what is known of that time."""
    known: dict[str, Standing] = {}

    def standing(account: str) -> Standing:
        if account not in known:
            known[account] = read_standing(call.tx, account, since)
        return known[account]

    return Judge(call.directory, standing, now)


def _latest(*instants: float | None) -> float | None:
    return max((instant for instant in instants if instant is not None), default=None)


def _within(at: float, after: float | None, before: float | None) -> bool:
    return (after is None or at >= after) and (before is None or at < before)
