from __future__ import annotations

import pytest

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import attachments, groups, policies, roles, users
from watchword.store.attachments import Attached, Entity, Kind
from watchword.store.groups import Group
from watchword.store.policies import ManagedPolicy, Usage
from watchword.store.roles import Role
from watchword.store.tx import Tx
from watchword.store.users import User

READ = ManagedPolicy("ANPAREAD", ACCOUNT, "Read", "/", None, 1, 1, NOW, NOW)
WRITE = ManagedPolicy("ANPAWRITE", ACCOUNT, "write", "/ops/", None, 1, 1, NOW, NOW)
ANN = User("AIDAANN", ACCOUNT, "Ann", "/", None, NOW)
BOB = User("AIDABOB", ACCOUNT, "bob", "/ops/", READ.arn, NOW)
STAFF = Group("AGPASTAFF", ACCOUNT, "staff", "/", NOW)
DEPLOY = Role("AROADEPLOY", ACCOUNT, "deploy", "/", None, "{}", 3600, None, NOW)


@pytest.fixture
def kept(store: StoreInHand) -> StoreInHand:
    def fill(tx: Tx) -> None:
        for policy in (READ, WRITE):
            policies.add(tx, policy)
        for user in (ANN, BOB):
            users.add(tx, user)
        groups.add(tx, STAFF)
        roles.add(tx, DEPLOY)
        for holder in (ANN.id, STAFF.id, DEPLOY.id):
            attachments.attach(tx, holder, READ.id)
        attachments.attach(tx, ANN.id, WRITE.id)

    store.change(fill)
    return store


def test_what_a_user_holds_is_listed_by_name(kept: StoreInHand) -> None:
    def held(path: str, after: str) -> list[Attached]:
        return kept.read(lambda tx: attachments.page(tx, ANN.id, path_prefix=path, after=after, limit=10))

    read, write = Attached(READ.id, READ.arn, READ.name), Attached(WRITE.id, WRITE.arn, WRITE.name)
    assert held("/", "") == [read, write]
    assert held("/", "read") == [write]
    assert held("/ops/", "") == [write]
    assert kept.read(lambda tx: attachments.count_of(tx, ANN.id)) == 2


def test_holders_are_counted_for_many_policies_at_once(kept: StoreInHand) -> None:
    asked = [READ.id, WRITE.id, "ANPAOTHER"]
    assert kept.read(lambda tx: attachments.holders(tx, ACCOUNT, asked)) == {READ.id: 3, WRITE.id: 1}
    assert kept.read(lambda tx: attachments.holders(tx, "210987654321", asked)) == {}
    assert kept.read(lambda tx: attachments.holders(tx, ACCOUNT, [])) == {}


def test_a_policy_is_detached_once(kept: StoreInHand) -> None:
    assert kept.read(lambda tx: attachments.is_attached(tx, ANN.id, READ.id))
    assert kept.change(lambda tx: attachments.detach(tx, ANN.id, READ.id))
    assert not kept.change(lambda tx: attachments.detach(tx, ANN.id, READ.id))
    assert not kept.read(lambda tx: attachments.is_attached(tx, ANN.id, READ.id))


@pytest.mark.parametrize(
    ("kind", "used_as", "path", "expected"),
    [
        (Kind.USER, tuple(Usage), "/", [Entity(ANN.id, "Ann"), Entity(BOB.id, "bob")]),
        (Kind.USER, (Usage.PERMISSIONS,), "/", [Entity(ANN.id, "Ann")]),
        (Kind.USER, (Usage.BOUNDARY,), "/", [Entity(BOB.id, "bob")]),
        (Kind.USER, tuple(Usage), "/ops/", [Entity(BOB.id, "bob")]),
        (Kind.GROUP, tuple(Usage), "/", [Entity(STAFF.id, "staff")]),
        (Kind.GROUP, (Usage.BOUNDARY,), "/", []),
        (Kind.ROLE, tuple(Usage), "/", [Entity(DEPLOY.id, "deploy")]),
        (Kind.ROLE, (), "/", []),
    ],
)
def test_who_holds_a_policy(
    kept: StoreInHand, kind: Kind, used_as: tuple[Usage, ...], path: str, expected: list[Entity]
) -> None:
    found = kept.read(
        lambda tx: attachments.entities(
            tx, ACCOUNT, READ.id, READ.arn, kind, used_as=used_as, path_prefix=path, after="", limit=10
        )
    )
    assert found == expected


def test_holders_are_touched_and_not_the_policy(kept: StoreInHand) -> None:
    def swap(tx: Tx) -> set[str]:
        attachments.attach(tx, BOB.id, WRITE.id)
        attachments.detach(tx, ANN.id, WRITE.id)
        return set(tx.touched)

    assert kept.change(swap) == {ANN.id, BOB.id}
