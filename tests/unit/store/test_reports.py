"""Reports, kept and forgotten."""

from __future__ import annotations

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import reports
from watchword.store.reports import Kind, Report
from watchword.store.tx import Tx

JOB = Report("job-1", ACCOUNT, Kind.LAST_ACCESSED, NOW, NOW, b"one")


def test_a_report_is_found_by_its_account_and_kind_alone(store: StoreInHand) -> None:
    store.change(lambda tx: reports.add(tx, JOB))
    assert store.read(lambda tx: reports.find(tx, ACCOUNT, Kind.LAST_ACCESSED, "job-1")) == JOB
    assert store.read(lambda tx: reports.find(tx, ACCOUNT, Kind.CREDENTIALS, "job-1")) is None
    assert store.read(lambda tx: reports.find(tx, "444455556666", Kind.LAST_ACCESSED, "job-1")) is None


def test_a_report_is_completed(store: StoreInHand) -> None:
    store.change(lambda tx: reports.add(tx, Report("r", ACCOUNT, Kind.CREDENTIALS, NOW)))
    store.change(lambda tx: reports.complete(tx, "r", at=NOW + 1))
    found = store.read(lambda tx: reports.find(tx, ACCOUNT, Kind.CREDENTIALS, "r"))
    assert found == Report("r", ACCOUNT, Kind.CREDENTIALS, NOW, NOW + 1)


def test_parts_are_read_in_their_order(store: StoreInHand) -> None:
    def fill(tx: Tx) -> None:
        for number in (2, 0, 1):
            reports.add(tx, Report(f"r/{number}", ACCOUNT, Kind.CREDENTIALS_PART, NOW, NOW, b"%d" % number))

    store.change(fill)
    assert store.read(lambda tx: [*reports.contents(tx, ACCOUNT, Kind.CREDENTIALS_PART)]) == [b"0", b"1", b"2"]
    newest = store.read(lambda tx: reports.newest_of(tx, ACCOUNT, Kind.CREDENTIALS_PART))
    assert newest is not None
    assert newest.id == "r/2"
    store.change(lambda tx: reports.remove_all(tx, ACCOUNT, Kind.CREDENTIALS_PART))
    assert store.read(lambda tx: reports.newest_of(tx, ACCOUNT, Kind.CREDENTIALS_PART)) is None


def test_old_ones_are_forgotten(store: StoreInHand) -> None:
    store.change(lambda tx: reports.add(tx, JOB))
    store.change(lambda tx: reports.remove_before(tx, ACCOUNT, Kind.LAST_ACCESSED, NOW))
    assert store.read(lambda tx: reports.find(tx, ACCOUNT, Kind.LAST_ACCESSED, "job-1")) == JOB
    store.change(lambda tx: reports.remove_before(tx, ACCOUNT, Kind.LAST_ACCESSED, NOW + 1))
    assert store.read(lambda tx: reports.find(tx, ACCOUNT, Kind.LAST_ACCESSED, "job-1")) is None
