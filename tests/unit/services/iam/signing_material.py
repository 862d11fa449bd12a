"""Certificates and keys for tests, made once each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID


@cache
def certificate(name: str, *, begins: int = 0, days: int = 36_500) -> str:
    """A certificate in PEM; `begins` in epoch seconds."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    first = datetime.fromtimestamp(begins, UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(first + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


@cache
def private_key(name: str, bits: int) -> rsa.RSAPrivateKey:
    """An RSA key; one for each name."""
    return rsa.generate_private_key(65_537, bits)


def ssh_line(name: str = "ann", bits: int = 2_048) -> str:
    """The key's public half as an `ssh-rsa` line without a comment."""
    return private_key(name, bits).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def public_pem(name: str = "ann", form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> str:
    """The key's public half in PEM."""
    return private_key(name, 2_048).public_key().public_bytes(Encoding.PEM, form).decode()


def private_pem(name: str = "ann") -> str:
    """The whole key in PEM."""
    return private_key(name, 2_048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def elliptic_pem() -> str:
    """Another kind of public key in PEM."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
