"""Sealed messages: what a refusal tells only to those who may decode it (DecodeAuthorizationMessage)."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from watchword.crypto.keyring import KeyRing
from watchword.crypto.sealing import NONCE_BYTES, TAG_BYTES
from watchword.crypto.texts import canonical_base64, url_base64
from watchword.domain.ids import Random
from watchword.domain.refusal import Refusal

LONGEST_MESSAGE = 65_536
"""Characters."""

BLOCK_BYTES = 192
"""Messages are filled up to a multiple of this, so that who may not decode one learns little from its length."""

_FORMAT = 1
_ID_BYTES = 4
_HEAD_BYTES = 1 + _ID_BYTES
_END = b"\x80"
"""Source: ISO/IEC 7816-4, padding: one such byte, then zeros."""


class InvalidAuthorizationMessage(Refusal):
    """The text is no encoded message of this account.

    Source: sts model, InvalidAuthorizationMessageException (400); API reference, DecodeAuthorizationMessage.
    """

    code = "InvalidAuthorizationMessageException"
    text = "The message sent in for decoding is invalid."

    def __init__(self) -> None:
        super().__init__()


class MessageSeal:
    """Seals messages to an account and opens them. Like `TokenRing`, it never changes."""

    def __init__(self, ring: KeyRing, random: Random) -> None:
        self._newest = ring.newest
        self._keys = {key_id: AESGCM(key) for key_id, key in ring.derived(b"watchword authorization message 1").items()}
        self._random = random

    def seal_message(self, message: bytes, *, account: str) -> str:
        """Give the message as URL-safe text that opens for `account` alone."""
        head = bytes([_FORMAT]) + self._newest.to_bytes(_ID_BYTES)
        nonce = self._random(NONCE_BYTES)
        filled = message + _END
        filled += bytes(-len(filled) % BLOCK_BYTES)
        return url_base64(head + nonce + self._keys[self._newest].encrypt(nonce, filled, head + account.encode()))

    def open_message(self, text: str, *, account: str) -> bytes:
        """Open a message for the account it was sealed to.

        Raises InvalidAuthorizationMessage for anything else.
        """
        raw = canonical_base64(text) if len(text) <= LONGEST_MESSAGE else None
        if raw is None or len(raw) < _HEAD_BYTES + NONCE_BYTES + TAG_BYTES or raw[0] != _FORMAT:
            raise InvalidAuthorizationMessage
        head, body = raw[:_HEAD_BYTES], _HEAD_BYTES + NONCE_BYTES
        key = self._keys.get(int.from_bytes(head[1:]))
        if key is None:
            raise InvalidAuthorizationMessage
        try:
            filled = key.decrypt(raw[_HEAD_BYTES:body], raw[body:], head + account.encode())
        except InvalidTag as error:
            raise InvalidAuthorizationMessage from error
        return filled[: filled.rindex(_END)]
