"""Metadata documents, as providers write them and as nobody should."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tests.support.saml import (
    BEGAN,
    ENTITY_ID,
    Provider,
    another_provider,
    elliptic_provider,
    key_descriptor,
    the_provider,
)
from watchword.crypto.saml import MetadataUnreadable, read_metadata

NAMES = "urn:oasis:names:tc:SAML:2.0:metadata"
GOOD = the_provider().metadata()


def refused(document: str, reason: str) -> None:
    with pytest.raises(MetadataUnreadable, match=reason):
        read_metadata(document)


def test_the_keys_of_a_provider_are_found() -> None:
    found = read_metadata(GOOD)
    assert found.signers == {ENTITY_ID: (the_provider().certificate,)}
    assert (found.keys, found.valid_until) == (1, None)


def test_keys_for_encryption_are_left_out_and_keys_for_any_use_are_not() -> None:
    keys = "".join(
        key_descriptor(provider.certificate, use=use)
        for provider, use in (
            (the_provider(), ' use="encryption"'),
            (another_provider(), ""),
            (elliptic_provider(), ' use="signing"'),
        )
    )
    found = read_metadata(the_provider().metadata(keys=keys))
    assert found.signers == {ENTITY_ID: (another_provider().certificate, elliptic_provider().certificate)}


def test_the_earliest_limit_counts() -> None:
    assert read_metadata(the_provider().metadata(until="2030-01-02T03:04:05Z")).valid_until == 1_893_553_445
    inner = the_provider().metadata(until="2029-01-01T00:00:00.5Z").split("?>\n")[1]
    outer = f'<EntitiesDescriptor xmlns="{NAMES}" validUntil="2031-01-01T00:00:00Z">{inner}</EntitiesDescriptor>'
    assert read_metadata(outer).valid_until == 1_861_920_000


def test_services_in_a_federation_s_metadata_are_left_out() -> None:
    service = '<EntityDescriptor entityID="urn:sp"><SPSSODescriptor/></EntityDescriptor>'
    inner = GOOD.split("?>\n")[1]
    found = read_metadata(f'<EntitiesDescriptor xmlns="{NAMES}">{service}{inner}</EntitiesDescriptor>')
    assert list(found.signers) == [ENTITY_ID]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("a" * 1_024, "not well-formed XML"),
        ("\ufeff<a/>", "root is no EntityDescriptor"),
        ("\ud800", "surrogates|utf-8"),
        (GOOD.replace("?>", "?><!DOCTYPE x>", 1), "document type"),
        (GOOD.replace(NAMES, "urn:oasis:names:tc:SAML:1.0:metadata"), "root is no EntityDescriptor"),
        (GOOD.replace("IDPSSODescriptor", "SPSSODescriptor"), "no IDPSSODescriptor"),
        (GOOD.replace('use="signing"', 'use="encryption"'), "no X.509 certificate for signing"),
        (GOOD.replace("entityID", "entity"), "entityID must have"),
        (GOOD.replace(ENTITY_ID + '">', " x" + '">'), "entityID must have"),
        (GOOD.replace("X509Certificate>MII", "X509Certificate>NII"), "cannot be read"),
        (GOOD.replace("X509Certificate>MII", "X509Certificate>*II"), "cannot be read"),
        (GOOD.replace("X509Certificate>MII", "X509Certificate><a/>MII"), "more than text"),
        (the_provider().metadata(until="tomorrow"), "`validUntil` is no date"),
        (the_provider().metadata(until="2030-02-30T00:00:00Z"), "`validUntil` is no date"),
    ],
    ids=range(14),
)
def test_what_is_no_metadata_is_refused(document: str, reason: str) -> None:
    refused(document, reason)


def test_two_providers_of_one_name_are_refused() -> None:
    inner = GOOD.split("?>\n")[1]
    refused(f'<EntitiesDescriptor xmlns="{NAMES}">{inner}{inner}</EntitiesDescriptor>', "same entityID")


def test_keys_that_prove_nothing_are_refused() -> None:
    weak = rsa.generate_private_key(65_537, 1_024)
    assert read_metadata(Provider(key=weak).metadata()).keys == 1
    for key in (ec.generate_private_key(ec.SECP256K1()), dsa.generate_private_key(2_048)):
        refused(Provider(key=key).metadata(), "neither RSA")


def test_a_key_that_is_dear_to_verify_with_is_refused() -> None:
    """Any stranger could make us do it, with a response that need not be good."""
    modulus = the_provider().certificate.public_key().public_numbers().n  # type: ignore[union-attr] # it is RSA
    long = rsa.RSAPublicNumbers((1 << 1_024) | 1, modulus).public_key()
    building = x509.CertificateBuilder(x509.Name([]), x509.Name([]), long, 7, BEGAN, BEGAN + timedelta(days=1))
    certificate = building.sign(the_provider().key, SHA256())
    refused(the_provider().metadata(keys=key_descriptor(certificate)), "exponent")


def test_a_certificate_with_an_extension_twice_is_refused() -> None:
    """As AWS does. No library writes one, so that the second is made of another by changing its name."""
    one, other = x509.ObjectIdentifier("1.3.6.1.4.1.1"), x509.ObjectIdentifier("1.3.6.1.4.1.2")
    key, name = the_provider().key, x509.Name([])
    building = x509.CertificateBuilder(name, name, key.public_key(), 7, BEGAN, BEGAN + timedelta(days=1))
    for oid in (one, other):
        building = building.add_extension(x509.UnrecognizedExtension(oid, b"\x05\x00"), critical=False)
    der = building.sign(key, SHA256()).public_bytes(Encoding.DER)
    written = bytes.fromhex("06062b0601040101")
    assert written in der
    twice = x509.load_der_x509_certificate(der.replace(bytes.fromhex("06062b0601040102"), written))
    refused(the_provider().metadata(keys=key_descriptor(twice)), "cannot be read")
