"""The memory that decisions are made from: what it holds, when it forgets, and that nothing stale comes back."""

from __future__ import annotations

import pytest

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from tests.unit.edge.asked import no_vaults
from watchword.policy import Kind, compile_policy, parse
from watchword.services.compiling import compiled
from watchword.services.directory import Directory, Miss
from watchword.services.memory import Memory
from watchword.services.sessions.standing import Standing
from watchword.store import attachments, endings, groups, inline_policies, policies, policy_versions, tags, users
from watchword.store.changes import EVERYTHING
from watchword.store.groups import Group
from watchword.store.policies import ManagedPolicy
from watchword.store.policy_versions import PolicyVersion
from watchword.store.tx import Tx
from watchword.store.users import User

READING = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}}'
ANN = User("AIDAANN", ACCOUNT, "ann", "/people/", None, NOW)
TEAM = Group("AGPATEAM", ACCOUNT, "team", "/", NOW)
POLICY = ManagedPolicy("ANPAREAD", ACCOUNT, "Read", "/", None, 1, 1, NOW, NOW)


def full(tx: Tx) -> None:
    users.add(tx, ANN)
    groups.add(tx, TEAM)
    policies.add(tx, POLICY)
    policy_versions.add(tx, PolicyVersion(POLICY.id, 1, READING, NOW))


def user_now(store: StoreInHand, memory: Memory, *, remember: bool = True) -> object:
    return store.read(lambda tx: Directory(memory, no_vaults).reading(tx, remember=remember).user(ANN.id))


def test_what_is_not_in_memory_is_missed_and_read(store: StoreInHand) -> None:
    store.change(full)
    memory = Memory()
    directory = Directory(memory, no_vaults)
    with pytest.raises(Miss):
        directory.user(ANN.id)
    found = user_now(store, memory)
    assert directory.user(ANN.id) is found
    memory.forget([ANN.id])
    with pytest.raises(Miss):
        directory.user(ANN.id)


def test_who_does_not_exist_is_read_each_time(store: StoreInHand) -> None:
    memory = Memory()
    assert user_now(store, memory) is None
    store.change(full)
    assert user_now(store, memory) is not None


def test_a_changing_transaction_leaves_nothing_in_memory(store: StoreInHand) -> None:
    store.change(full)
    memory = Memory()
    assert user_now(store, memory, remember=False) is not None
    with pytest.raises(Miss):
        Directory(memory, no_vaults).user(ANN.id)


@pytest.mark.parametrize("subject", [ANN.id, TEAM.id, POLICY.id, "ANPABOUND", EVERYTHING])
def test_a_user_is_forgotten_with_all_it_was_made_from(store: StoreInHand, subject: str) -> None:
    def more(tx: Tx) -> None:
        full(tx)
        bound = ManagedPolicy("ANPABOUND", ACCOUNT, "Bound", "/", None, 1, 1, NOW, NOW)
        policies.add(tx, bound)
        policy_versions.add(tx, PolicyVersion(bound.id, 1, READING, NOW))
        groups.join(tx, TEAM.id, ANN.id)
        attachments.attach(tx, TEAM.id, POLICY.id)
        inline_policies.put(tx, ANN.id, "own", READING)
        tags.put(tx, ANN.id, {"team": "blue"})
        users.set_boundary(tx, ANN.id, bound.arn)

    store.change(more)
    memory = Memory()
    assert user_now(store, memory) is not None
    memory.forget(["AIDAOTHER"])
    assert Directory(memory, no_vaults).user(ANN.id) is not None
    memory.forget([subject])
    with pytest.raises(Miss):
        Directory(memory, no_vaults).user(ANN.id)


def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    memory, policy = Memory(), compiled(READING, Kind.IDENTITY, "own")
    begun = memory.generation
    memory.forget(["AIDAOTHER"])
    memory.remember(memory.policies, "arn", policy, frozenset(("ANPAREAD",)), begun)
    assert memory.policies.find("arn") is None
    memory.remember(memory.policies, "arn", policy, frozenset(("ANPAREAD",)), memory.generation)
    assert memory.policies.find("arn") == (policy, frozenset(("ANPAREAD",)))


def test_what_a_change_touched_is_read_anew_before_it_is_heard(store: StoreInHand) -> None:
    memory = Memory()
    stale = Standing(())
    memory.standings.put(ACCOUNT, stale, frozenset((endings.subject(ACCOUNT),)))
    memory.closed.put(ACCOUNT, known=True, subjects=frozenset((ACCOUNT,)))

    def seen(*changed: str) -> tuple[bool, bool]:
        def read(tx: Tx) -> tuple[bool, bool]:
            view = Directory(memory, no_vaults).reading(tx, remember=False, changed=frozenset(changed))
            return view.standing(ACCOUNT) is stale, view.is_closed(ACCOUNT)

        return store.read(read)

    assert seen() == (True, True)
    assert seen("AIDAOTHER") == (True, True)
    assert seen(endings.subject(ACCOUNT), ACCOUNT) == (False, False)


def test_a_change_between_two_reads_of_one_transaction_is_not_papered_over(store: StoreInHand) -> None:
    """The transaction sees the moment of its first query: what it reads later is as old, however late it is read."""
    store.change(full)
    memory = Memory()

    def read(tx: Tx) -> None:
        view = Directory(memory, no_vaults).reading(tx, remember=True)
        assert view.role("AROAGONE") is None
        memory.forget([ANN.id])  # a change was committed and heard meanwhile
        assert view.user(ANN.id) is not None

    store.read(read)
    with pytest.raises(Miss):
        Directory(memory, no_vaults).user(ANN.id)


def test_a_document_is_compiled_once() -> None:
    assert compiled(READING, Kind.IDENTITY, "own") is compiled(READING, Kind.IDENTITY, "own")
    assert type(compiled(READING, Kind.IDENTITY, "own")) is type(compile_policy(parse(READING, Kind.IDENTITY)))


def test_what_rights_were_made_from_is_known(store: StoreInHand) -> None:
    def in_the_team(tx: Tx) -> None:
        full(tx)
        groups.join(tx, TEAM.id, ANN.id)
        attachments.attach(tx, TEAM.id, POLICY.id)

    store.change(in_the_team)
    memory = Memory()
    assert user_now(store, memory) is not None
    directory = Directory(memory, no_vaults)
    assert {ANN.id, TEAM.id, POLICY.id} <= directory.rights_made_of(ANN.id, ())
    memory.forget([TEAM.id])
    assert directory.rights_made_of(ANN.id, ()) == frozenset()
