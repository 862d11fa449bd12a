"""Rotations in the store: which are due, and that nothing is done any more in an account that was closed."""

from __future__ import annotations

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import accounts, secret_rotations, secrets
from watchword.store.secret_rotations import Rotation
from watchword.store.secrets import Secret
from watchword.store.tx import Tx

SECRET = Secret("arn:s", ACCOUNT, "us-east-1", "s", created_at=NOW, changed_at=NOW, next_rotation_at=NOW + 5)
ROTATION = Rotation("arn:s", "v1", under_way="rotation", due_at=NOW + 5)


def test_nothing_is_due_in_a_closed_account(store: StoreInHand) -> None:
    def add(tx: Tx) -> None:
        secrets.add(tx, SECRET)
        secret_rotations.put(tx, ROTATION)

    def due(now: float) -> tuple[list[str], list[str]]:
        scheduled = store.read(lambda tx: secrets.due(tx, now, 9))
        to_try = store.read(lambda tx: secret_rotations.due(tx, now, 9))
        return [one.arn for one in scheduled], [one.secret_arn for one in to_try]

    store.change(add)
    assert due(NOW + 4) == ([], [])
    assert due(NOW + 5) == (["arn:s"], ["arn:s"])
    store.change(lambda tx: accounts.close(tx, ACCOUNT, NOW + 5))
    assert due(NOW + 9) == ([], [])
