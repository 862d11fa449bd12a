"""The names of condition operators: the operator itself, and the words that change it.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from watchword.policy.comparisons import COMPARISONS

NULL = "Null"
NAMES = (*COMPARISONS, NULL)
_IF_EXISTS = "IfExists"
_ANY_CASE = {name.lower(): name for name in NAMES}


class Quantifier(Enum):
    """How the values of a multi-valued key are taken."""

    ONE = ""
    ALL = "ForAllValues:"
    ANY = "ForAnyValue:"


@dataclass(frozen=True, slots=True)
class Named:
    """An operator name taken apart. `comparison` is a key of COMPARISONS, or `Null`."""

    comparison: str
    quantifier: Quantifier
    if_exists: bool


@lru_cache(maxsize=1024)
def named(text: str, *, any_case: bool = True) -> Named | None:
    """Take an operator's name apart; None when there is no such operator."""
    quantifier, rest = Quantifier.ONE, text
    for prefix in (Quantifier.ALL, Quantifier.ANY):
        if _starts(text, prefix.value, any_case=any_case):
            quantifier, rest = prefix, text[len(prefix.value) :]
    if_exists = _starts(rest[-len(_IF_EXISTS) :], _IF_EXISTS, any_case=any_case)
    if if_exists:
        rest = rest[: -len(_IF_EXISTS)]
    name = _ANY_CASE.get(rest.lower())
    if name is None or (name != rest and not any_case) or (name == NULL and if_exists):
        return None
    return Named(name, quantifier, if_exists)


def _starts(text: str, prefix: str, *, any_case: bool) -> bool:
    head = text[: len(prefix)]
    return head.lower() == prefix.lower() if any_case else head == prefix
