"""What is wrong with a rules file, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` is 1-based; 0 where no line can be named."""

    source: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.words}" if self.line else f"{self.source}: {self.words}"


class BadRules(ValueError):  # noqa: N818  named by what is wrong, as all of ours
    """The rules cannot be followed. Every problem is told at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: one.line))
        super().__init__("\n".join(map(str, self.problems)))
