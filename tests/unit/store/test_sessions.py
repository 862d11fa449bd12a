"""Sessions on record, on both databases: written with their request's entry, found, listed by time, forgotten."""

from __future__ import annotations

from itertools import islice

import msgspec

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import blocks, changes, endings, journal, session_schedules, sessions
from watchword.store.blocks import Block
from watchword.store.endings import Ending
from watchword.store.issued import Issued
from watchword.store.journal import Entry, first_id, mint_request_id
from watchword.store.session_schedules import Schedule
from watchword.store.sessions import Wanted

OTHER = "444455556666"


def issue(store: StoreInHand, key_id: str, at: float, *lineage: str, account: str = ACCOUNT, seconds: int = 900) -> str:
    """Put a request on record that issued a session; gives its id."""
    request_id = mint_request_id(at, lambda count: key_id.encode().ljust(count, b"0")[:count])
    issued = Issued(account, key_id, int(at) + seconds, (f"key/{key_id}", *lineage), msgspec.Raw(b"[]"))
    entry = Entry(request_id, at, "sts", "AssumeRole", account, source_ip="10.0.0.1", issued=issued)
    store.writer.record_now(entry)
    return request_id


def keys(store: StoreInHand, wanted: Wanted, position: str | None = None, most: int = 100) -> list[str]:
    return store.read(
        lambda tx: [kept.issued.access_key_id for kept in islice(sessions.after(tx, wanted, position), most)]
    )


def test_the_newest_is_first_and_each_account_has_its_own(store: StoreInHand) -> None:
    ids = [issue(store, f"ASIA{number}", NOW + number) for number in range(3)]
    issue(store, "ASIAX", NOW + 9, account=OTHER)
    assert keys(store, Wanted(ACCOUNT)) == ["ASIA2", "ASIA1", "ASIA0"]
    assert keys(store, Wanted(ACCOUNT), ids[1]) == ["ASIA0"]
    assert keys(store, Wanted(OTHER)) == ["ASIAX"]


def test_by_lineage(store: StoreInHand) -> None:
    issue(store, "ASIAONE", NOW, "name/a_b", "identity/ann")
    issue(store, "ASIATWO", NOW + 1, "name/aXb", "identity/ann")
    assert keys(store, Wanted(ACCOUNT, [["name/a_b"]])) == ["ASIAONE"], "an underscore is no wildcard"
    assert keys(store, Wanted(ACCOUNT, [["identity/an"]])) == []
    assert keys(store, Wanted(ACCOUNT, [["name/aXb", "name/a_b"], ["identity/ann"]])) == ["ASIATWO", "ASIAONE"]
    assert keys(store, Wanted(ACCOUNT, [["name/aXb"], ["key/ASIAONE"]])) == []


def test_by_time(store: StoreInHand) -> None:
    issue(store, "ASIAONE", NOW, seconds=900)
    issue(store, "ASIATWO", NOW + 100, seconds=3600)
    assert keys(store, Wanted(ACCOUNT, live_at=NOW + 1000)) == ["ASIATWO"]
    assert keys(store, Wanted(ACCOUNT, issued_from=NOW + 50)) == ["ASIATWO"]
    assert keys(store, Wanted(ACCOUNT, issued_until=NOW + 50)) == ["ASIAONE"]


def test_more_than_is_read_at_once(store: StoreInHand) -> None:
    for number in range(5):
        issue(store, f"ASIA{number}", NOW + number)
    found = store.read(lambda tx: [kept.event_id for kept in sessions.after(tx, Wanted(ACCOUNT), None, at_once=2)])
    assert found == sorted(found, reverse=True)
    assert len(found) == 5


def test_of_two_with_one_key_id_the_newest_is_found(store: StoreInHand) -> None:
    issue(store, "ASIAONE", NOW)
    newer = issue(store, "ASIAONE", NOW + 5)
    found = store.read(lambda tx: sessions.newest(tx, ACCOUNT, "ASIAONE"))
    assert found is not None
    assert (found.event_id, found.issued.expires_at) == (newer, NOW + 905)
    assert store.read(lambda tx: sessions.newest(tx, OTHER, "ASIAONE")) is None


def test_old_ones_are_forgotten_and_their_record_is_not(store: StoreInHand) -> None:
    old = issue(store, "ASIAOLD", NOW, seconds=900)
    issue(store, "ASIALONG", NOW, seconds=90_000)
    issue(store, "ASIANEW", NOW + 5_000)
    assert store.change(lambda tx: sessions.prune(tx, ACCOUNT, NOW + 1_000)) == 1
    assert store.change(lambda tx: sessions.prune(tx, ACCOUNT, NOW + 1_000)) == 0
    assert keys(store, Wanted(ACCOUNT)) == ["ASIANEW", "ASIALONG"]

    assert store.read(lambda tx: journal.by_request(tx, old)) is not None


