from __future__ import annotations

from contextlib import AbstractContextManager

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.server_certificates import YEAR, Holder, issue, key_pem
from tests.support.stores import NOW
from tests.unit.services.iam.house import refused
from watchword.services.iam.server_certificate_pem import LARGEST_RSA_KEY, LONGEST_CHAIN, Bundle, read
from watchword.services.iam.server_certificate_refusals import (
    BrokenChain,
    CertificateExpired,
    CertificateNotYetValid,
    KeyPairMismatch,
    UnreadableCertificate,
    UnreadableKey,
)

ROOT = issue("root", authority=True, begins=NOW - 10)
MIDDLE = issue("middle", by=ROOT, authority=True, begins=NOW - 10)
SITE = issue("site", by=MIDDLE, begins=NOW - 10)
PLAIN = issue("plain", begins=NOW - 10)


def given(
    holder: Holder = SITE, *, body: str | None = None, key: str | None = None, chain: str | None = None, now: int = NOW
) -> Bundle:
    return read(body=body or holder.pem, private_key=key or holder.key_pem, chain=chain, now=now)


def broken(index: int) -> AbstractContextManager[None]:
    words = (
        "Unable to validate certificate chain. The certificate chain must start with the immediate signing "
        "certificate, followed by any intermediaries in order. The index within the chain of the invalid "
    )
    return refused(BrokenChain, f"{words}certificate is: {index}")


def test_a_whole_bundle() -> None:
    bundle = given(chain=MIDDLE.pem + ROOT.pem)
    assert bundle == Bundle(SITE.pem.strip(), (MIDDLE.pem + ROOT.pem).strip(), NOW - 10 + YEAR)
    assert given(chain=MIDDLE.pem).chain == MIDDLE.pem.strip()
    assert given(PLAIN).chain is None


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_rsa_keys_in_both_forms(form: PrivateFormat) -> None:
    holder = issue("site", begins=NOW, key=rsa.generate_private_key(65537, 2048))
    pem = holder.key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()
    assert given(holder, key=pem).body == holder.pem.strip()


def test_nothing_but_certificates_is_kept() -> None:
    pasted = f"Bag Attributes\r\n{SITE.pem}{SITE.key_pem}"
    assert given(body=pasted).body == SITE.pem.strip()
    bundle = given(chain=f"middle\n{MIDDLE.pem}\n{SITE.key_pem}")
    assert bundle.chain == MIDDLE.pem.strip()


@pytest.mark.parametrize(
    "body",
    [
        "x",
        "\u00ff",
        SITE.key_pem,
        SITE.pem[:200],
        SITE.pem.replace("MII", "MIJ"),
        SITE.pem + MIDDLE.pem,
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
    ],
)
def test_a_body_that_is_not_one_certificate(body: str) -> None:
    words = "Unable to parse certificate. Please ensure the certificate is in PEM format."
    with refused(UnreadableCertificate, words):
        given(body=body)


@pytest.mark.parametrize("key", ["x", SITE.pem, SITE.key_pem[:60], SITE.encrypted(b"open")])
def test_a_key_that_cannot_be_read(key: str) -> None:
    with refused(UnreadableKey):
        given(key=key)


def test_a_key_that_is_anothers() -> None:
    another = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for key in (MIDDLE.key_pem, key_pem(ec.generate_private_key(ec.SECP384R1())), another.decode()):
        with refused(KeyPairMismatch):
            given(key=key)


def test_an_unsound_rsa_key_is_refused() -> None:
    """Its primes multiply to the modulus and its exponents fit them, but one of the two is no prime."""
    key = rsa.generate_private_key(65537, 1024)
    numbers = key.private_numbers()
    unsound = replace_d(numbers).private_key(unsafe_skip_rsa_key_validation=True)
    with refused(UnreadableKey):
        given(issue("site", begins=NOW, key=key), key=key_pem(unsound))


def replace_d(numbers: rsa.RSAPrivateNumbers) -> rsa.RSAPrivateNumbers:
    return rsa.RSAPrivateNumbers(
        numbers.p, numbers.q, numbers.d - 2, numbers.dmp1, numbers.dmq1, numbers.iqmp, numbers.public_numbers
    )


def test_a_key_too_large_to_be_checked_in_time() -> None:
    size = LARGEST_RSA_KEY // 2 + 8
    p, q = (1 << size) - 1, (1 << size) - 3  # no primes: nobody gets so far as to try
    n = p * q
    numbers = rsa.RSAPrivateNumbers(p, q, 65537, 65537, 65537, 3, rsa.RSAPublicNumbers(65537, n))
    large = numbers.private_key(unsafe_skip_rsa_key_validation=True)
    with refused(UnreadableKey):
        given(key=key_pem(large))


@pytest.mark.parametrize("now", [NOW - 10, NOW - 10 + YEAR])
def test_its_time(now: int) -> None:
    given(now=now)


def test_before_and_after_its_time() -> None:
    with refused(CertificateNotYetValid):
        given(now=NOW - 11)
    words = "Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed."
    with refused(CertificateExpired, words):
        given(now=NOW - 10 + YEAR + 1)


def test_a_chain_out_of_order() -> None:
    for chain in (ROOT.pem + MIDDLE.pem, ROOT.pem, PLAIN.pem, SITE.pem, "x", SITE.key_pem):
        with broken(-1):
            given(chain=chain)
    with broken(0):
        given(chain=MIDDLE.pem + PLAIN.pem)
    with broken(1):
        given(chain=MIDDLE.pem + ROOT.pem + MIDDLE.pem)


def test_a_name_alone_is_no_signature() -> None:
    impostor = issue("middle", by=ROOT, authority=True, begins=NOW)
    with broken(-1):
        given(chain=impostor.pem)


def test_who_may_not_sign() -> None:
    below = issue("below", by=PLAIN, begins=NOW)
    with broken(0):
        given(below, chain=PLAIN.pem)
    old = issue("old", authority=True, begins=NOW - 100, lasts=50)
    with broken(0):
        given(issue("young", by=old, begins=NOW), chain=old.pem)


def test_a_chain_has_an_end() -> None:
    above = [ROOT]
    for number in range(LONGEST_CHAIN):
        above.insert(0, issue(f"ca-{number}", by=above[0], authority=True, begins=NOW))
    site = issue("deep", by=above[0], begins=NOW)
    given(site, chain="".join(holder.pem for holder in above[:LONGEST_CHAIN]))
    with broken(LONGEST_CHAIN):
        given(site, chain="".join(holder.pem for holder in above))
