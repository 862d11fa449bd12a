"""The feed's law: what was answered on this node is heard at once, on another within a second, and silence is known."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.postgres import Postgres
from tests.support.stores import StoreInHand, entry_of
from watchword.domain.refusal import ServiceUnavailable
from watchword.store import changes, sandbox
from watchword.store.feed import ASK_SECONDS, Feed, open_feed
from watchword.store.writer import Writer

NOTHING: frozenset[str] = frozenset()
SOON = 5.0


class Ticker:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def process(store: StoreInHand, run_directory: Path, ticker: Ticker | None = None) -> Iterator[tuple[Feed, Writer]]:
    """What one process of a node has: its feed, and a writer that tells it."""
    feed = open_feed(store.opened, run_directory, ticker or Ticker())
    writer = Writer(store.opened, feed.announce)
    writer.start()
    try:
        yield feed, writer
    finally:
        writer.close()
        feed.close()


def touch(writer: Writer, *subjects: str) -> None:
    writer.change_now(lambda tx: tx.touch(*subjects), entry_of)


def heard_soon(feed: Feed, *subjects: str) -> bool:
    """Ask until all of these are heard, as requests would."""
    heard: set[str] = set()
    until = time.monotonic() + SOON
    while time.monotonic() < until:
        heard |= feed.poll()
        if heard.issuperset(subjects) or changes.EVERYTHING in heard:
            return True
        threading.Event().wait(0.002)  # the listener's thread needs the processor too
    return False


def test_a_change_is_heard_by_the_next_request_on_every_process_of_the_node(store: StoreInHand, tmp_path: Path) -> None:
    with process(store, tmp_path) as (feed, writer), process(store, tmp_path) as (other, _):
        assert (feed.poll(), other.poll()) == (NOTHING, NOTHING)
        touch(writer, "AIDA1", "AIDA2")
        assert feed.poll() == {"AIDA1", "AIDA2"}
        assert "AIDA1" in other.poll()
        assert feed.poll() == NOTHING


def test_changes_of_all_processes_are_heard_by_all(store: StoreInHand, tmp_path: Path) -> None:
    with ExitStack() as stack:
        processes = [stack.enter_context(process(store, tmp_path)) for _ in range(3)]
        for number in range(12):
            touch(processes[number % 3][1], f"AIDA{number}")
            for feed, _ in processes:
                assert f"AIDA{number}" in feed.poll()


def test_what_was_before_is_not_told(store: StoreInHand, tmp_path: Path) -> None:
    store.change(lambda tx: tx.touch("AIDA1"))
    with process(store, tmp_path) as (feed, writer):
        assert feed.poll() == NOTHING
        touch(writer, "AIDA2")
        assert feed.poll() == {"AIDA2"}


def test_the_journal_alone_is_no_change(store: StoreInHand, tmp_path: Path) -> None:
    with process(store, tmp_path) as (feed, writer):
        writer.record_now(entry_of(None))
        assert feed.poll() == NOTHING
        assert feed.last == 0


def test_a_writer_that_told_nobody_is_heard_all_the_same(store: StoreInHand, tmp_path: Path) -> None:
    """It was killed between commit and telling, or is on another node."""
    ticker = Ticker()
    with process(store, tmp_path, ticker) as (feed, _):
        store.change(lambda tx: tx.touch("AIDA1"))
        ticker.now += 2 * ASK_SECONDS
        assert heard_soon(feed, "AIDA1")


def test_another_node_is_heard(store: StoreInHand, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    ticker = Ticker()
    with process(store, here, ticker) as (feed, writer), process(store, there) as (_, theirs):
        touch(theirs, "AIDA1")
        touch(writer, "AIDA2")
        ticker.now += 2 * ASK_SECONDS
        assert heard_soon(feed, "AIDA1", "AIDA2")


def test_who_fell_behind_reads_everything_anew(
    store: StoreInHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "KEPT", 1)
    monkeypatch.setattr(changes, "PRUNED_EVERY", 1)
    ticker = Ticker()
    with process(store, tmp_path, ticker) as (feed, _):
        for number in range(4):
            store.change(lambda tx, number=number: tx.touch(f"AIDA{number}"))  # type: ignore[misc]  # bound early
        ticker.now += 2 * ASK_SECONDS
        assert heard_soon(feed, "AIDA0", "AIDA1", "AIDA2", "AIDA3")


def test_a_reset_is_heard_as_everything(store: StoreInHand, tmp_path: Path) -> None:
    store.change(sandbox.capture)
    with process(store, tmp_path) as (feed, writer):
        touch(writer, "AIDA1")
        writer.change_now(sandbox.reset, entry_of)
        assert changes.EVERYTHING in feed.poll()
        touch(writer, "AIDA2")
        assert "AIDA2" in feed.poll()


def test_a_mark_left_by_another_store_is_put_right(store: StoreInHand, tmp_path: Path) -> None:
    (tmp_path / "changes").write_bytes((10**6).to_bytes(8, "little"))
    with process(store, tmp_path) as (feed, writer):
        assert feed.poll() == NOTHING
        touch(writer, "AIDA1")
        assert feed.poll() == {"AIDA1"}


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_listener_whose_connection_is_lost_listens_again(
    store: StoreInHand, tmp_path: Path, postgres: Postgres, postgres_database: str
) -> None:
    with process(store, tmp_path) as (feed, _):
        postgres.disconnect_all(postgres_database)
        store.change(lambda tx: tx.touch("AIDA1"))
        assert heard_soon(feed, "AIDA1")


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_changes_that_cannot_be_read_are_a_refusal_and_silence_grows(
    store: StoreInHand, tmp_path: Path, postgres: Postgres, postgres_database: str
) -> None:
    ticker = Ticker()
    with process(store, tmp_path, ticker) as (feed, writer), process(store, tmp_path) as (_, other):
        touch(other, "AIDA1")
        postgres.run(f'ALTER DATABASE "{postgres_database}" ALLOW_CONNECTIONS false')
        try:
            postgres.disconnect_all(postgres_database)
            feed.announce(99, frozenset())  # somebody on this node has changed something
            with pytest.raises(ServiceUnavailable):
                feed.poll()
            ticker.now += 7
            assert feed.silent_for() >= 7
        finally:
            postgres.run(f'ALTER DATABASE "{postgres_database}" ALLOW_CONNECTIONS true')
        assert writer is not other


@pytest.mark.parametrize(
    ("found", "newest", "subjects"),
    [
        ([(5, None, None)], 5, set()),
        ([(7, 6, "a"), (7, 7, "b"), (7, 7, "c")], 7, {"a", "b", "c"}),
        pytest.param([(9, 8, "a"), (9, 9, "b")], 9, {"*"}, id="pruned"),
        pytest.param([(9, None, None)], 9, {"*"}, id="all-pruned"),
        pytest.param([(3, None, None)], 3, {"*"}, id="the-store-went-back"),
    ],
)
def test_rows_are_understood(found: list[changes.Found], newest: int, subjects: set[str]) -> None:
    assert changes.understand(found, 5) == (newest, frozenset(subjects))
