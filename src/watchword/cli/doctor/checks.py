"""What a check finds: that all is well, something to know, or something to mend and how."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from watchword.cli.exits import Stop


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """One row: what was looked at, how it is, what was found there, and the next thing to do."""

    check: str
    state: State
    found: str
    next: str = ""


@dataclass(slots=True)
class Findings:
    """Collects what the checks find."""

    rows: list[Check] = field(default_factory=list)

    def ok(self, check: str, found: str) -> None:
        """All is well."""
        self.rows.append(Check(check, State.OK, found))

    def note(self, check: str, found: str, then: str = "") -> None:
        """Something to know."""
        self.rows.append(Check(check, State.NOTE, found, then))

    def problem(self, check: str, found: str, then: str) -> None:
        """Something to mend."""
        self.rows.append(Check(check, State.PROBLEM, found, then))

    @property
    def any_problem(self) -> bool:
        return any(row.state is State.PROBLEM for row in self.rows)

    @contextmanager
    def told(self, check: str) -> Iterator[None]:
        """Let what stops a check be its finding: cause first, what to do after it."""
        try:
            yield
        except Stop as stop:
            cause, _, then = stop.message.partition("; ")
            self.problem(check, cause, then)
