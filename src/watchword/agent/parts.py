"""The parts of one agent, joined as its configuration says: sources, keepers, and an application for each listener."""

from __future__ import annotations

import re
import secrets
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from starlette.types import ASGIApp

from watchword.agent import token_files, upstream
from watchword.agent.configuration import Configuration, Listener, Wanted
from watchword.agent.container import Container
from watchword.agent.container import Workload as Served
from watchword.agent.credentials import Source
from watchword.agent.documents import Machine
from watchword.agent.guard import Guard
from watchword.agent.keeper import Keeper
from watchword.agent.listeners import address_of
from watchword.agent.metadata import Metadata
from watchword.agent.session_tokens import SessionTokens
from watchword.agent.status import Status
from watchword.agent.tally import Tally
from watchword.agent.upstream import AssumedRole, Door, InstanceProfile
from watchword.agent.windows import LEAST_LEFT

MACHINE = "machine"
"""What the source that the metadata endpoint serves is called in metrics and logs; a workload's is `workload/NAME`."""
CHECK_EVERY = 60
"""Seconds; for instance profiles, whose role may be taken out at any time."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs; `notes` are words for whoever started it."""

    keepers: tuple[Keeper, ...]
    applications: dict[str, ASGIApp]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Joiner:
    told: Configuration
    clock: Callable[[], float]
    chance: Callable[[], float]

    def keeper(self, label: str, wanted: Wanted, session_name: str) -> Keeper:
        """Make the keeper of what is wanted; the metadata endpoint's has more time left."""
        default = CHECK_EVERY if wanted.instance_profile else 0
        return Keeper(
            label,
            self._source(wanted, session_name),
            clock=self.clock,
            chance=self.chance,
            least_left=LEAST_LEFT if label == MACHINE and self.told.imds else 0.0,
            check_every=default if self.told.check_every is None else self.told.check_every,
        )

    def metadata(self, keeper: Keeper, guard: Guard, tally: Tally) -> Metadata:
        """Make the metadata endpoint's application.

        Raises NotHad when the configuration of AWS names no region and cannot be read.
        """
        told = self.told.machine
        region = told.region or upstream.region(_door(self.told.source or Wanted()))
        machine = Machine(told.instance_id, region, told.availability_zone, self.clock())
        tokens = SessionTokens(secrets.token_bytes)
        v1 = self.told.imds is not None and self.told.imds.v1
        return Metadata(keeper, machine, tokens, guard, tally, clock=self.clock, v1=v1)

    def _source(self, wanted: Wanted, session_name: str) -> Source:
        door, told = _door(wanted), self.told.machine
        if wanted.instance_profile:
            return InstanceProfile(door, wanted.instance_profile, told.instance_id, wanted.duration, self.clock)
        name = wanted.session_name or session_name
        return AssumedRole(door, wanted.role, name, wanted.duration, wanted.external_id, self.clock)


def assemble(
    told: Configuration, *, clock: Callable[[], float], chance: Callable[[], float], wait: bool = False
) -> Parts:
    """Join the parts. Token files must be there, unless it is to wait for what is not there yet.

    Raises UnusableToken, NotHad.
    """
    join, tally = _Joiner(told, clock, chance), Tally()
    applications: dict[str, ASGIApp] = {}
    machine = join.keeper(MACHINE, told.source, _own_name(told)) if told.source else None
    served: dict[str, Served] = {}
    for workload in told.workload:
        own = workload.role or workload.instance_profile
        keeper = join.keeper(f"workload/{workload.name}", workload, _cleaned(workload.name)) if own else machine
        if keeper is not None:
            served[workload.name] = Served(Path(workload.token_file), keeper)
    if told.imds and machine:
        applications["imds"] = join.metadata(machine, _guard(told.imds), tally)
    if told.container:
        applications["container"] = Container(served, _guard(told.container), tally)
    keepers = tuple(
        {id(keeper): keeper for keeper in (machine, *(each.keeper for each in served.values())) if keeper}.values()
    )
    applications["metrics"] = Status(keepers, tally)
    return Parts(keepers, applications, tuple(_notes(served, wait=wait)))


def _notes(served: dict[str, Served], *, wait: bool) -> Iterator[str]:
    """Look at every token file.

    Raises UnusableToken for one that cannot be used, or that holds the token of another.
    """
    seen: dict[str, Path] = {}
    for workload in served.values():
        file = workload.token_file
        try:
            token = token_files.read(file)
        except token_files.UnusableToken as unusable:
            if not wait:
                raise
            yield f"{unusable}; its workload is refused until it does"
            continue
        if token in seen:
            raise token_files.UnusableToken(f"`{file}` and `{seen[token]}` hold the same token; each needs its own")
        seen[token] = file
        if token_files.ends_with_line(file):
            yield f"`{file}` ends with a line end, with which SDKs cannot use it; write the token alone"


def _door(wanted: Wanted) -> Door:
    return Door(wanted.profile, wanted.region, wanted.endpoint_url)


def _guard(listener: Listener) -> Guard:
    host, _ = address_of(listener.listen)
    return Guard.of(str(ip_address(host)), listener.hosts, listener.peers)


def _own_name(told: Configuration) -> str:
    """Name the machine's sessions after it."""
    return told.machine.instance_id or _cleaned(socket.gethostname())


def _cleaned(name: str) -> str:
    """Write a name as a session's.  Source: sts model, roleSessionNameType."""
    text = re.sub(r"[^\w+=,.@-]", "-", name, flags=re.ASCII)[:64]
    return text if len(text) > 1 else f"watchword-agent-{text}"
