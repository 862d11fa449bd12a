"""An account that has five of everything that is listed, for the tests of listings. Signing certificates are two."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from tests.api.phone import Phone
from tests.support.authority import Authority
from tests.support.saml import another_provider
from tests.support.server_certificates import issue
from tests.unit.services.iam.signing_material import certificate, ssh_line

NAMES = ("alpha", "Beta", "beta-2", "delta_", "Zeta")
"""As listings give them: by name, without regard to case."""
SERVICES = ("ec2", "iam", "s3", "sns", "sqs")
FIRST = NAMES[0]


def allowing(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


READING = allowing("iam:Get*")
TRUST = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
)
TAGS = [{"Key": name, "Value": ""} for name in NAMES]


def fill(authority: Authority, iam: Any) -> Mapping[str, str]:
    """Make everything; gives what cannot be known before: ARNs and ids."""
    arns = [iam.create_policy(PolicyName=name, PolicyDocument=READING)["Policy"]["Arn"] for name in NAMES]
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arns[0], PolicyDocument=READING)
    iam.tag_policy(PolicyArn=arns[0], Tags=TAGS)
    for name in NAMES:
        iam.create_group(GroupName=name)
        user = iam.create_user(UserName=name, Path="/people/", Tags=TAGS)["User"]
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Tags=TAGS)
        iam.create_instance_profile(InstanceProfileName=name, Tags=TAGS)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=FIRST)
    hold(iam, arns)
    prove(iam)
    return {
        "policy": arns[0],
        "user": user["Arn"],
        **devices(authority, iam),
        **providers(iam),
        **jobs(iam, arns[0]),
    }


def hold(iam: Any, arns: list[str]) -> None:
    """Let the first user, group and role hold five of everything, and the others the first policy."""
    for name, arn in zip(NAMES, arns, strict=True):
        iam.put_user_policy(UserName=FIRST, PolicyName=name, PolicyDocument=READING)
        iam.put_group_policy(GroupName=FIRST, PolicyName=name, PolicyDocument=READING)
        iam.put_role_policy(RoleName=FIRST, PolicyName=name, PolicyDocument=READING)
        iam.attach_user_policy(UserName=FIRST, PolicyArn=arn)
        iam.attach_group_policy(GroupName=FIRST, PolicyArn=arn)
        iam.attach_role_policy(RoleName=FIRST, PolicyArn=arn)
        iam.attach_user_policy(UserName=name, PolicyArn=arns[0])
        iam.attach_group_policy(GroupName=name, PolicyArn=arns[0])
        iam.attach_role_policy(RoleName=name, PolicyArn=arns[0])
        iam.add_user_to_group(GroupName=FIRST, UserName=name)
        iam.add_user_to_group(GroupName=name, UserName=FIRST)


def prove(iam: Any) -> None:
    """Give the first user all it may have of what it proves itself with, and the account certificates."""
    site = issue("site", begins=time.time() - 60)
    for name in NAMES:
        iam.upload_ssh_public_key(UserName=FIRST, SSHPublicKeyBody=ssh_line(name))
        iam.create_service_specific_credential(UserName=name, ServiceName="codecommit.amazonaws.com")
        iam.upload_server_certificate(
            ServerCertificateName=name, CertificateBody=site.pem, PrivateKey=site.key_pem, Tags=TAGS
        )
    for name in NAMES[:2]:
        iam.create_access_key(UserName=FIRST)
        iam.upload_signing_certificate(UserName=FIRST, CertificateBody=certificate(name))


def devices(authority: Authority, iam: Any) -> Mapping[str, str]:
    phones = [Phone.new(authority, iam, name, Tags=TAGS) for name in NAMES]
    for phone in phones:
        phone.enable(iam, FIRST)
    return {"device": phones[0].serial_number}


def providers(iam: Any) -> Mapping[str, str]:
    saml = iam.create_saml_provider(Name=FIRST, SAMLMetadataDocument=another_provider().metadata(), Tags=TAGS)
    oidc = iam.create_open_id_connect_provider(
        Url="https://issuer.example", ClientIDList=["app"], ThumbprintList=["0" * 40], Tags=TAGS
    )
    return {"saml": saml["SAMLProviderArn"], "oidc": oidc["OpenIDConnectProviderArn"]}


def jobs(iam: Any, held_by_all: str) -> Mapping[str, str]:
    """Order a report on a policy that grants five services, and one on a policy that everybody holds."""
    wide = iam.create_policy(
        PolicyName="Wide", Path="/elsewhere/", PolicyDocument=allowing(*(f"{service}:*" for service in SERVICES))
    )["Policy"]["Arn"]
    return {
        name: iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
        for name, arn in (("job", wide), ("held", held_by_all))
    }
