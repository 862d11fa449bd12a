"""REST-JSON: parameters from path, query string, headers and a JSON body.

Source: botocore's `rest-json` protocol; Smithy, "AWS restJson1 protocol".
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from watchword.domain.http import Header, HttpReply, HttpRequest
from watchword.domain.refusal import Refusal
from watchword.wire import form
from watchword.wire.json_values import INSTANTS, Readers, Writers, decode_object, structure_reader, structure_writer
from watchword.wire.jsonrpc import json_code, json_status, printable, request_header
from watchword.wire.model import Member, Model, OperationModel, Shape
from watchword.wire.names import snake
from watchword.wire.refusals import MalformedInput, not_a
from watchword.wire.results import ResultError, expect
from watchword.wire.scalars import FROM_TEXT

Found = dict[str, Any]
Take = Callable[[HttpRequest, Found], None]

_LABEL = re.compile(r"\{([^}+]+)(\+?)\}")
_JSON = (b"content-type", b"application/json")
_BODY_LOCATIONS = {"uri", "querystring", "header", "headers", "statusCode"}


class Route:
    """Where an operation stands: a method and a path with labels. Labels match percent-encoded bytes."""

    __slots__ = ("_labels", "_literals", "_path", "method", "weight")

    def __init__(self, operation: OperationModel) -> None:
        template, _, literals = operation.http.request_uri.partition("?")
        self._literals = frozenset(literals.encode().split(b"&")) - {b""}
        self.method = operation.http.method
        self._labels = tuple(match[1] for match in _LABEL.finditer(template))
        fixed = _LABEL.split(template)
        written = [re.escape(fixed[0])]
        for position in range(1, len(fixed), 3):
            written += ["(.+)" if fixed[position + 1] else "([^/]+)", re.escape(fixed[position + 2])]
        self._path = re.compile("".join(written).encode())
        self.weight = (-len(self._literals), len(self._labels), -len(template))
        """Sorts what is more exact first."""

    def match(self, request: HttpRequest) -> dict[str, bytes] | None:
        """Give the labels of a request that belongs here, or None."""
        if request.method != self.method or not self._literals.issubset(request.query.split(b"&")):
            return None
        found = self._path.fullmatch(request.path)
        return dict(zip(self._labels, found.groups(), strict=True)) if found else None


def reader(model: Model, operation: OperationModel) -> Callable[[HttpRequest], Found]:
    """Compile how an operation's parameters are read; names come out in snake_case at the top.

    The reader raises MalformedInput.
    """
    takers: list[Take] = []
    members = model.members(operation.input)
    by_location: dict[str, dict[str, Member]] = {}
    for name, member in members.items():
        by_location.setdefault(member.location, {})[name] = member
    if "uri" in by_location:
        takers.append(_from_path(model, Route(operation), by_location["uri"]))
    if "querystring" in by_location:
        takers.append(_from_query(model, by_location["querystring"]))
    for location in ("header", "headers"):
        for name, member in by_location.get(location, {}).items():
            takers.append(_from_header(model, name, member))
    takers.append(_from_body(model, operation, by_location.get("", {})))

    def read(request: HttpRequest) -> Found:
        found: Found = {}
        for take in takers:
            take(request, found)
        return found

    return read


def _from_path(model: Model, route: Route, members: Mapping[str, Member]) -> Take:
    labels = [(snake(n), m.location_name or n, _from_text(n, model.shapes[m.shape])) for n, m in members.items()]

    def take(request: HttpRequest, found: Found) -> None:
        form.check(request.path)
        raw = route.match(request) or {}
        for name, label, convert in labels:
            found[name] = convert(form.unescaped(form.decoded(raw[label])))

    return take


def _from_query(model: Model, members: Mapping[str, Member]) -> Take:
    named = {m.location_name or n: (snake(n), *_repeatable(model, n, m)) for n, m in members.items()}
    rest = next((snake(n) for n, m in members.items() if model.shapes[m.shape].type == "map"), None)

    def take(request: HttpRequest, found: Found) -> None:
        for key, text in form.pairs(request.query):
            if key in named:
                name, convert, many = named[key]
                if many:
                    found.setdefault(name, []).append(convert(text))
                elif name in found:
                    raise MalformedInput(message=f"The parameter {key[:128]} is given more than once.")
                else:
                    found[name] = convert(text)
            elif rest is not None:
                found.setdefault(rest, {})[key] = text

    return take


def _repeatable(model: Model, name: str, member: Member) -> tuple[Callable[[str], Any], bool]:
    shape = model.shapes[member.shape]
    if shape.type == "list" and shape.member is not None:
        return _from_text(name, model.shapes[shape.member.shape]), True
    return (str if shape.type == "map" else _from_text(name, shape)), False


def _from_header(model: Model, name: str, member: Member) -> Take:
    wire = (member.location_name or name).lower().encode()
    shape = model.shapes[member.shape]

    def take_prefixed(request: HttpRequest, found: Found) -> None:
        values = {k[len(wire) :].decode(): form.decoded(v) for k, v in request.headers if k.startswith(wire)}
        if values:
            found[snake(name)] = values

    if member.location == "headers":
        return take_prefixed
    convert, many = _repeatable(model, name, member)

    def take(request: HttpRequest, found: Found) -> None:
        raw = request.header(wire)
        if raw is not None:
            text = form.decoded(raw)
            found[snake(name)] = [convert(item.strip()) for item in text.split(",")] if many else convert(text)

    if shape.type == "map":
        raise LookupError(f"a header cannot hold the map `{name}`")
    return take


def _from_text(name: str, shape: Shape) -> Callable[[str], Any]:
    convert = FROM_TEXT.get(shape.type)
    if convert is None:
        raise LookupError(f"a text cannot hold a `{shape.type}` (member `{name}`)")

    def read(text: str) -> Any:
        try:
            return convert(text)
        except ValueError:
            raise not_a(shape.type, text) from None

    return read


def _from_body(model: Model, operation: OperationModel, members: Mapping[str, Member]) -> Take:
    payload = model.shapes[operation.input.shape].payload if operation.input else ""
    shapes = Readers(model)
    if not payload:
        read = structure_reader([(m.location_name or n, snake(n), shapes.member(m)) for n, m in members.items()])

        def take(request: HttpRequest, found: Found) -> None:
            if members:
                found.update(read(decode_object(request.body)))

        return take
    member, kind = members[payload], model.shapes[members[payload].shape].type
    convert = shapes.member(member)

    def take_payload(request: HttpRequest, found: Found) -> None:
        if not request.body:
            return
        if kind == "blob":
            found[snake(payload)] = request.body
        elif kind == "string":
            found[snake(payload)] = form.decoded(request.body)
        else:
            found[snake(payload)] = convert(decode_object(request.body))

    return take_payload


def writer(model: Model, operation: OperationModel) -> Callable[[Mapping[str, Any], str], HttpReply]:
    """Compile how an operation's result is written."""
    members = model.members(operation.output)
    beside = {n: m for n, m in members.items() if m.location in _BODY_LOCATIONS}
    body = _body_writer(model, operation, {n: m for n, m in members.items() if n not in beside})
    head = [_header_writer(model, name, member) for name, member in beside.items() if member.location != "statusCode"]
    status_member = next((name for name, member in beside.items() if member.location == "statusCode"), None)

    def encode(result: Mapping[str, Any], request_id: str) -> HttpReply:
        headers = [_JSON, request_header(request_id)]
        for write in head:
            headers += write(result)
        status = operation.http.response_code
        if status_member is not None:
            status = result.get(status_member, status)
        return HttpReply(status, headers, body({n: item for n, item in result.items() if n not in beside}))

    return encode


