"""Machines and pipelines: roles on instances, roles of services, and sign-in by somebody else's identity provider."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stories.company import EVERYTHING, Actor, Ask, Company, Statement, allow, document
from tests.support.issuers import CertificateAuthority, Issuer, issuing
from tests.support.refusals import refused
from tests.support.saml import Said, encoded, entitled, the_provider

SCALING = "autoscaling.amazonaws.com"
SCALING_ROLE = "AWSServiceRoleForAutoScaling"


def service(name: str) -> Statement:
    """Trust a service of AWS."""
    return {"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole"}


def test_a_role_goes_onto_a_host_and_off_again(company: Company) -> None:
    iam = company.iam
    for name in ("web", "batch"):
        company.role(name, service("ec2.amazonaws.com"), allow("iam:ListUsers"))
    iam.create_instance_profile(InstanceProfileName="host")
    iam.add_role_to_instance_profile(InstanceProfileName="host", RoleName="web")
    with refused("LimitExceeded", status=409):  # one profile, one role
        iam.add_role_to_instance_profile(InstanceProfileName="host", RoleName="batch")
    told = company.administrator.terminal.aws("iam", "get-instance-profile", "--instance-profile-name", "host")
    assert [role["RoleName"] for role in told["InstanceProfile"]["Roles"]] == ["web"]
    with refused("AccessDenied"):  # it is for the host, and not for a person
        company.administrator.take(company.arn("role/web"))
    iam.delete_role_policy(RoleName="web", PolicyName="may")
    with refused(
        "DeleteConflict", status=409, message="Cannot delete entity, must remove roles from instance profile first."
    ):
        iam.delete_role(RoleName="web")
    with refused("DeleteConflict", status=409):
        iam.delete_instance_profile(InstanceProfileName="host")
    iam.remove_role_from_instance_profile(InstanceProfileName="host", RoleName="web")
    iam.delete_role(RoleName="web")
    iam.delete_instance_profile(InstanceProfileName="host")


def test_a_service_s_own_role_is_nobody_else_s_to_change(company: Company) -> None:
    iam = company.iam
    role = iam.create_service_linked_role(AWSServiceName=SCALING)["Role"]
    (attached,) = iam.list_attached_role_policies(RoleName=SCALING_ROLE)["AttachedPolicies"]
    own: dict[str, Any] = {"RoleName": SCALING_ROLE}
    changes: list[Ask] = [
        lambda: iam.put_role_policy(**own, PolicyName="more", PolicyDocument=document(EVERYTHING)),
        lambda: iam.attach_role_policy(**own, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"),
        lambda: iam.detach_role_policy(**own, PolicyArn=attached["PolicyArn"]),
        lambda: iam.update_assume_role_policy(**own, PolicyDocument=document(service("ec2.amazonaws.com"))),
        lambda: iam.put_role_permissions_boundary(**own, PermissionsBoundary=attached["PolicyArn"]),
        lambda: iam.update_role(**own, MaxSessionDuration=43_200),
        lambda: iam.delete_role(**own),
    ]
    for change in changes:
        with refused("UnmodifiableEntity", status=400):
            change()
    with refused("AccessDenied"):
        company.administrator.take(role["Arn"])
    with refused("AccessDenied", status=403):  # its policy is for such roles alone
        iam.delete_policy(PolicyArn=attached["PolicyArn"])
    task = iam.delete_service_linked_role(**own)["DeletionTaskId"]
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"


@pytest.fixture
def pipelines(company: Company, tmp_path: Path) -> Iterator[Issuer]:
    """The provider of a code host, known by the thumbprint of its authority."""
    authority = CertificateAuthority.made()
    with issuing(authority, authority.server(tmp_path)) as issuer:
        company.iam.create_open_id_connect_provider(
            Url=issuer.url, ClientIDList=["sts.amazonaws.com"], ThumbprintList=[authority.thumbprint]
        )
        yield issuer


def deploying(company: Company, issuer: Issuer) -> str:
    """Make a role for the main branch of one repository."""
    address = issuer.url.removeprefix("https://")
    trusted: Statement = {
        "Effect": "Allow",
        "Principal": {"Federated": company.arn(f"oidc-provider/{address}")},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"{address}:aud": "sts.amazonaws.com"},
            "StringLike": {f"{address}:sub": "repo:acme/shop:ref:refs/heads/main"},
        },
    }
    return company.role("deploy", trusted, allow("iam:ListRoles"))


def branch(issuer: Issuer, name: str, repository: str = "acme/shop", **claims: Any) -> str:
    subject = f"repo:{repository}:ref:refs/heads/{name}"
    return issuer.token(**{"aud": "sts.amazonaws.com", "sub": subject, **claims})


def test_a_pipeline_deploys_from_main_and_from_nowhere_else(company: Company, pipelines: Issuer) -> None:
    role = deploying(company, pipelines)

    def run(token: str) -> Actor:
        sts = company.administrator.sts
        return company.administrator.holding(
            sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="run-17", WebIdentityToken=token)
        )

    on_main = run(branch(pipelines, "main"))
    on_main.iam.list_roles()
    with refused("AccessDenied"):
        on_main.iam.list_users()
    for wrong in (
        branch(pipelines, "feature"),
        branch(pipelines, "main", repository="mallory/shop"),
        branch(pipelines, "main*"),
    ):
        with refused("AccessDenied", status=403, message="Not authorized to perform sts:AssumeRoleWithWebIdentity"):
            run(wrong)
    with refused("InvalidIdentityToken"):
        run(branch(pipelines, "main", aud="somebody-else"))
    with refused("InvalidIdentityToken"):
        run(branch(pipelines, "main", iss="https://evil.example.com"))
    with refused("ExpiredTokenException"):
        run(branch(pipelines, "main", exp=int(time.time()) - 600, iat=int(time.time()) - 1_200))
    company.iam.delete_open_id_connect_provider(
        OpenIDConnectProviderArn=company.arn(f"oidc-provider/{pipelines.url.removeprefix('https://')}")
    )
    with refused("InvalidIdentityToken"):
        run(branch(pipelines, "main"))
    on_main.iam.list_roles()  # what was given out ends by itself, or by a deny on its role


def test_a_job_s_own_aws_cli_signs_in_by_its_token_file(company: Company, pipelines: Issuer, tmp_path: Path) -> None:
    """As on a cluster: nothing but a role's ARN and a file in the environment, and no key anywhere."""
    role, file = deploying(company, pipelines), tmp_path / "token"
    file.write_text(branch(pipelines, "main"))
    job = company.administrator.terminal
    job.environment = {name: value for name, value in job.environment.items() if name != "AWS_PROFILE"} | {
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ROLE_ARN": role,
        "AWS_ROLE_SESSION_NAME": "job-4711",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(file),
    }
    told = job.aws("iam", "list-roles", "--query", "Roles[].RoleName")
    assert told == ["deploy"]
    (issued,) = (
        event
        for event in company.administrator.trail.lookup_events(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "AssumeRoleWithWebIdentity"}]
        )["Events"]
    )
    assert "repo:acme/shop:ref:refs/heads/main" in issued["CloudTrailEvent"]
    assert file.read_text() not in issued["CloudTrailEvent"]


