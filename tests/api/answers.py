"""What an answer must hold, told from botocore's own output shapes: required members, limits, and nothing unknown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from tests.support.authority import Authority
from watchword.wire.patterns import matcher

TYPES: dict[str, type] = {
    "string": str,
    "blob": bytes,
    "boolean": bool,
    "integer": int,
    "long": int,
    "timestamp": datetime,
    "structure": dict,
    "list": list,
    "map": dict,
}

UNTRUE = {"publicKeyFingerprintType"}
"""Shapes whose limits AWS itself breaks: an MD5 with colons has 47 characters, where the model demands 48."""


@dataclass(slots=True)
class Watched:
    """Clients of an authority, all of whose answers are held against their shapes."""

    authority: Authority
    called: set[tuple[str, str]] = field(default_factory=set)
    """Every operation that has answered, by service and AWS's name."""

    def client(self, service: str, credentials: dict[str, Any] | None = None) -> Any:
        """Make a client, the administrator's unless credentials are given."""
        client = self.authority.of(service, credentials) if credentials else self.authority.client(service)
        # As narrow as botocore's own handlers and before them: they turn policy texts into dictionaries.
        client.meta.events.register_first(f"after-call.{client.meta.service_model.service_id.hyphenize()}", self._check)
        return client

    def _check(self, http_response: Any, parsed: dict[str, Any], model: OperationModel, **_: Any) -> None:
        assert parsed["ResponseMetadata"]["RequestId"] == http_response.headers["x-amzn-requestid"]
        if http_response.status_code < 300:
            self.called.add((model.service_model.service_name, model.name))
            found = [*problems(model, parsed), *unknown(model, http_response.content)]
            assert not found, (model.name, found)


def problems(model: OperationModel, parsed: dict[str, Any]) -> list[str]:
    """Tell where a parsed answer breaks its shape."""
    told = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    return list(_problems(model.output_shape, told, model.name)) if model.output_shape else [*told]


def _problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    expected: Any = TYPES[shape.type_name]
    if not isinstance(value, expected):
        yield f"{path} is a {type(value).__name__}, no {shape.type_name}"
        return
    yield from _limits(shape, value, path)
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if name not in value:
                yield f"{path}.{name} is missing"
        for name, inner in value.items():
            yield from _problems(shape.members[name], inner, f"{path}.{name}")
    elif isinstance(shape, ListShape):
        for number, inner in enumerate(value):
            yield from _problems(shape.member, inner, f"{path}.{number}")
    elif isinstance(shape, MapShape):
        for name, inner in value.items():
            yield from _problems(shape.key, name, path)
            yield from _problems(shape.value, inner, f"{path}.{name}")


def _limits(shape: Shape, value: Any, path: str) -> Iterator[str]:
    limits = {} if shape.name in UNTRUE else shape.metadata
    size = len(value) if isinstance(value, (str, bytes, list, dict)) else value
    if "min" in limits and size < limits["min"]:
        yield f"{path} is {size}, less than {limits['min']}"
    if "max" in limits and size > limits["max"]:
        yield f"{path} is {size}, more than {limits['max']}"
    if "pattern" in limits and not _matches(limits["pattern"])(value):
        yield f"{path} is `{value}`, which does not match {limits['pattern']}"
    if getattr(shape, "enum", None) and value not in shape.enum:  # type: ignore[attr-defined] # a string shape's
        yield f"{path} is `{value}`, none of {shape.enum}"  # type: ignore[attr-defined] # likewise


def _matches(pattern: str) -> Callable[[str], object]:
    """Patterns are Java's; those that Python cannot read are left to our own reader of them."""
    try:
        return re.compile(pattern).fullmatch
    except re.error:
        return matcher(pattern)


def unknown(model: OperationModel, body: bytes) -> list[str]:
    """Tell of members in an answer's bytes that its shape does not have, and that botocore would pass over."""
    if model.service_model.metadata["protocol"] == "json":
        told = json.loads(body)
        return [name for name in told if model.output_shape is None or name not in model.output_shape.members]
    result = ET.fromstring(body).find(f"{{*}}{model.name}Result")
    if model.output_shape is None:
        return [] if result is None else ["a result"]
    assert result is not None
    return list(_unknown(model.output_shape, result, model.name))


def _unknown(shape: Shape, element: ET.Element, path: str) -> Iterator[str]:
    if isinstance(shape, ListShape):
        for child in element:
            yield from _unknown(shape.member, child, f"{path}.member")
        return
    if isinstance(shape, MapShape):
        for entry in element:
            yield from () if {child.tag.rpartition("}")[2] for child in entry} == {"key", "value"} else (path,)
        return
    members = shape.members if isinstance(shape, StructureShape) else {}
    seen: set[str] = set()
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name not in members or name in seen:
            yield f"{path}.{name}"
        else:
            seen.add(name)
            yield from _unknown(members[name], child, f"{path}.{name}")
