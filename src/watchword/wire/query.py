"""The query protocol: parameters from a URL-encoded form, answers in XML.

Source: botocore's `query` protocol; Smithy, "AWS query protocol".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from watchword.domain.http import HttpReply, HttpRequest
from watchword.domain.refusal import Refusal
from watchword.wire.form import Tree, form_of, grow
from watchword.wire.model import Member, Model, OperationModel, Shape
from watchword.wire.names import snake
from watchword.wire.refusals import MalformedInput, not_a
from watchword.wire.scalars import FROM_TEXT
from watchword.wire.xml_values import escaped, members_writer

Read = Callable[[Any], Any]

_INDEX = re.compile(r"[1-9][0-9]{0,6}")
SERVER_FAULT = 500


def reader(model: Model, operation: OperationModel) -> Callable[[HttpRequest], dict[str, Any]]:
    """Compile how an operation's parameters are read; names come out in snake_case at the top.

    The reader raises MalformedInput.
    """
    shapes = _Readers(model)
    members = tuple(
        (shapes.wire_name(key, member), snake(key), shapes.member(member))
        for key, member in model.members(operation.input).items()
    )

    def read(request: HttpRequest) -> dict[str, Any]:
        tree = grow(form_of(request))
        return {name: take(tree[wire]) for wire, name, take in members if wire in tree}

    return read


class _Readers:
    """Compiles shapes to functions from a node of the form's tree to a value; each structure once."""

    def __init__(self, model: Model) -> None:
        self._shapes = model.shapes
        self._structures: dict[str, Read] = {}

    def wire_name(self, key: str, member: Member) -> str:
        """Tell what a member is called in a form: a flattened list goes by the name of its elements."""
        shape = self._shapes[member.shape]
        if shape.member is not None and shape.member.location_name and (member.flattened or shape.flattened):
            return shape.member.location_name
        return member.location_name or key

    def member(self, member: Member) -> Read:
        shape = self._shapes[member.shape]
        match shape.type:
            case "structure":
                return self._structure(member.shape)
            case "list":
                return self._list(shape, flattened=member.flattened or shape.flattened)
            case "map":
                return self._map(shape, flattened=member.flattened or shape.flattened)
            case kind:
                return _scalar(kind, member.shape)

    def _structure(self, name: str) -> Read:
        if name not in self._structures:
            members: list[tuple[str, str, Read]] = []
            self._structures[name] = _structure_reader(members)  # first, so that a recursive shape finds itself
            for key, member in self._shapes[name].members.items():
                members.append((self.wire_name(key, member), key, self.member(member)))
        return self._structures[name]

    def _list(self, shape: Shape, *, flattened: bool) -> Read:
        assert shape.member is not None
        return _list_reader(None if flattened else shape.member.location_name or "member", self.member(shape.member))

    def _map(self, shape: Shape, *, flattened: bool) -> Read:
        assert shape.key is not None
        assert shape.value is not None
        return _map_reader(
            None if flattened else "entry",
            (shape.key.location_name or "key", self.member(shape.key)),
            (shape.value.location_name or "value", self.member(shape.value)),
        )


def _structure_reader(members: list[tuple[str, str, Read]]) -> Read:
    def read(node: str | Tree) -> dict[str, Any]:
        if isinstance(node, str):
            raise MalformedInput(message="Start of structure or map not found where expected.")
        return {name: take(node[wire]) for wire, name, take in members if wire in node}

    return read


def _list_reader(wrapper: str | None, item: Read) -> Read:
    def read(node: str | Tree) -> list[Any]:
        return [item(element) for element in _numbered(node, wrapper)]

    return read


def _map_reader(wrapper: str | None, key: tuple[str, Read], value: tuple[str, Read]) -> Read:
    (key_name, read_key), (value_name, read_value) = key, value

    def read(node: str | Tree) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for entry in _numbered(node, wrapper):
            if isinstance(entry, str) or key_name not in entry:
                raise MalformedInput(message="An entry of a map has no key.")
            name = read_key(entry[key_name])
            if name in found:
                raise MalformedInput(message="A map has the same key more than once.")
            found[name] = read_value(entry[value_name]) if value_name in entry else None
        return found

    return read


def _numbered(node: str | Tree, wrapper: str | None) -> list[str | Tree]:
    """Give list elements by ascending index; gaps close, as AWS reads them. An empty text is an empty list."""
    if wrapper is not None and not isinstance(node, str):
        node = node.get(wrapper, "?")
    if isinstance(node, str):
        if node:
            raise MalformedInput(message="Start of list not found where expected.")
        return []
    for index in node:
        if not _INDEX.fullmatch(index):
            raise MalformedInput(message=f"{index[:64]} is not a list index.")
    return [node[index] for index in sorted(node, key=int)]


def _scalar(kind: str, name: str) -> Read:
    convert = FROM_TEXT.get(kind)
    if convert is None:
        raise LookupError(f"the query protocol has no `{kind}` (shape `{name}`)")

    def read(node: str | Tree) -> Any:
        if not isinstance(node, str):
            raise MalformedInput(message=f"Start of structure or list found where a {kind} is expected.")
        try:
            return convert(node)
        except ValueError:
            raise not_a(kind, node) from None

    return _text if kind in {"string", "character"} else read


def _text(node: str | Tree) -> str:
    if isinstance(node, str):
        return node
    raise MalformedInput(message="Start of structure or list found where a string is expected.")


def writer(model: Model, operation: OperationModel) -> Callable[[Mapping[str, Any], str], HttpReply]:
    """Compile how an operation's result is written."""
    name, output = operation.name, operation.output
    head = f'<{name}Response xmlns="{model.metadata.xml_namespace}">'
    tail = f"</RequestId></ResponseMetadata></{name}Response>"
    middle = "<ResponseMetadata><RequestId>"
    if output is not None and output.result_wrapper:
        head, middle = f"{head}<{output.result_wrapper}>", f"</{output.result_wrapper}>{middle}"
    write = members_writer(model, model.members(output), name)

    def encode(result: Mapping[str, Any], request_id: str) -> HttpReply:
        parts = [head]
        write(result, parts.append)
        parts += (middle, request_id, tail)
        return HttpReply(200, headers(request_id), "".join(parts).encode())

    return encode


def refuse(model: Model | None, refusal: Refusal, request_id: str) -> HttpReply:
    """Write a refusal as query services do."""
    namespace = f' xmlns="{model.metadata.xml_namespace}"' if model else ""
    side = "Receiver" if refusal.status >= SERVER_FAULT else "Sender"
    body = (
        f"<ErrorResponse{namespace}><Error><Type>{side}</Type><Code>{escaped(refusal.code)}</Code>"
        f"<Message>{escaped(refusal.message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return HttpReply(refusal.status, headers(request_id), body.encode())


def headers(request_id: str) -> tuple[tuple[bytes, bytes], ...]:
    """Give the headers of every XML answer."""
    return ((b"content-type", b"text/xml"), (b"x-amzn-requestid", request_id.encode("ascii")))
