"""Values in JSON: each input shape becomes a function that reads it, each output shape one that writes it.

Reading is strict about types and ignores members that the model does not have, as AWS does.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from watchword.wire.model import Member, Model
from watchword.wire.refusals import MalformedInput
from watchword.wire.results import ResultError, expect, reject_unknown
from watchword.wire.scalars import BITS, octets
from watchword.wire.timestamps import bounded, http_date, iso_date, parse_instant, whole

Convert = Callable[[Any], Any]
Members = list[tuple[str, str, Convert]]
"""Each member's name where it comes from, its name where it goes, and what happens on the way."""

_KINDS = {str: "STRING_VALUE", bool: "BOOLEAN_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE"}


def decode_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object; nothing at all is an empty one.

    Raises MalformedInput for what is not JSON, not an object, or nested past what a stack can hold.
    """
    if not body:
        return {}
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedInput(message="The request body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise MalformedInput(message="Start of structure or map not found where expected.")
    return value


class Readers:
    """Compiles input shapes to functions from decoded JSON to values; each structure once."""

    def __init__(self, model: Model) -> None:
        self._shapes = model.shapes
        self._structures: dict[str, Convert] = {}

    def member(self, member: Member) -> Convert:
        """Compile one member."""
        shape = self._shapes[member.shape]
        match shape.type:
            case "structure" if shape.document:
                return _untouched
            case "structure":
                return self._structure(member.shape)
            case "list" if shape.member is not None:
                return _list_reader(self.member(shape.member))
            case "map" if shape.value is not None:
                return _map_reader(self.member(shape.value))
            case kind:
                return _READ[kind]

    def _structure(self, name: str) -> Convert:
        if name not in self._structures:
            members: Members = []
            self._structures[name] = structure_reader(members)  # first, so that a recursive shape finds itself
            for key, member in self._shapes[name].members.items():
                members.append((member.location_name or key, key, self.member(member)))
        return self._structures[name]


def structure_reader(members: Members) -> Convert:
    """Make the reader of an object with these members; a null is a member that is not there."""

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise MalformedInput(message="Start of structure or map not found where expected.")
        return {name: take(item) for wire, name, take in members if (item := value.get(wire)) is not None}

    return read


def _list_reader(item: Convert) -> Convert:
    def read(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise MalformedInput(message="Start of list not found where expected.")
        return [None if element is None else item(element) for element in value]

    return read


def _map_reader(item: Convert) -> Convert:
    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise MalformedInput(message="Start of structure or map not found where expected.")
        return {name: None if element is None else item(element) for name, element in value.items()}

    return read


def _mismatch(value: Any, kind: str) -> MalformedInput:
    if isinstance(value, (dict, list)):
        return MalformedInput(message=f"Start of structure or list found where a {kind} is expected.")
    return MalformedInput(message=f"{_KINDS[type(value)]} can not be converted to {kind}")


def _untouched(value: Any) -> Any:
    return value


def _read_text(value: Any) -> str:
    if type(value) is not str:
        raise _mismatch(value, "String")
    if "\0" in value:
        raise MalformedInput(message="The request has a null character.")
    return value


def _number_reader(kind: str) -> Convert:
    bound, name = 1 << BITS[kind], kind.capitalize()

    def read(value: Any) -> int:
        if type(value) is not int:
            raise _mismatch(value, name)
        if not -bound <= value < bound:
            raise MalformedInput(message=f"The number is out of the range of {name}.")
        return value

    return read


def _read_decimal(value: Any) -> float:
    if type(value) not in {int, float}:
        raise _mismatch(value, "Double")
    return float(value)


def _read_truth(value: Any) -> bool:
    if type(value) is not bool:
        raise _mismatch(value, "Boolean")
    return value


def _read_octets(value: Any) -> bytes:
    try:
        return octets(_read_text(value))
    except ValueError:
        raise MalformedInput(message="A blob is not valid base64.") from None


def _read_instant(value: Any) -> int | float:
    try:
        if type(value) is str:
            return parse_instant(value)
        if type(value) in {int, float}:
            return bounded(value)
    except (ValueError, OverflowError):
        raise MalformedInput(message="A timestamp is not valid.") from None
    raise _mismatch(value, "Timestamp")


_READ: Mapping[str, Convert] = {
    "string": _read_text,
    "character": _read_text,
    "integer": _number_reader("integer"),
    "long": _number_reader("long"),
    "float": _read_decimal,
    "double": _read_decimal,
    "boolean": _read_truth,
    "blob": _read_octets,
    "timestamp": _read_instant,
}


class Writers:
    """Compiles output shapes to functions from values to what JSON can hold; each structure once."""

    def __init__(self, model: Model) -> None:
        self._shapes = model.shapes
        self._structures: dict[str, Convert] = {}

    def member(self, member: Member) -> Convert:
        """Compile one member."""
        shape = self._shapes[member.shape]
        match shape.type:
            case "structure" if shape.document:
                return _untouched
            case "structure":
                return self._structure(member.shape)
            case "list" if shape.member is not None:
                return _list_writer(self.member(shape.member))
            case "map" if shape.value is not None:
                return _map_writer(self.member(shape.value))
            case "timestamp":
                return INSTANTS[member.timestamp_format or shape.timestamp_format or "unixTimestamp"]
            case kind:
                return _WRITE[kind]

    def _structure(self, name: str) -> Convert:
        if name not in self._structures:
            members: Members = []
            self._structures[name] = structure_writer(members, name)
            for key, member in self._shapes[name].members.items():
                members.append((key, member.location_name or key, self.member(member)))
        return self._structures[name]


def structure_writer(members: Members, name: str) -> Convert:
    """Make the writer of an object with these members; None and what is missing are left out."""

    def write(value: Any) -> dict[str, Any]:
        expect(value, dict)
        written = {wire: give(item) for key, wire, give in members if (item := value.get(key)) is not None}
        if len(written) != len(value):
            reject_unknown(value, (key for key, _, _ in members), name)
        return written

    return write


def _list_writer(item: Convert) -> Convert:
    def write(value: Any) -> list[Any]:
        expect(value, (list, tuple))
        return [item(element) for element in value]

    return write


def _map_writer(item: Convert) -> Convert:
    def write(value: Any) -> dict[str, Any]:
        expect(value, dict)
        return {name: item(element) for name, element in value.items()}

    return write


def _only(*kinds: type) -> Convert:
    def write(value: Any) -> Any:
        expect(value, kinds)
        return value

    return write


def _write_truth(value: Any) -> bool:
    if type(value) is not bool:
        raise ResultError(f"a value of type `{type(value).__name__}` does not fit its shape")
    return value


def _write_octets(value: Any) -> str:
    expect(value, bytes)
    return base64.b64encode(value).decode("ascii")


def _epoch(value: Any) -> int | float:
    expect(value, (int, float))
    if not math.isfinite(value):
        raise ResultError("an instant is not a number")
    return whole(value)


INSTANTS: Mapping[str, Convert] = {"unixTimestamp": _epoch, "iso8601": iso_date, "rfc822": http_date}
"""How instants are written, by the model's name of the format."""

_WRITE: Mapping[str, Convert] = {
    "string": _only(str),
    "character": _only(str),
    "integer": _only(int),
    "long": _only(int),
    "float": _only(int, float),
    "double": _only(int, float),
    "boolean": _write_truth,
    "blob": _write_octets,
}
