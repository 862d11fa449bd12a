"""When the services that a policy, or somebody's policies, grant were last asked for: jobs, and what they found.

A job keeps what was so when it was asked for: which services and actions are granted, and whose uses count. The uses
themselves are read from the journal up to that instant whenever they are told, on a worker thread: making a job takes
no time, however long the journal, and what it tells stays the same.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from watchword.domain.clock import MICROSECONDS
from watchword.domain.principal import PrincipalType
from watchword.policy import Kind, Policy
from watchword.services.compiling import compiled
from watchword.services.iam import paging
from watchword.services.iam.granting_policies import holders_of, policy_of
from watchword.services.iam.refusals import InvalidMarker
from watchword.services.iam.report_refusals import NamespaceUnknown, NoSuchJob
from watchword.services.iam.report_sources import RAISES, Source, found_source, report_source
from watchword.services.iam.service_grants import Grants
from watchword.services.iam.service_last_accessed_told import Job, entities_told, services_told
from watchword.services.iam.service_names import services, tracked
from watchword.services.operation import Call, Caller, Reply, Way, operation
from watchword.store import access_reports, aws_policies, permissions, reports
from watchword.store.groups import Group
from watchword.store.policies import ManagedPolicy
from watchword.store.reports import Report
from watchword.store.tx import Tx

JOB_KEPT_SECONDS = 7 * 86_400
"""How long a job can be read; AWS does not say."""
SERVICE_LEVEL, ACTION_LEVEL = "SERVICE_LEVEL", "ACTION_LEVEL"


@operation("iam", way=Way.CHANGE, on=report_source, journal=("arn", "granularity"), told=("JobId",), raises=RAISES)
def generate_service_last_accessed_details(
    call: Call,
    *,
    arn: str,  # noqa: ARG001 - read by the target
    granularity: str | None = None,
) -> Reply:
    """Have a report made of what a user, group, role or policy can reach, and when it last was.

    Raises NoSuchSource.   Source: IAM API, GenerateServiceLastAccessedDetails.
    """
    source, level = found_source(call), granularity or SERVICE_LEVEL
    grants = Grants(_policies(call.tx, source))
    reached = grants.services(services())
    job = Job(
        asked_by=_asker(call.caller),
        granularity=level,
        services=tuple(reached),
        actions={one: _granted(grants, one) for one in reached} if level == ACTION_LEVEL else {},
        entities=tuple(_entities(call.tx, call.account, source)),
        until=int(call.asking.now * MICROSECONDS),
    )
    kind, job_id = reports.Kind.LAST_ACCESSED, str(UUID(bytes=call.random(16), version=4))
    reports.remove_before(call.tx, call.account, kind, call.now - JOB_KEPT_SECONDS)
    reports.add(call.tx, Report(job_id, call.account, kind, call.now, call.now, msgspec.json.encode(job)))
    return {"JobId": job_id}


@operation("iam", way=Way.READ, journal=("job_id", "max_items", "marker"), raises=(NoSuchJob, InvalidMarker))
def get_service_last_accessed_details(
    call: Call, *, job_id: str, max_items: int | None = None, marker: str | None = None
) -> Reply:
    """Tell, service by service, when it was last asked for, by whom and from where; refused requests count.

    Raises NoSuchJob, InvalidMarker.   Source: IAM API, GetServiceLastAccessedDetails.
    """
    report, job = _found(call, job_id)
    page = paging.page(call, f"services of {job_id}", marker, max_items)
    wanted = [namespace for namespace in job.services if namespace > page.after][: page.fetch]
    told = services_told(call.tx, call.account, job, wanted)
    reply = dict(page.reply(wanted, tell=told.__getitem__, position=str))
    listed = {"JobType": job.granularity, "ServicesLastAccessed": reply.pop(page.member)}
    return {**_dates(report), **listed, **reply}


@operation(
    "iam",
    way=Way.READ,
    journal=("job_id", "service_namespace", "max_items", "marker"),
    raises=(NoSuchJob, NamespaceUnknown, InvalidMarker),
)
def get_service_last_accessed_details_with_entities(
    call: Call, *, job_id: str, service_namespace: str, max_items: int | None = None, marker: str | None = None
) -> Reply:
    """Tell who could have asked for a service and when they last did, the latest first.

    Raises NoSuchJob, NamespaceUnknown, InvalidMarker.
    Source: IAM API, GetServiceLastAccessedDetailsWithEntities.
    """
    report, job = _found(call, job_id)
    if service_namespace not in services():
        raise NamespaceUnknown(name=service_namespace)
    page = paging.page(call, f"entities of {job_id} {service_namespace}", marker, max_items)
    start = int(page.after or 0)
    found = entities_told(call.tx, call.account, job, service_namespace)
    reply = dict(
        page.reply(
            list(enumerate(found))[start : start + page.fetch],
            tell=lambda row: row[1],
            position=lambda row: str(row[0] + 1),
        )
    )
    return {**_dates(report), "EntityDetailsList": reply.pop(page.member), **reply}


def _asker(caller: Caller) -> str:
    """Tell whose a job is: a user's, with whatever key or session it asks, or that of one session of a role.

    Source: IAM API, GenerateServiceLastAccessedDetails, JobId; recorded from AWS.
    """
    is_user = caller.principal.type in {PrincipalType.USER, PrincipalType.ROOT}
    return caller.principal.unique_id if is_user else caller.access_key_id


def _policies(tx: Tx, source: Source) -> list[Policy]:
    if isinstance(source, ManagedPolicy):
        grant = permissions.managed(tx, source.arn)  # one of AWS's that nobody holds has no rows
        document = grant.document if grant else aws_policies.version_of(source).document
        return [compiled(document, Kind.IDENTITY, source.arn)]
    return [policy_of(one) for one in access_reports.held(tx, holders_of(tx, source))]


def _entities(tx: Tx, account: str, source: Source) -> list[str]:
    if isinstance(source, Group):
        return access_reports.members(tx, source.id)
    if isinstance(source, ManagedPolicy):
        return access_reports.holders(tx, account, source.id)
    return [source.id]


def _granted(grants: Grants, namespace: str) -> tuple[str, ...]:
    return tuple(action for action in tracked(namespace) if grants.action(namespace, action))


def _found(call: Call, job_id: str) -> tuple[Report, Job]:
    """Give a job of the caller's.

    Raises NoSuchJob.
    """
    report = reports.find(call.tx, call.account, reports.Kind.LAST_ACCESSED, job_id)
    if report is None or report.content is None or call.now - report.requested_at > JOB_KEPT_SECONDS:
        raise NoSuchJob(id=job_id)
    job = msgspec.json.decode(report.content, type=Job)
    if job.asked_by != _asker(call.caller):
        raise NoSuchJob(id=job_id)
    return report, job


def _dates(report: Report) -> dict[str, Any]:
    return {
        "JobStatus": "COMPLETED",
        "JobCreationDate": report.requested_at,
        "JobCompletionDate": report.completed_at,
    }
