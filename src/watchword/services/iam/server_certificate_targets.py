"""What operations on server certificates act on, as policies see it, and what was found there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from watchword.domain.arn import iam_arn
from watchword.services.iam.server_certificate_refusals import NoSuchServerCertificate
from watchword.services.operation import Asking, Call, Need, Target
from watchword.store import server_certificates, tags
from watchword.store.server_certificates import ServerCertificate


def certificate_to_upload(asking: Asking) -> Target:
    """The server certificate that is about to be kept."""
    asked = asking.parameters
    return Target(_arn(asking, asked.get("path"), asked["server_certificate_name"]), asking.caller.account)


def certificate_named(asking: Asking) -> Target:
    """The server certificate that is named; one that does not exist stands for itself under the root path."""
    account, name = asking.caller.account, asking.parameters["server_certificate_name"]
    tx, certificate = asking.tx, server_certificates.named(asking.tx, account, name)
    if certificate is None:
        return Target(_arn(asking, None, name), account)
    return Target(certificate.arn, account, tags=lambda: tags.of(tx, certificate.id), subject=certificate)


def needed_to_rename(asking: Asking, target: Target) -> Sequence[Need]:
    """Ask for leave on the name that a certificate is to have, too.

    Source: IAM API, UpdateServerCertificate, on renaming.
    """
    found = target.subject
    if not isinstance(found, ServerCertificate):
        return ()
    asked = asking.parameters
    arn = _arn(asking, asked.get("new_path") or found.path, asked.get("new_server_certificate_name") or found.name)
    return () if arn == target.arn else (Need("iam:UpdateServerCertificate", replace(target, arn=arn)),)


def found_certificate(call: Call) -> ServerCertificate:
    """Give the server certificate that the request was allowed on.

    Raises NoSuchServerCertificate.
    """
    if not isinstance(call.target.subject, ServerCertificate):
        raise NoSuchServerCertificate(name=call.asking.parameters["server_certificate_name"])
    return call.target.subject


def _arn(asking: Asking, path: str | None, name: str) -> str:
    return iam_arn(asking.caller.account, f"server-certificate{path or '/'}{name}")
