"""Values to XML: each output shape becomes one function that writes it.

A value that its shape does not have is a mistake of the handler, told by ResultError and never sent.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

from watchword.domain.clock import iso8601
from watchword.wire.model import Member, Model, Shape
from watchword.wire.results import expect, reject_unknown

Put = Callable[[str], None]
Write = Callable[[Any, Put], None]

_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}


def escaped(text: str) -> str:
    """Write text so that any XML 1.0 parser reads it back.

    Characters that XML 1.0 cannot hold, not even as references, become U+FFFD: an answer that no client can
    parse would hide everything else in it.
    """
    if text.isascii() and text.isprintable() and "&" not in text and "<" not in text and ">" not in text:
        return text  # a long token passes in a quarter of the time that the pattern takes
    return _SPECIAL.sub(lambda found: _ENTITIES.get(found.group(), "\ufffd"), text)


def structure_writer(members: list[tuple[str, Write]], name: str) -> Write:
    """Make the writer of a structure's members, in the model's order; None and what is missing are left out."""

    def write(value: Mapping[str, Any], put: Put) -> None:
        written = 0
        for key, write_member in members:
            item = value.get(key)
            if item is not None:
                written += 1
                write_member(item, put)
        if written != len(value):
            reject_unknown(value, (key for key, _ in members), name)

    return write


def members_writer(model: Model, members: Mapping[str, Member], name: str) -> Write:
    """Compile the members of an output to the function that writes their elements."""
    compiled = _Writers(model)
    return structure_writer(
        [(key, compiled.element(member, member.location_name or key)) for key, member in members.items()], name
    )


class _Writers:
    """Compiles shapes to functions that write an element; each structure once."""

    def __init__(self, model: Model) -> None:
        self._shapes = model.shapes
        self._structures: dict[str, Write] = {}

    def element(self, member: Member, tag: str) -> Write:
        shape = self._shapes[member.shape]
        match shape.type:
            case "structure":
                return _wrapped(tag, self._structure(member.shape))
            case "list":
                return self._list(shape, tag, flattened=member.flattened or shape.flattened)
            case "map":
                return self._map(shape, tag, flattened=member.flattened or shape.flattened)
            case kind:
                return _scalar(tag, kind)

    def _structure(self, name: str) -> Write:
        if name not in self._structures:
            members: list[tuple[str, Write]] = []
            self._structures[name] = structure_writer(members, name)  # first: a recursive shape finds itself
            for key, member in self._shapes[name].members.items():
                members.append((key, self.element(member, member.location_name or key)))
        return self._structures[name]

    def _list(self, shape: Shape, tag: str, *, flattened: bool) -> Write:
        assert shape.member is not None
        item = self.element(shape.member, shape.member.location_name or (tag if flattened else "member"))

        def write(value: list[Any], put: Put) -> None:
            for element in value:
                item(element, put)

        return write if flattened else _wrapped(tag, write)

    def _map(self, shape: Shape, tag: str, *, flattened: bool) -> Write:
        assert shape.key is not None
        assert shape.value is not None
        write_key = self.element(shape.key, shape.key.location_name or "key")
        write_value = self.element(shape.value, shape.value.location_name or "value")

        def pair(item: tuple[Any, Any], put: Put) -> None:
            write_key(item[0], put)
            write_value(item[1], put)

        entry = _wrapped(tag if flattened else "entry", pair)

        def write(value: Mapping[Any, Any], put: Put) -> None:
            for item in value.items():
                entry(item, put)

        return write if flattened else _wrapped(tag, write)


def _wrapped(tag: str, inner: Write) -> Write:
    start, end = f"<{tag}>", f"</{tag}>"

    def write(value: Any, put: Put) -> None:
        put(start)
        inner(value, put)
        put(end)

    return write


def _scalar(tag: str, kind: str) -> Write:
    start, end, text_of = f"<{tag}>", f"</{tag}>", _SCALARS.get(kind)
    if text_of is None:
        raise LookupError(f"XML has no `{kind}` (element `{tag}`)")

    def write(value: Any, put: Put) -> None:
        put(f"{start}{text_of(value)}{end}")

    return write


def _text(value: Any) -> str:
    if type(value) is not str:
        expect(value, str)
    return escaped(value)


def _number(value: Any) -> str:
    expect(value, int)
    return str(value)


def _decimal(value: Any) -> str:
    expect(value, (int, float))
    return repr(value)


def _truth(value: Any) -> str:
    expect(value, bool)
    return "true" if value else "false"


def _octets(value: Any) -> str:
    expect(value, bytes)
    return base64.b64encode(value).decode("ascii")


def _instant(value: Any) -> str:
    expect(value, (int, float))
    return iso8601(value)


_SCALARS: Mapping[str, Callable[[Any], str]] = {
    "string": _text,
    "character": _text,
    "integer": _number,
    "long": _number,
    "float": _decimal,
    "double": _decimal,
    "boolean": _truth,
    "blob": _octets,
    "timestamp": _instant,
}
