"""What a last-accessed job tells: read from the journal for the entities, services and time that the job keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from watchword.domain.clock import MICROSECONDS
from watchword.services.iam.service_names import services
from watchword.store import access_reports
from watchword.store.access_reports import Entity, Use
from watchword.store.tx import Tx

TRACKED_SECONDS = 400 * 86_400
"""Source: IAM API, GenerateServiceLastAccessedDetails, "at least the last 400 days"."""

Told = Mapping[str, Any]


class Job(msgspec.Struct, frozen=True):
    """What a job keeps; `until` in microseconds."""

    asked_by: str
    granularity: str
    services: tuple[str, ...]
    """The namespaces of which something is granted, in order."""
    actions: Mapping[str, tuple[str, ...]]
    """The granted actions whose use is known, by service; only of a job at action level."""
    entities: tuple[str, ...]
    """Ids of the users and roles whose uses count."""
    until: int


def services_told(tx: Tx, account: str, job: Job, wanted: Sequence[str]) -> Mapping[str, Told]:
    """Tell of some of a job's services, by namespace: who used each last, and how many did."""
    entities = _entities(tx, job)
    found = sorted(_uses(tx, account, job, entities), key=_when)
    latest = {use.service: use for use in found if use.service in wanted}
    by_action = {(use.service, use.action): use for use in found if use.action in job.actions.get(use.service, ())}
    last = _Last(entities, access_reports.regions(tx, [*latest.values(), *by_action.values()]))
    told: dict[str, Told] = {}
    for namespace in wanted:
        told[namespace] = {
            "ServiceName": services()[namespace].name,
            **last.told(
                latest.get(namespace), "LastAuthenticated", "LastAuthenticatedEntity", "LastAuthenticatedRegion"
            ),
            "ServiceNamespace": namespace,
            "TotalAuthenticatedEntities": len({use.entity_id for use in found if use.service == namespace}),
            **_actions_told(job.actions.get(namespace, ()), namespace, by_action, last),
        }
    return told


def entities_told(tx: Tx, account: str, job: Job, namespace: str) -> list[Told]:
    """Tell who could have used a service: the latest to use it first, then users and then roles by name."""
    if namespace not in job.services:
        return []
    entities = _entities(tx, job)
    used: dict[str, int] = {}
    for use in _uses(tx, account, job, entities):
        if use.service == namespace:
            used[use.entity_id] = max(use.at, used.get(use.entity_id, 0))
    ordered = sorted(entities.values(), key=lambda one: (-used.get(one.id, 0), one.kind != "user", one.name.lower()))
    return [_entity_told(entity, used.get(entity.id)) for entity in ordered]


class _Last:
    """Writes last uses; a region is read with its row."""

    __slots__ = ("_entities", "_regions")

    def __init__(self, entities: Mapping[str, Entity], regions: Mapping[int, str]) -> None:
        self._entities = entities
        self._regions = regions

    def told(self, use: Use | None, at: str, entity: str, region: str) -> Told:
        """Give a use's members by the names that they have here; none of what was never used."""
        if use is None:
            return {}
        return {
            at: use.at // MICROSECONDS,
            entity: self._entities[use.entity_id].arn,
            region: self._regions.get(use.seq, ""),
        }


def _entities(tx: Tx, job: Job) -> Mapping[str, Entity]:
    return {entity.id: entity for entity in access_reports.entities(tx, job.entities)}


def _uses(tx: Tx, account: str, job: Job, entities: Mapping[str, Entity]) -> list[Use]:
    since = job.until - TRACKED_SECONDS * MICROSECONDS
    return access_reports.uses(tx, account, entities.values(), since=since, until=job.until)


def _when(use: Use) -> tuple[int, int]:
    return use.at, use.seq


def _actions_told(
    granted: Sequence[str], namespace: str, by_action: Mapping[tuple[str, str], Use], last: _Last
) -> Mapping[str, list[Told]]:
    """List the granted actions whose use is known; services that have none have no list, as with AWS."""
    told: list[Told] = [
        {
            "ActionName": action,
            **last.told(
                by_action.get((namespace, action)), "LastAccessedTime", "LastAccessedEntity", "LastAccessedRegion"
            ),
        }
        for action in granted
    ]
    return {"TrackedActionsLastAccessed": told} if told else {}


def _entity_told(entity: Entity, at: int | None) -> Told:
    info = {
        "Arn": entity.arn,
        "Name": entity.name,
        "Type": entity.kind.upper(),
        "Id": entity.id,
        "Path": entity.path,
    }
    return {"EntityInfo": info} if at is None else {"EntityInfo": info, "LastAuthenticated": at // MICROSECONDS}
