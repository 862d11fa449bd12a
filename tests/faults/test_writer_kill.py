"""A `kill -9` at any moment loses nothing that was acknowledged: the change, its entry, and the store that opens."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from watchword.store import accounts, schema
from watchword.store.opening import open_store
from watchword.store.tx import Tx

CHILD = Path(__file__).with_name("writing_child.py")
ROUNDS = 4
MOST_ACKNOWLEDGED = 400


def acknowledged_until_killed(url: str, start: int, chance: random.Random) -> set[str]:
    """Let a child write, kill it after some acknowledgements, and give all that it acknowledged."""
    with subprocess.Popen([sys.executable, str(CHILD), url, str(start)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(chance.randint(1, MOST_ACKNOWLEDGED))]
        child.send_signal(signal.SIGKILL)
        lines += child.stdout.readlines()
    assert child.returncode == -signal.SIGKILL
    # The last line may be cut: then nobody was told.
    return {line.decode().strip() for line in lines if line.endswith(b"\n")}


def kept(tx: Tx) -> tuple[set[str], set[str]]:
    """Give the numbers of all changes that are there, and the names of all entries."""
    changed = {f"c {int(account.id)}" for account in accounts.every(tx)[:-1]}
    return changed, set(tx.connection.execute(select(schema.journal.c.event_id)).scalars())


@pytest.mark.parametrize("seed", [7])
def test_what_was_acknowledged_is_there_after_kills(store_url: str, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged: set[str] = set()
    for turn in range(ROUNDS):
        acknowledged |= acknowledged_until_killed(store_url, 1 + turn * 1_000_000, chance)
        store = open_store(store_url)
        with store.read() as tx:
            changed, entries = kept(tx)
        store.close()
        assert acknowledged <= entries
        assert changed == {entry for entry in entries if entry.startswith("c ")}, "a change and its entry are one"
        assert len(acknowledged) >= turn + 1
