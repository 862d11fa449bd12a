from __future__ import annotations

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import role_deletions
from watchword.store.role_deletions import FAILED, RoleDeletion

GONE = RoleDeletion("task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/1", ACCOUNT, FAILED, "in use", NOW)


def test_a_deletion_is_told_to_whom_it_belongs(store: StoreInHand) -> None:
    store.change(lambda tx: role_deletions.add(tx, GONE))
    assert store.read(lambda tx: role_deletions.by_id(tx, ACCOUNT, GONE.id)) == GONE
    assert store.read(lambda tx: role_deletions.by_id(tx, "999999999999", GONE.id)) is None
    assert store.read(lambda tx: role_deletions.by_id(tx, ACCOUNT, f"{GONE.id}2")) is None
