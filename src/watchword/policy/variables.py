"""Policy variables: `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}`.

Only documents of version 2012-10-17 know them; the caller decides that. What is put in is literal text.
Source: IAM User Guide, "IAM policy elements: Variables and tags".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from watchword.policy.match import Piece, pieces_of

Get = Callable[[str], "str | tuple[str, ...] | None"]
"""From a key's lower-case name to its value; a tuple for a multi-valued key, None when the request has none."""

VARIABLE = re.compile(r"\$\{(?:([*?$])|([^},']*), '([^']*)'|([^}]*))\}")


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable. `default` stands in only where the key is absent."""

    key: str
    default: str | None

    def resolve(self, get: Get) -> str | None:
        """Give the value to put in; None when there is none. A multi-valued key never resolves."""
        value = get(self.key)
        if value.__class__ is str:
            return value
        return self.default if value is None else None


@dataclass(frozen=True, slots=True)
class Escaped:
    """A character that is no wildcard and starts no variable."""

    text: str


Part = str | Variable | Escaped
"""A stretch of policy text as written, a variable, or an escape."""


def parts_of(text: str, *, variables: bool) -> list[Part]:
    """Split a policy text at its variables; where its version knows none, it is one part."""
    if not variables:
        return [text]
    parts: list[Part] = []
    end = 0
    for found in VARIABLE.finditer(text):
        if found.start() > end:
            parts.append(text[end : found.start()])
        escape, key, default, bare = found.groups()
        parts.append(Escaped(escape) if escape else Variable((key if bare is None else bare).lower(), default))
        end = found.end()
    if end < len(text):
        parts.append(text[end:])
    return parts


def moves(parts: list[Part]) -> bool:
    """Tell whether the request is needed to know the text: for a variable yes, for an escape no."""
    return any(isinstance(part, Variable) for part in parts)


def writer(parts: list[Part]) -> Callable[[Get], str | None]:
    """Compile parts to the text they make where wildcards mean nothing; it is None when a variable has no value."""
    steps = [part.text if isinstance(part, Escaped) else part for part in parts]
    if len(steps) == 1 and isinstance(steps[0], Variable):
        return steps[0].resolve

    def write(get: Get) -> str | None:
        written = ""
        for step in steps:
            text = step if isinstance(step, str) else step.resolve(get)
            if text is None:
                return None
            written += text
        return written

    return write


def pattern(parts: list[Part], get: Get) -> list[Piece] | None:
    """Put in all values where the policy's own wildcards count; None when a variable has none."""
    pieces: list[Piece] = []
    for part in parts:
        if isinstance(part, str):
            pieces += pieces_of(part)
            continue
        text = part.resolve(get) if isinstance(part, Variable) else part.text
        if text is None:
            return None
        pieces.append(text)
    return pieces


def split_arn(text: str, *, variables: bool) -> list[str]:
    """Split an ARN pattern in its six parts or fewer; a colon inside `${…}` splits nothing."""
    if not variables or "${" not in text:
        return text.split(":", 5)
    parts: list[str] = []
    start = 0
    inside = [found.span() for found in VARIABLE.finditer(text)]
    for at, character in enumerate(text):
        if character == ":" and len(parts) < 5 and not any(a < at < b for a, b in inside):  # noqa: PLR2004
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]
