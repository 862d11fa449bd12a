"""Public keys as identity providers publish them: JWK sets. A key that cannot serve is left out, as RFC 7517 has it.

Source: RFC 7517, sections 4 and 5; RFC 7518, sections 3.3, 3.4 and 6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from watchword.crypto.texts import canonical_base64

ALGORITHMS: Mapping[str, str] = {
    "RS256": "RSA",
    "RS384": "RSA",
    "RS512": "RSA",
    "ES256": "P-256",
    "ES384": "P-384",
    "ES512": "P-521",
}
"""Every algorithm that is taken, and the kind of key or curve it needs.  Source: STS API, WebIdentityToken."""

MOST_OF_A_KIND = 100
"""Keys of one type. Where there are more, none of that type serves.  Source: IAM User Guide, "IAM OIDC providers"."""
RSA_BITS = range(2_048, 8_193)
"""Fewer are not safe (RFC 7518, section 3.3); more cost their reader too much."""
LONGEST_EXPONENT = 64
"""Bits of an RSA key's public exponent, of which OpenSSL itself takes no more where the modulus is long. With a longer
one verifying costs as much as signing, whether or not the token is good."""


class BrokenKeys(Exception):  # noqa: N818 - told by what is wrong with them
    """What was published is no JWK set."""


class _Set(msgspec.Struct):
    keys: list[msgspec.Raw]


class _Jwk(msgspec.Struct):
    """The public members that count; private ones are not even read."""

    kty: str
    kid: str = ""
    use: str = "sig"
    key_ops: list[str] | None = None
    alg: str | None = None
    n: str = ""
    e: str = ""
    crv: str = ""
    x: str = ""
    y: str = ""


@dataclass(frozen=True, slots=True)
class WebKey:
    """One key, and the algorithms that it may be used with."""

    algorithms: frozenset[str]
    key: RSAKey | ECKey


@dataclass(frozen=True, slots=True)
class WebKeys:
    """The keys of one provider by their ids; nothing keeps a provider from using an id twice."""

    by_id: Mapping[str, tuple[WebKey, ...]]

    def __contains__(self, key_id: object) -> bool:
        return isinstance(key_id, str) and bool(self._named(key_id))

    def fitting(self, key_id: str, algorithm: str) -> tuple[WebKey, ...]:
        """Give the keys of this id that may be used with an algorithm."""
        return tuple(key for key in self._named(key_id) if algorithm in key.algorithms)

    def _named(self, key_id: str) -> tuple[WebKey, ...]:
        """A token need not name its key where there is but one.  Source: OpenID Connect Core 1.0, section 10.1."""
        if key_id:
            return self.by_id.get(key_id, ())
        every = tuple(key for keys in self.by_id.values() for key in keys)
        return every if len(every) == 1 else ()


def read_keys(document: bytes) -> WebKeys:
    """Read a JWK set.

    Raises BrokenKeys when it is none; one without a key that serves is empty.
    """
    try:
        published = msgspec.json.decode(document, type=_Set).keys
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BrokenKeys("it is no JWK set") from error
    read = [jwk for raw in published if (jwk := _jwk(raw)) is not None]
    of_a_kind = Counter(jwk.kty for jwk in read)
    by_id: dict[str, tuple[WebKey, ...]] = {}
    for jwk in read:
        key = None if of_a_kind[jwk.kty] > MOST_OF_A_KIND else _key(jwk)
        if key is not None:
            by_id[jwk.kid] = (*by_id.get(jwk.kid, ()), key)
    return WebKeys(by_id)


def _jwk(raw: msgspec.Raw) -> _Jwk | None:
    try:
        return msgspec.json.decode(raw, type=_Jwk)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _key(jwk: _Jwk) -> WebKey | None:
    """Make a key that verifies; None for one that is for something else, unsafe or broken."""
    algorithms = frozenset(_algorithms(jwk))
    if jwk.use != "sig" or (jwk.key_ops is not None and "verify" not in jwk.key_ops) or not algorithms:
        return None
    try:
        if jwk.kty == "RSA":
            if _bits(jwk.n) not in RSA_BITS or _bits(jwk.e) > LONGEST_EXPONENT:
                return None
            return WebKey(algorithms, RSAKey.import_key({"kty": "RSA", "n": jwk.n, "e": jwk.e}))
        return WebKey(algorithms, ECKey.import_key({"kty": "EC", "crv": jwk.crv, "x": jwk.x, "y": jwk.y}))
    except (JoseError, ValueError):  # a broken number, or a point that is not on its curve
        return None


def _bits(number: str) -> int:
    return int.from_bytes(canonical_base64(number) or b"").bit_length()


def _algorithms(jwk: _Jwk) -> Iterator[str]:
    kind = jwk.crv if jwk.kty == "EC" else jwk.kty
    for algorithm, needed in ALGORITHMS.items():
        if needed == kind and jwk.alg in {None, algorithm}:
            yield algorithm
