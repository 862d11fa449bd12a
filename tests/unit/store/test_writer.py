"""The writer's law: in one transaction or not at all, on record before the answer, and nobody pays for another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, event, insert, select, text

from tests.support.stores import ACCOUNT, StoreInHand, entry_of
from watchword.domain.refusal import ServiceUnavailable, ValidationError
from watchword.domain.secret import Secret
from watchword.store import accounts, changes, journal, schema
from watchword.store.accounts import Account
from watchword.store.journal import Entry
from watchword.store.tx import Tx
from watchword.store.writer import Writer

T = TypeVar("T")


def one_more(number: int) -> Callable[[Tx], None]:
    return lambda tx: accounts.add(tx, Account(f"{number:012d}", b"sealed", 1))


def account_ids(store: StoreInHand) -> list[str]:
    return [account.id for account in store.read(accounts.every)]


def entries(store: StoreInHand) -> list[tuple[str, str]]:
    kept = schema.journal.c
    query = select(kept.event, kept.error).order_by(kept.seq)
    return [(name, error) for name, error in store.read(lambda tx: tx.connection.execute(query).all())]


def changed(store: StoreInHand) -> list[tuple[int, str]]:
    kept = schema.change.c
    query = select(kept.seq, kept.subject).order_by(kept.seq, kept.subject)
    return [(seq, subject) for seq, subject in store.read(lambda tx: tx.connection.execute(query).all())]


def entry(**values: Any) -> Entry:
    return Entry(**{"request_id": "r", "at": 1.0, "service": "sts", "event": "GetCallerIdentity", **values})


def run(work: Callable[[], Awaitable[T]]) -> T:
    async def main() -> T:
        return await work()

    return asyncio.run(main())


def gathered(*work: Callable[[], Awaitable[Any]]) -> list[Any]:
    async def main() -> list[Any]:
        return await asyncio.gather(*(each() for each in work), return_exceptions=True)

    return asyncio.run(main())


def test_a_change_is_there_with_its_entry_and_its_number(store: StoreInHand) -> None:
    store.change(one_more(5))
    assert account_ids(store) == [f"{5:012d}", ACCOUNT]
    assert entries(store) == [("test:Change", "")]
    assert changed(store) == [(1, f"{5:012d}")]


def test_awaited_work_gives_what_it_gave(store: StoreInHand) -> None:
    assert run(lambda: store.writer.change(lambda _tx: 7, entry_of)) == 7
    run(lambda: store.writer.record(entry()))
    assert entries(store) == [("test:Change", ""), ("sts:GetCallerIdentity", "")]


def test_the_entry_says_what_the_change_gave(store: StoreInHand) -> None:
    store.writer.change_now(lambda _tx: "ann", lambda outcome: entry(user_name=str(outcome)))
    [kept] = store.read(lambda tx: journal.recent(tx, "", 5))
    assert kept.user_name == "ann"


def refuse_after_adding(tx: Tx) -> None:
    one_more(5)(tx)
    raise ValidationError(message="no")


def test_a_refusal_undoes_the_change_and_is_recorded(store: StoreInHand) -> None:
    with pytest.raises(ValidationError):
        store.change(refuse_after_adding)
    assert account_ids(store) == [ACCOUNT]
    assert entries(store) == [("test:Change", "ValidationError")]
    assert changed(store) == []


def test_a_fault_of_the_database_in_one_piece_is_its_own(store: StoreInHand) -> None:
    twice = one_more(int(ACCOUNT))
    outcomes = gathered(
        lambda: store.writer.change(one_more(5), entry_of),
        lambda: store.writer.change(twice, entry_of),
        lambda: store.writer.change(one_more(6), entry_of),
    )
    assert [type(outcome).__name__ for outcome in outcomes] == ["NoneType", "IntegrityError", "NoneType"]
    assert account_ids(store) == [f"{5:012d}", f"{6:012d}", ACCOUNT]
    assert sorted(entries(store)) == [("test:Change", ""), ("test:Change", ""), ("test:Change", "IntegrityError")]


def test_what_cannot_be_recorded_does_not_happen(store: StoreInHand) -> None:
    def unrecordable(_outcome: object) -> Entry:
        return entry(request={"secret": Secret("s")})

    with pytest.raises(TypeError):
        store.writer.change_now(one_more(5), unrecordable)
    assert account_ids(store) == [ACCOUNT]
    assert entries(store) == []


def test_an_entry_with_a_secret_is_refused_and_spoils_no_other(store: StoreInHand) -> None:
    outcomes = gathered(
        lambda: store.writer.record(entry()),
        lambda: store.writer.record(entry(response={"secret": Secret("s")})),
        lambda: store.writer.record(entry()),
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), TypeError, type(None)]
    assert len(entries(store)) == 2


def test_an_entry_that_the_database_refuses_spoils_no_other(store: StoreInHand) -> None:
    impossible = entry(at=float(2**60))  # microseconds past what the column holds
    outcomes = gathered(
        lambda: store.writer.record(entry()),
        lambda: store.writer.record(impossible),
        lambda: store.writer.change(one_more(5), entry_of),
    )
    assert [type(outcome).__name__ for outcome in outcomes] == ["NoneType", "ServiceUnavailable", "NoneType"]
    assert len(entries(store)) == 2


@pytest.mark.parametrize("text", ["\0", "a\0b", "\N{SNOWMAN}"])
def test_what_a_stranger_sends_can_be_recorded(store: StoreInHand, text: str) -> None:
    store.writer.record_now(entry(access_key_id=text, user_agent=text, event=text, request={"name": text}))
    [kept] = store.read(lambda tx: journal.recent(tx, "", 5))
    assert kept.user_agent == text


def test_changes_of_many_callers_are_numbered_without_gaps(store: StoreInHand) -> None:
    others = Writer(store.opened)
    others.start()

    def add(writer: Writer, numbers: range) -> None:
        for number in numbers:
            writer.change_now(one_more(number), entry_of)

    threads = [
        threading.Thread(target=add, args=(writer, numbers))
        for writer, numbers in [(store.writer, range(1, 11)), (others, range(11, 21)), (others, range(21, 31))]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    others.close()
    assert len(account_ids(store)) == 31
    assert len(changed(store)) == 30
    numbers = sorted({seq for seq, _ in changed(store)})
    assert numbers == list(range(1, len(numbers) + 1))


def test_two_writers_never_check_at_once(store: StoreInHand) -> None:
    """Check-then-insert in a change is safe: two hundred at once leave exactly two."""
    others = Writer(store.opened)
    others.start()

    def add_if_few(number: int) -> Callable[[Tx], bool]:
        def work(tx: Tx) -> bool:
            few = len(accounts.every(tx)) < 3
            if few:
                one_more(number)(tx)
            return few

        return work

    async def main() -> list[bool]:
        return await asyncio.gather(
            *((store.writer, others)[n % 2].change(add_if_few(n), entry_of) for n in range(1, 201))
        )

    assert sum(asyncio.run(main())) == 2
    others.close()
    assert len(account_ids(store)) == 3
    assert len(entries(store)) == 200


def test_subjects_are_announced_before_the_answer(store: StoreInHand) -> None:
    announced: list[tuple[int, frozenset[str]]] = []
    writer = Writer(store.opened, lambda seq, subjects: announced.append((seq, subjects)))
    writer.start()
    writer.change_now(lambda tx: tx.touch("AIDA1", "AIDA2"), entry_of)
    assert announced == [(1, frozenset({"AIDA1", "AIDA2"}))]
    with pytest.raises(ValidationError):
        writer.change_now(refuse_after_adding, entry_of)
    writer.record_now(entry())
    writer.close()
    assert len(announced) == 1


def test_close_finishes_what_was_taken_and_refuses_the_rest(store: StoreInHand) -> None:
    async def main() -> None:
        taken = [store.writer.record(entry()) for _ in range(50)]
        await asyncio.to_thread(store.writer.close)
        await asyncio.gather(*taken)
        with pytest.raises(ServiceUnavailable):
            await store.writer.record(entry())

    asyncio.run(main())
    assert len(entries(store)) == 50


def test_a_caller_who_left_costs_the_others_nothing(store: StoreInHand) -> None:
    async def main() -> None:
        gone = store.writer.record(entry())
        gone.cancel()
        await store.writer.record(entry())

    asyncio.run(main())
    assert len(entries(store)) == 2


def test_a_closed_loop_does_not_stop_the_writer(store: StoreInHand) -> None:
    loop = asyncio.new_event_loop()

    async def leave() -> None:
        store.writer.record(entry())

    loop.run_until_complete(leave())
    loop.close()
    store.change(one_more(5))
    assert len(entries(store)) == 2


def test_old_changes_are_pruned(store: StoreInHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "KEPT", 2)
    monkeypatch.setattr(changes, "PRUNED_EVERY", 4)
    for _ in range(5):
        store.change(lambda tx: tx.touch("x"))
    assert [seq for seq, _ in changed(store)] == [3, 4, 5]


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_full_disk_refuses_all_and_later_work_goes_on(store: StoreInHand) -> None:
    def fill_up(tx: Tx) -> None:
        pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def too_much(tx: Tx) -> None:
        tx.connection.execute(insert(schema.account).values(id="5", sealed_data_key=b"x" * 100_000, created_at=1))

    store.change(fill_up)
    outcomes = gathered(
        lambda: store.writer.change(too_much, entry_of),
        lambda: store.writer.record(entry()),
    )
    assert [type(outcome) for outcome in outcomes[:1]] == [ServiceUnavailable]
    store.change(too_much)
    assert account_ids(store) == [ACCOUNT, "5"]


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_busy_file_refuses_and_later_work_goes_on(store: StoreInHand) -> None:
    def be_impatient(tx: Tx) -> None:
        tx.connection.exec_driver_sql("PRAGMA busy_timeout = 10")

    store.change(be_impatient)
    with store.opened.writing.connect() as other, other.begin(), pytest.raises(ServiceUnavailable):
        store.change(one_more(5))
    store.change(one_more(6))
    assert account_ids(store) == [f"{6:012d}", ACCOUNT]


def end_connection(tx: Tx) -> None:
    tx.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_lost_connection_is_made_again_and_the_work_done_once(store: StoreInHand) -> None:
    tries: list[int] = []

    def lose_it_once(tx: Tx) -> None:
        one_more(5)(tx)
        tries.append(1)
        if len(tries) == 1:
            end_connection(tx)

    store.change(lose_it_once)
    assert len(tries) == 2
    assert account_ids(store) == [f"{5:012d}", ACCOUNT]
    assert entries(store) == [("test:Change", "")]


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_connection_that_is_always_lost_is_a_refusal(store: StoreInHand) -> None:
    with pytest.raises(ServiceUnavailable):
        store.change(end_connection)
    store.change(one_more(5))
    assert entries(store) == [("test:Change", "")]


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_commit_whose_answer_was_lost_is_not_done_twice(store: StoreInHand) -> None:
    lost: list[int] = []

    @event.listens_for(store.opened.writing, "commit")
    def commit_and_lose(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        if driver is not None and len(lost) < 1 and tries:
            lost.append(1)
            driver.commit()
            driver.close()

    tries: list[int] = []

    def count(tx: Tx) -> None:
        tries.append(1)
        one_more(5)(tx)

    store.change(count)
    assert (len(lost), len(tries)) == (1, 1)
    assert account_ids(store) == [f"{5:012d}", ACCOUNT]
    assert changed(store) == [(1, f"{5:012d}")]


def test_reading_changes_nothing(store: StoreInHand) -> None:
    with pytest.raises(ServiceUnavailable):
        store.read(one_more(5))
    assert account_ids(store) == [ACCOUNT]
