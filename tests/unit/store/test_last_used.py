"""Last-used times ride with the journal: the latest wins, and they never go back."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.stores import StoreInHand, entry_of
from watchword.domain.refusal import ValidationError
from watchword.store import last_used, sandbox
from watchword.store.journal import Entry, Use
from watchword.store.last_used import LastUsed
from watchword.store.tx import Tx


def used(at: float, subject: str = "AKIA1", service: str = "sts", region: str = "us-east-1") -> Entry:
    return Entry(request_id="r", at=at, service=service, event="x", used=(Use(subject, service, region),))


def of(store: StoreInHand, *subjects: str) -> dict[str, LastUsed]:
    return store.read(lambda tx: last_used.of(tx, subjects))


def test_a_use_is_kept(store: StoreInHand) -> None:
    assert of(store, "AKIA1") == {}
    store.writer.record_now(used(100.9))
    store.writer.record_now(used(101.0, "AROA1", "iam"))
    assert of(store, "AKIA1", "AROA1", "AKIA2") == {
        "AKIA1": LastUsed(100, "sts", "us-east-1"),
        "AROA1": LastUsed(101, "iam", "us-east-1"),
    }


def test_the_latest_in_a_group_wins(store: StoreInHand) -> None:
    async def main() -> None:
        await asyncio.gather(*(store.writer.record(used(at, service=f"s{at}")) for at in (100, 300, 200)))

    asyncio.run(main())
    assert of(store, "AKIA1") == {"AKIA1": LastUsed(300, "s300", "us-east-1")}


def test_a_later_one_replaces_and_an_earlier_one_does_not(store: StoreInHand) -> None:
    store.writer.record_now(used(200))
    store.writer.record_now(used(100, service="iam"))
    assert of(store, "AKIA1")["AKIA1"] == LastUsed(200, "sts", "us-east-1")
    store.writer.record_now(used(200, service="iam"))
    assert of(store, "AKIA1")["AKIA1"] == LastUsed(200, "iam", "us-east-1")


def test_the_same_second_again_is_not_written_again(store: StoreInHand) -> None:
    store.writer.record_now(used(200.1))
    store.change(lambda tx: last_used.forget(tx, "AKIA1"))
    store.writer.record_now(used(200.8))
    assert of(store, "AKIA1") == {}


def test_a_reset_is_remembered(store: StoreInHand) -> None:
    store.change(sandbox.capture)
    store.writer.record_now(used(200))
    store.change(sandbox.reset)
    assert of(store, "AKIA1") == {}
    store.writer.record_now(used(200))
    assert of(store, "AKIA1")["AKIA1"].at == 200


def test_a_refused_change_still_counts_as_use(store: StoreInHand) -> None:
    def refuse(_tx: Tx) -> None:
        raise ValidationError(message="no")

    with pytest.raises(ValidationError):
        store.writer.change_now(refuse, lambda _outcome: used(100))
    assert of(store, "AKIA1")["AKIA1"].at == 100
    store.change(lambda tx: last_used.forget(tx, "AKIA1"))
    assert of(store, "AKIA1") == {}
    assert entry_of(None).used == ()
