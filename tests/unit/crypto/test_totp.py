from __future__ import annotations

import random
from base64 import b32decode, b32encode
from urllib.parse import parse_qs, urlsplit

import pytest
from pyotp import TOTP

from watchword.crypto import totp
from watchword.domain.secret import Secret

RFC_SEED = Secret(b32encode(b"12345678901234567890").decode())
SEED = totp.mint_seed(random.Random(7).randbytes)
ALL = range(1, 400)


@pytest.mark.parametrize(
    ("instant", "code"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238_appendix_b(instant: int, code: str) -> None:
    step = totp.step_at(instant)
    assert totp.newest_match(RFC_SEED, code[-6:], totp.around(step, 0)) == step


def test_a_seed_is_64_base32_characters() -> None:
    assert len(SEED.reveal()) == 64
    assert len(b32decode(SEED.reveal())) == totp.SEED_BYTES


def test_a_code_is_found_within_reach_alone() -> None:
    code = code_at(100)
    assert totp.newest_match(SEED, code, totp.around(101, 1)) == 100
    assert totp.newest_match(SEED, code, totp.around(99, 1)) == 100
    assert totp.newest_match(SEED, code, totp.around(102, 1)) != 100
    assert totp.newest_match(SEED, "12345", ALL) is None
    assert totp.newest_match(SEED, "١٢٣٤٥٦", ALL) is None


def test_a_pair_must_follow_one_another() -> None:
    assert totp.newest_pair(SEED, code_at(99), code_at(100), totp.around(100, 0)) == 100
    assert totp.newest_pair(SEED, code_at(99), code_at(100), totp.around(95, 10)) == 100
    assert totp.newest_pair(SEED, code_at(100), code_at(99), ALL) is None
    assert totp.newest_pair(SEED, code_at(100), code_at(100), ALL) is None
    assert totp.newest_pair(SEED, code_at(98), code_at(100), ALL) is None
    assert totp.newest_pair(SEED, code_at(0), code_at(1), totp.around(0, 5)) == 1


def test_what_apps_scan_names_the_device_and_the_defaults() -> None:
    uri = urlsplit(totp.enrolment_uri(SEED, "phone@111122223333").reveal())
    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/Watchword:phone%40111122223333")
    assert parse_qs(uri.query) == {"secret": [SEED.reveal()], "issuer": ["Watchword"]}


def code_at(step: int) -> str:
    return TOTP(SEED.reveal()).generate_otp(step)
