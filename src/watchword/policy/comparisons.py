"""Condition operators: one row each. A row says how policy values and a request value are compared; no more.

A comparison answers True when any policy value fits, False when none does, and None when one of the texts is not of
the operator's type, so that nothing sensible can be said.
Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from watchword.policy.match import glob
from watchword.policy.readings import address, moment, network, number
from watchword.policy.variables import Get, Part, moves, parts_of, pattern, split_arn, writer

Compare = Callable[[str, Get], bool | None]
Build = Callable[[tuple[str, ...], bool], Compare]
"""From the policy's values, and whether its version knows variables."""

ARN_PARTS = 6


@dataclass(frozen=True, slots=True)
class Comparison:
    """One operator."""

    build: Build
    negated: bool = False


def _same(text: str) -> str:
    return text


def _equals(values: tuple[str, ...], variables: bool) -> Compare:  # noqa: FBT001 - the shape of Build
    split = [parts_of(value, variables=variables) for value in values]
    fixed = frozenset(text for parts in split if (text := _fixed(parts)) is not None)
    moving = [writer(parts) for parts in split if moves(parts)]
    if not moving:
        return lambda text, _get: text in fixed
    if len(moving) == 1 and not fixed:
        write = moving[0]
        return lambda text, get: text == write(get)
    return lambda text, get: text in fixed or any(text == write(get) for write in moving)


def _equals_in_any_case(values: tuple[str, ...], variables: bool) -> Compare:  # noqa: FBT001 - the shape of Build
    split = [parts_of(value, variables=variables) for value in values]
    fixed = frozenset(text.lower() for parts in split if (text := _fixed(parts)) is not None)
    moving = [writer(parts) for parts in split if moves(parts)]
    if not moving:
        return lambda text, _get: text.lower() in fixed

    def compare(text: str, get: Get) -> bool:
        lowered = text.lower()
        if lowered in fixed:
            return True
        written = [write(get) for write in moving]
        return any(one is not None and one.lower() == lowered for one in written)

    return compare


def _nothing(_key: str) -> None:
    """The request, where none is needed."""


def _fixed(parts: list[Part]) -> str | None:
    """Give the text of a value without variables; None where there are some."""
    return None if moves(parts) else writer(parts)(_nothing)


def _like(values: tuple[str, ...], variables: bool) -> Compare:  # noqa: FBT001 - the shape of Build
    tests = [_pattern_test(value, variables=variables) for value in values]
    if len(tests) == 1:
        return tests[0]
    return lambda text, get: any(test(text, get) for test in tests)


def _pattern_test(value: str, *, variables: bool) -> Callable[[str, Get], bool]:
    parts = parts_of(value, variables=variables)
    if not moves(parts):
        fixed = glob(pattern(parts, _nothing) or [])
        return lambda text, _get: fixed(text)

    def test(text: str, get: Get) -> bool:
        pieces = pattern(parts, get)
        return pieces is not None and glob(pieces)(text)

    return test


def _arn(values: tuple[str, ...], variables: bool) -> Compare:  # noqa: FBT001 - the shape of Build
    split = [split_arn(value, variables=variables) for value in values]
    broken = any(len(parts) < ARN_PARTS for parts in split)
    arns = [[_pattern_test(part, variables=variables) for part in parts] for parts in split if len(parts) == ARN_PARTS]

    def compare(text: str, get: Get) -> bool | None:
        parts = text.split(":", ARN_PARTS - 1)
        if len(parts) < ARN_PARTS or parts[0] != "arn":
            return None
        for tests in arns:
            if all(test(part, get) for test, part in zip(tests, parts, strict=True)):
                return True
        return None if broken else False

    return compare


def _typed(
    read_policy: Callable[[str], Any],
    fits: Callable[[Any, Any], bool],
    read_request: Callable[[str], Any] | None = None,
) -> Build:
    """Build comparisons of texts that are read into something else first; variables mean nothing in them."""
    read = read_request or read_policy

    def build(values: tuple[str, ...], _variables: bool) -> Compare:  # noqa: FBT001 - the shape of Build
        readings = [_reading(read_policy, value) for value in values]
        wanted = [reading for reading in readings if reading is not None]
        unfit = None if len(wanted) < len(values) else False

        def compare(text: str, _get: Get) -> bool | None:
            try:
                given = read(text)
            except ValueError:
                return None
            for one in wanted:
                if fits(given, one):
                    return True
            return unfit

        return compare

    return build


def _reading(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except ValueError:
        return None


def _bool(values: tuple[str, ...], variables: bool) -> Compare:  # noqa: FBT001 - the shape of Build
    """Booleans may hold variables: the guide's page on operators says so."""
    equal = _equals_in_any_case(values, variables)
    if variables and any("${" in value for value in values):
        return lambda text, get: equal(text, get) if text.lower() in {"true", "false"} else None
    answers = {text: equal(text, _nothing) for text in ("true", "false")}
    return lambda text, _get: answers.get(text.lower())


def _within(given: tuple[int, int], block: tuple[int, int, int]) -> bool:
    return given[0] == block[0] and given[1] & block[2] == block[1]


def _rows(prefix: str, read: Callable[[str], Any]) -> dict[str, Comparison]:
    """The six operators of an ordered type."""
    return {
        f"{prefix}Equals": Comparison(_typed(read, operator.eq)),
        f"{prefix}NotEquals": Comparison(_typed(read, operator.eq), negated=True),
        f"{prefix}LessThan": Comparison(_typed(read, operator.lt)),
        f"{prefix}LessThanEquals": Comparison(_typed(read, operator.le)),
        f"{prefix}GreaterThan": Comparison(_typed(read, operator.gt)),
        f"{prefix}GreaterThanEquals": Comparison(_typed(read, operator.ge)),
    }


COMPARISONS: dict[str, Comparison] = {
    "StringEquals": Comparison(_equals),
    "StringNotEquals": Comparison(_equals, negated=True),
    "StringEqualsIgnoreCase": Comparison(_equals_in_any_case),
    "StringNotEqualsIgnoreCase": Comparison(_equals_in_any_case, negated=True),
    "StringLike": Comparison(_like),
    "StringNotLike": Comparison(_like, negated=True),
    **_rows("Numeric", number),
    **_rows("Date", moment),
    "Bool": Comparison(_bool),
    "BinaryEquals": Comparison(_typed(_same, operator.eq)),
    "IpAddress": Comparison(_typed(network, _within, address)),
    "NotIpAddress": Comparison(_typed(network, _within, address), negated=True),
    "ArnEquals": Comparison(_arn),
    "ArnLike": Comparison(_arn),
    "ArnNotEquals": Comparison(_arn, negated=True),
    "ArnNotLike": Comparison(_arn, negated=True),
}
