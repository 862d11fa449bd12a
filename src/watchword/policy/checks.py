"""What AWS checks in a policy document before it takes it, in AWS's order: each group before the next.

Shapes stand here; what resources, dates, actions and principals may say stands in `wording`.
Source: the order and the words that AWS's CreatePolicy was observed to answer with.
"""

from __future__ import annotations

from collections.abc import Iterator

from watchword.policy.kinds import WITH_PRINCIPAL, Kind
from watchword.policy.malformed import SYNTAX, Block, Fault, Path, Statements
from watchword.policy.operators import named
from watchword.policy.reader import Number
from watchword.policy.wording import groups

VERSIONS = ("2008-10-17", "2012-10-17")
PRINCIPAL_TYPES = frozenset({"AWS", "Federated", "Service", "CanonicalUser"})
_TOP = frozenset({"Version", "Id", "Statement"})
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_ELEMENTS = frozenset({"Sid", "Effect", "Condition"}.union(*_PAIRS))


def faults(value: object, kind: Kind, *, lenient: bool = False) -> Iterator[Fault]:
    """Tell what is wrong with a document, the group that AWS checks first in front."""
    found = list(_shape(value, kind, lenient=lenient))
    yield from found
    if found or not isinstance(value, dict):
        return  # the later checks rely on the shape
    yield from _version(value, kind, lenient=lenient)
    for group in groups(kind, lenient=lenient):
        yield from group(statements_of(value))


def statements_of(value: Block) -> Statements:
    """Give each statement with its path."""
    statements = value["Statement"]
    if isinstance(statements, list):
        return [(("Statement", index), one) for index, one in enumerate(statements)]
    return [(("Statement",), statements)]  # type: ignore[list-item]  # the shape was checked


def _syntax(path: Path, detail: str) -> Fault:
    return Fault(path, SYNTAX, f"({detail})")


def _shape(value: object, kind: Kind, *, lenient: bool) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _syntax((), "a policy is a JSON object")
        return
    for name in sorted(value.keys() - _TOP):
        yield _syntax((name,), f"unknown element `{name}`")
    if "Version" in value and value["Version"] not in VERSIONS:
        yield _syntax(("Version",), "Version is 2012-10-17 or 2008-10-17")
    if "Id" in value and type(value["Id"]) is not str:
        yield _syntax(("Id",), "Id is a string")
    statements = value.get("Statement")
    if not isinstance(statements, dict | list) or not (statements or lenient):
        yield _syntax(("Statement",) if "Statement" in value else (), "Statement holds at least one statement")
        return
    for path, statement in statements_of(value):
        yield from _statement(path, statement, kind, lenient=lenient)


def _statement(path: Path, statement: object, kind: Kind, *, lenient: bool) -> Iterator[Fault]:
    if not isinstance(statement, dict):
        yield _syntax(path, "a statement is a JSON object")
        return
    for name in sorted(statement.keys() - _ELEMENTS):
        yield _syntax((*path, name), f"unknown element `{name}`")
    for one, other in _PAIRS:
        if one in statement and other in statement:
            yield _syntax((*path, other), f"{one} and {other} exclude each other")
    yield from _plain_elements(path, statement)
    for name in ("Principal", "NotPrincipal"):
        if name in statement and (kind in WITH_PRINCIPAL or lenient):
            yield from _principal((*path, name), statement[name], lenient=lenient)
    if "Condition" in statement:
        yield from _condition((*path, "Condition"), statement["Condition"], lenient=lenient)


def _plain_elements(path: Path, statement: Block) -> Iterator[Fault]:
    effect = statement.get("Effect")
    if not isinstance(effect, str) or effect.lower() not in {"allow", "deny"}:
        yield _syntax((*path, "Effect"), "Effect is Allow or Deny")
    if "Sid" in statement and type(statement["Sid"]) is not str:
        yield _syntax((*path, "Sid"), "Sid is a string")
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if name in statement and not _is_texts(statement[name], nulls=True):
            yield _syntax((*path, name), f"{name} is a string or a list of strings")


def _principal(path: Path, value: object, *, lenient: bool) -> Iterator[Fault]:
    if value == "*" or (lenient and type(value) is str):
        return
    if not isinstance(value, dict):
        yield _syntax(path, 'a principal is "*" or an object')
        return
    for name, names in value.items():
        if name not in PRINCIPAL_TYPES:
            yield _syntax((*path, name), f"unknown kind of principal `{name}`")
        elif not _is_texts(names):
            yield _syntax((*path, name), f"{name} is a string or a list of strings")


def _condition(path: Path, block: object, *, lenient: bool) -> Iterator[Fault]:
    if not isinstance(block, dict):
        yield _syntax(path, "Condition is an object of operators")
        return
    for operator, keys in block.items():
        here = (*path, operator)
        if not isinstance(keys, dict):
            yield _syntax(here, "an operator holds an object of keys")
            continue
        for key, values in keys.items():
            if not _is_condition_value(values):
                yield _syntax((*here, key), "a condition value is a string, a boolean, a number or a list of them")
        # AWS takes an unknown operator that says nothing; one that says something is never skipped.
        if keys and named(operator, any_case=lenient) is None:
            yield _syntax(here, f"unknown operator `{operator}`")


def _is_texts(value: object, *, nulls: bool = False) -> bool:
    """Tell whether this is a string or a list of them; AWS takes a null in some lists."""
    if isinstance(value, list):
        return all(type(one) is str or (nulls and one is None) for one in value)
    return type(value) is str


def _is_condition_value(value: object) -> bool:
    values = value if isinstance(value, list) else [value]
    return all(isinstance(one, str | bool | Number) for one in values)


def _version(value: Block, kind: Kind, *, lenient: bool) -> Iterator[Fault]:
    if not lenient and kind in {Kind.MANAGED, Kind.RCP} and value.get("Version") != VERSIONS[-1]:
        yield Fault(("Version",), "Policy document must be version 2012-10-17 or greater.")
