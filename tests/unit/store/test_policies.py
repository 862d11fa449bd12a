from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import attachments, policies, policy_versions, roles, tags, users
from watchword.store.policies import ManagedPolicy, Usage
from watchword.store.policy_versions import PolicyVersion
from watchword.store.roles import Role
from watchword.store.tx import Tx
from watchword.store.users import User

READ = ManagedPolicy("ANPAREAD", ACCOUNT, "Read", "/", None, 1, 1, NOW, NOW)
WRITE = ManagedPolicy("ANPAWRITE", ACCOUNT, "write", "/ops/", "for ops", 1, 1, NOW, NOW)


@pytest.fixture
def kept(store: StoreInHand) -> StoreInHand:
    def fill(tx: Tx) -> None:
        for policy in (WRITE, READ):
            policies.add(tx, policy)

    store.change(fill)
    return store


def listed(store: StoreInHand, *, path: str = "/", used_as: tuple[Usage, ...] = (), after: str = "") -> list[str]:
    found = store.read(
        lambda tx: policies.page(tx, ACCOUNT, owner=ACCOUNT, path_prefix=path, used_as=used_as, after=after, limit=10)
    )
    return [policy.name for policy in found]


def test_a_policy_is_found_by_name_in_any_case_and_by_its_exact_arn(kept: StoreInHand) -> None:
    assert WRITE.arn == f"arn:aws:iam::{ACCOUNT}:policy/ops/write"
    assert kept.read(lambda tx: policies.named(tx, ACCOUNT, "WRITE")) == WRITE
    assert kept.read(lambda tx: policies.by_arn(tx, WRITE.arn)) == WRITE
    assert kept.read(lambda tx: policies.by_arn(tx, WRITE.arn.upper())) is None
    assert kept.read(lambda tx: policies.named(tx, "999999999999", "write")) is None


def test_a_name_is_kept_once_whatever_its_case_and_path(kept: StoreInHand) -> None:
    with pytest.raises(IntegrityError):
        kept.change(lambda tx: policies.add(tx, replace(READ, id="ANPAOTHER", name="READ", path="/x/")))


def test_policies_are_listed_by_name_from_a_point_and_under_a_path(kept: StoreInHand) -> None:
    assert listed(kept) == ["Read", "write"]
    assert listed(kept, after="read") == ["write"]
    assert listed(kept, path="/ops/") == ["write"]
    assert listed(kept, path="/OPS/") == []
    assert listed(kept, path="/o_s/") == []
    assert kept.read(lambda tx: policies.count(tx, ACCOUNT)) == 2


def test_what_is_in_use_is_told_by_its_use(kept: StoreInHand) -> None:
    bound = User("AIDABOUND", ACCOUNT, "ann", "/", READ.arn, NOW)
    role = Role("AROABOUND", ACCOUNT, "deploy", "/", None, "{}", 3600, READ.arn, NOW)
    kept.change(lambda tx: users.add(tx, bound))
    kept.change(lambda tx: roles.add(tx, role))
    kept.change(lambda tx: attachments.attach(tx, bound.id, WRITE.id))
    assert listed(kept, used_as=(Usage.PERMISSIONS,)) == ["write"]
    assert listed(kept, used_as=(Usage.BOUNDARY,)) == ["Read"]
    assert listed(kept, used_as=tuple(Usage)) == ["Read", "write"]
    assert kept.read(lambda tx: policies.boundary_uses(tx, ACCOUNT, [READ.arn, WRITE.arn])) == {READ.arn: 2}
    assert kept.read(lambda tx: policies.boundary_uses(tx, ACCOUNT, [])) == {}


def test_versions_are_listed_newest_first_and_one_speaks(kept: StoreInHand) -> None:
    versions = [PolicyVersion(READ.id, number, f'"{number}"', NOW + number) for number in (1, 2, 3)]

    def fill(tx: Tx) -> None:
        for version in versions:
            policy_versions.add(tx, version)

    kept.change(fill)
    assert kept.read(lambda tx: policy_versions.page(tx, READ.id, below=99, limit=2)) == versions[:0:-1]
    assert kept.read(lambda tx: policy_versions.page(tx, READ.id, below=2, limit=2)) == versions[:1]
    kept.change(lambda tx: policies.set_newest(tx, READ.id, 3, at=NOW + 3))
    kept.change(lambda tx: policies.set_default(tx, READ.id, 2))
    kept.change(lambda tx: policy_versions.remove(tx, READ.id, 1))
    assert kept.read(lambda tx: policies.by_arn(tx, READ.arn)) == replace(
        READ, default_version=2, newest_version=3, updated_at=NOW + 3
    )
    assert kept.read(lambda tx: policy_versions.count(tx, READ.id)) == 2
    assert kept.read(lambda tx: policy_versions.numbered(tx, READ.id, 1)) is None
    assert kept.read(lambda tx: policy_versions.numbered(tx, READ.id, 3)) == PolicyVersion(READ.id, 3, '"3"', NOW + 3)


def test_what_is_removed_is_gone_with_all_that_hung_on_it(kept: StoreInHand) -> None:
    kept.change(lambda tx: policy_versions.add(tx, PolicyVersion(READ.id, 1, "{}", NOW)))
    kept.change(lambda tx: tags.put(tx, READ.id, {"team": "a"}))
    kept.change(lambda tx: policies.remove(tx, READ.id))
    assert kept.read(lambda tx: policies.by_arn(tx, READ.arn)) is None
    assert kept.read(lambda tx: policy_versions.count(tx, READ.id)) == 0
    assert kept.read(lambda tx: tags.of(tx, READ.id)) == {}


def test_only_what_others_remember_is_touched(kept: StoreInHand) -> None:
    def touched(change: Callable[[Tx], None]) -> set[str]:
        def carry_out(tx: Tx) -> set[str]:
            change(tx)
            return set(tx.touched)

        return kept.change(carry_out)

    assert touched(lambda tx: policies.set_default(tx, READ.id, 1)) == {READ.id}
    assert touched(lambda tx: policies.remove(tx, WRITE.id)) == {WRITE.id}
