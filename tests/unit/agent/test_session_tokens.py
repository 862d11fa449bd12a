"""IMDSv2 session tokens: ours, whole, in time, or nothing."""

from __future__ import annotations

import base64
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.agent.session_tokens import SessionTokens

TOKENS = SessionTokens(secrets.token_bytes)


@given(st.floats(0, 4e9), st.integers(1, 21_600), st.floats(0, 30_000))
def test_good_until_its_end(now: float, ttl: int, later: float) -> None:
    token = TOKENS.mint(now, ttl)
    assert TOKENS.knows(token, now + later) is (now + later < now + ttl)


def test_one_changed_bit_is_another_token() -> None:
    raw = base64.urlsafe_b64decode(TOKENS.mint(1_000, 60))
    for place in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[place // 8] ^= 1 << place % 8
        assert not TOKENS.knows(base64.urlsafe_b64encode(bytes(changed)).decode(), 0)


@pytest.mark.parametrize("text", ["", "a", "é" * 64, "A" * 64, "=" * 64, "A" * 100_000, "\x00", "🔑"])
def test_what_nobody_minted(text: str) -> None:
    assert not TOKENS.knows(text, 0)


def test_no_padding_or_letters_of_another_alphabet() -> None:
    token = TOKENS.mint(1_000, 60)
    assert len(token) == 64
    assert not TOKENS.knows(token + "=", 1_000)
    assert not TOKENS.knows(token + "\n", 1_000)


def test_another_process_knows_none_of_ours() -> None:
    assert not SessionTokens(secrets.token_bytes).knows(TOKENS.mint(1_000, 60), 1_000)


def test_two_of_one_moment_differ() -> None:
    assert TOKENS.mint(1_000, 60) != TOKENS.mint(1_000, 60)
