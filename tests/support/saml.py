"""An identity provider of our own: its key, its metadata, and the SAML responses it signs (by signxml's signer)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.signer import XMLSigner

ENTITY_ID = "https://idp.example.com/saml"
SIGN_IN = "https://signin.aws.amazon.com/saml"
AUDIENCE = "urn:amazon:webservices"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
BEGAN = datetime(2023, 1, 1, tzinfo=UTC)

NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
SAML, SAMLP, DS = (f"{{{uri}}}" for uri in NAMES.values())

Attributes = Mapping[str, str | Sequence[str]]


def at(instant: float) -> str:
    """Write epoch seconds as xs:dateTime, with the milliseconds that providers write."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@dataclass(frozen=True)
class Provider:
    """One identity provider."""

    entity_id: str = ENTITY_ID
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65_537, 2_048))
    lives: timedelta = timedelta(days=3_650)
    method: SignatureMethod = SignatureMethod.RSA_SHA256
    digest: DigestAlgorithm = DigestAlgorithm.SHA256

    @cached_property
    def certificate(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.com")])
        building = x509.CertificateBuilder(name, name, self.key.public_key(), 7, BEGAN, BEGAN + self.lives)
        return building.sign(self.key, SHA256())

    def metadata(self, *, until: str = "", keys: str = "") -> str:
        """Write the metadata document; `until` is validUntil, `keys` replaces the KeyDescriptor elements."""
        limit = f' validUntil="{until}"' if until else ""
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
            f'entityID="{self.entity_id}"{limit}>\n'
            '  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" '
            'WantAuthnRequestsSigned="false">\n'
            f"    {keys or key_descriptor(self.certificate)}\n"
            "    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>\n"
            '    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" '
            f'Location="{self.entity_id}/sso"/>\n'
            "  </md:IDPSSODescriptor>\n</md:EntityDescriptor>\n"
        )

    def sign(self, element: Any, *, info: bool = True) -> Any:
        """Give the element with a signature after its Issuer, as SAML has it; `info` adds the certificate."""
        issuer = element.find(SAML + "Issuer")
        place = etree.Element(DS + "Signature", {"Id": "placeholder"}, nsmap={"ds": NAMES["ds"]})
        element.insert(0 if issuer is None else 1, place)
        signer = XMLSigner(
            SignatureConstructionMethod.enveloped,
            self.method,
            self.digest,
            CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        signer.namespaces = {"ds": NAMES["ds"]}
        return signer.sign(
            element,
            key=self.key,
            cert=[self.certificate] if info else None,
            reference_uri=element.get("ID"),
            id_attribute="ID",
        )

    def respond(self, said: Said, *, sign: str = "assertion") -> Any:
        """Give a response element; `sign` is `assertion`, `response`, `both` or `nothing`."""
        assertion = etree.fromstring(said.assertion(self.entity_id))
        if sign in {"assertion", "both"}:
            assertion = self.sign(assertion)
        response = etree.fromstring(said.response(self.entity_id))
        response.append(assertion)
        return self.sign(response) if sign in {"response", "both"} else response


@dataclass(frozen=True)
class Said:
    """What a response says. Every instant is epoch seconds; an empty text leaves its element out."""

    now: float
    attributes: Attributes
    issued: float = 0
    name: str = "ann@example.com"
    name_format: str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    recipient: str = SIGN_IN
    confirmed_for: float = 300
    confirmation: str = ""
    valid_from: float = 0
    valid_for: float = 3_600
    audiences: str = f"<saml:AudienceRestriction><saml:Audience>{AUDIENCE}</saml:Audience></saml:AudienceRestriction>"
    session_for: float | None = None
    status: str = "urn:oasis:names:tc:SAML:2.0:status:Success"
    issuer: str = ""
    response_issuer: str = ""
    subject: str = ""
    id: str = "_assertion1"
    response_id: str = "_response1"

    def response(self, entity_id: str) -> str:
        issuer = self.response_issuer or entity_id
        return (
            f'<samlp:Response xmlns:samlp="{NAMES["samlp"]}" xmlns:saml="{NAMES["saml"]}" ID="{self.response_id}" '
            f'Version="2.0" IssueInstant="{at(self.now)}" Destination="{SIGN_IN}"><saml:Issuer>{issuer}</saml:Issuer>'
            f'<samlp:Status><samlp:StatusCode Value="{self.status}"/></samlp:Status></samlp:Response>'
        )

    def assertion(self, entity_id: str) -> str:
        session = "" if self.session_for is None else f' SessionNotOnOrAfter="{at(self.now + self.session_for)}"'
        return (
            f'<saml:Assertion xmlns:saml="{NAMES["saml"]}" ID="{self.id}" Version="2.0" '
            f'IssueInstant="{at(self.now + self.issued)}"><saml:Issuer>{self.issuer or entity_id}</saml:Issuer>'
            f"{self.subject or self._subject()}"
            f'<saml:Conditions NotBefore="{at(self.now + self.valid_from)}" '
            f'NotOnOrAfter="{at(self.now + self.valid_for)}">{self.audiences}</saml:Conditions>'
            f'<saml:AuthnStatement AuthnInstant="{at(self.now)}"{session}><saml:AuthnContext>'
            "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>"
            f"</saml:AuthnContext></saml:AuthnStatement>{_statement(self.attributes)}</saml:Assertion>"
        )

    def _subject(self) -> str:
        form = f' Format="{self.name_format}"' if self.name_format else ""
        confirmation = self.confirmation or (
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData '
            f'NotOnOrAfter="{at(self.now + self.confirmed_for)}" Recipient="{self.recipient}"/>'
            "</saml:SubjectConfirmation>"
        )
        return f"<saml:Subject><saml:NameID{form}>{self.name}</saml:NameID>{confirmation}</saml:Subject>"


def _statement(attributes: Attributes) -> str:
    written = "".join(
        f'<saml:Attribute Name="{name}">'
        + "".join(
            f"<saml:AttributeValue>{value}</saml:AttributeValue>"
            for value in ([values] if isinstance(values, str) else values)
        )
        + "</saml:Attribute>"
        for name, values in attributes.items()
    )
    return f"<saml:AttributeStatement>{written}</saml:AttributeStatement>" if written else ""


def key_descriptor(certificate: x509.Certificate, *, use: str = ' use="signing"') -> str:
    """Write one KeyDescriptor of a metadata document."""
    body = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    return (
        f'<md:KeyDescriptor{use}><ds:KeyInfo xmlns:ds="{NAMES["ds"]}"><ds:X509Data><ds:X509Certificate>{body}'
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )


def encoded(response: Any) -> str:
    """Write a response as a browser would post it: base64."""
    return base64.b64encode(response if isinstance(response, bytes) else etree.tostring(response)).decode()


def entitled(role: str, provider: str, session: str = "ann", **more: str | Sequence[str]) -> dict[str, Any]:
    """The attributes that AWS requires, and more of AWS's by their last part."""
    wanted: dict[str, Any] = {"Role": f"{role},{provider}", "RoleSessionName": session, **more}
    return {ATTRIBUTES + name.replace("__", ":"): value for name, value in wanted.items()}


@cache
def the_provider() -> Provider:
    """One provider for all tests of a process: making a key takes a tenth of a second."""
    return Provider()


@cache
def another_provider() -> Provider:
    """One with the same name and another key."""
    return Provider()


@cache
def elliptic_provider() -> Provider:
    """One that signs with a key of an elliptic curve."""
    return Provider(key=ec.generate_private_key(ec.SECP256R1()), method=SignatureMethod.ECDSA_SHA256)
