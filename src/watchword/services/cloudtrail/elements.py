"""What CloudTrail calls things: parameters, answered members and errors, from the names under which they are recorded.

Source: CloudTrail User Guide, "CloudTrail record contents", requestParameters and responseElements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from watchword.wire.model import read_model
from watchword.wire.names import camel, snake

_INSTANTS = ("date", "expiration", "time")
"""How the names of members that hold an instant end, in lower case."""
NOON = 12
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def request_parameters(service: str, event: str, kept: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Write recorded parameters, `role_arn`, under CloudTrail's names: `roleArn`; None when there are none."""
    if not kept:
        return None
    names = _names(service).parameters.get(event, {})
    told = {names.get(name, name): value for name, value in kept.items()}
    return {name: _written(name, value) for name, value in told.items()}


def response_elements(kept: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Write recorded members, `Credentials.AccessKeyId`, as they were nested: `{"credentials": {"accessKeyId": …}}`."""
    if not kept:
        return None
    nested: dict[str, Any] = {}
    for path, value in kept.items():
        *around, last = map(camel, path.split("."))
        place = nested
        for step in around:
            place = place.setdefault(step, {})
        place[last] = _written(last, value)
    return nested


def error_code(service: str, code: str) -> str:
    """Give the name of a refusal's exception, which CloudTrail tells; AWS's query services answer a shorter one."""
    return _names(service).errors.get(code, code)


@dataclass(frozen=True, slots=True)
class _Names:
    """What one service's model calls things."""

    parameters: Mapping[str, Mapping[str, str]]
    """By operation: CloudTrail's name of each parameter, by ours."""
    errors: Mapping[str, str]
    """The exception of each code."""


@cache
def _names(service: str) -> _Names:
    model = read_model(service)
    return _Names(
        {
            event: {snake(name): camel(name) for name in model.members(operation.input)}
            for event, operation in model.operations.items()
        },
        {shape.error.code: name for name, shape in model.shapes.items() if shape.exception and shape.error.code},
    )


def _written(name: str, value: Any) -> Any:
    """Write a value; AWS's member names below the top are written as those at the top."""
    if isinstance(value, Mapping):
        return {camel(key): _written(key, inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_written("", inner) for inner in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and name.lower().endswith(_INSTANTS):
        return moment(value)
    return value


def moment(instant: float) -> str:
    """Write an instant as CloudTrail does within elements: `Jul 9, 2024, 4:41:37 PM`."""
    at = datetime.fromtimestamp(int(instant), UTC)
    half = "AM" if at.hour < NOON else "PM"
    return f"{_MONTHS[at.month - 1]} {at.day}, {at.year}, {at.hour % NOON or NOON}:{at:%M:%S} {half}"
