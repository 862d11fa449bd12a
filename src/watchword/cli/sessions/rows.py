"""One session as a row: what machines are told of it, and what people see."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from watchword.cli import tables, times
from watchword.cli.credentials.durations import said
from watchword.cli.sessions.authority import minute
from watchword.cli.tables import Sheet
from watchword.cli.trail import DOMAIN
from watchword.domain.arn import PARTS

LIVE = "live"
FOLDABLE = ("who", "as", "name", "identity", "from")


@dataclass(frozen=True, slots=True)
class SessionRow:
    """What is told of a session in a list."""

    access_key_id: str
    state: str
    requester: str
    """ARN of who asked for it."""
    principal: str
    """ARN of whom it acts as."""
    issuer: str
    """ARN of the role or user whose permissions it has."""
    session_name: str
    source_identity: str | None
    issuing_access_key_id: str | None
    source_ip: str
    user_agent: str | None
    mfa: bool
    issued: datetime
    expires: datetime
    seconds_left: int
    """0 when nothing can be done with it any more."""
    last_call: datetime | None
    last_call_action: str | None
    last_call_ip: str | None
    last_call_error: str | None
    ended: datetime | None
    ended_by: str | None
    ending_id: str | None
    reason: str | None
    own: bool
    """Whether the command itself is run with it."""
    event_id: str


def row(told: Mapping[str, Any], now: datetime, own: str = "") -> SessionRow:
    """Read a session as the operations tell it; `own` is the access key ID that asks."""
    ending, last = told.get("Ending") or {}, told.get("LastCall") or {}
    state, expires = told["State"].lower(), told["ExpiresAt"].astimezone(UTC)
    return SessionRow(
        access_key_id=told["AccessKeyId"],
        state=state,
        requester=told["RequesterArn"],
        principal=told["PrincipalArn"],
        issuer=told["IssuerArn"],
        session_name=told["SessionName"],
        source_identity=told.get("SourceIdentity") or None,
        issuing_access_key_id=told.get("IssuingAccessKeyId") or None,
        source_ip=told["SourceIp"],
        user_agent=told.get("UserAgent") or None,
        mfa=told["MfaAuthenticated"],
        issued=told["IssuedAt"].astimezone(UTC),
        expires=expires,
        seconds_left=max(0, int((expires - now).total_seconds())) if state == LIVE else 0,
        last_call=_instant(last.get("At")),
        last_call_action=_action(last),
        last_call_ip=last.get("SourceIp"),
        last_call_error=last.get("ErrorCode") or None,
        ended=_instant(ending.get("EndedAt")),
        ended_by=ending.get("EndedBy"),
        ending_id=ending.get("EndingId"),
        reason=ending.get("Reason") or None,
        own=told["AccessKeyId"] == own,
        event_id=told["EventId"],
    )


def _instant(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None


def _action(last: Mapping[str, Any]) -> str | None:
    return f"{last['EventSource'].removesuffix(DOMAIN)}:{last['EventName']}" if last else None


def sheet(now: datetime) -> Sheet[SessionRow]:
    """Tell sessions as they stand at an instant."""
    return tables.sheet_of(SessionRow, columns(now), FOLDABLE)


def columns(now: datetime) -> dict[str, Callable[[SessionRow], str]]:
    """What people see of a session: what is needed to end it comes first."""
    return {
        "key": lambda row: row.access_key_id,
        "who": lambda row: short(row.requester, row.principal),
        "as": lambda row: entity(row.issuer),
        "name": lambda row: row.session_name,
        "identity": lambda row: row.source_identity or "",
        "from": lambda row: row.source_ip,
        "issued": lambda row: times.ago(row.issued, now),
        "left": lambda row: left(row.seconds_left) if row.state == LIVE else "",
        "last call": lambda row: last_call(row, now),
        "state": state,
        "note": lambda row: "your own" if row.own else "",
    }


def left(seconds: int) -> str:
    """Say how much time there is, as people do: `11h42m`, `42m`, and seconds only in the last minutes."""
    return said(seconds - seconds % times.UNITS["m"] if seconds >= 5 * times.UNITS["m"] else seconds)


def when(at: datetime, now: datetime) -> str:
    """Say when something is to come: in how long, to the next minute, and the minute in UTC."""
    minutes = math.ceil((at - now).total_seconds() / times.UNITS["m"])
    if minutes <= 0:
        return f"now ({minute(at)})"
    seconds = minutes * times.UNITS["m"]
    length = times.ago(at, now) if seconds > 2 * times.DAY else f"in {said(seconds)}"
    return f"{length} ({minute(at)})"


def last_call(row: SessionRow, now: datetime) -> str:
    """Say what it was last used for, or nothing when it never was."""
    if row.last_call is None:
        return ""
    refused = f" ({row.last_call_error})" if row.last_call_error else ""
    return f"{times.ago(row.last_call, now)} {row.last_call_action}{refused}"


def state(row: SessionRow) -> str:
    """Say a state that is not the usual one, and whose doing it is."""
    if row.state == LIVE:
        return ""
    by = f" by {short(row.ended_by, row.principal)}" if row.ended_by else ""
    return row.state + by + (f": {row.reason}" if row.reason else "")


def short(arn: str, beside: str) -> str:
    """Shorten an ARN to what differs: `user/ann`, with its account where that is another than the session's."""
    if not arn.startswith("arn:"):  # whom an identity provider vouched for
        return arn
    *_, account, resource = arn.split(":", PARTS - 1)
    return resource if account in {"", beside.split(":")[4]} else f"{account}:{resource}"


def entity(arn: str) -> str:
    """Name a role or user without its path: `role/ops`."""
    kind, _, name = arn.rpartition(":")[2].partition("/")
    return f"{kind}/{name.rpartition('/')[2]}" if name else kind
