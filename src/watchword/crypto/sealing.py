"""Secrets at rest: AES-256-GCM, a data key for each account, sealed in turn by the master key.

A sealed value opens only for the row it was sealed to. Nothing here reads a file or a database.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from watchword.domain.ids import Random
from watchword.domain.secret import Secret

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16

_BY_DATA_KEY = b"\x01"
_BY_MASTER_KEY = b"\x02"
_ID_BYTES = 8
_MASTER_TEXT = re.compile(r"watchword-master-key-1 ([0-9a-f]{16}) ([A-Za-z0-9+/]{43}=)")
_REMARK = "# Whoever holds this key can open every secret of its store. Keep it apart from the store, mode 0600."


class WrongMasterKey(Exception):  # noqa: N818 - the name is the sentence an operator reads
    """The master key is not one, or is not the one that sealed this store."""


class BrokenSeal(Exception):  # noqa: N818 - as above
    """A sealed value was changed, cut, moved to another row, or never sealed here."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The key above all others of one store. Its id is made from the key, so a wrong one is known at once."""

    key: bytes = field(repr=False)

    @classmethod
    def generate(cls, random: Random) -> Self:
        """Draw a new master key."""
        return cls(random(KEY_BYTES))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key file's text, as `render` wrote it.

        Raises WrongMasterKey when it is anything else, or was mistyped.
        """
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        match = _MASTER_TEXT.fullmatch(lines[0].strip()) if len(lines) == 1 else None
        if match is None:
            msg = "this is not a master key file; give the one that `watchword init` wrote"
            raise WrongMasterKey(msg)
        master = cls(base64.b64decode(match[2]))
        if master.id != match[1]:
            msg = f"the master key file is damaged: its key does not belong to the id `{match[1]}`"
            raise WrongMasterKey(msg)
        return master

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits that name the key and tell nothing of it."""
        return hmac.digest(self.key, b"watchword master key id", "sha256")[:_ID_BYTES].hex()

    def render(self) -> str:
        """Write the key file's text."""
        return f"{_REMARK}\nwatchword-master-key-1 {self.id} {base64.b64encode(self.key).decode('ascii')}\n"

    def seal(self, key: bytes, *, to: str, random: Random) -> bytes:
        """Seal another key to the row named `to`."""
        return _seal(AESGCM(self.key), _BY_MASTER_KEY + bytes.fromhex(self.id), key, to, random)

    def open(self, sealed: bytes, *, to: str) -> bytes:
        """Open what `seal` made.

        Raises WrongMasterKey when another master key sealed it, and BrokenSeal.
        """
        head = sealed[: 1 + _ID_BYTES]
        if head[:1] == _BY_MASTER_KEY and head[1:].hex() != self.id:
            msg = f"the store is sealed with the master key `{head[1:].hex()}`, and this one is `{self.id}`"
            raise WrongMasterKey(msg)
        return _open(AESGCM(self.key), _BY_MASTER_KEY + bytes.fromhex(self.id), sealed, to)


@dataclass(frozen=True, slots=True)
class Vault:
    """What seals and opens the secrets of one account."""

    data_key: bytes = field(repr=False)
    random: Random = field(repr=False)
    _cipher: AESGCM = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Made once: it costs as much as opening a secret with it.
        object.__setattr__(self, "_cipher", AESGCM(self.data_key))

    @classmethod
    def create(cls, master: MasterKey, *, account: str, random: Random) -> tuple[Self, bytes]:
        """Make an account's vault, and its data key sealed by the master key, to be kept."""
        data_key = random(KEY_BYTES)
        return cls(data_key, random), master.seal(data_key, to=_data_key_row(account), random=random)

    @classmethod
    def unlock(cls, master: MasterKey, sealed_data_key: bytes, *, account: str, random: Random) -> Self:
        """Make an account's vault from its kept data key.

        Raises WrongMasterKey, BrokenSeal.
        """
        return cls(master.open(sealed_data_key, to=_data_key_row(account)), random)

    def seal(self, secret: bytes, *, to: str) -> bytes:
        """Seal bytes to the row named `to`."""
        return _seal(self._cipher, _BY_DATA_KEY, secret, to, self.random)

    def open(self, sealed: bytes, *, to: str) -> bytes:
        """Open what `seal` made for the same row.

        Raises BrokenSeal.
        """
        return _open(self._cipher, _BY_DATA_KEY, sealed, to)

    def seal_secret(self, secret: Secret, *, to: str) -> bytes:
        """Seal a secret text to the row named `to`."""
        return self.seal(secret.reveal().encode(), to=to)

    def open_secret(self, sealed: bytes, *, to: str) -> Secret:
        """Open a sealed secret text.

        Raises BrokenSeal.
        """
        return Secret(self.open(sealed, to=to).decode())


def _data_key_row(account: str) -> str:
    return f"account/{account}"


def _seal(cipher: AESGCM, head: bytes, plain: bytes, to: str, random: Random) -> bytes:
    nonce = random(NONCE_BYTES)
    return head + nonce + cipher.encrypt(nonce, plain, head + to.encode())


def _open(cipher: AESGCM, head: bytes, sealed: bytes, to: str) -> bytes:
    """Open a sealed value whose first bytes must be `head`: the format, and the key's id where it has one."""
    body = len(head) + NONCE_BYTES
    if not sealed.startswith(head) or len(sealed) < body + TAG_BYTES:
        msg = f"what is kept for `{to}` was not sealed in a form known here"
        raise BrokenSeal(msg)
    try:
        return cipher.decrypt(sealed[len(head) : body], sealed[body:], head + to.encode())
    except InvalidTag as error:
        msg = f"what is kept for `{to}` does not open: it was changed, or sealed to another row or with another key"
        raise BrokenSeal(msg) from error
