"""The condition keys that an assertion gives to the trust policy of a role.

Source: IAM User Guide, "Mapping SAML attributes to AWS trust policy context keys" and "Available keys for SAML-based
AWS STS federation". Of a key that is typed as one string there, the first value counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from watchword.services.operation import ContextValue
from watchword.services.sts.saml_claims import Claims

_EDU_PERSON = "urn:oid:1.3.6.1.4.1.5923.1.1.1."
_EDU_ORG = "urn:oid:1.3.6.1.4.1.5923.1.2.1."
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

LISTS = {
    f"{_EDU_PERSON}1": "edupersonaffiliation",
    f"{_EDU_PERSON}2": "edupersonnickname",
    f"{_EDU_PERSON}4": "edupersonorgunitdn",
    f"{_EDU_PERSON}7": "edupersonentitlement",
    f"{_EDU_PERSON}9": "edupersonscopedaffiliation",
    f"{_EDU_PERSON}10": "edupersontargetedid",
    f"{_EDU_PERSON}11": "edupersonassurance",
    f"{_EDU_ORG}2": "eduorghomepageuri",
    f"{_EDU_ORG}3": "eduorgidentityauthnpolicyuri",
    f"{_EDU_ORG}4": "eduorglegalname",
    f"{_EDU_ORG}5": "eduorgsuperioruri",
    f"{_EDU_ORG}6": "eduorgwhitepagesuri",
    "urn:oid:2.5.4.3": "cn",
}
STRINGS = {
    f"{_EDU_PERSON}3": "edupersonorgdn",
    f"{_EDU_PERSON}5": "edupersonprimaryaffiliation",
    f"{_EDU_PERSON}6": "edupersonprincipalname",
    f"{_EDU_PERSON}8": "edupersonprimaryorgunitdn",
    f"{_CLAIMS}name": "name",
    "http://schemas.xmlsoap.org/claims/CommonName": "commonname",
    f"{_CLAIMS}givenname": "givenname",
    f"{_CLAIMS}surname": "surname",
    f"{_CLAIMS}emailaddress": "mail",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid": "primarygroupsid",
    "2.5.4.3": "commonname",
    "2.5.4.4": "surname",
    "2.5.4.42": "givenname",
    "2.5.4.45": "x500uniqueidentifier",
    "0.9.2342.19200300.100.1.1": "uid",
    "0.9.2342.19200300.100.1.3": "mail",
    "0.9.2342.19200300.100.1.45": "organizationstatus",
}
"""Attribute names and the keys they become, after `saml:`, in lower case."""


def context_keys(claims: Claims) -> Mapping[str, ContextValue]:
    """Give the keys by lower-case name."""
    assertion, provider = claims.assertion, claims.provider
    return {
        **dict(_attributes(claims)),
        "saml:aud": assertion.recipient,
        "saml:iss": assertion.issuer,
        "saml:sub": assertion.subject,
        "saml:sub_type": assertion.subject_type,
        "saml:namequalifier": claims.name_qualifier,
        "saml:doc": f"{provider.account}/{provider.name}",
        "sts:rolesessionname": claims.session_name,
        "sts:sourceidentity": claims.source_identity or None,
        "sts:transitivetagkeys": claims.transitive_keys or None,
    }


def _attributes(claims: Claims) -> Iterator[tuple[str, ContextValue]]:
    for name, values in claims.assertion.attributes.items():
        if name in LISTS and values:
            yield f"saml:{LISTS[name]}", values
        elif name in STRINGS and values:
            yield f"saml:{STRINGS[name]}", values[0]
