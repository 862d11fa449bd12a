from __future__ import annotations

from typing import Any

import pytest

from tests.support.server_certificates import YEAR, Holder, issue
from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.house import ROOT, House, refused
from watchword.domain.arn import iam_arn
from watchword.services.directory import Directory
from watchword.services.iam.refusals import DuplicateTagKeys, InvalidMarker, LimitExceeded
from watchword.services.iam.server_certificate_refusals import (
    KeyPairMismatch,
    NoSuchServerCertificate,
    ServerCertificateExists,
)
from watchword.services.memory import Memory
from watchword.services.operation import OPERATIONS, Asking, Target
from watchword.store import server_certificates

ROOT_CA = issue("root", authority=True, begins=NOW)
SITE = issue("site", by=ROOT_CA, begins=NOW)
TEAM = [{"Key": "team", "Value": "blue"}]


def upload(house: House, name: str = "Site", holder: Holder = SITE, **parameters: Any) -> dict[str, Any]:
    told: dict[str, Any] = house.ask(
        "upload_server_certificate",
        server_certificate_name=name,
        certificate_body=holder.pem,
        private_key=holder.key_pem,
        **parameters,
    )
    return told


def test_a_certificate_is_kept_and_told_without_its_key(house: House) -> None:
    told = upload(house, path="/web/", certificate_chain=ROOT_CA.pem, tags=TEAM)
    metadata = told["ServerCertificateMetadata"]
    assert metadata["ServerCertificateId"].startswith("ASCA")
    assert metadata == {
        "Path": "/web/",
        "ServerCertificateName": "Site",
        "ServerCertificateId": metadata["ServerCertificateId"],
        "Arn": iam_arn(ACCOUNT, "server-certificate/web/Site"),
        "UploadDate": NOW,
        "Expiration": NOW + YEAR,
    }
    assert told["Tags"] == TEAM
    assert house.ask("get_server_certificate", server_certificate_name="sITE") == {
        "ServerCertificate": {
            "ServerCertificateMetadata": metadata,
            "CertificateBody": SITE.pem.strip(),
            "CertificateChain": ROOT_CA.pem.strip(),
            "Tags": TEAM,
        }
    }


def test_its_key_is_sealed_to_it(house: House) -> None:
    certificate_id = upload(house)["ServerCertificateMetadata"]["ServerCertificateId"]
    kept = house.store.read(lambda tx: server_certificates.named(tx, ACCOUNT, "site"))
    assert kept is not None
    assert SITE.key_pem.encode()[40:80] not in kept.sealed_private_key
    opened = house.tools.vaults(ACCOUNT).open_secret(kept.sealed_private_key, to=certificate_id)
    assert opened.reveal() == SITE.key_pem


def test_without_a_chain_or_tags_none_are_told(house: House) -> None:
    assert "Tags" not in upload(house)
    told = house.ask("get_server_certificate", server_certificate_name="Site")["ServerCertificate"]
    assert "CertificateChain" not in told
    assert told["Tags"] == []


def test_what_cannot_be_kept(house: House) -> None:
    with refused(DuplicateTagKeys):
        upload(house, tags=[*TEAM, {"Key": "Team", "Value": ""}])
    with refused(KeyPairMismatch, "The public key certificate and the private key do not match."):
        upload(house, holder=Holder(SITE.certificate, ROOT_CA.key))
    few = house.limited(server_certificates_per_account=1)
    upload(few)
    with refused(ServerCertificateExists, "The Server Certificate with name SITE already exists."):
        upload(house, "SITE")
    with refused(LimitExceeded, "Cannot exceed quota for ServerCertificatesPerAccount: 1"):
        upload(few, "other")


def test_certificates_are_listed_a_page_at_a_time_and_under_a_path(house: House) -> None:
    for name, path in (("c", "/"), ("A", "/web/"), ("b", "/")):
        upload(house, name, path=path)

    def names(**parameters: Any) -> list[str]:
        listed = house.ask("list_server_certificates", **parameters)["ServerCertificateMetadataList"]
        return [one["ServerCertificateName"] for one in listed]

    assert names() == ["A", "b", "c"]
    assert names(path_prefix="/web/") == ["A"]
    first = house.ask("list_server_certificates", max_items=2)
    assert names(max_items=2, marker=first["Marker"]) == ["c"]
    with refused(InvalidMarker):
        names(marker="x")


def test_a_renamed_certificate_is_the_same(house: House) -> None:
    metadata = upload(house)["ServerCertificateMetadata"]
    upload(house, "other")
    with refused(ServerCertificateExists, "The Server Certificate with name OTHER already exists."):
        house.ask("update_server_certificate", server_certificate_name="Site", new_server_certificate_name="OTHER")
    house.ask("update_server_certificate", server_certificate_name="Site", new_server_certificate_name="SITE")
    house.ask("update_server_certificate", server_certificate_name="site", new_path="/web/")
    told = house.ask("get_server_certificate", server_certificate_name="site")["ServerCertificate"]
    arn = iam_arn(ACCOUNT, "server-certificate/web/SITE")
    assert told["ServerCertificateMetadata"] == {
        **metadata,
        "ServerCertificateName": "SITE",
        "Path": "/web/",
        "Arn": arn,
    }


def test_the_new_name_is_decided_on_too(house: House) -> None:
    upload(house)
    operation = OPERATIONS["iam", "update_server_certificate"]

    def needed(**more: Any) -> list[tuple[str, str]]:
        parameters: dict[str, Any] = {"server_certificate_name": "Site", **more}
        target = house.target("update_server_certificate", **parameters)
        asking = Asking(ROOT, parameters, Directory(Memory(), house.tools.vaults), house.tools, NOW)
        return [(need.action, need.on.arn if need.on else "") for need in operation.also(asking, target)]

    assert needed() == []
    moved = iam_arn(ACCOUNT, "server-certificate/web/Page")
    assert needed(new_path="/web/", new_server_certificate_name="Page") == [("iam:UpdateServerCertificate", moved)]


@pytest.mark.parametrize(
    "name",
    [
        "get_server_certificate",
        "delete_server_certificate",
        "update_server_certificate",
        "list_server_certificate_tags",
    ],
)
def test_a_certificate_that_does_not_exist(house: House, name: str) -> None:
    with refused(NoSuchServerCertificate, "The Server Certificate with name none cannot be found."):
        house.ask(name, server_certificate_name="none")
    target: Target = house.target(name, server_certificate_name="none")
    assert target.arn == iam_arn(ACCOUNT, "server-certificate/none")


def test_tags_are_laid_over_and_taken_away(house: House) -> None:
    upload(house, tags=TEAM)
    more = [{"Key": "TEAM", "Value": "red"}, {"Key": "\u00e9", "Value": "\u4e2d"}]
    house.ask("tag_server_certificate", server_certificate_name="Site", tags=more)
    assert house.ask("list_server_certificate_tags", server_certificate_name="Site")["Tags"] == more
    house.ask("untag_server_certificate", server_certificate_name="Site", tag_keys=["team", "none"])
    assert house.ask("list_server_certificate_tags", server_certificate_name="Site")["Tags"] == more[1:]


def test_a_deleted_certificate_is_gone(house: House) -> None:
    upload(house, tags=TEAM)
    house.ask("delete_server_certificate", server_certificate_name="Site")
    with refused(NoSuchServerCertificate):
        house.ask("get_server_certificate", server_certificate_name="Site")
    assert "Tags" not in upload(house)
