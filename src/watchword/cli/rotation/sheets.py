"""What a run came to, as rows: keys, what is planned for them, what was done, and what somebody must look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from watchword.cli.rotation import words
from watchword.cli.tables import Sheet

if TYPE_CHECKING:
    from watchword.rotation.results import Line
    from watchword.rotation.sweeping.plans import Planned

LINE_NAMES = (
    "account", "account_name", "user", "user_id", "arn", "key", "active", "created", "used", "used_at", "used_service",
    "do", "why", "at", "kind", "rotation", "state", "note", "will", "finding", "owners", "done", "error",
)  # fmt: skip
PLANNED_NAMES = (
    "account", "account_name", "user", "user_id", "key", "will", "why", "note", "do", "kind", "rotation", "state",
)  # fmt: skip


def moment(at: float) -> datetime | None:
    """Give an instant as machines are told it."""
    return datetime.fromtimestamp(at, UTC) if at else None


def keys(lines: Sequence[Line], now: float) -> Sheet[Line]:
    """Tell keys as they are, a line for each."""
    return Sheet(
        LINE_NAMES,
        _record,
        {
            "account": words.accounts_in(lines),
            "user": lambda line: line.user,
            "key": lambda line: line.key,
            "age": lambda line: words.days(line.created, now),
            "last used": lambda line: words.last_use(line, now),
            "next": lambda line: words.next_step(line, now),
            "why": words.remark,
        },
        ("account", "user", "why"),
    )


def outcomes(lines: Sequence[Line], now: float) -> Sheet[Line]:
    """Tell what was done to whom, and what comes next; what else there is to know of a key the inventory tells."""
    return Sheet(
        LINE_NAMES,
        _record,
        {
            "account": words.accounts_in(lines),
            "user": lambda line: line.user,
            "done": words.done,
            "next": lambda line: words.next_step(line, now),
            "error": lambda line: line.error,
        },
        ("account", "user", "done", "error"),
    )


def findings(lines: Sequence[Line]) -> Sheet[Line]:
    """Tell what somebody must look at."""
    return Sheet(
        LINE_NAMES,
        _record,
        {
            "account": words.accounts_in(lines),
            "user": lambda line: line.user,
            "key": lambda line: line.key,
            "what": lambda line: line.error or words.why(line),
        },
        ("account", "user", "what"),
    )


def planned(changes: Sequence[Planned]) -> Sheet[Planned]:
    """Tell what is planned, a line for each change."""
    return Sheet(
        PLANNED_NAMES,
        lambda one: {name: getattr(one, name) for name in PLANNED_NAMES},
        {
            "account": words.accounts_in(changes),
            "user": lambda one: one.user,
            "key": lambda one: one.key,
            "why": words.why,
        },
        ("account", "user", "why"),
    )


def _record(line: Line) -> dict[str, Any]:
    told = {name: getattr(line, name) for name in LINE_NAMES}
    for name in ("created", "used_at", "at"):
        told[name] = moment(told[name])
    told["will"] = [f"{change.do} {change.key}" for change in line.will]
    return told
