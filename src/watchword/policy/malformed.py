"""What can be wrong with a policy document, and where in its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watchword.domain.refusal import Refusal

SYNTAX = "Syntax errors in policy."

Path = tuple[str | int, ...]
"""Where a value stands in a document: keys and indexes from the outside in."""
Block = dict[str, object]
Statements = list[tuple[Path, Block]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a document's value: where, AWS's words, and for a person what exactly."""

    path: Path
    message: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` and `column` count from 1; `statement` from 0, None where it is none's."""

    line: int
    column: int
    message: str
    statement: int | None = None


class MalformedPolicy(Refusal):
    """A policy document cannot be taken.  Source: iam model, MalformedPolicyDocumentException (400).

    `message` is AWS's; `detail` says more to a person who looks for the fault. `line` and `column` count from 1.
    """

    code: ClassVar[str] = "MalformedPolicyDocument"

    def __init__(self, message: str, line: int = 1, column: int = 1, detail: str = "") -> None:
        super().__init__(message=message)
        self.line = line
        self.column = column
        self.detail = detail