def test_the_last_call_was_signed_with_the_key(store: StoreInHand) -> None:
    """What a stranger sends names the key as well."""
    for number, principal in enumerate(("arn:aws:iam::111122223333:user/ann", "")):
        request_id = mint_request_id(NOW + number, lambda count: bytes([number]) * count)  # noqa: B023 - called at once
        entry = Entry(request_id, NOW + number, "sts", "X", principal=principal, access_key_id="ASIAONE")
        store.writer.record_now(entry)
    last = store.read(lambda tx: journal.last_by(tx, "ASIAONE"))
    assert last is not None
    assert last.at == NOW
    assert store.read(lambda tx: journal.last_by(tx, "ASIATWO")) is None


def test_what_changed_since_is_known_in_a_change(store: StoreInHand) -> None:
    number = store.change(lambda tx: tx.last)
    store.change(lambda tx: tx.touch("one"))
    store.change(lambda tx: tx.touch("two"))
    assert store.change(lambda tx: changes.since(tx, number)) == {"one", "two"}
    assert store.change(lambda tx: changes.since(tx, number + 1)) == {"two"}
    assert store.change(lambda tx: changes.since(tx, number + 2)) == frozenset()


def test_ids_rise_with_time() -> None:
    drawn = [mint_request_id(at, bytes) for at in (NOW, NOW + 0.001, NOW + 1)]
    assert drawn == sorted(drawn)
    assert first_id(NOW) <= drawn[0] < first_id(NOW + 0.001) <= drawn[1]


def test_ends_matter_for_a_while(store: StoreInHand) -> None:
    ending = Ending("e1", ACCOUNT, "{}", NOW * 1_000_000, NOW * 1_000_000, "ann", "why", NOW + 100)
    store.change(lambda tx: endings.add(tx, ending))
    assert store.read(lambda tx: endings.mattering(tx, ACCOUNT, NOW + 99)) == [ending]
    assert store.read(lambda tx: endings.mattering(tx, ACCOUNT, NOW + 100)) == []
    assert store.read(lambda tx: endings.mattering(tx, OTHER, NOW)) == []
    later = Ending("e2", ACCOUNT, "{}", NOW * 1_000_000, (NOW + 5) * 1_000_000, "ann", "why", NOW + 100)
    store.change(lambda tx: endings.add(tx, later))
    store.change(lambda tx: endings.remove(tx, ACCOUNT, "ann", ended_from=(NOW + 5) * 1_000_000))
    assert store.read(lambda tx: endings.mattering(tx, ACCOUNT, NOW)) == [ending]
    store.change(lambda tx: endings.prune(tx, NOW + 101))
    assert store.read(lambda tx: endings.mattering(tx, ACCOUNT, 0)) == []


def test_blocks_stand_until_they_lift(store: StoreInHand) -> None:
    first = Block(ACCOUNT, "b", "{}", NOW + 100, "why", NOW, "ann")
    store.change(lambda tx: blocks.put(tx, first))
    again = Block(ACCOUNT, "b", "{}", NOW + 200, "", NOW, "bob")
    store.change(lambda tx: blocks.put(tx, again))
    assert store.read(lambda tx: blocks.standing(tx, ACCOUNT, NOW)) == [again]
    assert store.read(lambda tx: blocks.page(tx, ACCOUNT, now=NOW, after="b", limit=5)) == []
    assert store.read(lambda tx: blocks.named(tx, ACCOUNT, "b", NOW)) == again
    assert store.read(lambda tx: blocks.named(tx, ACCOUNT, "b", NOW + 200)) is None
    assert store.read(lambda tx: blocks.count(tx, ACCOUNT, NOW + 200)) == 0
    store.change(lambda tx: blocks.prune(tx, NOW + 201))
    assert store.read(lambda tx: blocks.standing(tx, ACCOUNT, 0)) == []
    assert store.change(lambda tx: blocks.remove(tx, ACCOUNT, "b")) is False


def test_schedules_come_due(store: StoreInHand) -> None:
    late = Schedule(ACCOUNT, "late", "{}", "0 20 * * *", "UTC", 0, "", NOW, "ann", NOW + 10)
    soon = Schedule(ACCOUNT, "soon", "{}", "0 20 * * *", "UTC", 60, "why", NOW, "ann", NOW + 5)
    for schedule in (late, soon):
        store.change(lambda tx, schedule=schedule: session_schedules.put(tx, schedule))  # type: ignore[misc]  # bound now
    assert store.read(lambda tx: session_schedules.due(tx, NOW, 9)) == []
    assert store.read(lambda tx: session_schedules.due(tx, NOW + 10, 9)) == [soon, late]
    store.change(lambda tx: session_schedules.ran(tx, soon, at=NOW + 6, next_run_at=NOW + 99, count=3))
    ran = store.read(lambda tx: session_schedules.named(tx, ACCOUNT, "soon"))
    assert ran is not None
    assert (ran.last_run_at, ran.last_count, ran.next_run_at) == (NOW + 6, 3, NOW + 99)
    assert [one.name for one in store.read(lambda tx: session_schedules.page(tx, ACCOUNT, after="", limit=9))] == [
        "late",
        "soon",
    ]
    assert store.read(lambda tx: session_schedules.count(tx, ACCOUNT)) == 2
    assert store.change(lambda tx: session_schedules.remove(tx, ACCOUNT, "late")) is True
