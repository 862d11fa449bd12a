"""Sealed messages."""

from __future__ import annotations

from secrets import token_bytes

import pytest

from watchword.crypto import InvalidAuthorizationMessage, KeyRing, MessageSeal
from watchword.crypto.messages import BLOCK_BYTES

SEAL = MessageSeal(KeyRing({1: bytes(32)}), token_bytes)
ROTATED = MessageSeal(KeyRing({1: bytes(32), 2: bytes(range(32))}), token_bytes)
MESSAGE = "a ü and a \0 at the end\0".encode()


def test_a_message_comes_back_to_its_account_alone() -> None:
    text = SEAL.seal_message(MESSAGE, account="123456789012")
    assert SEAL.open_message(text, account="123456789012") == MESSAGE
    assert ROTATED.open_message(text, account="123456789012") == MESSAGE
    with pytest.raises(InvalidAuthorizationMessage):
        SEAL.open_message(text, account="210987654321")
    with pytest.raises(InvalidAuthorizationMessage):
        SEAL.open_message(ROTATED.seal_message(MESSAGE, account="123456789012"), account="123456789012")


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, 5 * BLOCK_BYTES])
def test_the_length_of_a_message_is_not_to_be_seen(size: int) -> None:
    for filler in (b"x", b"\0", b"\x80"):
        text = SEAL.seal_message(filler * size, account="123456789012")
        assert SEAL.open_message(text, account="123456789012") == filler * size
        blocks = size // BLOCK_BYTES + 1
        assert len(text) == len(SEAL.seal_message(b"y" * (blocks * BLOCK_BYTES - 1), account="123456789012"))


@pytest.mark.parametrize("text", ["", "x", "é", "\ud800", "AQAAAAE" + "A" * 90, "A" * 70_000])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidAuthorizationMessage):
        SEAL.open_message(text, account="123456789012")
    token = SEAL.seal_message(MESSAGE, account="123456789012")
    with pytest.raises(InvalidAuthorizationMessage):
        SEAL.open_message(token + text[:3] + "=", account="123456789012")