def test_a_person_signs_in_by_the_company_s_own_directory(company: Company) -> None:
    """What they may follows from the department that the directory tells, and from nothing that they say."""
    provider = company.iam.create_saml_provider(Name="Directory", SAMLMetadataDocument=the_provider().metadata())
    arn = provider["SAMLProviderArn"]
    trusted: Statement = {
        "Effect": "Allow",
        "Principal": {"Federated": arn},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    }
    staff = company.role(
        "staff", trusted, allow("iam:ListUsers", StringEquals={"aws:PrincipalTag/department": "security"})
    )

    def sign_in(person: str, department: str, *, sign: str = "assertion") -> Actor:
        said = Said(time.time(), entitled(staff, arn, person, PrincipalTag__department=department))
        response = encoded(the_provider().respond(said, sign=sign))
        return company.administrator.holding(
            company.administrator.sts.assume_role_with_saml(RoleArn=staff, PrincipalArn=arn, SAMLAssertion=response)
        )

    zoe, tom = sign_in("zoe", "security"), sign_in("tom", "sales")
    assert zoe.identity() == f"arn:aws:sts::{company.account}:assumed-role/staff/zoe"
    zoe.iam.list_users()
    with refused("AccessDenied"):
        tom.iam.list_users()
    with refused("InvalidIdentityToken"):
        sign_in("mallory", "security", sign="nothing")
    with refused("AccessDenied"):  # the directory vouches for staff; it opens no other way
        company.administrator.take(staff)
    company.iam.delete_saml_provider(SAMLProviderArn=arn)
    with refused("InvalidIdentityToken"):
        sign_in("zoe", "security")
