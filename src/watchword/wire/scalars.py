"""Numbers, truth values and blobs from text, as strictly as AWS reads them. All raise ValueError."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

from watchword.wire.timestamps import parse_instant

BITS = {"integer": 31, "long": 63}
"""Bits of magnitude of AWS's whole numbers."""

_INTEGER = re.compile(r"-?[0-9]{1,19}")
_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def whole_number(kind: str) -> Callable[[str], int]:
    """Make the reader of `integer` or `long`."""
    bound = 1 << BITS[kind]

    def read(text: str) -> int:
        if not _INTEGER.fullmatch(text) or not -bound <= (number := int(text)) < bound:
            raise ValueError(text)
        return number

    return read


def decimal(text: str) -> float:
    """Read a decimal number."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    return float(text)


def truth(text: str) -> bool:
    """Read a truth value as XML Schema defines it, which is how AWS's query services do."""
    if text not in _TRUTHS:
        raise ValueError(text)
    return _TRUTHS[text]


def octets(text: str) -> bytes:
    """Read base64, with its padding."""
    return base64.b64decode(text, validate=True)


FROM_TEXT: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "character": str,
    "integer": whole_number("integer"),
    "long": whole_number("long"),
    "float": decimal,
    "double": decimal,
    "boolean": truth,
    "blob": octets,
    "timestamp": parse_instant,
}
"""Readers by the model's name of the type."""
