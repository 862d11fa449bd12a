"""A provider's metadata: which identity providers it describes, and the certificates of their signing keys.

Source: SAML Metadata 2.0; IAM User Guide, "Create a SAML identity provider in IAM".
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from watchword.crypto.saml.moments import instant
from watchword.crypto.saml.names import DSIG, METADATA
from watchword.crypto.saml.trees import Element, Measure, Unreadable, parse, text_of

LARGEST = Measure(size=40_000_000, elements=100_000, attributes=200_000, namespaces=20_000)
SMALLEST_RSA_KEY = 1_024
"""Bits.  Source: IAM User Guide, "Troubleshoot SAML federation", could not parse metadata."""
LONGEST_EXPONENT = 64
"""Bits of an RSA key's public exponent. With a longer one any stranger's response costs as much as signing it."""
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
LONGEST_ENTITY_ID = 1_024
"""Characters.  Source: SAML Core, 8.3.6."""


class MetadataUnreadable(ValueError):  # noqa: N818 - named for what happened, as all refusals are
    """A document that is no identity provider's metadata; the text says why."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is needed of a metadata document."""

    signers: Mapping[str, tuple[x509.Certificate, ...]]
    """The certificates of each identity provider's signing keys, by its entity id.

    Only their public keys count: when a certificate expires, and who issued it, is not looked at.
    Source: SAML V2.0 Metadata Interoperability Profile, 2.3, which IAM follows.
    """
    valid_until: int | None = None
    """Epoch seconds; None when the document does not say."""

    @property
    def keys(self) -> int:
        """How many signing keys there are."""
        return sum(map(len, self.signers.values()))


def read_metadata(document: str) -> Metadata:
    """Read a metadata document.

    Raises MetadataUnreadable.
    """
    try:
        root = parse(document.encode(), LARGEST)
        entities = list(_entities(root))
        signers = dict(_signer(entity) for entity in entities)
        until = [instant(limit) for node in (root, *entities) if (limit := node.get("validUntil")) is not None]
    except (Unreadable, UnicodeEncodeError) as error:
        raise MetadataUnreadable(str(error)) from error
    except ValueError as error:
        raise MetadataUnreadable("`validUntil` is no date and time") from error
    if len(signers) != len(entities):
        raise MetadataUnreadable("two identity providers have the same entityID")
    return Metadata(signers, int(min(until)) if until else None)


def _entities(root: Element) -> Iterator[Element]:
    """Give the descriptions of identity providers: the root, or those that it holds."""
    if root.tag == METADATA + "EntitiesDescriptor":
        found = [entity for entity in root.findall(METADATA + "EntityDescriptor") if _describes_idp(entity)]
    elif root.tag == METADATA + "EntityDescriptor":
        found = [root] if _describes_idp(root) else []
    else:
        raise Unreadable("its root is no EntityDescriptor of SAML 2.0")
    if not found:
        raise Unreadable("it has no IDPSSODescriptor")
    yield from found


def _describes_idp(entity: Element) -> bool:
    return entity.find(METADATA + "IDPSSODescriptor") is not None


def _signer(entity: Element) -> tuple[str, tuple[x509.Certificate, ...]]:
    name = entity.get("entityID", "")
    if not 0 < len(name) <= LONGEST_ENTITY_ID or name != name.strip():
        raise Unreadable(f"entityID must have 1 to {LONGEST_ENTITY_ID} characters")
    certificates = tuple(dict.fromkeys(_certificates(entity)))
    if not certificates:
        raise Unreadable("an identity provider has no X.509 certificate for signing")
    return name, certificates


def _certificates(entity: Element) -> Iterator[x509.Certificate]:
    for key in entity.findall(f"{METADATA}IDPSSODescriptor/{METADATA}KeyDescriptor"):
        if key.get("use", "signing") != "signing":
            continue
        for found in key.findall(f"{DSIG}KeyInfo/{DSIG}X509Data/{DSIG}X509Certificate"):
            yield _certificate(text_of(found))


def _certificate(text: str) -> x509.Certificate:
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
        _ = certificate.extensions  # a repeated one is refused, as AWS does
        key = certificate.public_key()
    except (ValueError, x509.DuplicateExtension, UnsupportedAlgorithm) as error:
        raise Unreadable("an X.509 certificate cannot be read") from error
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= SMALLEST_RSA_KEY:
        if key.public_numbers().e.bit_length() > LONGEST_EXPONENT:
            raise Unreadable("a signing key's exponent is too long")
        return certificate
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, CURVES):
        return certificate
    raise Unreadable(f"a signing key is neither RSA of {SMALLEST_RSA_KEY} bits or more nor of a NIST curve")
