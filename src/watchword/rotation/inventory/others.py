"""Long-term credentials that are no access keys of users: told of, and never touched.

Passwords for SES's SMTP server are made from a user's secret key and cannot be listed: whoever replaces a key that SES
was used with must make its SMTP password anew.   Source: SES Developer Guide, obtaining SMTP credentials.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from watchword.rotation.access import Member
from watchword.rotation.inventory.report import PLACES, ROOT, Report, Row
from watchword.rotation.inventory.users import is_gone
from watchword.rotation.results import Other
from watchword.rotation.terms import DAY, Terms

ROOT_KEY = "root has an access key, which no policy limits: let a role do what it does, and delete it"


@dataclass(frozen=True, slots=True)
class Others:
    """The other credentials of one account. `terms` are the ordinary ones, `now` is epoch seconds."""

    member: Member
    report: Report
    terms: Terms
    now: float

    def of_report(self, *, certificates: bool) -> Iterator[Other]:
        """Tell what the report has: root's keys, passwords and, if wanted, signing certificates. Raises Unreadable."""
        root = self.report.root
        if root is not None:
            yield from self._root_keys(root)
        for row in (*((root,) if root else ()), *self.report.rows):
            if row.flag("password_enabled"):
                yield self._other(
                    row.user,
                    "password",
                    created=row.instant("password_last_changed") or 0.0,
                    used_at=row.instant("password_last_used") or 0.0,
                )
            if certificates or row.user == ROOT:
                yield from self._reported_certificates(row)

    def of_services(self) -> Iterator[Other]:
        """Ask for those that are for one service: a call for the account. Raises ClientError and BotoCoreError."""
        for told in self._service_specific():
            yield self._service_credential(told)

    def uploaded(self) -> Iterator[Other]:
        """Ask for what users have uploaded: a call for each user, and one for each that has certificates.

        Raises Unreadable, ClientError and BotoCoreError.
        """
        for row in self.report.rows:
            try:
                yield from self._uploaded_by(row)
            except ClientError as error:
                if not is_gone(error):  # since the report was made
                    raise

    def _uploaded_by(self, row: Row) -> Iterator[Other]:
        iam = self.member.iam
        for keys in iam.get_paginator("list_ssh_public_keys").paginate(UserName=row.user):
            for key in keys["SSHPublicKeys"]:
                yield self._uploaded(key, "SSH public key", key["SSHPublicKeyId"])
        if all(row.instant(f"cert_{place}_last_rotated") is None for place in PLACES):
            return
        for page in iam.get_paginator("list_signing_certificates").paginate(UserName=row.user):
            for one in page["Certificates"]:
                yield self._uploaded(one, "signing certificate", one["CertificateId"])

    def _root_keys(self, root: Row) -> Iterator[Other]:
        for slot in root.slots:
            if slot.is_taken:
                yield self._other(
                    ROOT,
                    "root access key",
                    active=slot.active,
                    created=slot.changed or 0.0,
                    used_at=slot.used or 0.0,
                    finding=ROOT_KEY,
                )

    def _reported_certificates(self, row: Row) -> Iterator[Other]:
        for place in PLACES:
            changed = row.instant(f"cert_{place}_last_rotated")
            if changed is not None:
                active = row.flag(f"cert_{place}_active")
                finding = self._aged(changed) if active else ""
                yield self._other(row.user, "signing certificate", active=active, created=changed, finding=finding)

    def _service_specific(self) -> Iterator[Mapping[str, Any]]:
        """The SDK has no paginator for it."""
        page = self.member.iam.list_service_specific_credentials(AllUsers=True)
        yield from page["ServiceSpecificCredentials"]
        while page.get("IsTruncated"):
            page = self.member.iam.list_service_specific_credentials(AllUsers=True, Marker=page["Marker"])
            yield from page["ServiceSpecificCredentials"]

    def _service_credential(self, told: Mapping[str, Any]) -> Other:
        """Those of Bedrock may end by themselves."""
        active, created = told["Status"] == "Active", told["CreateDate"].timestamp()
        expires = told["ExpirationDate"].timestamp() if told.get("ExpirationDate") else 0.0
        return self._other(
            told["UserName"],
            "service-specific credential",
            id=told["ServiceSpecificCredentialId"],
            active=active,
            created=created,
            expires=expires,
            service=told["ServiceName"],
            finding=(self._expiry(expires) or self._aged(created)) if active else "",
        )

    def _uploaded(self, told: Mapping[str, Any], what: str, credential_id: str) -> Other:
        active, created = told["Status"] == "Active", told["UploadDate"].timestamp()
        finding = self._aged(created) if active else ""
        return self._other(told["UserName"], what, id=credential_id, active=active, created=created, finding=finding)

    def _other(self, user: str, what: str, **more: Any) -> Other:
        return Other(account=self.member.account.id, user=user, what=what, **more)

    def _aged(self, created: float) -> str:
        limit = self.terms.replace_after
        if self.now < created + limit:
            return ""
        return f"{(self.now - created) / DAY:.0f} days old, and to be replaced after {limit / DAY:.0f}"

    def _expiry(self, expires: float) -> str:
        if not expires or not self.terms.warn or self.now < expires - self.terms.warn[0]:
            return ""
        return "expired" if self.now >= expires else f"expires in {(expires - self.now) / DAY:.0f} days"
