"""What one agent is to do, as one frozen value: read from a TOML file, or put together from options.

A listener runs where its table stands. Every refusal names the key, and the line where a file has one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from watchword.agent.guard import Guard
from watchword.agent.lines import line_of
from watchword.agent.listeners import address_of
from watchword.domain.arn import Arn

METADATA_ADDRESS = "127.0.0.1:1338"
HOUR = 3_600
NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
"""Source: sts model, roleSessionNameType; the authority's own limits on an instance's id are the same."""

SHORTEST, LONGEST = 900, 12 * HOUR
"""Seconds of a session.  Source: sts model, roleDurationSecondsType."""
MOST_HOPS = 64
Names = tuple[str, ...]


class BadConfiguration(Exception):  # noqa: N818 - what is wrong, not whose error it is
    """The configuration cannot be used; `path` is the key: `workload[1].role`."""

    def __init__(self, path: str, message: str, line: int | None = None) -> None:
        where = f"`{path}`" if path else "the configuration"
        super().__init__(f"line {line}, {where}: {message}" if line else f"{where}: {message}")
        self.path, self.message, self.line = path, message, line


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose credentials, and how they are asked for: `role` or `instance_profile`; the rest may be empty."""

    role: str = ""
    instance_profile: str = ""
    profile: str = ""
    region: str = ""
    endpoint_url: str = ""
    external_id: str = ""
    session_name: str = ""
    duration: int = HOUR


class Workload(Wanted, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One workload of the container endpoint; with neither role nor instance profile it shares `[source]`."""

    name: str
    token_file: str


class Listener(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address, the further names it is called by, and the further peers (addresses or networks) it is open to."""

    listen: str
    hosts: Names = ()
    peers: Names = ()


class Imds(Listener, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The metadata endpoint."""

    listen: str = METADATA_ADDRESS
    v1: bool = False
    hop_limit: int = 1


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What workloads are told of the machine."""

    instance_id: str = ""
    region: str = ""
    availability_zone: str = ""


class Metrics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The listener of `/metrics` and `/health`."""

    listen: str


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it."""

    source: Wanted | None = None
    imds: Imds | None = None
    container: Listener | None = None
    metrics: Metrics | None = None
    machine: Told = Told()
    workload: tuple[Workload, ...] = ()
    check_every: int | None = None
    """Seconds between two looks whether held credentials still open something; 0 for never, None for the default."""


def read(file: Path) -> Configuration:
    """Read a file.

    Raises BadConfiguration.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfiguration("", f"cannot read `{file}`: {error}") from error
    try:
        return checked(msgspec.convert(tomllib.loads(text), Configuration))
    except tomllib.TOMLDecodeError as error:
        raise BadConfiguration("", f"not TOML: {error}") from error
    except msgspec.ValidationError as error:
        message, _, at = str(error).partition(" - at `$.")
        unknown = re.search(r"(?:unknown|required) field `(\w+)`", message)
        parts = (at.removesuffix("`"), unknown[1] if unknown else "")
        path = ".".join(part for part in parts if part)
        raise BadConfiguration(path, message, line_of(text, path)) from error
    except BadConfiguration as bad:
        raise BadConfiguration(bad.path, bad.message, line_of(text, bad.path)) from bad


def checked(configuration: Configuration) -> Configuration:
    """Give a configuration that can be run.

    Raises BadConfiguration.
    """
    for path, message in _problems(configuration):
        raise BadConfiguration(path, message)
    return configuration


def _problems(told: Configuration) -> Iterator[tuple[str, str]]:
    if told.imds is None and told.container is None:
        yield "", "nothing is to be served; write a table `[imds]` or `[container]`"
    for path, listener in (("imds", told.imds), ("container", told.container), ("metrics", told.metrics)):
        if listener is not None:
            yield from _of_listener(path, listener)
    if told.imds and told.source is None:
        yield "source", "the metadata endpoint needs it: whose credentials are to be served?"
    if told.imds and told.source and told.source.duration < HOUR:
        yield (
            "source.duration",
            "the metadata endpoint serves what has half an hour left at least; ask for 3600 or more",
        )
    if told.source:
        yield from _of_wanted("source", told.source, told.machine)
    if told.container and not told.workload:
        yield "workload", "the container endpoint serves workloads that it knows; write a table `[[workload]]`"
    if told.workload and not told.container:
        yield "container", "nothing serves the workloads; write a table `[container]` with `listen`"
    if told.check_every is not None and told.check_every < 0:
        yield "check_every", "write seconds, or 0 for never"
    yield from _of_workloads(told)


def _of_listener(path: str, listener: Listener | Metrics) -> Iterator[tuple[str, str]]:
    try:
        host, _ = address_of(listener.listen)
    except ValueError as error:
        yield f"{path}.listen", str(error)
        return
    if isinstance(listener, Imds) and not 1 <= listener.hop_limit <= MOST_HOPS:
        yield f"{path}.hop_limit", f"write 1 to {MOST_HOPS}; 1 is this machine, 2 a container behind a bridge"
    if isinstance(listener, Listener):
        try:
            Guard.of(host, listener.hosts, listener.peers)
        except ValueError as error:
            yield f"{path}.peers", f"{error}; write addresses or networks, `172.17.0.0/16`"


def _of_workloads(told: Configuration) -> Iterator[tuple[str, str]]:
    names: set[str] = set()
    files: set[str] = set()
    for index, workload in enumerate(told.workload):
        path = f"workload[{index}]"
        if not NAME.fullmatch(workload.name):
            yield f"{path}.name", "write up to 64 letters, digits, `_`, `.` or `-`"
        if workload.name in names:
            yield f"{path}.name", f"`{workload.name}` stands twice; a workload has one entry"
        if workload.token_file in files:
            yield f"{path}.token_file", f"`{workload.token_file}` stands twice; each workload has a token of its own"
        names.add(workload.name)
        files.add(workload.token_file)
        if workload.role or workload.instance_profile:
            yield from _of_wanted(path, workload, told.machine)
        elif told.source is None:
            yield path, "write `role` or `instance_profile`, or a table `[source]` to share"


def _of_wanted(path: str, wanted: Wanted, machine: Told) -> Iterator[tuple[str, str]]:
    if bool(wanted.role) == bool(wanted.instance_profile):
        yield path, "write one of `role` and `instance_profile`"
    if wanted.role and not _is_role(wanted.role):
        yield f"{path}.role", f"`{wanted.role}` is not a role's ARN; write `arn:aws:iam::ACCOUNT:role/NAME`"
    if not SHORTEST <= wanted.duration <= LONGEST:
        yield f"{path}.duration", f"write seconds, {SHORTEST} to {LONGEST}"
    if wanted.session_name and not SESSION_NAME.fullmatch(wanted.session_name):
        yield f"{path}.session_name", "write 2 to 64 letters, digits or any of `_+=,.@-`"
    if wanted.instance_profile and not SESSION_NAME.fullmatch(machine.instance_id):
        yield "machine.instance_id", "an instance profile needs it: 2 to 64 letters, digits or any of `_+=,.@-`"
    if wanted.instance_profile and (wanted.external_id or wanted.session_name):
        yield path, "`external_id` and `session_name` go with `role`"


def _is_role(text: str) -> bool:
    try:
        arn = Arn.parse(text)
    except ValueError:
        return False
    return arn.service == "iam" and arn.resource.startswith("role/") and not arn.resource.endswith("/")
