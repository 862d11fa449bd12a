"""Whose policies are simulated or searched: the user, group or role that PolicySourceArn names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from watchword.domain.refusal import Refusal
from watchword.services.iam.policy_refusals import NoSuchRole
from watchword.services.iam.refusals import NoSuchGroup, NoSuchUser
from watchword.services.iam.simulation_context import Entity, entity_of
from watchword.services.iam.simulation_refusals import ForeignSource, UnclearEntity
from watchword.services.operation import Asking, Call, Target
from watchword.store import groups, roles, tags, users
from watchword.store.groups import Group
from watchword.store.roles import Role
from watchword.store.tx import Tx
from watchword.store.users import User

Holder = User | Group | Role

_NAMED: Mapping[str, Callable[[Tx, str, str], Holder | None]] = {
    "user": users.named,
    "group": groups.named,
    "role": roles.named,
}
_MISSING: Mapping[str, type[Refusal]] = {"user": NoSuchUser, "group": NoSuchGroup, "role": NoSuchRole}


@dataclass(frozen=True, slots=True)
class Found:
    """A source that exists."""

    entity: Entity
    holder: Holder
    tags: Callable[[], Mapping[str, str]]

    @property
    def boundary_arn(self) -> str | None:
        """A group has no permissions boundary."""
        return None if isinstance(self.holder, Group) else self.holder.boundary_arn


def policy_source(asking: Asking) -> Target:
    """The entity that PolicySourceArn names, by that ARN. One of another account is nobody's here to ask about."""
    arn, account = asking.parameters["policy_source_arn"], asking.caller.account
    entity = entity_of(arn)
    if entity is None or entity.account != account:
        return Target(arn, account, subject=entity)
    tx, holder = asking.tx, _NAMED[entity.kind](asking.tx, account, entity.name)
    if holder is None or holder.arn != arn:
        return Target(arn, account, subject=entity)

    def tagged() -> Mapping[str, str]:
        return tags.of(tx, holder.id)

    return Target(arn, account, tagged, subject=Found(entity, holder, tagged))


def found_source(call: Call) -> Found:
    """Give the source that the request was allowed on.

    Raises UnclearEntity, ForeignSource, NoSuchUser, NoSuchGroup, NoSuchRole.
    """
    subject, arn = call.target.subject, call.target.arn
    if isinstance(subject, Found):
        return subject
    if not isinstance(subject, Entity):
        raise UnclearEntity(arn=arn)
    if subject.account != call.account:
        raise ForeignSource(caller=call.account, account=subject.account)
    raise _MISSING[subject.kind](name=subject.name)
