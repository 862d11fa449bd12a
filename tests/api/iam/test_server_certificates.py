"""Server certificates through the SDK: what is kept, and what is never told."""

from __future__ import annotations

import time
from typing import Any

import pytest
from mypy_boto3_iam import IAMClient

from tests.support.authority import Authority
from tests.support.refusals import refused
from tests.support.server_certificates import YEAR, Holder, issue


@pytest.fixture(scope="module")
def above() -> Holder:
    return issue("root", authority=True, begins=time.time() - 60)


@pytest.fixture(scope="module")
def site(above: Holder) -> Holder:
    return issue("site", by=above, begins=time.time() - 60)


def given(holder: Holder, name: str = "Site", **more: Any) -> dict[str, Any]:
    return {
        "ServerCertificateName": name,
        "CertificateBody": holder.pem,
        "PrivateKey": holder.key_pem,
        **more,
    }


def test_the_life_of_a_certificate(iam: IAMClient, authority: Authority, above: Holder, site: Holder) -> None:
    made = iam.upload_server_certificate(**given(site, Path="/web/", CertificateChain=above.pem))
    metadata = made["ServerCertificateMetadata"]
    assert metadata["Arn"] == f"arn:aws:iam::{authority.account_id}:server-certificate/web/Site"
    assert metadata["Expiration"] == site.certificate.not_valid_after_utc
    told = iam.get_server_certificate(ServerCertificateName="SITE")["ServerCertificate"]
    assert told["CertificateBody"].split() == site.pem.split()
    assert told["CertificateChain"].split() == above.pem.split()
    assert "PRIVATE" not in str(told)
    with refused("EntityAlreadyExists", status=409, message="The Server Certificate with name SITE already exists."):
        iam.upload_server_certificate(**given(site, "SITE"))
    iam.update_server_certificate(ServerCertificateName="Site", NewServerCertificateName="Page")
    iam.delete_server_certificate(ServerCertificateName="Page")
    words = "The Server Certificate with name Page cannot be found."
    with refused("NoSuchEntity", status=404, message=words):
        iam.get_server_certificate(ServerCertificateName="Page")


def test_a_certificate_whose_time_is_over(iam: IAMClient, authority: Authority, site: Holder) -> None:
    authority.advance(YEAR)
    words = "Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed."
    with refused("MalformedCertificate", status=400, message=words):
        iam.upload_server_certificate(**given(site))


def test_what_cannot_be_kept(iam: IAMClient, above: Holder, site: Holder) -> None:
    with refused("KeyPairMismatch", status=400):
        iam.upload_server_certificate(**given(Holder(site.certificate, above.key)))
    with refused("MalformedCertificate", status=400):
        iam.upload_server_certificate(**given(site, CertificateChain=site.pem))
    with refused("MalformedCertificate", status=400):
        iam.upload_server_certificate(**{**given(site), "PrivateKey": "secret"})
    with refused("ValidationError", status=400):
        iam.upload_server_certificate(**{**given(site), "CertificateBody": "\u4e2d"})
    assert iam.list_server_certificates()["ServerCertificateMetadataList"] == []


def test_nothing_that_was_uploaded_is_on_record(authority: Authority, iam: IAMClient, site: Holder) -> None:
    iam.upload_server_certificate(**given(site, Tags=[{"Key": "team", "Value": "a"}]))
    line = site.key_pem.splitlines()[1].encode()
    for path in authority.data.rglob("*"):
        assert not path.is_file() or line not in path.read_bytes(), path


def test_paginators_see_everything_once(iam: IAMClient, site: Holder) -> None:
    names = [f"site-{number}" for number in range(5)]
    for name in reversed(names):
        iam.upload_server_certificate(**given(site, name))
    pages = iam.get_paginator("list_server_certificates").paginate(PaginationConfig={"PageSize": 2})
    found = [one["ServerCertificateName"] for page in pages for one in page["ServerCertificateMetadataList"]]
    assert found == names


def test_who_may_not_ask_learns_nothing(iam: IAMClient, authority: Authority, site: Holder) -> None:
    iam.upload_server_certificate(**given(site))
    iam.create_user(UserName="ann")
    ann = authority.of("iam", dict(iam.create_access_key(UserName="ann")["AccessKey"]))
    arn = f"arn:aws:iam::{authority.account_id}"
    for name in ("Site", "none"):
        words = (
            f"User: {arn}:user/ann is not authorized to perform: iam:GetServerCertificate on resource: "
            f"{arn}:server-certificate/{name} because no identity-based policy allows the iam:GetServerCertificate "
            "action"
        )
        with refused("AccessDenied", status=403, message=words):
            ann.get_server_certificate(ServerCertificateName=name)
