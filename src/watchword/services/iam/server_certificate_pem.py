"""Reading what UploadServerCertificate is given: a certificate, its private key, and the chain above it.

All reading and checking of signatures is cryptography's; here stand the order of the checks and what is refused.
Source: IAM User Guide, "Manage server certificates in IAM", and its troubleshooting.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    DuplicateExtension,
    ExtensionNotFound,
    load_pem_x509_certificates,
)

from watchword.services.iam.server_certificate_refusals import (
    BrokenChain,
    CertificateExpired,
    CertificateNotYetValid,
    KeyPairMismatch,
    UnreadableCertificate,
    UnreadableKey,
)

LONGEST_CHAIN = 10
"""Certificates. AWS names no limit; without one, checking what fits into a request would take seconds."""
LARGEST_RSA_KEY = 4096
"""Bits. Likewise: to see that an RSA key of 16 000 bits is sound takes minutes, and one of 4096 a fifth of a second."""

_BODY = -1
"""Where the certificate itself stands, as AWS counts."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A certificate whose key, chain and time have been checked; `body` and `chain` in PEM, and nothing but PEM."""

    body: str
    chain: str | None
    expires_at: int


def read(*, body: str, private_key: str, chain: str | None, now: int) -> Bundle:
    """Read and check a certificate with its private key and chain, at `now` in epoch seconds.

    Raises UnreadableCertificate, CertificateNotYetValid, CertificateExpired, UnreadableKey, KeyPairMismatch,
    BrokenChain.
    """
    certificate = _certificate(body)
    if now < certificate.not_valid_before_utc.timestamp():
        raise CertificateNotYetValid
    if not _within(certificate, now):
        raise CertificateExpired
    _check_key(certificate, private_key.encode())
    above = [] if chain is None else _chain(chain)
    _check_chain(certificate, above, now)
    expires_at = int(certificate.not_valid_after_utc.timestamp())
    # Written anew: whatever else was pasted in between, a private key for one, is not kept.
    return Bundle(_pem([certificate]), _pem(above) if above else None, expires_at)


def _certificate(text: str) -> Certificate:
    try:
        (certificate,) = load_pem_x509_certificates(text.encode())
        _public_bytes(certificate.public_key())
    except (ValueError, UnsupportedAlgorithm) as error:  # also for two of them
        raise UnreadableCertificate from error
    return certificate


def _check_key(certificate: Certificate, pem: bytes) -> None:
    """See that a private key is whole and the certificate's own.

    Raises UnreadableKey, KeyPairMismatch.
    """
    key = _private_key(pem, checked=False)
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        if key.key_size > LARGEST_RSA_KEY or max(numbers.p, numbers.q, numbers.d) > numbers.public_numbers.n:
            raise UnreadableKey
        _private_key(pem, checked=True)
    if _public_bytes(key.public_key()) != _public_bytes(certificate.public_key()):
        raise KeyPairMismatch


def _private_key(pem: bytes, *, checked: bool) -> PrivateKeyTypes:
    """Read a private key; `checked` says whether an RSA key's primes are tried, whose sizes are known by then."""
    try:
        return load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=not checked)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:  # TypeError: it needs a password
        raise UnreadableKey from error


def _chain(text: str) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BrokenChain(index=_BODY) from error


def _check_chain(certificate: Certificate, above: list[Certificate], now: int) -> None:
    """See that each certificate is signed by the next, and that each of the chain may sign now.

    Raises BrokenChain.
    """
    if len(above) > LONGEST_CHAIN:
        raise BrokenChain(index=LONGEST_CHAIN)
    for index, (lower, upper) in enumerate(pairwise([certificate, *above]), start=_BODY):
        if not _issued(lower, upper):
            raise BrokenChain(index=index)
        if not (_within(upper, now) and _may_sign(upper)):
            raise BrokenChain(index=index + 1)


def _issued(lower: Certificate, upper: Certificate) -> bool:
    try:
        lower.verify_directly_issued_by(upper)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _may_sign(certificate: Certificate) -> bool:
    """Source: RFC 5280, 4.2.1.9."""
    try:
        return certificate.extensions.get_extension_for_class(BasicConstraints).value.ca
    except (ExtensionNotFound, DuplicateExtension, ValueError):
        return False


def _within(certificate: Certificate, now: int) -> bool:
    begins, ends = certificate.not_valid_before_utc.timestamp(), certificate.not_valid_after_utc.timestamp()
    return begins <= now <= ends


def _public_bytes(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _pem(certificates: list[Certificate]) -> str:
    return "".join(certificate.public_bytes(Encoding.PEM).decode("ascii") for certificate in certificates).strip()
