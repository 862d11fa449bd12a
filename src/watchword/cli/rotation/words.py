"""How keys, their steps and what they belong to are put into words for people; machines are told the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Protocol

from watchword.cli.times import DAY

if TYPE_CHECKING:
    from watchword.rotation.results import Line
    from watchword.rotation.sweeping.plans import Planned

BEGINS = {
    "create": "replace", "make-current": "replace", "recall": "replace", "verify": "replace", "disown": "replace",
    "forget": "replace", "deactivate": "deactivate", "delete": "delete", "proven": "note", "deactivated": "note",
    "rolled-back": "undo", "close": "close", "rest": "keep", "wait": "wait", "warn": "wait", "ask": "ask",
    "report": "look", "exempt": "exempt", "blocked": "blocked",
}  # fmt: skip
"""What is done now, by the machine's word for the step; `open` begins what its kind says."""
COMES = {"DUE_SOON": "replace", "RETIRES_SOON": "retire", "OVERLAP": "deactivate", "RECOVERY": "delete"}
"""What a key waits for, by the name of the reason for which it waits."""
PLAIN = frozenset({"YOUNG", "AGE", "NEVER_USED", *COMES})
"""Reasons that go without saying where the next step and a key's age are told, by name."""
REPLACED = frozenset({"created", "stored", "verified", "current"})
"""What the ledger says of a replacement whose new key was made and kept in one go."""
BEFORE = frozenset({"due", "intent", "created", "stored", "verified"})
"""States of a replacement in which its new key is not there yet, for anybody to use."""


class Placed(Protocol):
    """What is in an account."""

    @property
    def account(self) -> str: ...
    @property
    def account_name(self) -> str: ...


def when(at: float) -> str:
    """Show an instant to the minute; nothing for 0."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}" if at else ""


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun: `1 key`, `12 keys`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def accounts_in(rows: Iterable[Placed]) -> Callable[[Placed], str]:
    """Give how accounts are called where these rows are shown: by name alone, where no two share it."""
    named: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        named[row.account_name].add(row.account)

    def called(row: Placed) -> str:
        if not row.account_name:
            return row.account
        shared = len(named[row.account_name]) > 1
        return f"{row.account} {row.account_name}" if shared else row.account_name

    return called


def comes(line: Line) -> str:
    """Say in a word what is done to a key next, at once or when its time has come."""
    if line.do == "open":
        return str(line.kind)
    if line.do in {"wait", "warn"}:
        if line.why.name in COMES:
            return COMES[line.why.name]
        if line.why.name == "UNSETTLED" and line.kind == "replace" and line.state in BEFORE:
            return "replace"
    return BEGINS[line.do]


def next_step(line: Line, now: float) -> str:
    """Say what comes next, and when: a day, or a time where that is within one; what is done at once has no time."""
    if not line.at or line.at <= now:
        return comes(line)
    return f"{comes(line)} {when(line.at)[11:] if line.at < now + DAY else when(line.at)[:10]}"


def days(since: float, now: float) -> str:
    """Count the days since an instant; nothing for 0."""
    return f"{max(0, int((now - since) // DAY))}d" if since else ""


def last_use(line: Line, now: float) -> str:
    """Show how long ago a key was used last; that it is not known is no never."""
    return days(line.used_at, now) or (str(line.used) if line.created else "")


def remark(line: Line) -> str:
    """Say of a key what its age, its last use and the next step do not."""
    told = [] if line.active or not line.created else ["inactive"]
    if line.why.name not in PLAIN:
        told.append(why(line))
    return "; ".join(told)


def why(line: Line | Planned) -> str:
    """Show a reason with what it says more."""
    return f"{line.why}: {line.note}" if line.note else str(line.why)


def done(line: Line) -> str:
    """Show what was done to a user's keys; the steps of a replacement that came to its end are one deed."""
    if not set(line.done) >= REPLACED:
        return ", ".join(line.done)
    rest = [deed for deed in line.done if deed not in REPLACED]
    return ", ".join(["new key made and kept", *rest])


def meant(word: str, among: Iterable[str]) -> str:
    """Ask whether another name was meant, where there is one like it."""
    near = get_close_matches(word, sorted(set(among)), 1, 0.85)
    return f"; did you mean `{near[0]}`?" if near else ""


def short(arn: str) -> str:
    """Name who did something by the end of an ARN: its account stands beside it."""
    return arn.rpartition(":")[2]
