"""What the ledger has on record, as rows: rotations, their history, and runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from watchword.cli.rotation.sheets import moment
from watchword.cli.rotation.words import short, when
from watchword.cli.tables import Sheet

if TYPE_CHECKING:
    from watchword.rotation.ledger import RunSummary
    from watchword.rotation.records import Event, Rotation

INTEND = "intend"
"""How the ledger begins what it says before something is tried."""
RUN_NAMES = ("id", "mode", "by", "started_at", "ended_at", "accounts", "failed", "keys", "findings", "changes")


def rotations(*, whole: bool = False) -> Sheet[Rotation]:
    """Tell rotations, a line for each; `whole` ones with their new key."""
    return Sheet(
        (),
        lambda _one: {},
        {
            "account": lambda one: one.account,
            "user": lambda one: one.user,
            "old key": lambda one: one.old,
            "new key": lambda one: one.new if whole else "",
            "state": lambda one: str(one.state),
            "since": lambda one: "" if whole else when(one.updated_at or one.opened_at)[:10],
            "waits for": lambda one: one.blocked or (f"undone: {one.undone_why}" if one.undone_at else ""),
        },
        ("user", "waits for"),
    )


def events(history: Sequence[Event]) -> Sheet[Event]:
    """Tell what became of a user's keys; who did it stands where it is another than in the line before."""
    actors = ["", *(event.by for event in history)]
    new = {id(event): event.by for event, before in zip(history, actors, strict=False) if event.by != before}
    return Sheet(
        (),
        lambda _one: {},
        {
            "at": lambda one: when(one.at).replace(" ", "T"),
            "what": lambda one: one.what,
            "key": lambda one: one.key,
            "by": lambda one: short(new.get(id(one), "")),
            "detail": lambda one: one.detail,
        },
        ("by", "detail"),
    )


def without_intents(history: Sequence[Event]) -> list[Event]:
    """Leave out what was intended where the next line says what became of it."""
    after = [*(event.what for event in history[1:]), INTEND]
    return [event for event, then in zip(history, after, strict=False) if not _is_told(event.what, then)]


def _is_told(what: str, then: str) -> bool:
    return what.startswith(INTEND) and not then.startswith(INTEND)


def runs() -> Sheet[RunSummary]:
    """Tell runs, a line for each; an id says when it began."""
    instants = {"started_at", "ended_at"}
    return Sheet(
        RUN_NAMES,
        lambda one: {
            name: moment(getattr(one, name)) if name in instants else getattr(one, name) for name in RUN_NAMES
        },
        {
            "run": lambda one: one.id,
            "mode": lambda one: str(one.mode),
            "took": _took,
            "accounts": lambda one: f"{one.accounts:,}",
            "failed": lambda one: f"{one.failed:,}" if one.failed else "",
            "findings": lambda one: f"{one.findings:,}" if one.findings else "",
            "changed": lambda one: f"{one.changes:,}",
        },
    )


def _took(run: RunSummary) -> str:
    if not run.ended_at:
        return "(open)"
    seconds = max(0, round(run.ended_at - run.started_at))
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}m{rest:02}s" if minutes else f"{rest}s"
