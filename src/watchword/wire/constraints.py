"""What a model demands of parameters: required, length, range, pattern, enumeration; in AWS's own words.

Source: the wording of ValidationError as IAM, STS and JSON services answer it; a scalar in a list or map is told
with the whole list, a member of a structure in a list by its path (`tags.1.member.key`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from watchword.domain.refusal import ValidationError
from watchword.wire.model import Member, Model, Shape
from watchword.wire.names import camel
from watchword.wire.patterns import matcher

Check = Callable[[Any, str, list[str]], None]
"""Takes a value, its path, and the list to which problems are added."""

MAX_ECHO = 1024
"""Characters of a bad value that a message repeats."""
MAX_TOLD = 50
"""Problems that one message tells in full."""

_TEXTS = {"string", "character", "blob"}
_NUMBERS = {"integer", "long", "float", "double"}


class Rule(NamedTuple):
    """One demand on one value, and AWS's words for it."""

    holds: Callable[[Any], object]
    words: str


def refuse_problems(problems: list[str]) -> None:
    """Refuse when there are problems.

    Raises ValidationError.
    """
    if problems:
        count = len(problems)
        noun = "error" if count == 1 else "errors"
        raise ValidationError(message=f"{count} validation {noun} detected: {'; '.join(problems[:MAX_TOLD])}")


class Checks:
    """Compiles shapes to functions that find what is wrong with a value; a shape without limits has none."""

    def __init__(self, model: Model) -> None:
        self._shapes = model.shapes
        self._open: dict[str, _Structure] = {}
        self._structures: dict[str, _Structure | None] = {}

    def structure(self, name: str, rename: Callable[[str], str] = str) -> Check | None:
        """Compile a structure; `rename` gives its members' names in the values that will be checked.

        Its check takes a path that ends in a dot, or is empty.
        """
        if name in self._open:
            return self._open[name]
        if name in self._structures:
            return self._structures[name]
        found = self._open[name] = _Structure([])
        shape = self._shapes[name]
        for key, member in shape.members.items():
            inner, required = self._member(member), key in shape.required
            if inner or required:
                found.members.append((rename(key), camel(key), required, inner))
        del self._open[name]
        self._structures[name] = found if found.members else None
        return self._structures[name]

    def _member(self, member: Member) -> Check | None:
        shape = self._shapes[member.shape]
        match shape.type:
            case "structure":
                inner = self.structure(member.shape)
                return inner and _dotted(inner)
            case "list" if shape.member is not None:
                return self._list(shape, shape.member)
            case "map":
                return self._map(shape)
            case _:
                rules = rules_of(shape)
                return _scalar(rules, sensitive=shape.sensitive) if rules else None

    def _list(self, shape: Shape, member: Member) -> Check:
        length = rules_of(shape)
        element = self._shapes[member.shape]
        inner = self._member(member) if element.type in {"structure", "list", "map"} else None
        rules = () if inner else rules_of(element)
        told = f"Member must satisfy constraint: {_together(rules)}"
        sensitive = shape.sensitive or element.sensitive

        def check(value: list[Any], path: str, problems: list[str]) -> None:
            before = len(problems)
            _apply(length, value, path, problems, sensitive=sensitive)
            if len(problems) > before:
                return  # a list that is too long is not looked through
            for number, item in enumerate(value, 1):
                if item is None:
                    problems.append(_problem(None, f"{path}.{number}.member", "Member must not be null"))
                elif inner:
                    inner(item, f"{path}.{number}.member", problems)
            if not all(rule.holds(item) for item in value if item is not None for rule in rules):
                problems.append(_problem(value, path, told, sensitive=sensitive))

        return check

    def _map(self, shape: Shape) -> Check:
        assert shape.key is not None
        assert shape.value is not None
        length, key_rules = rules_of(shape), rules_of(self._shapes[shape.key.shape])
        element = self._shapes[shape.value.shape]
        sensitive = shape.sensitive or element.sensitive
        inner = self._member(shape.value) if element.type in {"structure", "list", "map"} else None
        value_rules = () if inner else rules_of(element)
        keys = f"Map keys must satisfy constraint: {_together(key_rules)}"
        values = f"Map value must satisfy constraint: {_together(value_rules)}"

        def check(value: dict[str, Any], path: str, problems: list[str]) -> None:
            _apply(length, value, path, problems, sensitive=sensitive)
            if not all(rule.holds(key) for key in value for rule in key_rules):
                problems.append(_problem(value, path, keys, sensitive=sensitive))
            for key, item in value.items():
                if item is None:
                    problems.append(_problem(None, f"{path}.{key[:MAX_ECHO]}.member", "Member must not be null"))
                elif inner:
                    inner(item, f"{path}.{key[:MAX_ECHO]}.member", problems)
            if not all(rule.holds(item) for item in value.values() if item is not None for rule in value_rules):
                problems.append(_problem(value, path, values, sensitive=sensitive))

        return check


