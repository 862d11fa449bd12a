"""Last-accessed jobs: what they keep, what the journal says, and whose they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.documents import trusting
from tests.unit.services.iam.house import ROLE_SESSION, House, as_user, refused
from tests.unit.services.iam.test_granting_policies import document
from watchword.services.iam.refusals import InvalidMarker
from watchword.services.iam.report_refusals import NamespaceUnknown, NoSuchJob, NoSuchSource, SourceNotSupported
from watchword.services.iam.service_names import services
from watchword.store import schema
from watchword.store.journal import COLUMNS, Entry, rows_of
from watchword.store.tx import Tx

ARN = f"arn:aws:iam::{ACCOUNT}:"
DAY = 86_400


def ask(house: House, arn: str, granularity: str | None = None) -> Any:
    """Make a job, and give its services by namespace."""
    job = house.ask("generate_service_last_accessed_details", arn=arn, granularity=granularity)["JobId"]
    told = house.ask("get_service_last_accessed_details", job_id=job)
    assert (told["JobStatus"], told["IsTruncated"]) == ("COMPLETED", False)
    return {service["ServiceNamespace"]: service for service in told["ServicesLastAccessed"]}


def happened(house: House, arn: str, event: str, at: float, *, region: str = "us-east-1", **more: Any) -> None:
    """Put a request on record."""
    service, _, name = event.partition(":")
    entry = Entry(f"request-{at}-{event}", at, service, name, ACCOUNT, principal=arn, region=region, **more)

    def write(tx: Tx) -> None:
        for row in rows_of(entry):
            tx.connection.execute(insert(schema.journal).values(dict(zip(COLUMNS, row, strict=True))))

    house.store.change(write)


@pytest.fixture
def people(house: House) -> House:
    """Ann and bob in a group, a role, and a policy that ann has through the group and the role has itself."""
    house.ask("create_policy", policy_name="shared", policy_document=document("iam:GetUser", "s3:GetObject"))
    house.ask("create_group", group_name="crew")
    house.ask("attach_group_policy", group_name="crew", policy_arn=f"{ARN}policy/shared")
    for name in ("ann", "bob"):
        house.ask("create_user", user_name=name, path="/p/")
        house.ask("add_user_to_group", group_name="crew", user_name=name)
    house.ask("create_role", role_name="run", assume_role_policy_document=trusting(f"{ARN}root"))
    house.ask("attach_role_policy", role_name="run", policy_arn=f"{ARN}policy/shared")
    return house


def test_what_was_never_used_is_told_without_dates(people: House) -> None:
    assert ask(people, f"{ARN}user/p/ann") == {
        "iam": {
            "ServiceName": "AWS Identity and Access Management",
            "ServiceNamespace": "iam",
            "TotalAuthenticatedEntities": 0,
        },
        "s3": {"ServiceName": "Amazon S3", "ServiceNamespace": "s3", "TotalAuthenticatedEntities": 0},
    }


def test_the_latest_use_counts_answered_or_refused(people: House) -> None:
    ann = f"{ARN}user/p/ann"
    happened(people, ann, "iam:GetUser", NOW + 1)
    happened(people, ann, "iam:GetRole", NOW + 3.5, region="eu-west-1", error="AccessDenied")
    happened(people, ann, "sts:GetCallerIdentity", NOW + 4)
    found = ask(people.at(NOW + 10), ann)
    assert found["iam"] == {
        "ServiceName": "AWS Identity and Access Management",
        "LastAuthenticated": NOW + 3,
        "ServiceNamespace": "iam",
        "LastAuthenticatedEntity": ann,
        "LastAuthenticatedRegion": "eu-west-1",
        "TotalAuthenticatedEntities": 1,
    }
    assert [*found] == ["iam", "s3"], "sts is used, but nothing grants it"


def test_actions_that_are_requests_are_listed(people: House) -> None:
    ann = f"{ARN}user/p/ann"
    people.ask(
        "put_user_policy", user_name="ann", policy_name="own", policy_document=document("iam:PassRole", "iam:GetR*")
    )
    happened(people, ann, "iam:GetRole", NOW + 3)
    happened(people, ann, "iam:CreateUser", NOW + 5)  # not granted: counts for the service alone
    found = ask(people.at(NOW + 10), ann, "ACTION_LEVEL")
    assert found["iam"]["LastAuthenticated"] == NOW + 5
    assert found["iam"]["TrackedActionsLastAccessed"] == [
        {
            "ActionName": "GetRole",
            "LastAccessedTime": NOW + 3,
            "LastAccessedEntity": ann,
            "LastAccessedRegion": "us-east-1",
        },
        {"ActionName": "GetRolePolicy"},
        {"ActionName": "GetUser"},
    ]
    assert "TrackedActionsLastAccessed" not in found["s3"]


def test_sessions_of_a_role_are_the_role(people: House) -> None:
    people.ask("create_role", role_name="runner", assume_role_policy_document=trusting(f"{ARN}root"))
    for session, at in (("a", NOW + 1), ("b", NOW + 2)):
        happened(people, f"arn:aws:sts::{ACCOUNT}:assumed-role/run/{session}", "iam:GetUser", at)
    happened(people, f"arn:aws:sts::{ACCOUNT}:assumed-role/runner/c", "iam:GetUser", NOW + 3)
    found = ask(people.at(NOW + 10), f"{ARN}role/run")["iam"]
    assert (found["LastAuthenticated"], found["LastAuthenticatedEntity"]) == (NOW + 2, f"{ARN}role/run")


def test_groups_and_policies_tell_of_everybody_behind_them(people: House) -> None:
    happened(people, f"{ARN}user/p/ann", "iam:GetUser", NOW + 2)
    happened(people, f"{ARN}user/p/bob", "iam:GetUser", NOW + 3)
    happened(people, f"arn:aws:sts::{ACCOUNT}:assumed-role/run/x", "iam:GetUser", NOW + 1)
    later = people.at(NOW + 10)
    group, policy = ask(later, f"{ARN}group/crew")["iam"], ask(later, f"{ARN}policy/shared")["iam"]
    assert (group["TotalAuthenticatedEntities"], group["LastAuthenticatedEntity"]) == (2, f"{ARN}user/p/bob")
    assert (policy["TotalAuthenticatedEntities"], policy["LastAuthenticatedEntity"]) == (3, f"{ARN}user/p/bob")


def test_entities_come_by_their_last_use(people: House) -> None:
    people.ask("create_user", user_name="cid")
    people.ask("attach_user_policy", user_name="cid", policy_arn=f"{ARN}policy/shared")
    happened(people, f"{ARN}user/p/bob", "iam:GetUser", NOW + 3)
    later = people.at(NOW + 10)
    job = later.ask("generate_service_last_accessed_details", arn=f"{ARN}policy/shared")["JobId"]
    asked: dict[str, Any] = {"job_id": job, "service_namespace": "iam"}
    told = later.ask("get_service_last_accessed_details_with_entities", **asked)
    names = [entity["EntityInfo"]["Name"] for entity in told["EntityDetailsList"]]
    assert names == ["bob", "ann", "cid", "run"]
    bob, ann = told["EntityDetailsList"][:2]
    assert bob["LastAuthenticated"] == NOW + 3
    assert ann == {
        "EntityInfo": {
            "Arn": f"{ARN}user/p/ann",
            "Name": "ann",
            "Type": "USER",
            "Id": people.ask("get_user", user_name="ann")["User"]["UserId"],
            "Path": "/p/",
        }
    }
    page = later.ask("get_service_last_accessed_details_with_entities", **asked, max_items=3)
    rest = later.ask("get_service_last_accessed_details_with_entities", **asked, marker=page["Marker"])
    assert [one["EntityInfo"]["Type"] for one in rest["EntityDetailsList"]] == ["ROLE"]
    asked["service_namespace"] = "sts"
    assert later.ask("get_service_last_accessed_details_with_entities", **asked)["EntityDetailsList"] == []
    with refused(NamespaceUnknown):
        later.ask("get_service_last_accessed_details_with_entities", job_id=job, service_namespace="S3")


def test_a_job_stays_as_it_was(people: House) -> None:
    ann = f"{ARN}user/p/ann"
    happened(people, ann, "iam:GetUser", NOW + 1)
    later = people.at(NOW + 10)
    job = later.ask("generate_service_last_accessed_details", arn=ann)["JobId"]
    before = later.ask("get_service_last_accessed_details", job_id=job)
    happened(people, ann, "iam:GetUser", NOW + 20)
    people.ask("remove_user_from_group", group_name="crew", user_name="ann")
    assert later.ask("get_service_last_accessed_details", job_id=job) == before
    assert ask(people.at(NOW + 30), ann) == {}


def test_only_the_tracking_period_counts_and_only_the_present_bearer_of_a_name(people: House) -> None:
    ann = f"{ARN}user/p/ann"
    happened(people, ann, "iam:GetUser", NOW - 1)  # by an earlier ann
    assert ask(people.at(NOW + 10), ann)["iam"]["TotalAuthenticatedEntities"] == 0
    happened(people, ann, "iam:GetUser", NOW)
    assert ask(people.at(NOW + 400 * DAY - 1), ann)["iam"]["TotalAuthenticatedEntities"] == 1
    assert ask(people.at(NOW + 400 * DAY), ann)["iam"]["TotalAuthenticatedEntities"] == 0


def test_pages_of_services(people: House) -> None:
    later = people.at(NOW + 10)
    job = later.ask("generate_service_last_accessed_details", arn=f"{ARN}user/p/ann")["JobId"]
    first = later.ask("get_service_last_accessed_details", job_id=job, max_items=1)
    assert (first["IsTruncated"], first["ServicesLastAccessed"][0]["ServiceNamespace"]) == (True, "iam")
    rest = later.ask("get_service_last_accessed_details", job_id=job, marker=first["Marker"])
    assert [one["ServiceNamespace"] for one in rest["ServicesLastAccessed"]] == ["s3"]
    other = later.ask("generate_service_last_accessed_details", arn=f"{ARN}user/p/ann")["JobId"]
    with refused(InvalidMarker):
        later.ask("get_service_last_accessed_details", job_id=other, marker=first["Marker"])


def test_a_job_is_its_askers(people: House) -> None:
    ann, bob = (as_user(people.ask("get_user", user_name=name)["User"]) for name in ("ann", "bob"))
    job = people.ask("generate_service_last_accessed_details", arn=f"{ARN}user/ann", caller=ann)["JobId"]
    people.ask("get_service_last_accessed_details", job_id=job, caller=replace(ann, access_key_id="AKIAANOTHER"))
    with refused(NoSuchJob, f"Job {job} does not exist."):
        people.ask("get_service_last_accessed_details", job_id=job, caller=bob)
    mine = people.ask("generate_service_last_accessed_details", arn=f"{ARN}user/ann", caller=ROLE_SESSION)["JobId"]
    people.ask("get_service_last_accessed_details", job_id=mine, caller=ROLE_SESSION)
    with refused(NoSuchJob):
        other = replace(ROLE_SESSION, access_key_id="ASIAANOTHER")
        people.ask("get_service_last_accessed_details", job_id=mine, caller=other)


def test_jobs_go_after_a_week(people: House) -> None:
    job = people.ask("generate_service_last_accessed_details", arn=f"{ARN}user/ann")["JobId"]
    people.at(NOW + 7 * DAY).ask("get_service_last_accessed_details", job_id=job)
    over = people.at(NOW + 7 * DAY + 1)
    with refused(NoSuchJob):
        over.ask("get_service_last_accessed_details", job_id=job)
    over.ask("generate_service_last_accessed_details", arn=f"{ARN}user/ann")
    kept = people.store.read(lambda tx: tx.connection.execute(schema.report.select()).all())
    assert len(kept) == 1
    with refused(NoSuchJob):
        people.ask("get_service_last_accessed_details", job_id="x" * 36)


def test_a_policy_of_aws_that_nobody_has(people: House) -> None:
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    job = people.ask("generate_service_last_accessed_details", arn=arn)["JobId"]
    told = people.ask("get_service_last_accessed_details", job_id=job, max_items=1000)
    assert [one["ServiceNamespace"] for one in told["ServicesLastAccessed"]] == [*services()]
    assert {one["TotalAuthenticatedEntities"] for one in told["ServicesLastAccessed"]} == {0}


def test_nobody(people: House) -> None:
    with refused(NoSuchSource):
        ask(people, f"{ARN}role/nobody")
    with refused(NoSuchSource):
        ask(people, f"{ARN}policy/nobody")
    with refused(SourceNotSupported):
        ask(people, f"{ARN}root")
