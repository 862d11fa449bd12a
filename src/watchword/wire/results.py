"""What a handler's result must be to become an answer: members and types of its operation's output shape.

A result that does not fit is a mistake of ours. It is told by an exception and never sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class ResultError(TypeError):
    """A handler's result does not fit the output shape of its operation."""


def reject_unknown(value: Mapping[str, Any], known: Iterable[str], name: str) -> None:
    """Refuse members that the shape `name` does not have.

    Raises ResultError.
    """
    unknown = value.keys() - set(known)
    if unknown:
        raise ResultError(f"`{name}` has no member {sorted(unknown)}")


def expect(value: Any, kind: type | tuple[type, ...]) -> None:
    """Refuse a value of another type than its shape's; a bool is not a number.

    Raises ResultError.
    """
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ResultError(f"a value of type `{type(value).__name__}` does not fit its shape")
