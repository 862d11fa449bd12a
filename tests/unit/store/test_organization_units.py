"""Organizations' tables: units and paths, accounts as they are told, and all that goes with an organization."""

from __future__ import annotations

from sqlalchemy import func, select

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import (
    account_contacts,
    accounts,
    organization_accounts,
    organization_tags,
    organization_units,
    organizations,
    schema,
)
from watchword.store.account_contacts import Contact
from watchword.store.accounts import Account
from watchword.store.organization_units import Unit
from watchword.store.organizations import CREATED, FAILED, INVITED, SUCCEEDED, AccountRequest, Member, Organization
from watchword.store.tx import Tx

MEMBER = "444455556666"
OURS = Organization("o-1", "r-1", ACCOUNT, (), NOW)
ABOVE = Unit("ou-1-a", "o-1", "r-1", "r-1/ou-1-a", "above", NOW)
BELOW = Unit("ou-1-b", "o-1", "ou-1-a", "r-1/ou-1-a/ou-1-b", "below", NOW)


def founded(tx: Tx) -> None:
    organizations.add(tx, OURS)
    organizations.join(tx, Member(ACCOUNT, "o-1", "r-1", INVITED, NOW))
    accounts.add(tx, Account(MEMBER, b"sealed", NOW))
    account_contacts.put(tx, Contact(MEMBER, "other", "Other@example.com"))
    organizations.join(tx, Member(MEMBER, "o-1", "r-1", CREATED, NOW))
    organization_units.add(tx, ABOVE)
    organization_units.add(tx, BELOW)


def test_a_unit_is_found_by_id_and_name_in_its_own_organization(store: StoreInHand) -> None:
    store.change(founded)

    def look(tx: Tx) -> tuple[object, ...]:
        return (
            organization_units.by_id(tx, "o-1", BELOW.id),
            organization_units.by_id(tx, "o-2", BELOW.id),
            organization_units.named(tx, "o-1", "ou-1-a", "below"),
            organization_units.named(tx, "o-1", "r-1", "below"),
            organization_units.count(tx, "o-1"),
            organization_units.below(tx, "o-1", "r-1", after="", limit=9),
        )

    assert store.read(look) == (BELOW, None, BELOW, None, 2, [ABOVE])
    assert (ABOVE.depth, BELOW.depth) == (1, 2)


def test_an_accounts_path_goes_from_the_root_down(store: StoreInHand) -> None:
    store.change(founded)
    assert store.read(lambda tx: organization_units.path(tx, MEMBER)) == ("r-1",)

    def move(tx: Tx) -> set[str]:
        organizations.move(tx, MEMBER, BELOW.id)
        return set(tx.touched)

    assert MEMBER in store.change(move)
    assert store.read(lambda tx: organization_units.path(tx, MEMBER)) == ("r-1", "ou-1-a", "ou-1-b")
    assert store.read(lambda tx: organization_units.path(tx, "999999999999")) == ()


def test_a_unit_is_empty_without_units_and_accounts(store: StoreInHand) -> None:
    store.change(founded)
    empty = store.read(lambda tx: [organization_units.is_empty(tx, unit) for unit in (ABOVE, BELOW)])
    assert empty == [False, True]
    store.change(lambda tx: organizations.move(tx, MEMBER, BELOW.id))
    assert store.read(lambda tx: organization_units.is_empty(tx, BELOW)) is False


def test_a_closed_account_is_told_as_long_as_it_is_asked_for(store: StoreInHand) -> None:
    store.change(founded)
    store.change(lambda tx: accounts.close(tx, MEMBER, NOW))
    told = store.read(lambda tx: organization_accounts.by_id(tx, "o-1", MEMBER, NOW - 1))
    assert told is not None
    assert (told.email, told.path, told.closed_at) == ("Other@example.com", "r-1", NOW)
    assert store.read(lambda tx: organization_accounts.by_id(tx, "o-1", MEMBER, NOW)) is None
    assert store.read(lambda tx: organization_accounts.over(tx, "o-1", NOW)) == [MEMBER]
    assert store.read(lambda tx: organizations.closed_since(tx, "o-1", NOW - 1)) == 1
    page = store.read(lambda tx: organization_accounts.page(tx, "o-1", NOW, after="", limit=9))
    assert [one.id for one in page] == [ACCOUNT]
    these = store.read(lambda tx: organization_accounts.these(tx, "o-1", [ACCOUNT, MEMBER], NOW))
    assert list(these) == [ACCOUNT]


def test_an_address_is_one_accounts_whatever_its_case(store: StoreInHand) -> None:
    store.change(founded)
    found = store.read(lambda tx: account_contacts.by_email(tx, "oTHER@example.com"))
    assert found == Contact(MEMBER, "other", "Other@example.com")
    assert store.read(lambda tx: account_contacts.of(tx, ACCOUNT)) is None


def test_requests_are_listed_in_one_order_whatever_became_of_them(store: StoreInHand) -> None:
    def note(tx: Tx) -> None:
        founded(tx)
        for number, state in enumerate((SUCCEEDED, FAILED, SUCCEEDED)):
            organizations.note(tx, AccountRequest(f"car-{number}", "o-1", "a", None, state, None, NOW))

    store.change(note)

    def ids(tx: Tx, *states: str, after: str = "") -> list[str]:
        return [one.id for one in organizations.requests(tx, "o-1", states=states, after=after, limit=2)]

    assert store.read(lambda tx: ids(tx, SUCCEEDED, FAILED)) == ["car-0", "car-1"]
    assert store.read(lambda tx: ids(tx, SUCCEEDED, FAILED, after="car-1")) == ["car-2"]
    assert store.read(lambda tx: ids(tx, FAILED)) == ["car-1"]
    assert store.read(lambda tx: ids(tx, "IN_PROGRESS")) == []


def test_an_organization_goes_with_all_that_is_its_own(store: StoreInHand) -> None:
    def end(tx: Tx) -> None:
        founded(tx)
        organizations.note(tx, AccountRequest("car-1", "o-1", "a", MEMBER, SUCCEEDED, None, NOW))
        for tagged in ("r-1", BELOW.id, MEMBER):
            organization_tags.put(tx, tagged, {"a": "b", "A": "B"})
        organizations.leave(tx, MEMBER)
        organizations.remove(tx, OURS)

    store.change(end)

    def left(tx: Tx) -> list[int]:
        tables = (schema.organization, schema.member, schema.organizational_unit, schema.account_request)
        return [tx.connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]

    assert store.read(left) == [0, 0, 0, 0]
    assert store.read(lambda tx: organization_tags.of(tx, "r-1")) == {}
    assert store.read(lambda tx: organization_tags.of(tx, MEMBER)) == {"A": "B", "a": "b"}  # the account's, not its own
    assert store.read(lambda tx: account_contacts.of(tx, MEMBER)) is not None
