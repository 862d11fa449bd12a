"""Keeping credentials fresh: one attempt at a time, through outages, and never past their end."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.unit.agent.asking import HOUR, ROLE, START, Time, Upstream, keeper
from watchword.agent import keeper as room
from watchword.agent.credentials import NotHad, Trouble


def test_many_askers_and_one_attempt() -> None:
    let_go = threading.Event()
    upstream = Upstream(Time(), before=lambda: let_go.wait(5))
    kept = keeper(upstream)

    async def story() -> None:
        askers = [asyncio.create_task(kept.current()) for _ in range(50)]
        await asyncio.sleep(0)
        let_go.set()
        held = await asyncio.gather(*askers)
        assert {credentials.access_key_id for credentials in held} == {"ASIA1"}

    asyncio.run(story())
    assert upstream.asked == 1


def test_a_slow_source_keeps_nobody_waiting_while_something_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "ASKER_WAITS", 0.01)
    time = Time()
    upstream = Upstream(time)
    kept = keeper(upstream)
    let_go = threading.Event()

    async def story() -> None:
        assert (await kept.current()).access_key_id == "ASIA1"
        upstream.before = lambda: let_go.wait(5)
        time.at += 1_600
        assert (await kept.current()).access_key_id == "ASIA1"
        let_go.set()
        await kept.renewal()
        assert (await kept.current()).access_key_id == "ASIA2"

    asyncio.run(story())


def test_a_machine_that_slept_gets_new_ones_when_it_is_asked() -> None:
    upstream = Upstream(Time())
    kept = keeper(upstream)

    async def story() -> None:
        await kept.current()
        upstream.time.at += 5 * HOUR
        assert (await kept.current()).access_key_id == "ASIA2"

    asyncio.run(story())


@pytest.mark.parametrize("wrong", [Trouble.UNREACHABLE, Trouble.UNAVAILABLE, ValueError("odd"), Trouble.REFUSED])
def test_an_outage_is_served_through_until_the_end(wrong: Trouble | Exception) -> None:
    upstream = Upstream(Time())
    kept = keeper(upstream)

    async def story() -> None:
        await kept.current()
        upstream.wrong = wrong
        upstream.time.at = START + HOUR - 1
        assert (await kept.current()).access_key_id == "ASIA1"
        upstream.time.at = START + HOUR
        with pytest.raises(NotHad):
            await kept.current()
        assert not kept.seconds_left()
        upstream.wrong = None
        upstream.time.at += 60
        assert (await kept.current()).access_key_id == "ASIA2"
        assert kept.trouble is None

    asyncio.run(story())


def test_a_fault_of_ours_is_told_by_its_name_alone() -> None:
    kept = keeper(Upstream(Time(), wrong=ValueError("secret-1")))
    with pytest.raises(NotHad, match=r"^ValueError; see the agent's log$") as raised:
        asyncio.run(kept.current())
    assert raised.value.trouble is Trouble.BROKEN


def test_a_role_taken_away_leaves_nothing() -> None:
    upstream = Upstream(Time())
    kept = keeper(upstream)

    async def story() -> None:
        await kept.current()
        assert kept.role_name == "web"
        upstream.wrong = Trouble.NO_ROLE
        upstream.time.at += 1_600
        with pytest.raises(NotHad, match="it is no_role"):
            await kept.current()
        assert kept.role_name == ""

    asyncio.run(story())


@pytest.mark.parametrize(("verdict", "left"), [(True, 2_000), (None, 2_000), (False, 0)])
@pytest.mark.parametrize("wrong", [Trouble.DENIED, Trouble.LOGIN, Trouble.REFUSED])
def test_a_denial_is_of_what_is_held_only_if_that_is_refused_too(
    wrong: Trouble, *, verdict: bool | None, left: float
) -> None:
    upstream = Upstream(Time(), verdict=verdict)
    kept = keeper(upstream)

    async def story() -> None:
        await kept.current()
        upstream.wrong = wrong
        upstream.time.at += 1_600
        await kept.renewal()
        assert kept.seconds_left() == left

    asyncio.run(story())
    assert upstream.looked == ["ASIA1"]


class Stopped(Exception):  # noqa: N818 - how a test ends
    pass


def run_for(kept: room.Keeper, time: Time, seconds: float) -> list[float]:
    """Let a keeper live for so long; gives its naps."""
    naps: list[float] = []
    end = time() + seconds

    async def pause(nap: float) -> None:
        await asyncio.sleep(0)
        if time() >= end:
            raise Stopped
        naps.append(nap)
        time.at += max(nap, 0.001)

    with pytest.raises(Stopped):
        asyncio.run(kept.keep(pause))
    return naps


def test_ended_ones_are_dropped_at_the_next_look_and_new_ones_asked_for() -> None:
    upstream = Upstream(Time())
    kept = keeper(upstream, check_every=60)

    async def story() -> None:
        await kept.renewal()
        upstream.verdict, upstream.role = False, ROLE.replace("web", "batch")

    asyncio.run(story())
    run_for(kept, upstream.time, 30)
    assert upstream.given == 1
    run_for(kept, upstream.time, 45)
    assert upstream.given == 2
    assert kept.role_name == "batch"


def test_ended_ones_are_served_no_more_even_when_nothing_new_is_had() -> None:
    upstream = Upstream(Time())
    kept = keeper(upstream, check_every=60)
    asyncio.run(_renewed(kept))
    upstream.verdict, upstream.wrong = False, Trouble.UNREACHABLE
    run_for(kept, upstream.time, 70)
    assert not kept.seconds_left()


async def _renewed(kept: room.Keeper) -> None:
    await kept.renewal()


def test_it_neither_hurries_nor_oversleeps() -> None:
    upstream = Upstream(Time())
    naps = run_for(keeper(upstream), upstream.time, 24 * HOUR)
    assert max(naps) <= room.LONGEST_NAP
    assert upstream.asked == 58  # every 25 minutes


def test_an_outage_is_asked_about_once_a_minute_at_most_in_the_end() -> None:
    upstream = Upstream(Time(), wrong=Trouble.UNREACHABLE)
    run_for(keeper(upstream), upstream.time, HOUR)
    assert 60 <= upstream.asked <= 90


def test_a_clock_that_stands_wrong_is_no_reason_to_hurry() -> None:
    upstream = Upstream(Time(), life=-HOUR)
    run_for(keeper(upstream), upstream.time, 600)
    assert upstream.asked <= 21


def test_no_secret_shows() -> None:
    kept = keeper(Upstream(Time()))

    async def story() -> None:
        held = await kept.current()
        for shown in (repr(held), str(held), f"{kept.held}"):
            assert "secret-1" not in shown
            assert "token-1" not in shown

    asyncio.run(story())
