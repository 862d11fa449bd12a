"""The key ring."""

from __future__ import annotations

from secrets import token_bytes

import pytest

from watchword.crypto import BrokenSeal, KeyRing, MasterKey, WrongMasterKey, open_key_ring, seal_ring_key


def test_a_ring_comes_back_from_what_is_kept() -> None:
    master = MasterKey.generate(token_bytes)
    rows = [(number, seal_ring_key(master, number, token_bytes)) for number in (1, 2)]
    ring = open_key_ring(master, rows)
    assert (ring.newest, set(ring.keys)) == (2, {1, 2})
    assert open_key_ring(master, rows) == ring


def test_a_ring_key_opens_under_its_own_id_and_master_alone() -> None:
    master = MasterKey.generate(token_bytes)
    sealed = seal_ring_key(master, 1, token_bytes)
    with pytest.raises(BrokenSeal):
        open_key_ring(master, [(2, sealed)])
    with pytest.raises(WrongMasterKey):
        open_key_ring(MasterKey.generate(token_bytes), [(1, sealed)])
    with pytest.raises(BrokenSeal):
        open_key_ring(master, [])


@pytest.mark.parametrize("keys", [{}, {0: bytes(32)}, {1: bytes(31)}, {2**32: bytes(32)}])
def test_a_ring_that_cannot_be(keys: dict[int, bytes]) -> None:
    with pytest.raises(ValueError, match="key"):
        KeyRing(keys)


def test_purposes_share_no_key_and_nothing_shows() -> None:
    ring = KeyRing({1: bytes(32)})
    assert ring.derived(b"a")[1] != ring.derived(b"b")[1]
    assert repr(ring) == "KeyRing()"
