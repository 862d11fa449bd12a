"""Who holds a managed policy: groups, roles and users, in one listing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from watchword.services.iam import paging
from watchword.services.iam.policy_refusals import NoSuchPolicy, UnreadableArn
from watchword.services.iam.policy_targets import existing_policy, found_policy
from watchword.services.iam.refusals import InvalidMarker
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import attachments
from watchword.store.attachments import Entity, Kind
from watchword.store.policies import ManagedPolicy, Usage

_Row = tuple[Kind, Entity]


@operation(
    "iam",
    way=Way.READ,
    on=existing_policy,
    journal=("policy_arn", "entity_filter", "path_prefix", "policy_usage_filter", "marker", "max_items"),
    raises=(UnreadableArn, NoSuchPolicy, InvalidMarker),
)
def list_entities_for_policy(
    call: Call,
    *,
    policy_arn: str,  # noqa: ARG001 - `existing_policy` reads it
    entity_filter: str | None = None,
    path_prefix: str | None = None,
    policy_usage_filter: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List whom a policy is attached to, and whom it bounds: groups, then roles, then users.

    Pages go by unique id; what is on one of them is in the order of names.

    Raises UnreadableArn, NoSuchPolicy, InvalidMarker.   Source: IAM API, ListEntitiesForPolicy.
    """
    policy = found_policy(call)
    page = paging.page(call, "Entities", marker, max_items)
    wanted = [kind for kind in Kind if entity_filter in {None, kind.value}]
    usages = tuple(Usage) if policy_usage_filter is None else (Usage(policy_usage_filter),)
    holders = _holders(page, policy, wanted, used_as=usages, path_prefix=path_prefix or "/")
    rows = list(islice(holders, page.fetch))
    reply = dict(page.reply(rows, tell=lambda row: row, position=_position))
    for kind in Kind:
        reply[f"Policy{kind.value}s"] = []
    for kind, entity in sorted(reply.pop(page.member), key=lambda row: row[1].name.lower()):
        reply[f"Policy{kind.value}s"].append({f"{kind.value}Name": entity.name, f"{kind.value}Id": entity.id})
    return reply


def _holders(
    page: paging.Page, policy: ManagedPolicy, kinds: Collection[Kind], *, used_as: Collection[Usage], path_prefix: str
) -> Iterator[_Row]:
    """Read on from where the page begins; a kind is read only when the ones before it do not fill the page."""
    reached, _, after = page.after.partition("/")
    order = list(Kind)
    begins = order.index(Kind(reached)) if reached else 0
    for kind in kinds:
        if order.index(kind) < begins:
            continue
        for entity in attachments.entities(
            page.call.tx,
            page.call.account,
            policy.id,
            policy.arn,
            kind,
            used_as=used_as,
            path_prefix=path_prefix,
            after=after if kind.value == reached else "",
            limit=page.fetch,
        ):
            yield kind, entity


def _position(row: _Row) -> str:
    kind, entity = row
    return f"{kind.value}/{entity.id}"
