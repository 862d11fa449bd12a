"""Remembered signing keys."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.crypto.sigv4.signing import SECRET, by_header, with_header
from watchword.crypto.sigv4 import Claim, SigningKeys, derive, read_claim
from watchword.domain.secret import Secret


class Asked:
    """A secret that counts how often it was asked for."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Secret:
        self.times += 1
        return Secret(SECRET)


def claim_of(key_id: str = "AKIDEXAMPLE", region: str = "us-east-1") -> Claim:
    request = by_header()
    found = request.header(b"authorization") or b""
    found = found.replace(b"AKIDEXAMPLE", key_id.encode()).replace(b"us-east-1", region.encode())
    return read_claim(replace(with_header(request, b"authorization", found)))


def test_a_key_that_comes_twice_is_remembered() -> None:
    keys, asked, claim = SigningKeys(), Asked(), claim_of()
    expected = derive(Secret(SECRET), date=claim.date, region="us-east-1", service="sts")
    assert [keys.of(claim, version="1", secret=asked) for _ in range(4)] == [expected] * 4
    assert asked.times == 2


def test_another_version_region_or_key_is_another() -> None:
    keys, asked = SigningKeys(), Asked()
    for claim, version in ((claim_of(), "1"), (claim_of(), "2"), (claim_of(region="eu-west-1"), "1")):
        keys.of(claim, version=version, secret=asked)
    keys.of(claim_of("AKIDOTHER"), version="1", secret=asked)
    assert asked.times == 4


def test_a_dropped_key_is_gone() -> None:
    keys, asked = SigningKeys(), Asked()
    for _ in range(3):
        keys.of(claim_of(), version="1", secret=asked)
    keys.drop("AKIDEXAMPLE")
    keys.drop("AKIDEXAMPLE")
    keys.of(claim_of(), version="1", secret=asked)
    assert asked.times == 3


def test_memory_is_bounded() -> None:
    keys, asked = SigningKeys(limit=2), Asked()
    for number in range(5):
        for _ in range(2):
            keys.of(claim_of(f"AKID{number}"), version="1", secret=asked)
    assert len(keys._kept) == 2
    for number in range(200):
        keys.of(claim_of(region=f"r{number}"), version="1", secret=asked)
    assert len(keys._kept) <= 2
    assert all(len(scopes) <= 64 for scopes in keys._kept.values())
