"""Which of an identity's policies may grant access to a service, each judged for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from watchword.policy import Kind, Policy
from watchword.services.compiling import compiled
from watchword.services.iam import paging
from watchword.services.iam.refusals import InvalidMarker
from watchword.services.iam.report_refusals import NamespacesUnknown, SourceNotSupported
from watchword.services.iam.report_sources import RAISES, Source, found_source, report_source
from watchword.services.iam.service_grants import Grants
from watchword.services.iam.service_names import services
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import access_reports, groups
from watchword.store.access_reports import Held
from watchword.store.policies import ManagedPolicy
from watchword.store.tx import Tx
from watchword.store.users import User

MOST_GROUPS = 1_000
"""Far more than any quota of groups a user may be in."""
Told = Mapping[str, Any]


@operation(
    "iam",
    way=Way.READ,
    on=report_source,
    journal=("marker", "arn", "service_namespaces"),
    raises=(*RAISES, NamespacesUnknown, InvalidMarker),
)
def list_policies_granting_service_access(
    call: Call,
    *,
    marker: str | None = None,
    arn: str,
    service_namespaces: Sequence[str],
) -> Reply:
    """List, service by service in the order asked for, the policies of a user, group or role that grant access to it.

    Raises SourceNotSupported, NoSuchSource, NamespacesUnknown, InvalidMarker.
    Source: IAM API, ListPoliciesGrantingServiceAccess.
    """
    source = found_source(call)
    if isinstance(source, ManagedPolicy):
        raise SourceNotSupported(arn=arn)
    wanted = list(dict.fromkeys(service_namespaces))
    unknown = [namespace for namespace in wanted if namespace not in services()]
    if unknown:
        raise NamespacesUnknown(names=", ".join(unknown))
    page = paging.page(call, "PoliciesGrantingServiceAccess", marker, None)
    start = int(page.after or 0)
    judged = _judged(call.tx, source)
    return page.reply(
        list(enumerate(wanted))[start : start + page.fetch],
        tell=lambda row: {
            "ServiceNamespace": row[1],
            "Policies": [told for told, one in judged if one.service(row[1])],
        },
        position=lambda row: str(row[0] + 1),
    )


def holders_of(tx: Tx, source: Source) -> Mapping[str, Source]:
    """Give, by id, whose policies an identity has: its own, and those of a user's groups."""
    joined = groups.groups_of(tx, source.id, after="", limit=MOST_GROUPS) if isinstance(source, User) else []
    return {holder.id: holder for holder in (source, *joined)}


def policy_of(one: Held) -> Policy:
    """Give a policy that somebody has, compiled."""
    return compiled(one.document, Kind.IDENTITY, one.arn or one.name)


def _judged(tx: Tx, source: Source) -> list[tuple[Told, Grants]]:
    """Write each policy once, with what it grants alone."""
    holders = holders_of(tx, source)
    found: dict[tuple[str | None, str, str], tuple[Told, Grants]] = {}
    for one in access_reports.held(tx, holders):
        key = (one.arn, "", "") if one.arn else (None, one.holder_id, one.name)
        if key not in found:
            found[key] = _told(one, holders[one.holder_id]), Grants([policy_of(one)], whole=True)
    return list(found.values())


def _told(one: Held, holder: Source) -> Told:
    if one.arn is not None:
        return {"PolicyName": one.name, "PolicyType": "MANAGED", "PolicyArn": one.arn}
    kind = type(holder).__name__.upper()
    return {"PolicyName": one.name, "PolicyType": "INLINE", "EntityType": kind, "EntityName": holder.name}
