"""Who is simulated and what their request tells: principals made from ARNs, and the context that conditions ask.

Nothing is looked up here. What only the store knows of the policies' own source is handed in.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from watchword.domain.principal import Principal, PrincipalType
from watchword.policy.readings import moment, network, number
from watchword.services.iam.simulation_refusals import ContextInvalid

Value = str | tuple[str, ...]
Entries = Sequence[Mapping[str, Any]]

_ENTITY = re.compile(r"arn:aws:iam::([0-9]{12}):(user|group|role)/(?:[\x21-\x7e]+/)?([\w+=,.@-]+)", re.ASCII)
_LIST = "List"


@dataclass(frozen=True, slots=True)
class Entity:
    """A user, group or role as its ARN names it; `kind` is the word in the ARN."""

    arn: str
    account: str
    kind: str
    name: str


def entity_of(arn: str) -> Entity | None:
    """Read whom an ARN names; None for anything but a user, a group or a role."""
    found = _ENTITY.fullmatch(arn)
    return Entity(arn, *found.groups()) if found else None


def principal_of(entity: Entity, unique_id: str = "") -> Principal:
    """Make the principal that policies see. A group stands for a user of nobody's name; a role for its sessions."""
    if entity.kind == "role":
        return Principal(PrincipalType.ASSUMED_ROLE, entity.account, entity.arn, "", unique_id, entity.arn)
    name = entity.name if entity.kind == "user" else ""
    return Principal(PrincipalType.USER, entity.account, entity.arn, unique_id, unique_id, entity.arn, name)


def nobody_of(account: str) -> Principal:
    """The caller that SimulateCustomPolicy was not told."""
    return Principal(PrincipalType.USER, account, "", "", "", "")


def told_by(principal: Principal, tags: Mapping[str, str]) -> dict[str, Value]:
    """Give the keys whose values come from the principal itself; a group is no principal, and a role has no session."""
    if not principal.arn:
        return {}
    keys: dict[str, Value] = {"aws:principalaccount": principal.account}
    if principal.type is PrincipalType.ASSUMED_ROLE or principal.name:
        keys["aws:principalarn"] = principal.arn
        keys["aws:principaltype"] = principal.type.value
    if principal.name:
        keys["aws:username"] = principal.name
        if principal.unique_id:
            keys["aws:userid"] = principal.unique_id
    return keys | {f"aws:principaltag/{name.lower()}": value for name, value in tags.items()}


def entries_of(entries: Entries) -> dict[str, Value]:
    """Read the context that a request hands in, by lower-case name. An entry without values is as good as none.

    Raises ContextInvalid.   Source: IAM API, ContextEntry.
    """
    read: dict[str, Value] = {}
    for entry in entries:
        name = entry.get("ContextKeyName")
        if name is None:
            raise ContextInvalid(name="", why="it has no name.")
        if name.lower() in read:
            raise ContextInvalid(name=name, why="it stands twice.")
        values = tuple(entry.get("ContextKeyValues") or ())
        if values:
            read[name.lower()] = _typed(name, values, entry.get("ContextKeyType"))
    return read


def _typed(name: str, values: tuple[str, ...], declared: str | None) -> Value:
    """Check values against the type; without one, it is a text, or several."""
    sort = (declared or ("string" if len(values) == 1 else "stringList")).removesuffix(_LIST)
    for value in values:
        try:
            _READINGS[sort](value)
        except ValueError:
            raise ContextInvalid(name=name, why=f"{value} is not of the type {declared}.") from None
    if (declared or "").endswith(_LIST) or (declared is None and len(values) > 1):
        return values
    if len(values) > 1:
        raise ContextInvalid(name=name, why=f"the type {declared} holds one value.")
    return values[0]


def _boolean(text: str) -> None:
    if text.lower() not in {"true", "false"}:
        raise ValueError(text)


def _binary(text: str) -> None:
    base64.b64decode(text, validate=True)


_READINGS: Mapping[str, Callable[[str], object]] = {
    "string": str,
    "numeric": number,
    "boolean": _boolean,
    "ip": network,
    "binary": _binary,
    "date": moment,
}
"""The types of ContextKeyTypeEnum; each reading raises ValueError for what is not of it."""
