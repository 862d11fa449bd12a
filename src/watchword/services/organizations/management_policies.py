"""Management policies: how a tag policy, a backup policy and their like are inherited, and merged to one.

A policy is a JSON object. Where its values meet those of a policy further down, operators say what becomes of them:
`@@assign`, `@@append` and `@@remove`; and `@@operators_allowed_for_child_policies` says which of those a policy below
may use there and deeper.
Source: Organizations User Guide, "Inheritance syntax and inheritance for management policy types".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

ASSIGN, APPEND, REMOVE = "@@assign", "@@append", "@@remove"
ALLOWED = "@@operators_allowed_for_child_policies"
SETTERS = (ASSIGN, APPEND, REMOVE)
ALL, NONE = "@@all", "@@none"
CONTROLS = frozenset({ALL, NONE, *SETTERS})
MOST_LEVELS = 32

Block = dict[str, Any]
Place = tuple[str, ...]
_EVERY = frozenset(SETTERS)


class NotAPolicyError(ValueError):
    """A text is no management policy."""


@dataclass(slots=True)
class _Node:
    """One place of the merged policy: a value, or further places by the lower-case form of their names."""

    name: str
    children: dict[str, _Node] = field(default_factory=dict)
    value: list[Any] | None = None
    is_list: bool = False
    assigned_at: int = -1
    """The level that assigned the value: of several policies on one level, the first attached does."""
    rule: frozenset[str] | None = None
    """The operators that policies further down may use here, where any policy has said so."""


def read(text: str) -> Block:
    """Read a management policy.

    Raises NotAPolicyError for what is no JSON object, and for operators that are unknown or where they cannot be.
    """
    try:
        found = msgspec.json.decode(text, type=Block)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
        raise NotAPolicyError from error
    if not found:
        raise NotAPolicyError
    _check(found, MOST_LEVELS)
    return found


def merged(levels: Iterable[Iterable[str]]) -> Block | None:
    """Merge the texts of policies, level by level from the root down; None where they say nothing.

    Those of one level come in the order in which they were attached. Raises NotAPolicyError.
    """
    root = _Node("")
    for number, texts in enumerate(levels):
        rules = dict(_rules(root, (), _EVERY))  # as they were above: those of one level do not bind each other
        for text in texts:
            _Layer(number, rules).lay(root, read(text), (), _EVERY)
    return _told(root)


def _check(block: Mapping[str, Any], depth: int) -> None:
    if depth == 0:
        raise NotAPolicyError
    operators = [name for name in block if name.startswith("@@")]
    for name in operators:
        _check_operator(name, block[name])
    if any(name in SETTERS for name in operators) and len(operators) < len(block):
        raise NotAPolicyError  # a place has a value or places below, never both
    for name, inner in block.items():
        if name not in operators:
            if not isinstance(inner, dict):
                raise NotAPolicyError  # a value stands under an operator
            _check(inner, depth - 1)


def _check_operator(name: str, value: Any) -> None:
    if name == ALLOWED:
        if not isinstance(value, list) or not CONTROLS.issuperset(map(str, value)):
            raise NotAPolicyError
    elif name not in SETTERS or not _is_value(value):
        raise NotAPolicyError


def _is_value(value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return all(isinstance(one, str | bool | int | float) for one in values)


def _rules(node: _Node, place: Place, inherited: frozenset[str]) -> Iterator[tuple[Place, frozenset[str]]]:
    """Give which operators may be used at each place: by its own rule, or that of the nearest place around it."""
    rule = inherited if node.rule is None else node.rule
    yield place, rule
    for name, child in node.children.items():
        yield from _rules(child, (*place, name), rule)


@dataclass(frozen=True, slots=True)
class _Layer:
    """One level's policies, laid over what the levels above it made, under the rules that those set."""

    number: int
    rules: Mapping[Place, frozenset[str]]

    def lay(self, node: _Node, block: Mapping[str, Any], place: Place, inherited: frozenset[str]) -> None:
        allowed = self.rules.get(place, inherited)
        if ALLOWED in block:
            # What is forbidden stays so; of several on one level, all must allow.
            node.rule = _meant(block[ALLOWED]) & allowed & (_EVERY if node.rule is None else node.rule)
        for operator in SETTERS:
            if operator in block and operator in allowed:
                self._set(node, operator, block[operator])
        for name, inner in block.items():
            if not name.startswith("@@"):
                child = node.children.setdefault(name.lower(), _Node(name))
                self.lay(child, inner, (*place, name.lower()), allowed)

    def _set(self, node: _Node, operator: str, value: Any) -> None:
        given, held = value if isinstance(value, list) else [value], node.value or []
        if operator == ASSIGN:
            if node.assigned_at < self.number:
                node.is_list, node.value, node.assigned_at = isinstance(value, list), given, self.number
        elif operator == APPEND:
            node.is_list, node.value = True, [*held, *(one for one in given if one not in held)]
        else:
            node.value = [one for one in held if one not in given] or None


def _meant(named: Iterable[str]) -> frozenset[str]:
    names = frozenset(named)
    if NONE in names:
        return frozenset()
    return _EVERY if ALL in names else names & _EVERY


def _told(node: _Node) -> Block | None:
    """Write a merged place without operators; what became empty is left out."""
    found: Block = {}
    for child in node.children.values():
        if child.value is not None:
            found[child.name] = child.value if child.is_list else child.value[0]
        elif (below := _told(child)) is not None:
            found[child.name] = below
    return found or None
