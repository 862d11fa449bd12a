"""Tokens that are taken, and those that were forged elsewhere: read strictly, verified with the right key alone."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry, serialize_compact

from tests.support.issuers import public, rsa_key
from watchword.crypto.jose import ALGORITHMS, BrokenToken, WebKeys, is_signed, read_keys, read_token

CLAIMS = {"iss": "https://issuer.example", "sub": "person-7", "exp": 1_700_000_000}
ANY_HEADER = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
EC = {curve: ECKey.generate_key(curve) for curve in ("P-256", "P-384", "P-521")}


def key_for(algorithm: str) -> ECKey | RSAKey:
    needed = ALGORITHMS[algorithm]
    return rsa_key() if needed == "RSA" else EC[needed]


def published(key: ECKey | RSAKey, kid: str = "k", **more: Any) -> WebKeys:
    return read_keys(json.dumps({"keys": [public(key, kid, **more)]}).encode())


def signed(algorithm: str = "ES256", claims: Any = None, **header: Any) -> str:
    named = {"alg": algorithm, "kid": "k", **header}
    return serialize_compact(named, json.dumps(claims or CLAIMS), key_for(algorithm), registry=ANY_HEADER)


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(header: Any, claims: Any = None, signature: bytes = b"x") -> str:
    return f"{part(header)}.{part(CLAIMS if claims is None else claims)}.{part(signature)}"


HEADER = {"alg": "ES256", "kid": "k"}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_that_is_taken(algorithm: str) -> None:
    token = read_token(signed(algorithm))
    assert (token.algorithm, token.key_id, dict(token.claims)) == (algorithm, "k", CLAIMS)
    assert is_signed(token, published(key_for(algorithm)))
    assert token.text not in repr(token)


def test_members_of_a_header_that_nobody_knows_mean_nothing() -> None:
    token = read_token(signed("ES256", CLAIMS, typ="at+jwt", x5t="AAAA", **{"com.example": 1}))
    assert is_signed(token, published(EC["P-256"]))


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "", "HS256", "HS512", "PS256", "EdDSA", "ES256K", "RSA1_5", "dir"]
)
def test_no_other_algorithm_is_taken(algorithm: str) -> None:
    for signature in (b"", b"x"):
        with pytest.raises(BrokenToken):
            read_token(unsigned({"alg": algorithm, "kid": "k"}, signature=signature))


@pytest.mark.parametrize("form", [Encoding.PEM, Encoding.DER])
def test_a_public_key_is_no_shared_secret(form: Encoding) -> None:
    """RFC 8725, section 2.1: a public key used as HMAC secret."""
    secret = rsa_key().public_key.public_bytes(form, PublicFormat.SubjectPublicKeyInfo)
    text = f"{part({'alg': 'HS256', 'kid': 'k'})}.{part(CLAIMS)}"
    forged = f"{text}.{part(hmac.digest(secret, text.encode(), 'sha256'))}"
    with pytest.raises(BrokenToken):
        read_token(forged)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "...",
        "a.b",
        "a.b.c.d",
        "a.b.c.d.e",
        "not a token",
        "\u00e9.\u00e9.\u00e9",
        unsigned(HEADER) + "=",
        unsigned(HEADER) + "\n",
        " " + unsigned(HEADER),
        unsigned(HEADER).replace(".", "..", 1),
        unsigned(HEADER)[:-1] + "+",
        f"{part(HEADER)}.{part(CLAIMS)}.",
        f".{part(CLAIMS)}.{part(b'x')}",
        f"{part(HEADER)}..{part(b'x')}",
        f"{part(HEADER)}.{part(CLAIMS)}.eB",  # stray bits: another text for the same byte
        unsigned([]),
        unsigned("text"),
        unsigned(7),
        unsigned(HEADER, []),
        unsigned(HEADER, "text"),
        unsigned(b"{"),
        unsigned(b"\xff"),
        unsigned(b"\xef\xbb\xbf{}"),
        unsigned(HEADER, b"{}{}"),
        unsigned(HEADER, b'{"a":NaN}'),
        unsigned(HEADER, b'{"a":Infinity}'),
        unsigned(HEADER, b'{"a":1e999}'),
        unsigned(HEADER, b'{"a":' + b"9" * 5_000 + b"}"),
        unsigned(HEADER, b'{"a":"\\ud800"}'),
        unsigned(HEADER, b'{"a":' * 3_000 + b"1" + b"}" * 3_000),
        unsigned(HEADER, b"[" * 14_000),
        unsigned({}),
        unsigned({"alg": "ES256", "kid": None}),
        unsigned({"kid": "k"}),
        unsigned({"alg": "ES256", "kid": ""}),
        unsigned({"alg": "ES256", "kid": 7}),
        unsigned({"alg": ["ES256"], "kid": "k"}),
        unsigned({"alg": None, "kid": "k"}),
        unsigned({**HEADER, "crit": ["exp"], "exp": 1}),
        unsigned({**HEADER, "crit": []}),
        unsigned({**HEADER, "b64": False, "crit": ["b64"]}),
        unsigned({**HEADER, "b64": False}),
        unsigned(HEADER, {"a": "x" * 20_000}),
    ],
)
def test_what_is_no_token_is_broken(text: str) -> None:
    with pytest.raises(BrokenToken):
        read_token(text)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"iss":"a","iss":"b"}',
        b'{"iss":"a","\\u0069ss":"b"}',
        b'{"deep":{"x":1,"x":2}}',
        b'{"deep":[{"x":1,"x":1}]}',
    ],
)
def test_a_claim_stands_once(raw: bytes) -> None:
    with pytest.raises(BrokenToken):
        read_token(unsigned(HEADER, raw))


def test_a_header_s_member_stands_once() -> None:
    with pytest.raises(BrokenToken):
        read_token(unsigned(b'{"alg":"ES256","kid":"k","alg":"none"}'))


def test_another_key_did_not_sign() -> None:
    token = read_token(signed())
    assert not is_signed(token, published(ECKey.generate_key("P-256")))
    assert not is_signed(token, published(EC["P-256"], kid="other"))
    assert not is_signed(token, read_keys(b'{"keys":[]}'))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_changed_token_is_not_signed(place: int) -> None:
    parts = signed("RS256").split(".")
    others = signed("RS256", {**CLAIMS, "sub": "person-8"}, typ="JWT").split(".")
    parts[place] = others[place]
    assert not is_signed(read_token(".".join(parts)), published(rsa_key()))


@pytest.mark.parametrize("signature", [b"\x00", b"\x00" * 64, b"\x00" * 63, b"\xff" * 64, b"\x00" * 4_000, b"0" * 132])
def test_a_signature_that_is_none_does_not_verify(signature: bytes) -> None:
    """RFC 8725 and CVE-2022-21449: zeros are no signature, and no length breaks the reader."""
    for algorithm in ("ES256", "RS256", "ES512"):
        token = read_token(unsigned({"alg": algorithm, "kid": "k"}, signature=signature))
        assert not is_signed(token, published(key_for(algorithm)))


@pytest.mark.parametrize(("named", "used"), [("RS256", "ES256"), ("ES384", "ES256"), ("ES256", "RS256")])
def test_a_key_of_another_kind_is_not_even_tried(named: str, used: str) -> None:
    text = signed(used).split(".")
    text[0] = part({"alg": named, "kid": "k"})
    token = read_token(".".join(text))
    assert not published(key_for(used)).fitting("k", named)
    assert not is_signed(token, published(key_for(used)))


def test_a_key_for_one_algorithm_is_for_no_other() -> None:
    assert is_signed(read_token(signed("RS512")), published(rsa_key(), alg="RS512"))
    assert not is_signed(read_token(signed("RS256")), published(rsa_key(), alg="RS512"))


def test_a_token_need_not_name_the_only_key() -> None:
    """Source: OpenID Connect Core 1.0, section 10.1."""
    text = serialize_compact({"alg": "ES256"}, json.dumps(CLAIMS), EC["P-256"], registry=ANY_HEADER)
    token = read_token(text)
    assert token.key_id == ""
    assert is_signed(token, published(EC["P-256"]))
    assert is_signed(token, read_keys(json.dumps({"keys": [EC["P-256"].as_dict(private=False)]}).encode()))
    two = [public(EC["P-256"], "a"), public(ECKey.generate_key("P-256"), "b")]
    assert not is_signed(token, read_keys(json.dumps({"keys": two}).encode()))
    assert not is_signed(read_token(signed()), read_keys(json.dumps({"keys": [public(EC["P-256"], "")]}).encode()))


def test_two_keys_may_share_an_id() -> None:
    pair = [public(ECKey.generate_key("P-256"), "k"), public(EC["P-256"], "k")]
    assert is_signed(read_token(signed()), read_keys(json.dumps({"keys": pair}).encode()))
