"""Certificates, SSH keys and service-specific credentials through the SDK: whose they are, and what is kept of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mypy_boto3_iam import IAMClient

from tests.support.authority import Authority
from tests.support.refusals import refused
from tests.unit.services.iam.signing_material import certificate, private_pem, ssh_line

GIT = "codecommit.amazonaws.com"
UNKNOWN_CERTIFICATE = "NONEXISTENTCERTID12345678901"


def user(iam: IAMClient, authority: Authority, name: str, *statements: dict[str, Any]) -> Any:
    """A new user that is allowed these statements, as a client."""
    iam.create_user(UserName=name, Path="/people/")
    if statements:
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]}
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps(document))
    return authority.of("iam", dict(iam.create_access_key(UserName=name)["AccessKey"]))


def on(authority: Authority, who: str) -> str:
    return f"arn:aws:iam::{authority.account_id}:user/people/{who}"


CALLS: list[tuple[str, dict[str, Any]]] = [
    ("UploadSigningCertificate", {"CertificateBody": certificate("api")}),
    ("ListSigningCertificates", {}),
    ("UpdateSigningCertificate", {"CertificateId": UNKNOWN_CERTIFICATE, "Status": "Inactive"}),
    ("DeleteSigningCertificate", {"CertificateId": UNKNOWN_CERTIFICATE}),
    ("UploadSSHPublicKey", {"SSHPublicKeyBody": ssh_line()}),
    ("GetSSHPublicKey", {"SSHPublicKeyId": "APKA" + "A" * 16, "Encoding": "SSH"}),
    ("ListSSHPublicKeys", {}),
    ("UpdateSSHPublicKey", {"SSHPublicKeyId": "APKA" + "A" * 16, "Status": "Inactive"}),
    ("DeleteSSHPublicKey", {"SSHPublicKeyId": "APKA" + "A" * 16}),
    ("CreateServiceSpecificCredential", {"ServiceName": GIT}),
    ("ListServiceSpecificCredentials", {}),
    ("UpdateServiceSpecificCredential", {"ServiceSpecificCredentialId": "ACCA" + "A" * 17, "Status": "Active"}),
    ("ResetServiceSpecificCredential", {"ServiceSpecificCredentialId": "ACCA" + "A" * 17}),
    ("DeleteServiceSpecificCredential", {"ServiceSpecificCredentialId": "ACCA" + "A" * 17}),
]


def test_who_may_not_hears_so_before_anything_else(iam: IAMClient, authority: Authority) -> None:
    mine = user(iam, authority, "ann")
    for action, parameters in CALLS:
        for target, arn in (
            (authority.user_name, None),
            ("nobody", f"arn:aws:iam::{authority.account_id}:user/nobody"),
        ):
            method = mine.meta.method_to_api_mapping
            name = next(python for python, api in method.items() if api == action)
            message = (
                f"User: {on(authority, 'ann')} is not authorized to perform: iam:{action} on resource: {arn}"
                f" because no identity-based policy allows the iam:{action} action"
            )
            with refused("AccessDenied", status=403, message=message if arn else None):
                getattr(mine, name)(UserName=target, **parameters)


def test_a_user_looks_after_its_own_and_no_one_elses(iam: IAMClient, authority: Authority) -> None:
    own = {"Action": ["iam:*SigningCertificate*", "iam:*SSH*", "iam:*ServiceSpecific*"], "Resource": "*"}
    mine = user(iam, authority, "ann", own | {"Resource": "arn:aws:iam::*:user/*${aws:username}"})
    iam.create_user(UserName="bob")
    made = mine.upload_signing_certificate(CertificateBody=certificate("mine"))["Certificate"]
    assert made["UserName"] == "ann"
    mine.update_signing_certificate(CertificateId=made["CertificateId"], Status="Inactive")
    assert [one["Status"] for one in mine.list_signing_certificates()["Certificates"]] == ["Inactive"]
    key = mine.upload_ssh_public_key(UserName="ann", SSHPublicKeyBody=ssh_line())["SSHPublicKey"]
    assert [one["SSHPublicKeyId"] for one in mine.list_ssh_public_keys()["SSHPublicKeys"]] == [key["SSHPublicKeyId"]]
    one = mine.create_service_specific_credential(UserName="ann", ServiceName=GIT)["ServiceSpecificCredential"]
    mine.reset_service_specific_credential(ServiceSpecificCredentialId=one["ServiceSpecificCredentialId"])
    refusals: list[Callable[[], Any]] = [
        lambda: mine.list_signing_certificates(UserName="bob"),
        lambda: mine.list_ssh_public_keys(UserName="bob"),
        lambda: mine.create_service_specific_credential(UserName="bob", ServiceName=GIT),
        lambda: mine.list_service_specific_credentials(AllUsers=True),
    ]
    for ask in refusals:
        with refused("AccessDenied", status=403):
            ask()


def test_a_policy_may_ask_for_the_service_and_the_age(iam: IAMClient, authority: Authority) -> None:
    only = {
        "StringEquals": {"iam:ServiceSpecificCredentialServiceName": GIT},
        "NumericLessThanEquals": {"iam:ServiceSpecificCredentialAgeDays": "30"},
    }
    create = {"Action": "iam:CreateServiceSpecificCredential", "Resource": "*", "Condition": only}
    service = {"StringEquals": {"iam:ServiceSpecificCredentialServiceName": GIT}}
    reset = {"Action": "iam:ResetServiceSpecificCredential", "Resource": "*", "Condition": service}
    mine = user(iam, authority, "ann", create, reset)
    asked = {"UserName": "ann", "ServiceName": "CodeCommit.amazonaws.com", "CredentialAgeDays": 30}
    one = mine.create_service_specific_credential(**asked)["ServiceSpecificCredential"]
    assert (one["ExpirationDate"] - one["CreateDate"]).days == 30
    for more in ({"CredentialAgeDays": 31}, {"ServiceName": "bedrock.amazonaws.com"}):
        with refused("AccessDenied", status=403):
            mine.create_service_specific_credential(**asked | more)
    with refused("AccessDenied", status=403):
        mine.create_service_specific_credential(UserName="ann", ServiceName=GIT)
    mine.reset_service_specific_credential(ServiceSpecificCredentialId=one["ServiceSpecificCredentialId"])
    key = iam.create_service_specific_credential(UserName="ann", ServiceName="bedrock.amazonaws.com")
    with refused("AccessDenied", status=403):
        mine.reset_service_specific_credential(
            ServiceSpecificCredentialId=key["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
        )


def test_no_secret_and_no_private_key_is_ever_written(iam: IAMClient, authority: Authority) -> None:
    iam.create_user(UserName="ann")
    made = iam.create_service_specific_credential(UserName="ann", ServiceName=GIT)["ServiceSpecificCredential"]
    again = iam.reset_service_specific_credential(
        UserName="ann", ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"]
    )["ServiceSpecificCredential"]
    with refused("MalformedCertificate", status=400, message="Certificate is malformed."):
        iam.upload_signing_certificate(UserName="ann", CertificateBody=certificate("api") + private_pem())
    with refused("UnrecognizedPublicKeyEncoding", status=400):
        iam.upload_ssh_public_key(UserName="ann", SSHPublicKeyBody=private_pem())
    written = b"".join(path.read_bytes() for path in authority.data.iterdir() if path.is_file())
    assert made["ServiceSpecificCredentialId"].encode() in written
    for secret in (made["ServicePassword"], again["ServicePassword"], private_pem().splitlines()[1], "PRIVATE KEY"):
        assert secret.encode() not in written


def test_what_is_not_there(iam: IAMClient) -> None:
    iam.create_user(UserName="ann")
    for action, parameters in CALLS:
        name = next(python for python, api in iam.meta.method_to_api_mapping.items() if api == action)
        with refused("NoSuchEntity", status=404, message="The user with name nobody cannot be found."):
            getattr(iam, name)(UserName="nobody", **parameters)
    with refused("NoSuchEntity", status=404):
        iam.delete_signing_certificate(UserName="ann", CertificateId=UNKNOWN_CERTIFICATE)


def test_a_credential_expires_on_the_day(iam: IAMClient, authority: Authority) -> None:
    iam.create_user(UserName="ann")
    iam.create_service_specific_credential(UserName="ann", ServiceName=GIT, CredentialAgeDays=1)
    authority.advance(86_400)
    (one,) = iam.list_service_specific_credentials(UserName="ann")["ServiceSpecificCredentials"]
    assert one["Status"] == "Expired"


@pytest.mark.parametrize("status", ["Expired", "Sleeping"])
def test_a_status_that_cannot_be_set(iam: IAMClient, status: Any) -> None:
    iam.create_user(UserName="ann")
    key = iam.upload_ssh_public_key(UserName="ann", SSHPublicKeyBody=ssh_line())["SSHPublicKey"]
    code = "InvalidInput" if status == "Expired" else "ValidationError"
    with refused(code, status=400):
        iam.update_ssh_public_key(UserName="ann", SSHPublicKeyId=key["SSHPublicKeyId"], Status=status)


def test_credentials_asked_for_at_once_are_two_at_most(iam: IAMClient) -> None:
    iam.create_user(UserName="ann")

    def ask(_number: int) -> str:
        try:
            made = iam.create_service_specific_credential(UserName="ann", ServiceName=GIT)
        except iam.exceptions.LimitExceededException:
            return ""
        return str(made["ServiceSpecificCredential"].get("ServiceUserName"))

    with ThreadPoolExecutor(8) as crowd:
        made = {name for name in crowd.map(ask, range(16)) if name}
    assert len(made) == 2
    assert {
        one["ServiceUserName"] for one in iam.list_service_specific_credentials()["ServiceSpecificCredentials"]
    } == set()
    found = iam.list_service_specific_credentials(UserName="ann")["ServiceSpecificCredentials"]
    assert {one["ServiceUserName"] for one in found} == made
