"""Condition blocks: the modifiers around the operators, and how the answers of many keys come together.

Operators and keys are joined by AND, the values of a key by OR; a negated operator wants none of its values to fit.
Source: IAM User Guide, "Condition operators" and "Conditions with multiple context keys or values".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from watchword.policy.comparisons import COMPARISONS, Compare
from watchword.policy.document import Condition
from watchword.policy.malformed import SYNTAX, MalformedPolicy
from watchword.policy.operators import NULL, Quantifier, named
from watchword.policy.variables import Get

Holds = Callable[[Get], bool]
_One = Callable[[str, Get], bool]


@dataclass(frozen=True, slots=True)
class Clue:
    """One key's test, and how the policy writes it, for the explanation."""

    written: str
    holds: Holds


def clues(conditions: Iterable[Condition], *, variables: bool, denies: bool) -> tuple[Clue, ...]:
    """Compile each key of a condition block.

    Raises MalformedPolicy for an operator that does not exist: it is never skipped.
    """
    return tuple(
        Clue(f"{condition.operator} {condition.key}", _compile(condition, variables=variables, denies=denies))
        for condition in conditions
    )


def all_of(clues: tuple[Clue, ...]) -> Holds | None:
    """Join the tests of a block; None where there are none."""
    tests = tuple(clue.holds for clue in clues)
    if not tests:
        return None
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:  # noqa: PLR2004 - the common pair, without a loop
        first, second = tests
        return lambda get: first(get) and second(get)

    def holds(get: Get) -> bool:
        for test in tests:  # noqa: SIM110 - without a generator: this is the hot path
            if not test(get):
                return False
        return True

    return holds


def _compile(condition: Condition, *, variables: bool, denies: bool) -> Holds:
    name = named(condition.operator)
    if name is None:
        raise MalformedPolicy(SYNTAX)
    key = condition.key.lower()
    if name.comparison == NULL:
        return _null(key, condition.values)
    row = COMPARISONS[name.comparison]
    compare = row.build(condition.values, variables)
    one = _negated(compare, denies=denies) if row.negated else _plain(compare)
    if name.quantifier is Quantifier.ALL:
        return _for_all(key, one)
    if name.quantifier is Quantifier.ANY:
        return _for_any(key, one)
    return _single(key, one, missing=row.negated or name.if_exists)


def _plain(compare: Compare) -> _One:
    """What is not of the operator's type fits nothing."""
    return compare  # type: ignore[return-value]  # None is as good as False to every caller


def _negated(compare: Compare, *, denies: bool) -> _One:
    """What is not of the operator's type decides against the caller: a Deny applies, an Allow does not."""

    def one(text: str, get: Get) -> bool:
        fits = compare(text, get)
        return denies if fits is None else not fits

    return one


def _single(key: str, one: _One, *, missing: bool) -> Holds:
    def holds(get: Get) -> bool:
        value = get(key)
        if value is None:
            return missing
        if value.__class__ is str:
            return one(value, get) is True
        # AWS: a multi-valued key under an operator without a set qualifier does not match; an empty one is absent.
        return missing if not value else False

    return holds


def _for_all(key: str, one: _One) -> Holds:
    """True without any value: so AWS warns against it under Allow."""
    return lambda get: all(one(value, get) for value in _values(get(key)))


def _for_any(key: str, one: _One) -> Holds:
    return lambda get: any(one(value, get) for value in _values(get(key)))


def _values(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _null(key: str, values: tuple[str, ...]) -> Holds:
    """An empty text is a null value to AWS, so it counts as absent.  Source: the guide's page on conditions."""
    wanted = {value.lower() for value in values}
    if_absent, if_present = "true" in wanted, "false" in wanted
    return lambda get: if_present if get(key) else if_absent
