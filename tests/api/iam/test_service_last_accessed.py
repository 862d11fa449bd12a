"""What was used last, and which policies grant it, through the SDK."""

from __future__ import annotations

import json
from typing import Any

from mypy_boto3_iam import IAMClient

from tests.api.iam.test_credential_report import acting
from tests.support.authority import Authority
from tests.support.refusals import refused


def services(client: Any, arn: str, level: str = "SERVICE_LEVEL") -> dict[str, Any]:
    """Make a job and read all its services, by namespace, page by page."""
    job = client.generate_service_last_accessed_details(Arn=arn, Granularity=level)["JobId"]
    found: dict[str, Any] = {}
    more: dict[str, Any] = {"MaxItems": 200}
    while more:
        page = client.get_service_last_accessed_details(JobId=job, **more)
        assert (page["JobStatus"], page["JobType"]) == ("COMPLETED", level)
        found |= {service["ServiceNamespace"]: service for service in page["ServicesLastAccessed"]}
        more = {"Marker": page["Marker"]} if page["IsTruncated"] else {}
    return found


def test_a_user_and_a_role_by_what_they_did(iam: IAMClient, authority: Authority) -> None:
    ann = acting(authority, iam, "ann", "iam:GetUser", "sts:AssumeRole", "s3:*")
    me = f"arn:aws:iam::{authority.account_id}:user/ann"
    statement = {"Effect": "Allow", "Principal": {"AWS": me}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": statement})
    role = iam.create_role(RoleName="run", Path="/r/", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    reading = {"Effect": "Allow", "Action": "iam:List*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": reading})
    iam.put_role_policy(RoleName="run", PolicyName="own", PolicyDocument=document)
    ann.get_user()
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    session = authority.of("sts", dict(key)).assume_role(RoleArn=role, RoleSessionName="one")["Credentials"]
    with refused("AccessDenied"):
        authority.of("iam", session).create_user(UserName="bob")
    found = services(iam, me, "ACTION_LEVEL")
    assert [*found] == ["iam", "s3", "sts"]
    assert found["iam"]["LastAuthenticatedEntity"] == me
    assert found["iam"]["TrackedActionsLastAccessed"][0]["ActionName"] == "GetUser"
    assert found["sts"]["TrackedActionsLastAccessed"][0]["LastAccessedRegion"] == "us-east-1"
    assert "LastAuthenticated" not in found["s3"]
    (used,) = services(iam, role).values()
    assert (used["LastAuthenticatedEntity"], used["TotalAuthenticatedEntities"]) == (role, 1)
    job = iam.generate_service_last_accessed_details(Arn=role)["JobId"]
    told = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="iam")
    assert told["EntityDetailsList"][0]["EntityInfo"]["Path"] == "/r/"
    assert told["EntityDetailsList"][0]["LastAuthenticated"] == used["LastAuthenticated"]


def test_every_service_comes_page_by_page(iam: IAMClient, authority: Authority) -> None:
    found = services(iam, "arn:aws:iam::aws:policy/AdministratorAccess")
    assert len(found) > 400
    assert [*found] == sorted(found)


def test_a_job_is_for_whoever_asked_for_it(iam: IAMClient, authority: Authority) -> None:
    ann = acting(authority, iam, "ann", "iam:*ServiceLastAccessed*")
    job = ann.generate_service_last_accessed_details(Arn=f"arn:aws:iam::{authority.account_id}:user/ann")["JobId"]
    another = authority.of("iam", dict(iam.create_access_key(UserName="ann")["AccessKey"]))
    another.get_service_last_accessed_details(JobId=job)
    with refused("NoSuchEntity", status=404, message=f"Job {job} does not exist."):
        iam.get_service_last_accessed_details(JobId=job)


def test_whoever_may_not_learns_nothing(iam: IAMClient, authority: Authority) -> None:
    ann, prefix = acting(authority, iam, "ann"), f"arn:aws:iam::{authority.account_id}:"
    who = f"User: {prefix}user/ann is not authorized to perform: iam:"
    for arn in (f"{prefix}user/{authority.user_name}", f"{prefix}user/nobody"):
        for name in ("GenerateServiceLastAccessedDetails", "ListPoliciesGrantingServiceAccess"):
            words = f"{who}{name} on resource: {arn} because no identity-based policy allows the iam:{name} action"
            with refused("AccessDenied", status=403, message=words):
                if name.startswith("List"):
                    ann.list_policies_granting_service_access(Arn=arn, ServiceNamespaces=["iam"])
                else:
                    ann.generate_service_last_accessed_details(Arn=arn)
    with refused("AccessDenied", status=403):
        ann.get_service_last_accessed_details(JobId="0" * 36)
    with refused("NoSuchEntity", status=404, message=f"ARN {prefix}user/nobody does not exist."):
        iam.generate_service_last_accessed_details(Arn=f"{prefix}user/nobody")
    with refused("ValidationError", status=400):
        iam.generate_service_last_accessed_details(Arn=f"{prefix}user/ann", Granularity="ALL")  # type: ignore[arg-type]
    with refused("ValidationError", status=400):
        iam.list_policies_granting_service_access(Arn=f"{prefix}user/ann", ServiceNamespaces=["s3:GetObject"])
