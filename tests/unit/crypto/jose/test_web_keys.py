"""JWK sets as providers publish them: what serves is kept, what does not is left out, and what is none is said so."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey

from tests.support.issuers import public, rsa_key
from watchword.crypto.jose import BrokenKeys, WebKeys, read_keys

GOOD = ECKey.generate_key("P-256")


def read(*keys: Any) -> WebKeys:
    return read_keys(json.dumps({"keys": keys}).encode())


def test_keys_are_known_by_their_ids() -> None:
    keys = read(public(GOOD, "one"), public(rsa_key(), "two", alg="RS384", x5c=["AAAA"], extra={"a": 1}))
    assert set(keys.by_id) == {"one", "two"}
    assert "one" in keys
    assert "three" not in keys
    assert keys.fitting("two", "RS384")
    assert not keys.fitting("two", "RS256")
    assert not keys.fitting("three", "RS256")


@pytest.mark.parametrize("use", [{"use": "sig"}, {"use": "sig", "key_ops": ["verify", "sign"]}])
def test_keys_to_verify_with_serve(use: dict[str, Any]) -> None:
    assert "k" in read({**GOOD.as_dict(private=False), "kid": "k", **use})


def test_a_key_need_not_say_what_it_is_for() -> None:
    assert "k" in read({**GOOD.as_dict(private=False), "kid": "k"})


BROKEN = {
    "an id that is none": GOOD.as_dict(private=False) | {"kid": None},
    "id of another type": public(GOOD, "k") | {"kid": 7},
    "to encrypt": public(GOOD, "k") | {"use": "enc"},
    "not to verify": public(GOOD, "k") | {"key_ops": ["encrypt"]},
    "for no algorithm of ours": public(GOOD, "k") | {"alg": "ECDH-ES"},
    "of another curve": public(ECKey.generate_key("secp256k1"), "k"),
    "curve and point apart": public(GOOD, "k") | {"crv": "P-384"},
    "not on its curve": public(GOOD, "k") | {"x": GOOD.as_dict()["y"]},
    "not base64": public(GOOD, "k") | {"x": "!!"},
    "without a point": {"kty": "EC", "crv": "P-256", "kid": "k"},
    "shared secret": {**OctKey.generate_key(256).as_dict(), "kid": "k", "alg": "HS256"},
    "of a kind that is not taken": {**OKPKey.generate_key("Ed25519").as_dict(private=False), "kid": "k"},
    "of no kind": {"kid": "k"},
    "RSA without a modulus": {"kty": "RSA", "e": "AQAB", "kid": "k"},
    "RSA with an exponent of nothing": public(rsa_key(), "k") | {"e": ""},
    "RSA with an exponent of one": public(rsa_key(), "k") | {"e": "AQ"},
    "RSA of another alphabet": public(rsa_key(), "k") | {"n": "+/+/"},
    "a text": "key",
    "a number": 7,
    "nothing": None,
    "a list": [],
    "deep": {"kty": "EC", "kid": "k", "x5c": [[[[[]]]]]},
}


@pytest.mark.parametrize("key", BROKEN.values(), ids=BROKEN.keys())
def test_a_key_that_cannot_serve_is_left_out(key: Any) -> None:
    keys = read(key, public(GOOD, "good"))
    assert set(keys.by_id) == {"good"}


@pytest.mark.parametrize("bits", [512, 1_024, 9_216])
def test_rsa_keys_of_an_unsafe_size_are_left_out(bits: int) -> None:
    modulus = (1 << (bits - 1)) | 1
    assert not read(public(rsa_key(), "k", n=_base64(modulus))).by_id


@pytest.mark.parametrize("bits", [65, 2_046])
def test_rsa_keys_of_a_long_exponent_are_left_out(bits: int) -> None:
    """Verifying with one costs as much as signing: any stranger could make us do it, with any token."""
    assert not read(public(rsa_key(), "k", e=_base64((1 << (bits - 1)) | 1))).by_id
    assert read(public(rsa_key(), "k", e=_base64((1 << 63) | 1))).by_id


def _base64(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8)).rstrip(b"=").decode()


def test_too_many_keys_of_a_type_serve_nobody() -> None:
    many = [public(GOOD, f"k{number}") for number in range(101)]
    assert set(read(*many, public(rsa_key(), "rsa")).by_id) == {"rsa"}
    assert len(read(*many[:100]).by_id) == 100


def test_private_keys_are_published_by_mistake_and_not_kept() -> None:
    keys = read({**GOOD.as_dict(private=True), "kid": "k"})
    assert not keys.by_id["k"][0].key.is_private


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"keys":{}}',
        b'{"keys":null}',
        b"\xff",
        b"{" * 20_000,
        b"[" * 20_000,
        b'{"keys":[' + b"[" * 9_000,
    ],
)
def test_what_is_no_set_is_broken(document: bytes) -> None:
    with pytest.raises(BrokenKeys):
        read_keys(document)


def test_an_empty_set_is_one() -> None:
    assert not read().by_id
