"""When credentials are renewed and served, for all lives and all moments."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.agent.asking import HOUR, START, credentials
from watchword.agent.windows import (
    LEAST_LEFT,
    LONGEST_PAUSE,
    SOONEST,
    SPARE,
    may_serve,
    when_to_refresh,
    when_to_retry,
)

LIVES = st.floats(-HOUR, 12 * HOUR)


@given(LIVES, st.sampled_from([0.0, LEAST_LEFT]))
def test_not_at_once_and_not_after_half_a_life(life: float, least_left: float) -> None:
    waited = when_to_refresh(credentials(life=life), least_left) - START
    assert waited >= SOONEST
    assert waited <= max(SOONEST, life / 2) + 0.001


@given(st.floats(HOUR, 12 * HOUR))
def test_half_an_hour_is_left_and_time_to_try_again(life: float) -> None:
    held = credentials(life=life)
    at_least = LEAST_LEFT + min(SPARE, life / 4)
    assert held.expires_at - when_to_refresh(held, LEAST_LEFT) >= at_least - 0.001


def test_lives_that_people_ask_for() -> None:
    assert when_to_refresh(credentials(life=HOUR), LEAST_LEFT) == START + 1_500
    assert when_to_refresh(credentials(life=12 * HOUR), LEAST_LEFT) == START + 6 * HOUR
    assert when_to_refresh(credentials(life=900), 0) == START + 450


@given(LIVES, st.floats(-HOUR, 13 * HOUR))
def test_served_to_the_end_and_no_longer(life: float, moment: float) -> None:
    held = credentials(life=life)
    now = START + moment
    assert may_serve(now, held) is (now < held.expires_at)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_retries_come_within_a_minute_and_never_all_at_once(failures: int, chance: float) -> None:
    pause = when_to_retry(START, failures, chance) - START
    assert 0.49 < pause <= LONGEST_PAUSE + 0.01
    assert when_to_retry(START, failures + 1, chance) >= START + pause - 0.01


def test_chance_is_half_of_a_retry() -> None:
    assert [when_to_retry(0, 3, chance) for chance in (0, 0.5, 1)] == [2, 3, 4]
