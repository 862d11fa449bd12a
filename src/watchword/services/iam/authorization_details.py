"""The whole of an account's permissions, page by page: users, roles, groups and managed policies, in this order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from watchword.services.iam import paging
from watchword.services.iam.authorization_entities import groups_told, policies_told, roles_told, users_told
from watchword.services.iam.refusals import InvalidMarker
from watchword.services.iam.user_credential_refusals import MarkerOfAnotherFilter
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import authorization_details as kept
from watchword.store import groups, policies, roles, users
from watchword.store.accounts import AWS
from watchword.store.groups import Group
from watchword.store.policies import ManagedPolicy, Usage
from watchword.store.roles import Role
from watchword.store.tx import Tx
from watchword.store.users import User

PAGE_CHARACTERS = 1_000_000
"""How much policy text and how many tags one page tells at most, so that no account makes an answer too large for the
server's memory. A page always has one entity.   Source: IAM API, MaxItems: "IAM might return fewer results"."""

Entity = User | Role | Group | ManagedPolicy
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of entity: where its pages come from, and the list of the reply that it is told in."""

    member: str
    page: Callable[[Tx, str, str, int], Sequence[Entity]]
    """Takes the account, the lower-case name to go on past, and how many to read."""
    tell: Callable[[Call, Sequence[Any]], list[Told]]


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    entity: Entity


def _users(tx: Tx, account: str, after: str, limit: int) -> Sequence[Entity]:
    return users.page(tx, account, path_prefix="/", after=after, limit=limit)


def _roles(tx: Tx, account: str, after: str, limit: int) -> Sequence[Entity]:
    return roles.page(tx, account, path_prefix="/", after=after, limit=limit)


def _groups(tx: Tx, account: str, after: str, limit: int) -> Sequence[Entity]:
    return groups.page(tx, account, path_prefix="/", after=after, limit=limit)


def _own_policies(tx: Tx, account: str, after: str, limit: int) -> Sequence[Entity]:
    return policies.page(tx, account, owner=account, path_prefix="/", used_as=(), after=after, limit=limit)


def _aws_policies(tx: Tx, account: str, after: str, limit: int) -> Sequence[Entity]:
    """Those of AWS's policies that somebody in the account holds or is bounded by."""
    return policies.page(tx, account, owner=AWS, path_prefix="/", used_as=tuple(Usage), after=after, limit=limit)


KINDS: Mapping[str, Kind] = {
    "User": Kind("UserDetailList", _users, users_told),
    "Role": Kind("RoleDetailList", _roles, roles_told),
    "Group": Kind("GroupDetailList", _groups, groups_told),
    "LocalManagedPolicy": Kind("Policies", _own_policies, policies_told),
    "AWSManagedPolicy": Kind("Policies", _aws_policies, policies_told),
}
"""By the names that Filter gives them, in the order in which pages go through them, as recorded from AWS."""


@operation("iam", way=Way.READ, journal=("filter", "marker", "max_items"), raises=(MarkerOfAnotherFilter,))
def get_account_authorization_details(
    call: Call,
    *,
    filter: Sequence[str] | None = None,  # noqa: A002 - AWS's name
    max_items: int | None = None,
    marker: str | None = None,
) -> Reply:
    """Tell of everybody in the account and of their policies. A page costs the same wherever it is.

    Raises MarkerOfAnotherFilter.   Source: IAM API, GetAccountAuthorizationDetails.
    """
    wanted = [name for name in KINDS if name in filter] if filter else [*KINDS]
    try:
        page = paging.page(call, f"Details of {' '.join(wanted)}", marker, max_items)
    except InvalidMarker as error:
        raise MarkerOfAnotherFilter from error
    found = _found(call, page, wanted)
    page = replace(page, size=min(page.size, _fitting(call.tx, found)))
    told = page.reply(found, tell=lambda one: one, position=lambda one: f"{one.kind} {one.entity.name.lower()}")
    reply: dict[str, Any] = {kind.member: [] for kind in KINDS.values()}
    for name in wanted:
        of_kind = [one.entity for one in told[page.member] if one.kind == name]
        if of_kind:
            reply[KINDS[name].member] += KINDS[name].tell(call, of_kind)
    return reply | {name: value for name, value in told.items() if name != page.member}


def _found(call: Call, page: paging.Page, wanted: Sequence[str]) -> list[_Found]:
    """Go on from where the page begins, one kind after the other, until it is full."""
    reached, _, after = page.after.partition(" ")
    found: list[_Found] = []
    for name in wanted[wanted.index(reached) :] if reached else wanted:
        room = page.fetch - len(found)
        if not room:
            break
        rows = KINDS[name].page(call.tx, call.account, after if name == reached else "", room)
        found += [_Found(name, row) for row in rows]
    return found


def _fitting(tx: Tx, found: Sequence[_Found]) -> int:
    """Tell how many of the first entities fit on one page; one always does."""
    lengths = kept.lengths(tx, [one.entity.id for one in found])
    sums = accumulate(
        lengths.get(one.entity.id, 0) + (len(one.entity.trust_policy) if isinstance(one.entity, Role) else 0)
        for one in found
    )
    return max(1, sum(length <= PAGE_CHARACTERS for length in sums))
