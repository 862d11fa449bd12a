"""What is to be ended, and what came of it, key by key. More keys than one request takes are ended in several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from watchword.cli import aws, tables, times
from watchword.cli.sessions.authority import gone
from watchword.cli.sessions.criteria import Criteria
from watchword.cli.sessions.rows import FOLDABLE, LIVE, SessionRow, columns, row, short
from watchword.domain.refusal_codes import DENIED

MOST_KEYS = 100
"""Keys in one request, and sessions in one answer.  Source: watchword model, EndSessions."""
COUNTED, COUNTED_AS_ENDED = 10_000, 5_000
"""How far the authority counts, when it only looks and when it ends.  Source: watchword model, EndSessions, Count."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Wish:
    """Which sessions are to end, and why."""

    ids: tuple[str, ...]
    """Their access key IDs; empty for all that match."""
    criteria: Criteria
    before: datetime | None = None
    reason: str | None = None

    def matched(self) -> dict[str, Any]:
        """Give what sessions must match, beside their access key IDs."""
        return self.criteria.asked() | ({"IssuedBefore": self.before} if self.before else {})

    def requests(self) -> Iterator[dict[str, Any]]:
        """Give the requests that it takes."""
        alike = self.matched() | ({"Reason": self.reason} if self.reason else {})
        if not self.ids:
            yield alike
        for start in range(0, len(self.ids), MOST_KEYS):
            yield alike | {"AccessKeyIds": list(self.ids[start : start + MOST_KEYS])}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many sessions match or were ended, and the newest of them."""

    count: int
    told: tuple[dict[str, Any], ...]
    ending_ids: tuple[str, ...] = ()
    uncounted: bool = False
    """Whether there may be more than were counted."""

    @property
    def said(self) -> str:
        """Say how many, and that there may be more than were counted."""
        number = f"{self.count:,} session{'' if self.count == 1 else 's'}"
        return f"{number} or more" if self.uncounted else number


def carried_out(client: Any, wish: Wish, *, dry: bool) -> Outcome:
    """End what is wished, or only look at it."""
    count, told, ids, uncounted = 0, [], [], False
    for request in wish.requests():
        answer = client.end_sessions(**request, DryRun=dry)
        count += answer["Count"]
        uncounted |= answer["Count"] >= (COUNTED if dry else COUNTED_AS_ENDED)
        told += answer["Sessions"]
        ids += [answer["EndingId"]] if answer.get("EndingId") else []
    return Outcome(count, tuple(told), tuple(ids), uncounted)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one key."""

    access_key_id: str
    result: str
    session: SessionRow | None = None


def results(client: Any, wish: Wish, outcome: Outcome, now: datetime, own: str, *, dry: bool) -> Iterator[Result]:
    """Tell what came of each key: of those that were named also when nothing did."""
    seen = set()
    for told in outcome.told:
        seen.add(told["AccessKeyId"])
        yield Result(told["AccessKeyId"], "would be ended" if dry else "ended", row(told, now, own))
    for key_id in wish.ids:
        if key_id not in seen:
            yield _other(client, key_id, now, own)


def _other(client: Any, key_id: str, now: datetime, own: str) -> Result:
    """Find out why a key that was named is not among those that end."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded only when used

    try:
        told = client.get_session(AccessKeyId=key_id)["Session"]
    except ClientError as error:
        if gone(error):
            return Result(key_id, UNKNOWN)
        if aws.code(error) in DENIED:
            return Result(key_id, "no live session that matches")
        raise
    session = row(told, now, own)
    return Result(key_id, _why(session, now), session)


def _why(session: SessionRow, now: datetime) -> str:
    if session.state == LIVE:
        return "does not match"
    if session.state == "ended" and session.ended and session.ended_by:
        return f"was ended {times.ago(session.ended, now)} by {short(session.ended_by, session.principal)}"
    return f"is {session.state} already"


def sheet(now: datetime) -> tables.Sheet[Result]:
    """Tell results, each with what is known of its session."""
    seen = columns(now)

    def cell(name: str) -> Any:
        return lambda result: seen[name](result.session) if result.session else ""

    shown = ("who", "as", "name", "identity", "from", "issued", "last call", "note")
    return tables.Sheet(
        ("access_key_id", "result", *(name for name in SessionRow.__slots__ if name != "access_key_id")),
        record,
        {"key": lambda result: result.access_key_id, "result": lambda result: result.result}
        | {name: cell(name) for name in shown},
        FOLDABLE,
    )


def record(result: Result) -> dict[str, Any]:
    """Write one result: every member stands there, with nothing in it where the session is not known."""
    session = asdict(result.session) if result.session else dict.fromkeys(SessionRow.__slots__)
    return session | {"access_key_id": result.access_key_id, "result": result.result}
