"""One runner acts on a user at a time, and one that is late is refused: by threads and by processes."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from tests.unit.rotation.ledger.rows import ACCOUNT, USER, T, event, rotation
from watchword.rotation.ledger import Fenced, Lease, Ledger


def taken(ledger: Ledger, holder: str = "one", now: float = T, seconds: float = 300.0) -> Lease:
    lease = ledger.lease(ACCOUNT, USER, holder, now, seconds)
    assert lease is not None
    return lease


def test_nobody_else_is_given_a_lease_that_has_not_run_out(ledger: Ledger) -> None:
    first = taken(ledger)
    assert ledger.lease(ACCOUNT, USER, "two", T + 299) is None
    assert ledger.lease(ACCOUNT, "AIDABOB", "two", T) is not None
    assert ledger.lease("444455556666", USER, "two", T) is not None
    second = taken(ledger, "two", T + 300)
    assert second.token > first.token


def test_a_late_writer_is_refused_and_leaves_no_trace(ledger: Ledger) -> None:
    late = taken(ledger)
    present = taken(ledger, "two", T + 300)
    with pytest.raises(Fenced, match="another runner's hands"):
        ledger.keep(late, rotation(), event())
    assert (ledger.rotations(ACCOUNT), ledger.history()) == ((), [])
    ledger.keep(present, rotation(), event())
    for act in (lambda: ledger.renew(late, T + 301), lambda: ledger.keep(late, rotation(), event())):
        with pytest.raises(Fenced):
            act()
    ledger.release(late)
    ledger.keep(present, rotation(), event())


def test_a_lease_that_ran_out_and_was_given_to_nobody_still_holds(ledger: Ledger) -> None:
    ledger.keep(taken(ledger, seconds=0.0), rotation(), event())


def test_renewing_keeps_others_out(ledger: Ledger) -> None:
    lease = ledger.renew(taken(ledger), T + 200)
    assert lease.until == T + 500
    assert ledger.lease(ACCOUNT, USER, "two", T + 400) is None


def test_after_release_it_is_free_and_holds_no_more(ledger: Ledger) -> None:
    lease = taken(ledger)
    ledger.release(lease)
    with pytest.raises(Fenced):
        ledger.keep(lease, rotation(), event())
    assert taken(ledger, "two").token > lease.token


def test_a_restarted_runner_takes_its_own_lease_again_and_fences_its_past(ledger: Ledger) -> None:
    before = taken(ledger)
    after = taken(ledger, now=T + 1)
    with pytest.raises(Fenced):
        ledger.keep(before, rotation(), event())
    ledger.keep(after, rotation(), event())


def test_a_lease_of_one_user_says_nothing_of_another(ledger: Ledger) -> None:
    other = ledger.lease(ACCOUNT, "AIDABOB", "one", T)
    assert other is not None
    with pytest.raises(Fenced, match="needs that user's lease"):
        ledger.keep(other, rotation(), event())


def test_of_many_threads_one_is_given_the_lease(ledger: Ledger) -> None:
    start = threading.Barrier(8)

    def ask(number: int) -> Lease | None:
        start.wait()
        return ledger.lease(ACCOUNT, USER, f"runner-{number}", T)

    with ThreadPoolExecutor(8) as pool:
        granted = [lease for lease in pool.map(ask, range(8)) if lease]
    assert len(granted) == 1


def ask_from_a_process(url: str, number: int) -> list[str]:
    """Ask 20 times, for another user each time, and name those that were given."""
    ledger = Ledger.open(url)
    try:
        users = [f"AIDA{one}" for one in range(20)]
        return [user for user in users if ledger.lease(ACCOUNT, user, f"runner-{number}", T)]
    finally:
        ledger.close()


def test_of_two_processes_one_is_given_each_lease(ledger_url: str) -> None:
    Ledger.open(ledger_url).close()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        asked = [pool.submit(ask_from_a_process, ledger_url, number) for number in range(2)]
        granted = [user for one in asked for user in one.result()]
    assert sorted(granted) == sorted({f"AIDA{one}" for one in range(20)})
