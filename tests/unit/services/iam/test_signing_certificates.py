from __future__ import annotations

import base64
import hashlib
import ssl
from typing import Any

import pytest

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.house import ROLE_SESSION, ROOT, House, as_user, refused
from tests.unit.services.iam.signing_material import certificate, private_pem
from watchword.services.iam.refusals import ExpiredNotSettable, InvalidMarker, LimitExceeded, NamelessCaller, NoSuchUser
from watchword.services.iam.user_credential_refusals import (
    DuplicateCertificate,
    InvalidCertificate,
    MalformedCertificate,
    NoSuchCertificate,
)
from watchword.services.operation import Caller
from watchword.store import signing_certificates


def person(house: House, name: str = "ann") -> Caller:
    return as_user(house.ask("create_user", user_name=name)["User"])


def upload(house: House, name: str = "one", **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = house.ask("upload_signing_certificate", **{"certificate_body": certificate(name), **more})[
        "Certificate"
    ]
    return told


def test_a_certificate_is_told_as_it_was_uploaded(house: House) -> None:
    person(house)
    told = upload(house, user_name="Ann")
    body = certificate("one")
    digest = hashlib.sha1(ssl.PEM_cert_to_DER_cert(body)).digest()
    assert told == {
        "UserName": "ann",
        "CertificateId": base64.b32encode(digest).decode(),
        "CertificateBody": body,
        "Status": "Active",
        "UploadDate": NOW,
    }
    listed = house.ask("list_signing_certificates", user_name="ann")
    assert listed == {"Certificates": [told], "IsTruncated": False}


def test_a_user_and_root_look_after_their_own(house: House) -> None:
    ann = person(house)
    assert upload(house, caller=ann)["UserName"] == "ann"
    assert upload(house, "roots", caller=ROOT)["UserName"] == "root"
    assert house.target("upload_signing_certificate", caller=ROOT).arn == f"arn:aws:iam::{ACCOUNT}:root"
    assert len(house.ask("list_signing_certificates", caller=ann)["Certificates"]) == 1
    assert house.store.read(lambda tx: signing_certificates.count_of_user(tx, ACCOUNT)) == 1
    with refused(NamelessCaller):
        upload(house, caller=ROLE_SESSION)
    with refused(NoSuchUser):
        upload(house, user_name="bob")


def test_a_third_certificate_is_refused_whatever_the_status_of_the_others(house: House) -> None:
    ann = person(house)
    first = upload(house, "one", caller=ann)["CertificateId"]
    upload(house, "two", caller=ann)
    house.ask("update_signing_certificate", caller=ann, certificate_id=first, status="Inactive")
    with refused(LimitExceeded, "Cannot exceed quota for CertificatesPerUser: 2"):
        upload(house, "three", caller=ann)
    house.ask("delete_signing_certificate", caller=ann, certificate_id=first)
    upload(house, "three", caller=ann)


def test_the_same_certificate_again_stays_as_it_is_for_its_owner_and_is_refused_to_others(house: House) -> None:
    ann, bob = person(house), person(house, "bob")
    told = upload(house, caller=ann)
    upload(house, "two", caller=ann)
    house.ask("update_signing_certificate", caller=ann, certificate_id=told["CertificateId"], status="Inactive")
    assert upload(house.at(NOW + 60), caller=ann) == told | {"Status": "Inactive"}
    with refused(DuplicateCertificate, "Duplicate certificate uploaded."):
        upload(house, caller=bob)
    house.ask("delete_signing_certificate", caller=ann, certificate_id=told["CertificateId"])
    upload(house, caller=bob)


@pytest.mark.parametrize(
    "body",
    [
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\n\xe9\n-----END CERTIFICATE-----",
        certificate("one") + certificate("two"),
        certificate("one") + private_pem(),
        private_pem(),
        certificate("one").replace("CERTIFICATE", "PUBLIC KEY"),
        certificate("one")[:-40],
        certificate("old", begins=NOW - 90_000, days=1),
    ],
    ids=["text", "empty", "latin", "two", "with its key", "a key", "mislabelled", "cut", "expired"],
)
def test_what_is_not_one_certificate_of_today_is_malformed(house: House, body: str) -> None:
    ann = person(house)
    with refused(MalformedCertificate, "Certificate is malformed."):
        upload(house, caller=ann, certificate_body=body)
    assert house.ask("list_signing_certificates", caller=ann)["Certificates"] == []


def test_a_certificate_whose_time_has_not_come_is_invalid(house: House) -> None:
    ann = person(house)
    body = certificate("tomorrow", begins=NOW + 3600, days=1)
    with refused(InvalidCertificate):
        upload(house, caller=ann, certificate_body=body)
    upload(house.at(NOW + 3601), caller=ann, certificate_body=body)


def test_status(house: House) -> None:
    ann = person(house)
    certificate_id = upload(house, caller=ann)["CertificateId"]
    for status in ("Inactive", "Active"):
        house.ask("update_signing_certificate", user_name="ann", certificate_id=certificate_id, status=status)
        assert house.ask("list_signing_certificates", caller=ann)["Certificates"][0]["Status"] == status
    with refused(ExpiredNotSettable, "Operation does not support status Expired"):
        house.ask("update_signing_certificate", caller=ann, certificate_id=certificate_id, status="Expired")


def test_a_certificate_of_someone_else_is_not_found(house: House) -> None:
    certificate_id = upload(house, caller=person(house))["CertificateId"]
    bob = person(house, "bob")
    with refused(NoSuchCertificate, f"The Certificate with id {certificate_id} cannot be found."):
        house.ask("delete_signing_certificate", caller=bob, certificate_id=certificate_id)
    with refused(NoSuchCertificate):
        house.ask("update_signing_certificate", user_name="bob", certificate_id=certificate_id, status="Inactive")
    with refused(NoSuchCertificate):
        house.ask("delete_signing_certificate", user_name="ann", certificate_id="UNKNOWNUNKNOWNUNKNOWNUNKNOWN")


def test_certificates_are_listed_page_by_page(house: House) -> None:
    ann = person(house)
    made = {upload(house, name, caller=ann)["CertificateId"] for name in ("one", "two")}
    first = house.ask("list_signing_certificates", caller=ann, max_items=1)
    rest = house.ask("list_signing_certificates", caller=ann, max_items=1, marker=first["Marker"])
    assert {one["CertificateId"] for one in first["Certificates"] + rest["Certificates"]} == made
    assert not rest["IsTruncated"]
    with refused(InvalidMarker):
        house.ask("list_signing_certificates", caller=person(house, "bob"), marker=first["Marker"])


def test_all_of_a_users_certificates_for_a_report_are_given_by_age(house: House) -> None:
    ann = person(house)
    ids = [upload(house.at(NOW + late), str(late), caller=ann)["CertificateId"] for late in (0, 1)]
    held = house.store.read(lambda tx: signing_certificates.of_user(tx, ann.principal.unique_id))
    assert [one.id for one in held] == ids
