"""Ring keys: the numbered keys that seal session tokens. The newest seals, every one still opens.

Nothing here knows what is sealed with them.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from watchword.crypto.sealing import KEY_BYTES, BrokenSeal, MasterKey
from watchword.domain.ids import Random

HIGHEST_ID = 2**32 - 1
"""A ring key's id travels as four bytes."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The ring keys of one installation, by id. A new key is a new `KeyRing`: what is held is never changed.

    Raises ValueError when it is empty, or a key has another length or an id that cannot travel.
    """

    keys: Mapping[int, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.keys:
            msg = "a key ring holds at least one key"
            raise ValueError(msg)
        for number, key in self.keys.items():
            if len(key) != KEY_BYTES or not 0 < number <= HIGHEST_ID:
                msg = f"ring key `{number}` is not {KEY_BYTES} bytes under an id from 1"
                raise ValueError(msg)
        object.__setattr__(self, "keys", MappingProxyType(dict(self.keys)))

    @property
    def newest(self) -> int:
        """The id of the key that seals."""
        return max(self.keys)

    def derived(self, purpose: bytes) -> Mapping[int, bytes]:
        """Give the keys of one purpose, by ring key id: no two purposes ever share a key."""
        return {number: hmac.digest(key, purpose, "sha256") for number, key in self.keys.items()}


def seal_ring_key(master: MasterKey, number: int, random: Random) -> bytes:
    """Draw the ring key of this id and give it sealed by the master key, ready to be kept."""
    return master.seal(random(KEY_BYTES), to=_row(number), random=random)


def open_key_ring(master: MasterKey, sealed: Iterable[tuple[int, bytes]]) -> KeyRing:
    """Make the ring of what is kept: ids with their sealed keys.

    Raises WrongMasterKey, BrokenSeal.
    """
    keys = {number: master.open(row, to=_row(number)) for number, row in sealed}
    try:
        return KeyRing(keys)
    except ValueError as error:
        raise BrokenSeal(str(error)) from error


def _row(number: int) -> str:
    return f"ring_key/{number}"
