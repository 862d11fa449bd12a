"""A text that must not be shown: it hides itself from `repr`, formatting, pickling and comparison by time."""

from __future__ import annotations

import hmac
from typing import Never


class Secret:
    """A secret text. Only `reveal` gives it away, so every place that does can be found by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text itself. The caller takes on the duty not to log or keep it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    __hash__ = None  # type: ignore[assignment]  # a secret in a set or as a key is a secret kept twice

    def __reduce__(self) -> Never:
        msg = "a secret is not pickled"
        raise TypeError(msg)
