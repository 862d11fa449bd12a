"""Handshakes, and what else ties accounts to an organization: kept, found by both sides, and forgotten in time."""

from __future__ import annotations

from dataclasses import replace

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import (
    delegated_administrators,
    handshakes,
    organization_resource_policies,
    organizations,
    trusted_services,
)
from watchword.store.delegated_administrators import Delegation
from watchword.store.handshakes import ACCEPTED, CANCELED, DECLINED, EXPIRED, INVITE, OPEN, Handshake
from watchword.store.organization_resource_policies import ResourcePolicy
from watchword.store.organizations import Organization
from watchword.store.trusted_services import TrustedService
from watchword.store.tx import Tx

SENT = Handshake(
    "h-1", "o-1", ACCOUNT, INVITE, ACCOUNT, "EMAIL", "a@example.com", None, "{}", OPEN, NOW, NOW + 10, NOW + 20
)


def test_a_handshake_is_kept_until_its_time_is_over(store: StoreInHand) -> None:
    store.change(lambda tx: handshakes.add(tx, SENT))
    assert store.read(lambda tx: handshakes.by_id(tx, "h-1", NOW + 19)) == SENT
    assert store.read(lambda tx: handshakes.by_id(tx, "h-1", NOW + 20)) is None
    assert (SENT.state_at(NOW + 9), SENT.state_at(NOW + 10)) == (OPEN, EXPIRED)
    store.change(lambda tx: handshakes.end(tx, "h-1", DECLINED, NOW + 30))
    found = store.read(lambda tx: handshakes.received(tx, ACCOUNT, NOW + 29, after="", limit=9))
    assert [one.state_at(NOW + 29) for one in found] == [DECLINED]
    store.change(lambda tx: handshakes.add(tx, replace(SENT, id="h-2", requested_at=NOW + 30, kept_until=NOW + 50)))
    left = store.read(lambda tx: handshakes.sent(tx, "o-1", NOW, after="", limit=9))
    assert [one.id for one in left] == ["h-2"]


def test_one_question_waits_for_its_answer(store: StoreInHand) -> None:
    nobody = replace(SENT, id="h-2", account_id=None, party="nobody@example.com")

    def add(tx: Tx) -> None:
        handshakes.add(tx, SENT)
        handshakes.add(tx, nobody)

    store.change(add)

    def asked(party: str, account: str | None, now: int = NOW) -> bool:
        return store.read(lambda tx: handshakes.is_asked(tx, "o-1", party, account, now))

    assert asked(ACCOUNT, ACCOUNT)
    assert asked("nobody@example.com", None)
    assert not asked("someone@example.com", None)
    assert not asked(ACCOUNT, ACCOUNT, NOW + 10)
    assert store.read(lambda tx: handshakes.sent_since(tx, "o-1", NOW - 1)) == 2
    store.change(lambda tx: handshakes.add(tx, replace(SENT, id="h-3", state=ACCEPTED)))
    assert store.read(lambda tx: handshakes.sent_since(tx, "o-1", NOW - 1)) == 2, "what was accepted does not count"
    assert store.read(lambda tx: handshakes.sent_since(tx, "o-1", NOW)) == 0
    store.change(lambda tx: handshakes.cancel_all(tx, "o-1", NOW + 40))
    assert not asked(ACCOUNT, ACCOUNT)
    found = store.read(lambda tx: handshakes.sent(tx, "o-1", NOW + 39, after="", limit=9))
    assert [one.state for one in found] == [CANCELED, CANCELED]


def founded(tx: Tx) -> None:
    organizations.add(tx, Organization("o-1", "r-1", ACCOUNT, (), NOW))


def test_an_administrator_is_one_of_services(store: StoreInHand) -> None:
    def delegate(tx: Tx) -> None:
        founded(tx)
        for number, service in enumerate(("b", "a")):
            delegated_administrators.add(tx, "o-1", ACCOUNT, service, NOW + number)

    store.change(delegate)

    def page(tx: Tx, service: str | None) -> list[Delegation]:
        return delegated_administrators.page(tx, "o-1", service, after="", limit=9)

    assert store.read(lambda tx: page(tx, None)) == [Delegation(ACCOUNT, NOW)]
    assert store.read(lambda tx: page(tx, "a")) == [Delegation(ACCOUNT, NOW + 1)]
    services = store.read(lambda tx: delegated_administrators.services(tx, "o-1", ACCOUNT, after="", limit=9))
    assert services == [Delegation("a", NOW + 1), Delegation("b", NOW)]
    store.change(lambda tx: delegated_administrators.remove(tx, "o-1", ACCOUNT, "a"))
    assert store.read(lambda tx: delegated_administrators.is_one(tx, "o-1", ACCOUNT)) is True
    assert store.read(lambda tx: delegated_administrators.is_one(tx, "o-1", ACCOUNT, "a")) is False
    assert store.read(lambda tx: delegated_administrators.all_services(tx, "o-1", ACCOUNT)) == ["b"]


def test_a_service_is_trusted_since_it_first_was(store: StoreInHand) -> None:
    def trust(tx: Tx) -> None:
        founded(tx)
        trusted_services.add(tx, "o-1", "a", NOW)
        trusted_services.add(tx, "o-1", "a", NOW + 1)

    store.change(trust)
    found = store.read(lambda tx: trusted_services.page(tx, "o-1", after="", limit=9))
    assert found == [TrustedService("a", NOW)]
    store.change(lambda tx: trusted_services.remove(tx, "o-1", "a"))
    assert store.read(lambda tx: trusted_services.is_trusted(tx, "o-1", "a")) is False


def test_an_organization_has_one_policy(store: StoreInHand) -> None:
    def put(tx: Tx) -> None:
        founded(tx)
        for content in ("{}", "[]"):
            organization_resource_policies.put(tx, ResourcePolicy("o-1", "rp-1", content))

    store.change(put)
    assert store.read(lambda tx: organization_resource_policies.of(tx, "o-1")) == ResourcePolicy("o-1", "rp-1", "[]")
    store.change(lambda tx: organization_resource_policies.remove(tx, "o-1"))
    assert store.read(lambda tx: organization_resource_policies.of(tx, "o-1")) is None