class _Structure:
    """The check of a structure: its required members, and the members that have limits of their own."""

    __slots__ = ("members",)

    def __init__(self, members: list[tuple[str, str, bool, Check | None]]) -> None:
        self.members = members

    def __call__(self, value: Mapping[str, Any], path: str, problems: list[str]) -> None:
        for key, name, required, inner in self.members:
            item = value.get(key)
            if item is None:
                if required:
                    problems.append(_problem(None, path + name, "Member must not be null"))
            elif inner:
                inner(item, path + name, problems)


def _dotted(inner: Check) -> Check:
    return lambda value, path, problems: inner(value, f"{path}.", problems)


def _scalar(rules: tuple[Rule, ...], *, sensitive: bool) -> Check:
    tests = tuple(rule.holds for rule in rules)

    def check(value: Any, path: str, problems: list[str]) -> None:
        for holds in tests:  # words are looked for only when a test has failed
            if not holds(value):
                _apply(rules, value, path, problems, sensitive=sensitive)
                return

    return check


def _apply(rules: tuple[Rule, ...], value: Any, path: str, problems: list[str], *, sensitive: bool) -> None:
    problems += [_problem(value, path, rule.words, sensitive=sensitive) for rule in rules if not rule.holds(value)]


def rules_of(shape: Shape) -> tuple[Rule, ...]:
    """Compile the limits that a shape itself has."""
    rules: list[Rule] = []
    if shape.type in _NUMBERS:
        if shape.min is not None:
            rules.append(Rule(shape.min.__le__, f"Member must have value greater than or equal to {shape.min}"))
        if shape.max is not None:
            rules.append(Rule(shape.max.__ge__, f"Member must have value less than or equal to {shape.max}"))
        return tuple(rules)
    if (least := shape.min) is not None:
        words = f"Member must have length greater than or equal to {least}"
        rules.append(Rule(lambda value: len(value) >= least, words))
    if (most := shape.max) is not None:
        rules.append(Rule(lambda value: len(value) <= most, f"Member must have length less than or equal to {most}"))
    if shape.pattern:
        rules.append(_pattern_rule(shape))
    if shape.enum:
        words = f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
        rules.append(Rule(frozenset(shape.enum).__contains__, words))
    return tuple(rules)


def _pattern_rule(shape: Shape) -> Rule:
    matches, most = matcher(shape.pattern), shape.max
    words = f"Member must satisfy regular expression pattern: {shape.pattern}"
    if most is None:
        return Rule(matches, words)
    # A pattern never sees more than the model allows: its cost is bounded by the length, not by the sender.
    return Rule(lambda value: len(value) > most or matches(value), words)


def _together(rules: tuple[Rule, ...]) -> str:
    """List the words of rules as AWS does for what stands in a list or map: the upper bound first."""
    return f"[{', '.join(rule.words for rule in sorted(rules, key=lambda rule: 'less than' not in rule.words))}]"


def _problem(value: Any, path: str, words: str, *, sensitive: bool = False) -> str:
    if value is None:
        return f"Value null at '{path}' failed to satisfy constraint: {words}"
    if sensitive:  # AWS tells that it is wrong, and not what it was
        return f"Value at '{path}' failed to satisfy constraint: {words}"
    return f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: {words}"


def _shown(value: Any) -> str:
    """Write a value as AWS's messages do, up to MAX_ECHO characters."""
    if isinstance(value, list):
        text = f"[{', '.join(map(_shown_within, value[:MAX_TOLD]))}]"
    elif isinstance(value, dict):
        text = f"{{{', '.join(f'{key}={_shown_within(item)}' for key, item in list(value.items())[:MAX_TOLD])}}}"
    elif isinstance(value, bytes):
        text = f"({len(value)} bytes)"
    else:
        text = str(value)
    return text if len(text) <= MAX_ECHO else f"{text[:MAX_ECHO]}…"


def _shown_within(value: Any) -> str:
    """Write one element; a structure is not shown, because a part of it may be a secret."""
    return "{…}" if isinstance(value, (dict, list)) else _shown(value)
