from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import last_used, roles, tags
from watchword.store.last_used import LastUsed
from watchword.store.roles import Role
from watchword.store.tx import Tx

DEPLOY = Role("AROADEPLOY", ACCOUNT, "Deploy", "/ci/", "ships", "{}", 3600, None, NOW)
AUDIT = Role("AROAAUDIT", ACCOUNT, "audit", "/", None, "{}", 7200, None, NOW)


@pytest.fixture
def kept(store: StoreInHand) -> StoreInHand:
    def fill(tx: Tx) -> None:
        for role in (DEPLOY, AUDIT):
            roles.add(tx, role)

    store.change(fill)
    return store


def test_a_role_is_found_by_id_and_by_name_in_any_case(kept: StoreInHand) -> None:
    assert DEPLOY.arn == f"arn:aws:iam::{ACCOUNT}:role/ci/Deploy"
    assert kept.read(lambda tx: roles.named(tx, ACCOUNT, "dEPLOY")) == DEPLOY
    assert kept.read(lambda tx: roles.by_id(tx, DEPLOY.id)) == DEPLOY
    assert kept.read(lambda tx: roles.by_id(tx, "AROANOBODY")) is None
    assert kept.read(lambda tx: roles.named(tx, "999999999999", "Deploy")) is None


def test_a_name_is_kept_once_whatever_its_case_and_path(kept: StoreInHand) -> None:
    with pytest.raises(IntegrityError):
        kept.change(lambda tx: roles.add(tx, replace(DEPLOY, id="AROAOTHER", name="DEPLOY", path="/")))


def test_roles_are_listed_by_name_from_a_point_and_under_a_path(kept: StoreInHand) -> None:
    def names(path: str, after: str) -> list[str]:
        found = kept.read(lambda tx: roles.page(tx, ACCOUNT, path_prefix=path, after=after, limit=10))
        return [role.name for role in found]

    assert names("/", "") == ["audit", "Deploy"]
    assert names("/", "audit") == ["Deploy"]
    assert names("/ci/", "") == ["Deploy"]
    assert names("/CI/", "") == []
    assert kept.read(lambda tx: roles.count(tx, ACCOUNT)) == 2


def test_a_role_is_changed_field_by_field(kept: StoreInHand) -> None:
    kept.change(lambda tx: roles.set_description(tx, DEPLOY.id, "sails"))
    kept.change(lambda tx: roles.set_max_session(tx, DEPLOY.id, 43200))
    kept.change(lambda tx: roles.set_trust_policy(tx, DEPLOY.id, "[]"))
    kept.change(lambda tx: roles.set_boundary(tx, DEPLOY.id, "arn:x"))
    changed = replace(DEPLOY, description="sails", max_session_seconds=43200, trust_policy="[]", boundary_arn="arn:x")
    assert kept.read(lambda tx: roles.by_id(tx, DEPLOY.id)) == changed
    assert kept.read(lambda tx: roles.by_id(tx, AUDIT.id)) == AUDIT


def test_a_removed_role_leaves_nothing(kept: StoreInHand) -> None:
    kept.change(lambda tx: tags.put(tx, DEPLOY.id, {"team": "a"}))
    kept.change(lambda tx: last_used.write(tx, {DEPLOY.id: LastUsed(NOW, "sts", "us-east-1")}))
    kept.change(lambda tx: roles.remove(tx, DEPLOY))
    assert kept.read(lambda tx: roles.named(tx, ACCOUNT, "Deploy")) is None
    assert kept.read(lambda tx: tags.of(tx, DEPLOY.id)) == {}
    assert kept.read(lambda tx: last_used.of(tx, [DEPLOY.id])) == {}
