"""What last-accessed reports are made from: who stands behind a group or policy, and the journal's latest of each.

The journal only grows, so what it says of the time before an instant stays the same whenever it is asked. A question
is one walk over an account's window, grouped by the database; only rows that are told are decoded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Table, func, or_, select, union

from watchword.domain.arn import iam_arn, sts_arn
from watchword.domain.clock import MICROSECONDS
from watchword.store import schema
from watchword.store.journal import decode
from watchword.store.tx import Tx

Item = TypeVar("Item")

AT_ONCE = 1_000
"""Ids in one statement."""
NARROWED = 25
"""Entities that are looked for one by one; of more, everybody's uses are read and theirs picked."""

_attachment, _member, _journal = schema.attachment.c, schema.membership.c, schema.journal.c
_TABLES: Mapping[str, Table] = {"user": schema.user, "role": schema.role}


@dataclass(frozen=True, slots=True)
class Entity:
    """A user or role whose uses are reported; `kind` is the word in its ARN, `created_at` in epoch seconds."""

    id: str
    kind: str
    account: str
    name: str
    path: str
    created_at: int

    @property
    def arn(self) -> str:
        return iam_arn(self.account, f"{self.kind}{self.path}{self.name}")

    @property
    def signs_as(self) -> str:
        """What the ARNs that it acts under begin with: a user's are its own, a role's end in a session's name."""
        return self.arn if self.kind == "user" else sts_arn(self.account, f"assumed-role/{self.name}/")


@dataclass(frozen=True, slots=True)
class Use:
    """The latest request of one entity for one operation; `at` in microseconds, `seq` the journal's row."""

    entity_id: str
    service: str
    action: str
    at: int
    seq: int


@dataclass(frozen=True, slots=True)
class Held:
    """One policy that somebody has; `arn` is None for an inline one."""

    holder_id: str
    name: str
    arn: str | None
    document: str


def members(tx: Tx, group_id: str) -> list[str]:
    """Give the ids of a group's users."""
    return list(tx.connection.execute(select(_member.user_id).where(_member.group_id == group_id)).scalars())


def holders(tx: Tx, account: str, policy_id: str) -> list[str]:
    """Give the ids of an account's users and roles that have a policy, themselves or through a group."""
    held = select(_attachment.target_id).where(_attachment.policy_id == policy_id)
    through = select(_member.user_id).where(_member.group_id.in_(held))
    found = [
        select(table.c.id).where(table.c.account_id == account, table.c.id.in_(union(held, through)))
        for table in _TABLES.values()
    ]
    return [entity_id for wanted in found for entity_id in tx.connection.execute(wanted).scalars()]


def entities(tx: Tx, ids: Sequence[str]) -> list[Entity]:
    """Find users and roles by their ids; who is gone is left out."""
    found: list[Entity] = []
    for some in _chunks(ids):
        for kind, table in _TABLES.items():
            row = table.c
            wanted = select(row.id, row.account_id, row.name, row.path, row.created_at).where(row.id.in_(some))
            found += [Entity(first, kind, *rest) for first, *rest in tx.connection.execute(wanted)]
    return found


def uses(tx: Tx, account: str, among: Collection[Entity], *, since: int, until: int) -> list[Use]:
    """Give the latest use of each operation by each entity, answered or refused; instants in microseconds.

    What was done under a name before the present bearer was made is not its use.
    """
    if not among:
        return []
    window = (_journal.account_id == account) & (_journal.at > since) & (_journal.at <= until)
    wanted = select(_journal.principal, _journal.event, func.max(_journal.at), func.max(_journal.seq)).where(window)
    if len(among) <= NARROWED:
        wanted = wanted.where(_signed_by(among))
    rows = tx.connection.execute(wanted.group_by(_journal.principal, _journal.event))
    acting = {entity.signs_as: entity for entity in among}
    latest: dict[tuple[str, str], Use] = {}
    for principal, event, at, seq in rows:
        entity = acting.get(principal) or acting.get(principal[: principal.rfind("/") + 1])
        if entity is None or at < entity.created_at * MICROSECONDS:
            continue
        known = latest.get((entity.id, event))
        if known is None or (known.at, known.seq) < (at, seq):
            service, _, action = event.partition(":")
            latest[entity.id, event] = Use(entity.id, service, action, at, seq)
    return list(latest.values())


def regions(tx: Tx, told: Collection[Use]) -> Mapping[int, str]:
    """Tell which region each of some uses was in, by its row's number."""
    found: dict[int, str] = {}
    for some in _chunks([use.seq for use in told]):
        wanted = select(_journal.seq, _journal.record).where(_journal.seq.in_(some))
        found.update({seq: decode(record).region for seq, record in tx.connection.execute(wanted)})
    return found


def held(tx: Tx, holder_ids: Collection[str]) -> list[Held]:
    """Give every policy of some users, groups and roles in its default version, by name."""
    inline, policy, version = schema.inline_policy.c, schema.managed_policy.c, schema.policy_version.c
    own = select(inline.target_id, inline.name, inline.document).where(inline.target_id.in_(holder_ids))
    in_force = (version.policy_id == policy.id) & (version.number == policy.default_version)
    attached = (
        select(_attachment.target_id, policy.name, policy.arn, version.document)
        .join(schema.managed_policy, policy.id == _attachment.policy_id)
        .join(schema.policy_version, in_force)
        .where(_attachment.target_id.in_(holder_ids))
    )
    found = [Held(holder, name, None, document) for holder, name, document in tx.connection.execute(own)]
    found += [Held(*row) for row in tx.connection.execute(attached)]
    return sorted(found, key=lambda one: (one.name.lower(), one.arn or "", one.holder_id))


def _signed_by(among: Collection[Entity]) -> ColumnElement[bool]:
    users = [entity.signs_as for entity in among if entity.kind == "user"]
    roles = [entity.signs_as for entity in among if entity.kind != "user"]
    # By order, which is cheaper than by part: what begins with a text that ends in `/` lies before the same in `0`.
    begins = ((_journal.principal > start) & (_journal.principal < f"{start[:-1]}0") for start in roles)
    return or_(_journal.principal.in_(users), *begins)


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
