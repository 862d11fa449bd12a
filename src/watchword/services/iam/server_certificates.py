"""Server certificates: upload, tell, list, rename and delete. Their tags have a file of their own.

A private key is sealed when it comes and is never told again.
"""

from __future__ import annotations

from typing import Any

from watchword.domain.ids import Prefix, mint_unique_id
from watchword.domain.secret import Secret
from watchword.services.iam import paging, server_certificate_pem, tagging
from watchword.services.iam.refusals import DuplicateTagKeys, InvalidMarker, LimitExceeded, ReservedTag
from watchword.services.iam.server_certificate_refusals import (
    KeyPairMismatch,
    MalformedCertificate,
    NoSuchServerCertificate,
    ServerCertificateExists,
)
from watchword.services.iam.server_certificate_targets import (
    certificate_named,
    certificate_to_upload,
    found_certificate,
    needed_to_rename,
)
from watchword.services.iam.targets import under_path
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import server_certificates
from watchword.store import tags as kept_tags
from watchword.store.server_certificates import ServerCertificate


@operation(
    "iam",
    way=Way.CHANGE,
    on=certificate_to_upload,
    # Not the body and the chain: what was pasted there may hold the private key.
    journal=("path", "server_certificate_name", "tags"),
    told=(
        "ServerCertificateMetadata.ServerCertificateId",
        "ServerCertificateMetadata.Arn",
        "ServerCertificateMetadata.UploadDate",
        "ServerCertificateMetadata.Expiration",
    ),
    raises=(
        DuplicateTagKeys,
        ReservedTag,
        MalformedCertificate,
        KeyPairMismatch,
        ServerCertificateExists,
        LimitExceeded,
    ),
    also=tagging.needed_to_tag("iam:TagServerCertificate"),
)
def upload_server_certificate(
    call: Call,
    *,
    path: str | None = None,
    server_certificate_name: str,
    certificate_body: str,
    private_key: str,
    certificate_chain: str | None = None,
    tags: tagging.Passed | None = None,
) -> Reply:
    """Keep a certificate with its private key, and the certificates above it.

    Raises DuplicateTagKeys, ReservedTag, MalformedCertificate, KeyPairMismatch, ServerCertificateExists,
    LimitExceeded.   Source: IAM API, UploadServerCertificate.
    """
    passed, name = tagging.read(tags), server_certificate_name
    bundle = server_certificate_pem.read(
        body=certificate_body, private_key=private_key, chain=certificate_chain, now=call.now
    )
    _refuse_taken(call, name)
    limit = call.quotas.server_certificates_per_account
    if server_certificates.count(call.tx, call.account) >= limit:
        raise LimitExceeded(quota="ServerCertificatesPerAccount", limit=limit)
    certificate_id = mint_unique_id(Prefix.CERTIFICATE, call.random)
    certificate = ServerCertificate(
        id=certificate_id,
        account=call.account,
        name=name,
        path=path or "/",
        body=bundle.body,
        chain=bundle.chain,
        sealed_private_key=call.vault.seal_secret(Secret(private_key), to=certificate_id),
        uploaded_at=call.now,
        expires_at=bundle.expires_at,
    )
    server_certificates.add(call.tx, certificate)
    tagging.put(call, certificate.id, tags, quota="TagsPerServerCertificate")
    told = {"ServerCertificateMetadata": _listed(certificate)}
    return {**told, "Tags": tagging.told(passed)} if passed else told


@operation(
    "iam",
    way=Way.READ,
    on=certificate_named,
    journal=("server_certificate_name",),
    raises=(NoSuchServerCertificate,),
)
def get_server_certificate(call: Call, *, server_certificate_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Tell a certificate with its chain and tags; not its private key.

    Raises NoSuchServerCertificate.   Source: IAM API, GetServerCertificate.
    """
    certificate = found_certificate(call)
    told = {
        "ServerCertificateMetadata": _listed(certificate),
        "CertificateBody": certificate.body,
        "Tags": tagging.told(kept_tags.of(call.tx, certificate.id)),
    }
    chain = certificate.chain
    return {"ServerCertificate": told if chain is None else {**told, "CertificateChain": chain}}


@operation(
    "iam",
    way=Way.READ,
    on=under_path("server-certificate"),
    journal=("path_prefix", "marker", "max_items"),
    raises=(InvalidMarker,),
)
def list_server_certificates(
    call: Call, *, path_prefix: str | None = None, marker: str | None = None, max_items: int | None = None
) -> Reply:
    """List server certificates by name, those under a path if one is given.

    Raises InvalidMarker.   Source: IAM API, ListServerCertificates.
    """
    page = paging.page(call, "ServerCertificateMetadataList", marker, max_items)
    prefix = path_prefix or "/"
    rows = server_certificates.page(call.tx, call.account, path_prefix=prefix, after=page.after, limit=page.fetch)
    return page.reply(rows, tell=_listed, position=lambda certificate: certificate.name.lower())


@operation(
    "iam",
    way=Way.CHANGE,
    on=certificate_named,
    journal=("server_certificate_name", "new_path", "new_server_certificate_name"),
    raises=(NoSuchServerCertificate, ServerCertificateExists),
    also=needed_to_rename,
)
def update_server_certificate(
    call: Call,
    *,
    server_certificate_name: str,  # noqa: ARG001 - read by the target
    new_path: str | None = None,
    new_server_certificate_name: str | None = None,
) -> Reply:
    """Give a certificate another name or path.

    Raises NoSuchServerCertificate, ServerCertificateExists.   Source: IAM API, UpdateServerCertificate.
    """
    certificate = found_certificate(call)
    name = new_server_certificate_name or certificate.name
    _refuse_taken(call, name, besides=certificate.id)
    server_certificates.rename(call.tx, certificate.id, name=name, path=new_path or certificate.path)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=certificate_named,
    journal=("server_certificate_name",),
    raises=(NoSuchServerCertificate,),
)
def delete_server_certificate(call: Call, *, server_certificate_name: str) -> Reply:  # noqa: ARG001 - as above
    """Delete a certificate, and its private key.

    Raises NoSuchServerCertificate.   Source: IAM API, DeleteServerCertificate.
    """
    server_certificates.remove(call.tx, found_certificate(call).id)
    return {}


def _refuse_taken(call: Call, name: str, *, besides: str = "") -> None:
    holder = server_certificates.named(call.tx, call.account, name)
    if holder is not None and holder.id != besides:
        raise ServerCertificateExists(name=name)


def _listed(certificate: ServerCertificate) -> dict[str, Any]:
    return {
        "Path": certificate.path,
        "ServerCertificateName": certificate.name,
        "ServerCertificateId": certificate.id,
        "Arn": certificate.arn,
        "UploadDate": certificate.uploaded_at,
        "Expiration": certificate.expires_at,
    }
