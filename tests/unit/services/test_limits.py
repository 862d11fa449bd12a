"""What an organization's policies leave of an account: read level by level, remembered, and forgotten in time."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from tests.unit.edge.asked import no_vaults
from watchword.services.directory import Directory, Miss
from watchword.services.limits import UNLIMITED, Limits
from watchword.services.memory import Memory
from watchword.store import accounts, organization_policies, organization_units, organizations
from watchword.store import organization_policy_attachments as attachments
from watchword.store.accounts import Account
from watchword.store.organization_policies import RCP, SCP, Policy
from watchword.store.organization_units import Unit
from watchword.store.organizations import CREATED, Member, Organization
from watchword.store.tx import Tx

MEMBER = "444455556666"
FOUNDED = Organization("o-exampleorgid", "r-exam", ACCOUNT, (), NOW)
UNIT = Unit("ou-exam-unit0001", FOUNDED.id, FOUNDED.root_id, "r-exam/ou-exam-unit0001", "Sandbox", NOW)


def policy(name: str, kind: str = SCP, *, action: str = "iam:*") -> Policy:
    statement = {"Effect": "Deny", "Action": action, "Resource": "*"}
    if kind == RCP:
        statement["Principal"] = "*"
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    return Policy(f"p-{name}", FOUNDED.id, kind, name, "", text, NOW, NOW)


NO_IAM, NO_STS = policy("no-iam"), policy("no-sts", RCP, action="sts:*")


def found(tx: Tx) -> None:
    """Make an organization with a unit and an account in it."""
    organizations.add(tx, FOUNDED)
    accounts.add(tx, Account(MEMBER, b"", NOW))
    organization_units.add(tx, UNIT)
    for account, parent in ((ACCOUNT, FOUNDED.root_id), (MEMBER, UNIT.id)):
        organizations.join(tx, Member(account, FOUNDED.id, parent, CREATED, NOW))


def enabled(tx: Tx) -> None:
    found(tx)
    for kind in (SCP, RCP):
        attachments.enable(tx, FOUNDED, kind, NOW)
    for one in (NO_IAM, NO_STS):
        organization_policies.add(tx, one)
        attachments.attach(tx, FOUNDED.id, UNIT.id, one, NOW)


def limits(store: StoreInHand, memory: Memory, account: str = MEMBER) -> Limits:
    return store.read(lambda tx: Directory(memory, no_vaults).reading(tx, remember=True).limits(account))


def named(told: Limits) -> tuple[list[set[str]], list[set[str]]]:
    """Give the names of the policies on each level, SCPs and RCPs."""

    def of(levels: tuple[object, ...] | None) -> list[set[str]]:
        return [{statement.policy for statement in level.statements} for level in levels or ()]  # type: ignore[attr-defined]

    return of(told.scp), of(told.rcp)


def test_each_level_holds_its_own(store: StoreInHand) -> None:
    store.change(enabled)
    scp, rcp = named(limits(store, Memory()))
    assert scp == [{"FullAWSAccess"}, {"FullAWSAccess", "no-iam"}, {"FullAWSAccess"}]
    assert rcp == [{"no-sts"}]


def test_the_management_account_and_those_alone_are_not_limited(store: StoreInHand) -> None:
    memory = Memory()
    assert limits(store, memory, ACCOUNT) == UNLIMITED
    store.change(enabled)
    memory.forget([ACCOUNT])
    assert limits(store, memory, ACCOUNT) == UNLIMITED


def test_nothing_limits_where_no_type_is_enabled(store: StoreInHand) -> None:
    store.change(found)
    assert limits(store, Memory()) == UNLIMITED


def test_that_nothing_limits_is_remembered_but_not_of_who_is_made_up(store: StoreInHand) -> None:
    memory = Memory()
    directory = Directory(memory, no_vaults)
    for account in (ACCOUNT, "999999999999"):
        with pytest.raises(Miss):
            directory.limits(account)
        assert limits(store, memory, account) == UNLIMITED
    assert directory.limits(ACCOUNT) == UNLIMITED
    with pytest.raises(Miss):
        directory.limits("999999999999")


def _update(tx: Tx) -> None:
    organization_policies.change(tx, NO_IAM)


def _attach(tx: Tx) -> None:
    attachments.attach(tx, FOUNDED.id, FOUNDED.root_id, NO_IAM, NOW)


def _detach(tx: Tx) -> None:
    attachments.detach(tx, FOUNDED.id, UNIT.id, NO_STS.id)


def _disable(tx: Tx) -> None:
    attachments.disable(tx, FOUNDED.id, SCP)


def _move(tx: Tx) -> None:
    organizations.move(tx, MEMBER, FOUNDED.root_id)


def _leave(tx: Tx) -> None:
    attachments.end(tx, FOUNDED.id, MEMBER)
    organizations.leave(tx, MEMBER)


@pytest.mark.parametrize("change", [_update, _attach, _detach, _disable, _move, _leave])
def test_every_change_makes_it_forgotten(store: StoreInHand, change: Callable[[Tx], None]) -> None:
    store.change(enabled)
    memory = Memory()
    limits(store, memory)
    touched: set[str] = set()

    def noted(tx: Tx) -> None:
        change(tx)
        touched.update(tx.touched)

    store.change(noted)
    Directory(memory, no_vaults).limits(MEMBER)
    memory.forget(touched)
    with pytest.raises(Miss):
        Directory(memory, no_vaults).limits(MEMBER)


def test_joining_makes_that_nothing_limits_forgotten(store: StoreInHand) -> None:
    memory = Memory()
    store.change(lambda tx: accounts.add(tx, Account("777788889999", b"", NOW)))
    limits(store, memory, "777788889999")
    touched: set[str] = set()

    def join(tx: Tx) -> None:
        enabled(tx)
        organizations.join(tx, Member("777788889999", FOUNDED.id, UNIT.id, CREATED, NOW))
        touched.update(tx.touched)

    store.change(join)
    memory.forget(touched)
    assert limits(store, memory, "777788889999").scp is not None


def test_what_has_changed_meanwhile_is_read_anew(store: StoreInHand) -> None:
    """A change that waited for its turn is decided by what stands then, whatever the memory has heard of."""
    store.change(enabled)
    memory = Memory()
    before = limits(store, memory)
    store.change(_detach)

    def anew(tx: Tx, *changed: str) -> Limits:
        directory = Directory(memory, no_vaults)
        return directory.reading(tx, remember=False, changed=frozenset(changed)).limits(MEMBER)

    assert store.read(lambda tx: anew(tx, "AIDAOTHER")) is before
    assert store.read(lambda tx: anew(tx, UNIT.id)).rcp is None
    assert Directory(memory, no_vaults).limits(MEMBER) is before


def test_accounts_of_one_level_share_its_policies(store: StoreInHand) -> None:
    store.change(enabled)
    memory = Memory()
    store.change(lambda tx: accounts.add(tx, Account("777788889999", b"", NOW)))
    store.change(lambda tx: organizations.join(tx, Member("777788889999", FOUNDED.id, UNIT.id, CREATED, NOW)))
    one, other = limits(store, memory), limits(store, memory, "777788889999")
    assert one.scp is not None
    assert other.scp is not None
    assert (one.scp[0] is other.scp[0], one.scp[1] is other.scp[1]) == (True, True)
    assert not other.scp[2].statements, "it has nothing attached, so nothing is allowed"
