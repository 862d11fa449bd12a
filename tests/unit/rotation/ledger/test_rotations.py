"""Rotations on record: found by what they speak of, and never two that would cross each other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from tests.unit.rotation.ledger.rows import ACCOUNT, USER, T, event, rotation
from watchword.rotation.ledger import Fenced, Lease, Ledger, OneAtATime
from watchword.rotation.records import Kept, Kind, State


@pytest.fixture
def lease(ledger: Ledger) -> Lease:
    found = ledger.lease(ACCOUNT, USER, "one", T)
    assert found is not None
    return found


def test_what_is_kept_comes_back_as_it_was(ledger: Ledger, lease: Lease) -> None:
    whole = replace(
        rotation(state=State.OVERLAP),
        attempts=(T, T + 0.25),
        known=("AKIAOLD",),
        new="AKIANEW",
        orphans=("AKIALOST",),
        kept=Kept(ACCOUNT, "eu-central-1", "Account_1_User_ann_AccessKey", made=True),
        proven_at=T + 86_400.125,
    )
    ledger.keep(lease, rotation(), event())
    ledger.keep(lease, whole, event("made current"))
    assert ledger.find("r-1") == whole
    assert ledger.of_user(ACCOUNT, USER) == ledger.rotations(ACCOUNT) == ledger.every() == (whole,)
    assert [ledger.with_key(key) for key in ("AKIAOLD", "AKIANEW", "AKIALOST", "AKIAELSE")] == [whole] * 3 + [None]
    assert [line.what for line in ledger.history(rotation="r-1")] == ["opened", "made current"]


def test_a_user_has_one_open_replacement(ledger: Ledger, lease: Lease) -> None:
    ledger.keep(lease, rotation(), event())
    with pytest.raises(OneAtATime, match="another replace under way"):
        ledger.keep(lease, rotation("r-2", old="AKIAELSE"), event(of="r-2"))
    assert [line.rotation for line in ledger.history()] == ["r-1"]
    ledger.keep(lease, rotation(state=State.DELETED), event())
    ledger.keep(lease, rotation("r-2", old="AKIAELSE"), event(of="r-2"))
    with pytest.raises(OneAtATime):
        ledger.keep(lease, rotation(), event())


def test_each_key_has_one_open_retirement(ledger: Ledger, lease: Lease) -> None:
    ledger.keep(lease, rotation(), event())
    for number, key in enumerate(("AKIAONE", "AKIATWO")):
        ledger.keep(lease, rotation(f"q-{number}", kind=Kind.RETIRE, old=key), event(of=f"q-{number}"))
    with pytest.raises(OneAtATime):
        ledger.keep(lease, rotation("q-9", kind=Kind.RETIRE, old="AKIAONE"), event(of="q-9"))


def test_lists_tell_open_ones_from_closed(ledger: Ledger, lease: Lease) -> None:
    for number, state in enumerate((State.DELETED, State.ABANDONED, State.ROLLED_BACK, State.DEACTIVATED)):
        ledger.keep(lease, replace(rotation(f"r-{number}", state=state), opened_at=T + number), event())
    assert [one.id for one in ledger.rotations(ACCOUNT)] == ["r-2", "r-3"]
    assert [one.id for one in ledger.of_user(ACCOUNT, USER)] == ["r-2", "r-3"]
    assert [one.id for one in ledger.closed_of_user(ACCOUNT, USER)] == ["r-0", "r-1"]
    assert [one.id for one in ledger.every(states=[State.DELETED])] == ["r-0"]
    assert ledger.rotations("444455556666") == ledger.of_user(ACCOUNT, "AIDABOB") == ()
    standing = ledger.with_key("AKIAOLD")
    assert standing is not None
    assert standing.id == "r-3"


def test_of_two_runners_that_open_one_at_once_one_does(ledger_url: str) -> None:
    """Both hold the same lease, as two threads of one runner would: the table itself refuses the second."""
    ledgers = [Ledger.open(ledger_url) for _ in range(4)]
    lease = ledgers[0].lease(ACCOUNT, USER, "one", T)
    assert lease is not None
    start = threading.Barrier(4)

    def open_one(number: int) -> bool:
        start.wait()
        try:
            ledgers[number].keep(lease, rotation(f"r-{number}"), event(of=f"r-{number}"))
        except OneAtATime:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(open_one, range(4))) == [False, False, False, True]
    assert len(ledgers[0].rotations(ACCOUNT)) == len(ledgers[0].history()) == 1
    for one in ledgers:
        one.close()


def test_of_two_runners_in_a_race_none_writes_after_it_was_fenced(ledger_url: str) -> None:
    """Each takes the lease from the other over and over: what was written rose with the token, and nothing was lost."""
    ledgers = [Ledger.open(ledger_url) for _ in range(2)]
    written: list[int] = []
    clock = iter(range(10_000))
    lock = threading.Lock()

    def runner(number: int) -> None:
        for _ in range(15):
            with lock:
                now = T + 1000.0 * next(clock)
            lease = ledgers[number].lease(ACCOUNT, USER, f"runner-{number}", now)
            if lease is None:
                continue
            try:
                ledgers[number].keep(lease, replace(rotation(), updated_at=float(lease.token)), event(str(lease.token)))
            except Fenced:
                continue
            written.append(lease.token)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(runner, range(2)))
    told = [int(line.what) for line in ledgers[0].history(limit=1000)]
    assert told == sorted(told)
    assert sorted(told) == sorted(written)
    last = ledgers[0].find("r-1")
    assert last is not None
    assert last.updated_at == max(told)
    for one in ledgers:
        one.close()
