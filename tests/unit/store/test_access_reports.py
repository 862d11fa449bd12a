"""The journal's latest of each, looked for one by one and among everybody's."""

from __future__ import annotations

from sqlalchemy import insert

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import access_reports, schema
from watchword.store.access_reports import NARROWED, Entity, Use
from watchword.store.journal import COLUMNS, Entry, rows_of
from watchword.store.tx import Tx

PREFIX = f"arn:aws:iam::{ACCOUNT}:user/"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/"
SECOND = 1_000_000


def user(name: str, created_at: int = NOW) -> Entity:
    return Entity(f"AIDA{name}", "user", ACCOUNT, name, "/", created_at)


def role(name: str) -> Entity:
    return Entity(f"AROA{name}", "role", ACCOUNT, name, "/deep/", NOW)


def on_record(store: StoreInHand, *requests: tuple[str, str, int]) -> None:
    def write(tx: Tx) -> None:
        for number, (arn, event, at) in enumerate(requests):
            service, _, name = event.partition(":")
            entry = Entry(f"r{number}", at, service, name, ACCOUNT, principal=arn, region=f"region-{number}")
            for row in rows_of(entry):
                tx.connection.execute(insert(schema.journal).values(dict(zip(COLUMNS, row, strict=True))))

    store.change(write)


def found(store: StoreInHand, *among: Entity, since: int = 0, until: int = NOW + 100) -> dict[tuple[str, str], int]:
    uses = store.read(lambda tx: access_reports.uses(tx, ACCOUNT, among, since=since * SECOND, until=until * SECOND))
    return {(use.entity_id, f"{use.service}:{use.action}"): use.at // SECOND for use in uses}


def test_each_has_its_latest_however_many_are_asked_for(store: StoreInHand) -> None:
    on_record(
        store,
        (f"{PREFIX}ann", "iam:GetUser", NOW + 1),
        (f"{PREFIX}ann", "iam:GetUser", NOW + 3),
        (f"{PREFIX}ann", "sts:GetCallerIdentity", NOW + 2),
        (f"{PREFIX}anna", "iam:GetUser", NOW + 9),
        (f"{SESSION}run/a", "iam:GetUser", NOW + 4),
        (f"{SESSION}run/b", "iam:GetUser", NOW + 5),
        (f"{SESSION}runner/b", "iam:GetUser", NOW + 6),
        ("", "iam:GetUser", NOW + 7),
    )
    told = {
        ("AIDAann", "iam:GetUser"): NOW + 3,
        ("AIDAann", "sts:GetCallerIdentity"): NOW + 2,
        ("AROArun", "iam:GetUser"): NOW + 5,
    }
    assert found(store, user("ann"), role("run")) == told
    many = [user(f"nobody-{number}") for number in range(NARROWED)]
    assert found(store, user("ann"), role("run"), *many) == told
    assert found(store) == {}


def test_the_window_ends_where_it_was_asked_for(store: StoreInHand) -> None:
    on_record(store, *((f"{PREFIX}ann", "iam:GetUser", NOW + at) for at in (1, 2, 3)))
    assert found(store, user("ann"), until=NOW + 2) == {("AIDAann", "iam:GetUser"): NOW + 2}
    assert found(store, user("ann"), since=NOW + 3) == {}


def test_a_former_bearer_of_a_name_is_somebody_else(store: StoreInHand) -> None:
    on_record(store, (f"{PREFIX}ann", "iam:GetUser", NOW + 1))
    assert found(store, user("ann", created_at=NOW + 2)) == {}


def test_regions_are_read_with_their_rows(store: StoreInHand) -> None:
    on_record(store, (f"{PREFIX}ann", "iam:GetUser", NOW + 1), (f"{PREFIX}ann", "iam:GetRole", NOW + 2))
    uses: list[Use] = store.read(
        lambda tx: access_reports.uses(tx, ACCOUNT, [user("ann")], since=0, until=(NOW + 9) * SECOND)
    )
    regions = store.read(lambda tx: access_reports.regions(tx, uses))
    assert {use.action: regions[use.seq] for use in uses} == {"GetUser": "region-0", "GetRole": "region-1"}
