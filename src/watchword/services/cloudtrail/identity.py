"""Who asked, as CloudTrail tells it.

Source: CloudTrail User Guide, "CloudTrail userIdentity element", with its values for STS, SAML and web identity.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from watchword.domain.clock import iso8601
from watchword.domain.principal import PrincipalType
from watchword.store.journal import Entry, SessionContext
from watchword.store.journal_search import Found

_OIDC = ":oidc-provider/"


def user_identity(found: Found) -> dict[str, Any]:
    """Tell who made a request; of another account's principal, only what AWS tells of it."""
    entry = found.entry
    if entry.account and found.account != entry.account:
        return {"type": "AWSAccount", "principalId": entry.principal_id, "accountId": entry.account}
    return _TYPES.get(entry.principal_type, _unknown)(entry)


def _unknown(entry: Entry) -> dict[str, Any]:
    identity = {"type": "Unknown", "principalId": "Anonymous"}
    return identity | ({"accessKeyId": entry.access_key_id} if entry.access_key_id else {})


def _known(kind: str, entry: Entry) -> dict[str, Any]:
    return {
        "type": kind,
        "principalId": entry.principal_id,
        "arn": entry.principal,
        "accountId": entry.account,
        "accessKeyId": entry.access_key_id,
    }


def _service(entry: Entry) -> dict[str, Any]:
    by = {"type": "AWSService", "invokedBy": entry.source_ip}
    return by if entry.principal == entry.source_ip else {**by, "arn": entry.principal}


def _root(entry: Entry) -> dict[str, Any]:
    return _known("Root", entry) | _context(entry, {})


def _user(entry: Entry) -> dict[str, Any]:
    return _known("IAMUser", entry) | {"userName": entry.user_name} | _context(entry, {})


def _assumed_role(entry: Entry) -> dict[str, Any]:
    return _known("AssumedRole", entry) | _context(entry, _issuer("Role", entry))


def _federated_user(entry: Entry) -> dict[str, Any]:
    session = entry.session
    by_root = session is not None and session.issuer_arn.endswith(":root")
    return _known("FederatedUser", entry) | _context(entry, _issuer("Root" if by_root else "IAMUser", entry))


def _web_identity_user(entry: Entry) -> dict[str, Any]:
    return {
        "type": "WebIdentityUser",
        "principalId": entry.principal_id,
        "userName": entry.user_name,
        "identityProvider": entry.principal,
    }


def _saml_user(entry: Entry) -> dict[str, Any]:
    """A SAML provider is told by what qualifies its names: what stands before the name in the principal's id."""
    return {
        "type": "SAMLUser",
        "principalId": entry.principal_id,
        "userName": entry.user_name,
        "identityProvider": entry.principal_id.removesuffix(f":{entry.user_name}"),
    }


_TYPES: dict[str, Callable[[Entry], dict[str, Any]]] = {
    PrincipalType.ROOT.value: _root,
    PrincipalType.SERVICE.value: _service,
    PrincipalType.USER.value: _user,
    PrincipalType.ASSUMED_ROLE.value: _assumed_role,
    PrincipalType.FEDERATED_USER.value: _federated_user,
    PrincipalType.WEB_IDENTITY_USER.value: _web_identity_user,
    PrincipalType.SAML_USER.value: _saml_user,
}


def _context(entry: Entry, issuer: dict[str, Any]) -> dict[str, Any]:
    session = entry.session
    if session is None:
        return {}
    context: dict[str, Any] = {"sessionIssuer": issuer, "webIdFederationData": _federation(session)}
    context["attributes"] = {
        "creationDate": iso8601(session.issued_at),
        "mfaAuthenticated": "true" if session.mfa else "false",
    }
    if session.source_identity:
        context["sourceIdentity"] = session.source_identity
    return {"sessionContext": {name: value for name, value in context.items() if value}}


def _issuer(kind: str, entry: Entry) -> dict[str, Any]:
    """Tell whose permissions a session has."""
    session = entry.session
    if session is None:
        return {}
    issuer = {
        "type": kind,
        "principalId": session.issuer_id or entry.principal_id.partition(":")[0],
        "arn": session.issuer_arn,
        "accountId": entry.account,
    }
    return issuer if kind == "Root" else issuer | {"userName": session.issuer_arn.rpartition("/")[2]}


def _federation(session: SessionContext) -> dict[str, Any]:
    """Tell which web identity provider vouched for a session, and what it said."""
    _, is_oidc, address = session.provider.partition(_OIDC)
    if not is_oidc:
        return {}
    said = {f"{address}:aud": session.audience, f"{address}:sub": session.subject}
    return {
        "federatedProvider": session.provider,
        "attributes": {name: value for name, value in said.items() if value},
    }
