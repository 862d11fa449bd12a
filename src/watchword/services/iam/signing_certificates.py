"""X.509 signing certificates of users and of root."""

from __future__ import annotations

import base64
import re

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from watchword.services.iam import paging
from watchword.services.iam.refusals import ExpiredNotSettable, InvalidMarker, LimitExceeded, NamelessCaller, NoSuchUser
from watchword.services.iam.targets import Root, found_owner, user_or_caller
from watchword.services.iam.user_credential_refusals import (
    DuplicateCertificate,
    InvalidCertificate,
    MalformedCertificate,
    NoSuchCertificate,
)
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import signing_certificates
from watchword.store.access_keys import ACTIVE, INACTIVE
from watchword.store.signing_certificates import SigningCertificate
from watchword.store.users import User

_ONE_BLOCK = re.compile(r"\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*", re.ASCII)
"""One certificate and nothing beside it: a private key in the same text would be kept and told to whoever may list."""


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_or_caller,
    journal=("user_name",),  # not the body, which may hold a private key by mistake
    told=("Certificate.UserName", "Certificate.CertificateId", "Certificate.Status", "Certificate.UploadDate"),
    raises=(
        NamelessCaller,
        NoSuchUser,
        MalformedCertificate,
        InvalidCertificate,
        DuplicateCertificate,
        LimitExceeded,
    ),
)
def upload_signing_certificate(
    call: Call,
    *,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
    certificate_body: str,
) -> Reply:
    """Give a user, or root, one more certificate to sign with; one that it has already stays as it is.

    Raises NamelessCaller, NoSuchUser, MalformedCertificate, InvalidCertificate, DuplicateCertificate, LimitExceeded.
    Source: IAM API, UploadSigningCertificate.
    """
    owner = found_owner(call)
    certificate_id = _id_of(_read(certificate_body, now=call.now))
    had = signing_certificates.by_id(call.tx, call.account, certificate_id)
    if had is not None:
        if had.owner_id != owner.id:
            raise DuplicateCertificate
        return {"Certificate": _told(had, owner)}
    limit = call.quotas.signing_certificates_per_user
    if signing_certificates.count_of_user(call.tx, owner.id) >= limit:
        raise LimitExceeded(quota="CertificatesPerUser", limit=limit)
    certificate = SigningCertificate(certificate_id, call.account, owner.id, certificate_body, ACTIVE, call.now)
    signing_certificates.add(call.tx, certificate)
    return {"Certificate": _told(certificate, owner)}


@operation(
    "iam",
    way=Way.READ,
    on=user_or_caller,
    journal=("user_name", "marker", "max_items"),
    raises=(NamelessCaller, NoSuchUser, InvalidMarker),
)
def list_signing_certificates(
    call: Call,
    *,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List the certificates of a user, or of root.

    Raises NamelessCaller, NoSuchUser, InvalidMarker.   Source: IAM API, ListSigningCertificates.
    """
    owner = found_owner(call)
    page = paging.page(call, "Certificates", marker, max_items)
    found = signing_certificates.page(call.tx, owner.id, after=page.after, limit=page.fetch)
    return page.reply(found, tell=lambda one: _told(one, owner), position=lambda one: one.id)


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_or_caller,
    journal=("user_name", "certificate_id", "status"),
    raises=(NamelessCaller, NoSuchUser, NoSuchCertificate, ExpiredNotSettable),
)
def update_signing_certificate(
    call: Call,
    *,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
    certificate_id: str,
    status: str,
) -> Reply:
    """Make a certificate inactive, or active again.

    Raises NamelessCaller, NoSuchUser, NoSuchCertificate, ExpiredNotSettable.
    Source: IAM API, UpdateSigningCertificate.
    """
    certificate = _own(call, certificate_id)
    if status not in {ACTIVE, INACTIVE}:
        raise ExpiredNotSettable
    signing_certificates.set_status(call.tx, certificate, status)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_or_caller,
    journal=("user_name", "certificate_id"),
    raises=(NamelessCaller, NoSuchUser, NoSuchCertificate),
)
def delete_signing_certificate(
    call: Call,
    *,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
    certificate_id: str,
) -> Reply:
    """Delete a certificate, active or not.

    Raises NamelessCaller, NoSuchUser, NoSuchCertificate.   Source: IAM API, DeleteSigningCertificate.
    """
    signing_certificates.remove(call.tx, _own(call, certificate_id))
    return {}


def _read(body: str, *, now: int) -> x509.Certificate:
    """Read one certificate in PEM that is valid at `now`, by whomever it was issued and whatever its key is.

    Raises MalformedCertificate, also for one that has expired, as AWS does; InvalidCertificate.
    """
    if not _ONE_BLOCK.fullmatch(body):
        raise MalformedCertificate
    try:
        certificate = x509.load_pem_x509_certificate(body.encode("ascii"))
        begins, ends = certificate.not_valid_before_utc.timestamp(), certificate.not_valid_after_utc.timestamp()
    except (ValueError, x509.InvalidVersion) as error:
        raise MalformedCertificate from error
    if now > ends:
        raise MalformedCertificate
    if now < begins:
        raise InvalidCertificate
    return certificate


def _id_of(certificate: x509.Certificate) -> str:
    """Name a certificate as AWS does: base32 of the SHA-1 of its DER form, as recorded from AWS."""
    digest = certificate.fingerprint(hashes.SHA1())  # noqa: S303 - a name; whoever makes two of one name has one
    return base64.b32encode(digest).decode("ascii")


def _own(call: Call, certificate_id: str) -> SigningCertificate:
    owner = found_owner(call)
    certificate = signing_certificates.by_id(call.tx, call.account, certificate_id)
    if certificate is None or certificate.owner_id != owner.id:
        raise NoSuchCertificate(id=certificate_id)
    return certificate


def _told(certificate: SigningCertificate, owner: User | Root) -> dict[str, object]:
    return {
        "UserName": owner.name,
        "CertificateId": certificate.id,
        "CertificateBody": certificate.body,
        "Status": certificate.status,
        "UploadDate": certificate.uploaded_at,
    }
