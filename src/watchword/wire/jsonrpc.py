"""AWS JSON 1.0 and 1.1: parameters from a JSON body, the operation named by `X-Amz-Target`.

Source: botocore's `json` protocol; Smithy, "AWS JSON 1.1 protocol".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from watchword.domain.http import HttpReply, HttpRequest
from watchword.domain.refusal import Refusal
from watchword.wire.json_values import Readers, Writers, decode_object, structure_reader, structure_writer
from watchword.wire.model import Model, OperationModel
from watchword.wire.names import snake


def reader(model: Model, operation: OperationModel) -> Callable[[HttpRequest], dict[str, Any]]:
    """Compile how an operation's parameters are read; names come out in snake_case at the top.

    The reader raises MalformedInput.
    """
    shapes = Readers(model)
    members = model.members(operation.input).items()
    read_body = structure_reader([(m.location_name or n, snake(n), shapes.member(m)) for n, m in members])

    def read(request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = read_body(decode_object(request.body))
        return found

    return read


def writer(model: Model, operation: OperationModel) -> Callable[[Mapping[str, Any], str], HttpReply]:
    """Compile how an operation's result is written."""
    shapes = Writers(model)
    members = model.members(operation.output).items()
    write = structure_writer([(n, m.location_name or n, shapes.member(m)) for n, m in members], operation.name)
    kind = content_type(model)

    def encode(result: Mapping[str, Any], request_id: str) -> HttpReply:
        return HttpReply(200, (kind, request_header(request_id)), msgspec.json.encode(write(result)))

    return encode


def refuse(model: Model | None, refusal: Refusal, request_id: str) -> HttpReply:
    """Write a refusal as JSON services do."""
    told = {"__type": json_code(refusal), "message": printable(refusal.message)}
    if refusal.reason is not None:
        told["Reason"] = refusal.reason
    return HttpReply(json_status(refusal), (content_type(model), request_header(request_id)), msgspec.json.encode(told))


def json_code(refusal: Refusal) -> str:
    """Tell under which code JSON services answer a refusal."""
    return refusal.json_code or refusal.code


def json_status(refusal: Refusal) -> int:
    """Tell with which status JSON services answer a refusal."""
    return refusal.json_status or refusal.status


def printable(text: str) -> str:
    """Make text that UTF-8 can hold, whatever a message echoes."""
    return text.encode("utf-8", "replace").decode()


def content_type(model: Model | None) -> tuple[bytes, bytes]:
    """Give the header of the JSON version that a service speaks."""
    version = model.metadata.json_version if model else "1.1"
    return (b"content-type", f"application/x-amz-json-{version}".encode("ascii"))


def request_header(request_id: str) -> tuple[bytes, bytes]:
    """Give the header that carries the request's id."""
    return (b"x-amzn-requestid", request_id.encode("ascii"))
