"""Certificates, SSH keys and service-specific credentials of a user."""

from __future__ import annotations

from typing import Any

from tests.api.answers import Watched
from tests.unit.services.iam.signing_material import certificate, ssh_line

ELSEWHERE = {
    # As recorded from AWS, whose model does not name them.
    ("iam", "UpdateServiceSpecificCredential", "InvalidInput"),
}


def tell(watched: Watched) -> None:
    iam = watched.client("iam")
    iam.create_user(UserName="ann", Path="/people/")
    signing(iam)
    ssh(iam)
    services(iam)
    iam.delete_user(UserName="ann")


def signing(iam: Any) -> None:
    made = iam.upload_signing_certificate(UserName="ann", CertificateBody=certificate("story"))["Certificate"]
    iam.update_signing_certificate(UserName="ann", CertificateId=made["CertificateId"], Status="Inactive")
    assert iam.list_signing_certificates(UserName="ann")["Certificates"][0]["Status"] == "Inactive"
    iam.delete_signing_certificate(UserName="ann", CertificateId=made["CertificateId"])


def ssh(iam: Any) -> None:
    made = iam.upload_ssh_public_key(UserName="ann", SSHPublicKeyBody=f"{ssh_line()} ann@example")["SSHPublicKey"]
    key = {"UserName": "ann", "SSHPublicKeyId": made["SSHPublicKeyId"]}
    iam.update_ssh_public_key(**key, Status="Inactive")
    for encoding in ("SSH", "PEM"):
        assert iam.get_ssh_public_key(**key, Encoding=encoding)["SSHPublicKey"]["Status"] == "Inactive"
    iam.list_ssh_public_keys(UserName="ann")
    iam.delete_ssh_public_key(**key)


def services(iam: Any) -> None:
    for service in ("codecommit.amazonaws.com", "bedrock.amazonaws.com"):
        made = iam.create_service_specific_credential(UserName="ann", ServiceName=service, CredentialAgeDays=9)
        one = {"ServiceSpecificCredentialId": made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]}
        iam.update_service_specific_credential(UserName="ann", **one, Status="Inactive")
        iam.reset_service_specific_credential(UserName="ann", **one)
        iam.list_service_specific_credentials(AllUsers=True)
        iam.delete_service_specific_credential(UserName="ann", **one)
