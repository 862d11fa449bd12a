"""What AWS's services are called, by namespace, and which of their actions leave a trace in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from watchword.services.operation import OPERATIONS
from watchword.wire.names import snake

DATA = Path(__file__).with_name("service_names.json")
"""One service a line, by namespace. Written by `scripts.service_names`."""


class Service(msgspec.Struct, frozen=True):
    """One service; `actions` are told of services that may be offered here, and are empty for the others."""

    name: str
    actions: tuple[str, ...]


@cache
def services() -> Mapping[str, Service]:
    """Give all services, by namespace and in its order. Read once, and only where a report is asked for."""
    found = msgspec.json.decode(DATA.read_bytes(), type=dict[str, Service])
    return dict(sorted(found.items()))


def tracked(namespace: str) -> list[str]:
    """List the actions of a service that are requests here, so that their use is known, by name."""
    return [action for action in services()[namespace].actions if (namespace, snake(action)) in OPERATIONS]