def _body_writer(
    model: Model, operation: OperationModel, members: Mapping[str, Member]
) -> Callable[[Mapping[str, Any]], bytes]:
    payload = model.shapes[operation.output.shape].payload if operation.output else ""
    shapes = Writers(model)
    if not payload:
        write = structure_writer(
            [(n, m.location_name or n, shapes.member(m)) for n, m in members.items()], operation.name
        )
        return lambda result: msgspec.json.encode(write(result))
    kind, convert = model.shapes[members[payload].shape].type, shapes.member(members[payload])

    def write_payload(result: Mapping[str, Any]) -> bytes:
        if result.keys() - {payload}:
            raise ResultError(f"`{operation.name}` has no member {sorted(result.keys() - {payload})}")
        value = result.get(payload)
        if value is None:
            return b""
        if kind in {"blob", "string"}:
            expect(value, (bytes, str))
            return value if isinstance(value, bytes) else str(value).encode()
        return msgspec.json.encode(convert(value))

    return write_payload


def _header_writer(model: Model, name: str, member: Member) -> Callable[[Mapping[str, Any]], Iterable[Header]]:
    wire = (member.location_name or name).lower().encode()
    shape = model.shapes[member.shape]
    instants = INSTANTS[member.timestamp_format or shape.timestamp_format or "rfc822"]

    def text(value: Any) -> bytes:
        match value:
            case bool():
                return b"true" if value else b"false"
            case bytes():
                return base64.b64encode(value)
            case list():
                return b", ".join(map(text, value))
            case int() | float() if shape.type == "timestamp":
                return str(instants(value)).encode()
            case _:
                return _one_line(str(value))

    def write(result: Mapping[str, Any]) -> Iterable[Header]:
        value = result.get(name)
        if value is None:
            return []
        if member.location == "headers":
            return [(wire + key.lower().encode(), _one_line(item)) for key, item in value.items()]
        return [(wire, text(value))]

    return write


def _one_line(text: str) -> bytes:
    """Keep a value from ending its header and beginning another."""
    if "\r" in text or "\n" in text or "\0" in text:
        raise ResultError("a header cannot hold more than one line")
    return text.encode()


def refuse(model: Model | None, refusal: Refusal, request_id: str) -> HttpReply:  # noqa: ARG001 - as every protocol's
    """Write a refusal as REST-JSON services do."""
    code = json_code(refusal)
    body = msgspec.json.encode({"message": printable(refusal.message)})
    return HttpReply(
        json_status(refusal), (_JSON, request_header(request_id), (b"x-amzn-errortype", code.encode())), body
    )
