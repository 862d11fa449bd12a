"""Whom a run concerns: a digest for each owner, and a summary for the administrators. Values only, for templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from watchword.rotation.notices import Delivery
from watchword.rotation.records import Event, Kind, Rotation
from watchword.rotation.results import AccountResult, Line, Mode, Run
from watchword.rotation.steps import Do, Why
from watchword.rotation.telling.news import Entry, Part, Told, keys_told, parts
from watchword.rotation.telling.words import ALTERNATIVES, clean, counted

MOST = 40
"""Entries of one part that a message shows; the rest is counted. A summary's lists likewise."""
REPLACES = {Do.CREATE, Do.CURRENT}


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a digest is for, and the lines that it is made of."""

    to: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Record:
    """What the ledger has on record of an owner's lines: rotations by id, and the history of users by unique id."""

    rotations: Mapping[str, Rotation]
    history: Mapping[str, Sequence[Event]]

    def deeds(self, line: Line) -> list[Event]:
        """Find what a run did of a line: of each word as many of the newest as the line has."""
        found: list[Event] = []
        for word, count in Counter(line.done).items():
            found += [event for event in self.history.get(line.user_id, ()) if event.what == word][-count:]
        return sorted(found, key=lambda event: event.at)


@dataclass(frozen=True, slots=True)
class Shown:
    """One part of a digest: what is shown of it, and how much is not."""

    part: Part
    entries: tuple[Entry, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What templates of an owner's digest are given, as `digest`."""

    to: str
    run: str
    announcement: bool
    """A dry run: nothing was changed, and what stands here would be."""
    at: float
    keys: str
    """How many keys it speaks of: `3 access keys`."""
    accounts: tuple[tuple[str, str], ...]
    """Numbers and names of the accounts that it speaks of."""
    shown: tuple[Shown, ...]
    """Its parts that have something in them: `asked`, `done`, `ahead`, `blocked`, in this order."""
    replaces: bool
    """Whether some key is replaced: its owner must update an application."""
    alternatives: tuple[tuple[str, str], ...] = ALTERNATIVES

    @property
    def counts(self) -> Mapping[str, int]:
        """How many entries each part has, shown or not."""
        return {str(one.part): len(one.entries) + one.left_out for one in self.shown}


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of a summary: what is shown of it, and how much is not."""

    title: str
    rows: tuple[tuple[str, str], ...]
    """What, and what is the matter with it."""
    left_out: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What templates of the administrators' summary are given, as `summary`."""

    run: str
    mode: str
    by: str
    announcement: bool
    started_at: float
    ended_at: float
    tiles: tuple[tuple[str, int, str], ...]
    """A label, a number, and `good`, `bad`, `warn` or `plain`."""
    lists: tuple[Listed, ...]
    """Accounts that failed, steps that failed, messages that did not arrive, findings: those that have rows."""

    @property
    def says_something(self) -> bool:
        """Whether anything was done, or is the matter."""
        return bool(self.lists) or any(number for label, number, _ in self.tiles if label in CHANGED)


def by_owner(run: Run, admins: Sequence[str]) -> list[Owner]:
    """Sort a run's lines by whom they concern; what nobody owns is the account's contact's, and then the admins'."""
    found: dict[str, Owner] = {}
    for account in run.accounts:
        nobody = (account.email,) if account.email else tuple(admins)
        for line in account.lines:
            for to in line.owners or nobody:
                found.setdefault(to.casefold(), Owner(to)).lines.append(line)
    return [found[name] for name in sorted(found)]


def entries_of(run: Run, owner: Owner, record: Record, warn: Sequence[float], now: float) -> list[Entry]:
    """Tell all that there is to tell an owner, told before or not."""
    told = (Told(run, line, record.rotations, record.deeds(line), warn, now) for line in owner.lines)
    return list({entry.mark: entry for one in told for entry in one.entries()}.values())


def digest(run: Run, to: str, entries: Sequence[Entry], rotations: Mapping[str, Rotation], now: float) -> Digest:
    """Make an owner's digest of what is news."""
    sorted_ = parts(entries)
    shown = tuple(Shown(part, tuple(some[:MOST]), max(0, len(some) - MOST)) for part, some in sorted_.items() if some)
    keys = {entry.key for entry in entries}
    replaced = {key for one in rotations.values() if one.kind is Kind.REPLACE for key in (one.old, one.new) if key}
    return Digest(
        to=to,
        run=run.id,
        announcement=run.mode is not Mode.APPLY,
        at=now,
        keys=keys_told(entries),
        accounts=tuple(sorted({(entry.account, entry.account_name) for entry in entries})),
        shown=shown,
        replaces=bool(keys & replaced) or _will_replace(run, keys),
    )


def _will_replace(run: Run, keys: set[str]) -> bool:
    lines = (line for account in run.accounts for line in account.lines if line.key in keys)
    return any(line.why is Why.DUE_SOON or any(one.do in REPLACES for one in line.will) for line in lines)


def summary(run: Run, failed: Iterable[Delivery]) -> Summary:
    """Make the administrators' summary of a run; `failed` are the messages that did not arrive."""
    lines = [(account, line) for account in run.accounts for line in account.lines]
    lists = (
        _listed("Accounts that failed", ((_account(one), clean(one.failed)) for one in run.accounts if one.failed)),
        _listed("Steps that failed", ((_line(line), clean(line.error)) for _, line in lines if line.error)),
        _listed("Messages that did not arrive", ((one.to, _undelivered(one)) for one in failed)),
        _listed("To be looked at", _findings(run, [line for _, line in lines])),
    )
    return Summary(
        run=run.id,
        mode=str(run.mode),
        by=clean(run.by),
        announcement=run.mode is not Mode.APPLY,
        started_at=run.started_at,
        ended_at=run.ended_at,
        tiles=_tiles(run, [line for _, line in lines]),
        lists=tuple(one for one in lists if one.rows),
    )


def _tiles(run: Run, lines: Sequence[Line]) -> tuple[tuple[str, int, str], ...]:
    def done(word: str) -> int:
        return sum(word in line.done for line in lines)

    failed = sum(bool(one.failed) for one in run.accounts)
    errors = sum(bool(line.error) for line in lines)
    findings = sum(line.finding for line in lines) + sum(bool(o.finding) for one in run.accounts for o in one.others)
    changed = (
        [("would change", sum(bool(line.will) for line in lines), "plain")]
        if run.mode is not Mode.APPLY
        else [(label, done(word), "good" if done(word) else "plain") for label, word in CHANGED.items()]
    )
    return (
        ("accounts", len(run.accounts), "plain"),
        ("users", sum(one.users for one in run.accounts), "plain"),
        ("keys", sum(bool(line.key) for line in lines), "plain"),
        *changed,
        ("to be looked at", findings, "warn" if findings else "plain"),
        ("failed", failed + errors, "bad" if failed + errors else "plain"),
    )


CHANGED = {"replaced": "current", "deactivated": "deactivated", "deleted": "deleted"}
"""The changes that a summary counts, and the ledger's words for them."""


def _findings(run: Run, lines: Sequence[Line]) -> Iterable[tuple[str, str]]:
    for line in lines:
        if line.finding and not line.error:
            yield _line(line), clean(f"{line.why}{f' ({line.note})' if line.note else ''}")
    for account in run.accounts:
        for other in account.others:
            if other.finding:
                yield clean(f"{other.account} {other.user}: {other.what}"), clean(other.finding)


def _listed(title: str, rows: Iterable[tuple[str, str]]) -> Listed:
    every = tuple(rows)
    return Listed(title, every[:MOST], max(0, len(every) - MOST))


def _account(account: AccountResult) -> str:
    return clean(f"{account.account} {account.name}")


def _line(line: Line) -> str:
    return clean(f"{line.account} {line.user} {line.key}")


def _undelivered(delivery: Delivery) -> str:
    given_up = "; no further attempt is made" if delivery.given_up else ""
    return clean(f"{delivery.error} ({counted(delivery.attempts, 'attempt')}{given_up})")
