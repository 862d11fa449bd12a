"""Credentials that are no access keys of users: told of, each with what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from watchword.rotation.inventory.others import ROOT_KEY, Others
from watchword.rotation.inventory.report import ROOT, Report, Row, Slot
from watchword.rotation.results import Other
from watchword.rotation.seen import Account
from watchword.rotation.terms import DAY, Terms

NOW = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
NONE = Slot(active=False, changed=None, used=None)


def day(ago: float) -> datetime:
    return datetime.fromtimestamp(NOW - ago * DAY, UTC)


def row(user: str, *slots: Slot, **values: str) -> Row:
    return Row(user, f"arn:aws:iam::1:user/{user}", 0.0, slots or (NONE, NONE), values)


class Iam:
    """Two pages of service-specific credentials, a user with an SSH key, and one that is gone."""

    def list_service_specific_credentials(self, *, AllUsers: bool, Marker: str = "") -> dict[str, Any]:  # noqa: N803
        assert AllUsers
        told = {"UserName": "ann", "Status": "Active", "ServiceName": "bedrock.amazonaws.com"}
        if not Marker:
            dates = {"CreateDate": day(20), "ExpirationDate": day(1)}
            first = {**told, **dates, "ServiceSpecificCredentialId": "ACCA1"}
            return {"ServiceSpecificCredentials": [first], "IsTruncated": True, "Marker": "next"}
        second = {**told, "CreateDate": day(100), "ServiceSpecificCredentialId": "ACCA2"}
        third = {**second, "Status": "Inactive", "ServiceSpecificCredentialId": "ACCA3"}
        return {"ServiceSpecificCredentials": [second, third], "IsTruncated": False}

    def get_paginator(self, operation: str) -> Any:
        def paginate(UserName: str) -> Any:  # noqa: N803 - AWS's name
            if UserName == "gone":
                raise ClientError({"Error": {"Code": "NoSuchEntity", "Message": "no"}}, operation)
            told = {"UserName": UserName, "Status": "Active", "UploadDate": day(91)}
            if operation == "list_ssh_public_keys":
                return iter([{"SSHPublicKeys": [{**told, "SSHPublicKeyId": "APKA1"}]}])
            return iter([{"Certificates": [{**told, "CertificateId": "CERT1"}]}])

        return SimpleNamespace(paginate=paginate)


def others(*rows: Row, root: Row | None = None) -> Others:
    member: Any = SimpleNamespace(account=Account("1"), iam=Iam())
    return Others(member, Report(NOW, root, rows), Terms(), NOW)


def test_root_keys_are_findings_and_passwords_are_told_of() -> None:
    key = Slot(active=True, changed=5.0, used=7.0)
    ann = row("ann", password_enabled="true", password_last_changed="2026-05-01T00:00:00+00:00")
    found = list(others(ann, row("bob"), root=row(ROOT, key, NONE)).of_report(certificates=True))
    changed = datetime(2026, 5, 1, tzinfo=UTC).timestamp()
    assert found == [
        Other(account="1", user=ROOT, what="root access key", created=5.0, used_at=7.0, finding=ROOT_KEY),
        Other(account="1", user="ann", what="password", created=changed),
    ]


def test_certificates_of_the_report_are_findings_when_they_are_old() -> None:
    old = row("ann", cert_1_active="true", cert_1_last_rotated=day(91).isoformat())
    young = row("bob", cert_2_active="true", cert_2_last_rotated=day(89).isoformat())
    findings = [(one.user, one.finding) for one in others(old, young).of_report(certificates=True)]
    assert findings == [("ann", "91 days old, and to be replaced after 90"), ("bob", "")]
    assert not list(others(old).of_report(certificates=False))


def test_what_is_asked_for_is_told_with_its_end_and_its_age() -> None:
    ann = row("ann", cert_1_active="true", cert_1_last_rotated=day(91).isoformat())
    asked = others(row("gone"), ann)
    found = {one.id: one for one in (*asked.of_services(), *asked.uploaded())}
    aged = "91 days old, and to be replaced after 90"
    assert {name: one.finding for name, one in found.items()} == {
        "ACCA1": "expired",
        "ACCA2": "100 days old, and to be replaced after 90",
        "ACCA3": "",
        "APKA1": aged,
        "CERT1": aged,
    }
    assert found["ACCA1"].expires == NOW - DAY
    assert not found["ACCA3"].active
