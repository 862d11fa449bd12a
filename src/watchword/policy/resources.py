"""Resource and NotResource: each statement's ARNs compiled once to one test of a resource that was split once.

The first five parts of an ARN are its head, matched part by part without regard to case; the rest is its tail, where a
star crosses everything and variables count. What is unclear is read so that it gives no rights and takes none back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from watchword.policy.kinds import Kind
from watchword.policy.match import beginning, glob, has_wildcard
from watchword.policy.variables import Get, Part, Variable, moves, parts_of, pattern, split_arn, writer

Applies = Callable[[str, str, Get], bool]
"""From a resource's head and tail, and the request's context, to whether a statement is about the resource."""

_Pattern = tuple[list[str], list[Part]]
"""One ARN of a statement: five texts in lower case, and the resource part taken apart at its variables."""

_ARN_PARTS = 6
_UNTYPED = frozenset({"s3", "execute-api"})
"""Services whose resource part starts with a name; for others it may start with a type, which takes no wildcard."""
_TYPE_ENDS = re.compile("[/:]")


@dataclass(frozen=True, slots=True)
class Naming:
    """What decides how a statement's resources are read: its kind of policy, version, effect and element."""

    kind: Kind
    variables: bool
    denies: bool
    excepts: bool
    """The element is NotResource."""

    @property
    def takes_rights(self) -> bool:
        """A match leads to fewer rights: Deny with Resource, or Allow with NotResource."""
        return self.denies != self.excepts


def split_resource(text: str) -> tuple[str, str]:
    """Split a request's ARN in its first five parts, in lower case, and the resource part.

    What is no ARN, such as the `*` of an action without resources, gives two empty texts, which no pattern fits.
    """
    parts = text.split(":", 5)
    if len(parts) != _ARN_PARTS:
        return "", ""
    tail = parts[5]
    return text[: len(text) - len(tail) - 1].lower(), tail


def applies(values: tuple[str, ...], naming: Naming) -> Applies | None:
    """Compile a statement's Resource or NotResource; None where it applies to everything.

    Source: IAM User Guide, "IAM JSON policy elements: Resource" and "NotResource".
    """
    if "*" in values:
        return _never if naming.excepts else None
    arns = [split_arn(value, variables=naming.variables) for value in values]
    if naming.excepts and any(_is_completed(arn, naming.kind) for arn in arns):
        return _never  # as AWS was observed to do, for Deny as for Allow
    patterns = [found for arn in arns if (found := _pattern(arn, naming)) is not None]
    tests = [_test(*found) for found in patterns]
    if not naming.excepts:
        return _any_of(tests)
    if not naming.denies:  # what is excepted must be known before the rest is allowed
        if not arns or not all(map(_is_arn, arns)):
            return _never
        tests += [_lacks(*found) for found in patterns if moves(found[1])]
    excepted = _any_of(tests)
    return (lambda head, tail, get: not excepted(head, tail, get)) if tests else None


def _never(_head: str, _tail: str, _get: Get) -> bool:
    return False


def _is_arn(arn: list[str]) -> bool:
    return len(arn) > 1 and arn[0].lower() == "arn"


def _is_completed(arn: list[str], kind: Kind) -> bool:
    """Tell whether an ARN is short and this kind of policy takes the parts it lacks as stars; else it fits nothing."""
    if kind is Kind.RCP or not _is_arn(arn) or len(arn) == _ARN_PARTS:
        return False
    if kind is Kind.SCP:
        return arn[-1].endswith("*")
    if kind in {Kind.RESOURCE, Kind.TRUST}:
        return any(map(has_wildcard, arn))
    return True


def _pattern(arn: list[str], naming: Naming) -> _Pattern | None:
    """Read one ARN; None where it fits nothing."""
    if not _is_arn(arn):
        return None
    lacking = _ARN_PARTS - len(arn)
    if lacking and not _is_completed(arn, naming.kind):
        return None
    *head, tail = [*arn, *["*"] * lacking]
    found = [part.lower() for part in head], parts_of(tail, variables=naming.variables)
    # AWS: a wildcard in the type fits nothing. Here it counts all the same where a match takes rights away.
    return None if _has_wild_type(*found) and not naming.takes_rights else found


def _has_wild_type(head: list[str], tail: list[Part]) -> bool:
    """Source: IAM User Guide, "Amazon Resource Names", incorrect wildcard usage."""
    if head[2] in _UNTYPED:
        return False
    written = "".join(part for part in tail if isinstance(part, str))
    end = _TYPE_ENDS.search(written)
    return end is not None and has_wildcard(written[: end.start()])


def _test(parts: list[str], tail: list[Part]) -> Applies:
    """Choose the cheapest test that decides a pattern."""
    arn = ":".join(parts)
    fits_head = _head(parts)
    pieces = None if moves(tail) else pattern(tail, lambda _key: None)
    if pieces is None:
        return _moving(fits_head, tail)
    simple = beginning(pieces)
    if simple is not None and not has_wildcard(arn):
        return _simple(arn, *simple)
    fits_tail = glob(pieces)
    return lambda head, tail, _get: fits_tail(tail) and fits_head(head)


def _simple(arn: str, text: str, begins: bool) -> Applies:  # noqa: FBT001 - as `beginning` gives it
    if not begins:
        return lambda head, tail, _get: tail == text and head == arn
    if not text:
        return lambda head, _tail, _get: head == arn
    return lambda head, tail, _get: tail.startswith(text) and head == arn


def _head(parts: list[str]) -> Callable[[str], bool]:
    """Match part by part, so no star crosses a colon."""
    arn = ":".join(parts)
    if not has_wildcard(arn):
        return arn.__eq__
    tests = [(at, glob(part)) for at, part in enumerate(parts) if part != "*"]

    def test(head: str) -> bool:
        found = head.split(":")
        return len(found) == _ARN_PARTS - 1 and all(fits(found[at]) for at, fits in tests)

    return test


def _moving(fits_head: Callable[[str], bool], parts: list[Part]) -> Applies:
    """Ask for values only where head and the text before the first variable or wildcard fit."""
    first, last = parts[0], parts[-1]
    lead = re.split(r"[*?]", first, maxsplit=1)[0] if isinstance(first, str) else ""
    begins = isinstance(last, str) and last.endswith("*")
    body: list[Part] = [*parts[:-1], last[:-1]] if isinstance(last, str) and begins else parts
    if any(isinstance(part, str) and has_wildcard(part) for part in body):
        return lambda head, tail, get: tail.startswith(lead) and fits_head(head) and _fits(parts, tail, get)
    write = writer([part for part in body if part])

    def test(head: str, tail: str, get: Get) -> bool:
        if not tail.startswith(lead) or not fits_head(head):
            return False
        text = write(get)
        return text is not None and (tail.startswith(text) if begins else tail == text)

    return test


def _fits(parts: list[Part], tail: str, get: Get) -> bool:
    pieces = pattern(parts, get)
    return pieces is not None and glob(pieces)(tail)


def _lacks(parts: list[str], tail: list[Part]) -> Applies:
    """Tell whether a variable has no value: then anything under this head may be what is excepted."""
    fits_head = _head(parts)
    variables = [part for part in tail if isinstance(part, Variable)]
    return lambda head, _tail, get: fits_head(head) and any(variable.resolve(get) is None for variable in variables)


def _any_of(tests: list[Applies]) -> Applies:
    if len(tests) == 1:
        return tests[0]

    def test(head: str, tail: str, get: Get) -> bool:
        for one in tests:  # noqa: SIM110 - a generator would cost more than the tests
            if one(head, tail, get):
                return True
        return False

    return test if tests else _never
