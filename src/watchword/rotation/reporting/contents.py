"""What a report says, whatever its format: lines, findings, counts, and ages in bands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from watchword.rotation.audit import Finding, audit
from watchword.rotation.ledger import RunSummary
from watchword.rotation.results import Line, Other, Run
from watchword.rotation.terms import DAY, Terms


@dataclass(frozen=True, slots=True)
class Band:
    """Active keys of some ages, in whole days: from `first` up to, and without, `end`; None for no end."""

    first: int
    end: int | None
    keys: int

    @property
    def label(self) -> str:
        """Say which ages these are: `30-59`."""
        return f"{self.first}+" if self.end is None else f"{self.first}\u2013{self.end - 1}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What every format is made of. `now` is the instant that ages are told at."""

    run: Run
    terms: Terms
    now: float
    title: str
    history: tuple[RunSummary, ...]
    lines: tuple[Line, ...]
    others: tuple[Other, ...]
    findings: tuple[Finding, ...]
    bands: tuple[Band, ...]

    @classmethod
    def of(
        cls, run: Run, terms: Terms, now: float, *, borders: Sequence[int], title: str, history: tuple[RunSummary, ...]
    ) -> Self:
        """Take a run apart, and judge what is in it."""
        lines = tuple(line for account in run.accounts for line in account.lines)
        others = tuple(other for account in run.accounts for other in account.others)
        return cls(run, terms, now, title, history, lines, others, audit(run, terms, now), bands(lines, borders, now))

    @property
    def counts(self) -> dict[str, int]:
        """The numbers on top of a report."""
        return {
            "accounts": len(self.run.accounts),
            "unreachable": sum(bool(one.failed) for one in self.run.accounts),
            "users": sum(one.users for one in self.run.accounts),
            "keys": len({line.key for line in self.lines if line.key}),
            "active_keys": len({line.key for line in self.lines if line.key and line.active}),
            "changed": sum(bool(line.done) for line in self.lines),
            "would_change": sum(bool(line.will) for line in self.lines),
            "findings": len(self.findings),
            "errors": sum(bool(line.error) for line in self.lines),
        }

    @property
    def read_at(self) -> tuple[float, float] | None:
        """When the oldest and the newest credential report was made that this rests on; None where there was none."""
        found = [one.report_at for one in self.run.accounts if one.report_at]
        return (min(found), max(found)) if found else None


def bands(lines: Sequence[Line], borders: Sequence[int], now: float) -> tuple[Band, ...]:
    """Count active keys by their age. `borders` are days, ascending."""
    firsts = [0, *borders]
    ages = {line.key: age(line, now) for line in lines if line.active and line.key}
    found = Counter(max(first for first in firsts if first <= days) for days in ages.values())
    return tuple(Band(first, end, found[first]) for first, end in zip(firsts, [*borders, None], strict=True))


def age(line: Line, now: float) -> int:
    """Give a key's age in whole days."""
    return max(0, int((now - line.created) // DAY))


def written(at: float) -> str:
    """Write an instant as `2026-03-15T08:30:00Z`; empty for none."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""
