"""How fast one account is asked: by a clock that stands still until somebody waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Thread

import pytest

from watchword.rotation.access.pace import SLOWEST, Pace


@dataclass
class Time:
    at: float = 100.0
    waited: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.at += seconds


def test_a_second_of_calls_is_free_and_then_they_keep_the_rate() -> None:
    time = Time()
    pace = Pace(10.0, 10.0, time.now, time.pause)
    for _ in range(31):
        pace.take()
    assert time.at - 100.0 == pytest.approx(2.0, abs=0.11)


def test_refusals_halve_the_rate_once_a_second_and_answers_raise_it_slowly() -> None:
    time = Time()
    pace = Pace(8.0, 8.0, time.now, time.pause)
    pace.refused()
    pace.refused()
    assert pace.rate == 4.0
    time.at += 1.0
    pace.refused()
    assert pace.rate == 2.0
    for _ in range(10):
        pace.answered()
    assert pace.rate == pytest.approx(2.0 + 10 * 8.0 * 0.02)
    for _ in range(1000):
        pace.answered()
    assert pace.rate == 8.0
    for _ in range(20):
        time.at += 1.0
        pace.refused()
    assert pace.rate == SLOWEST


def test_many_threads_share_one_rate() -> None:
    time = Time()
    pace = Pace(10.0, 10.0, time.now, lambda _: None)

    def take_many() -> None:
        for _ in range(50):
            pace.take()

    threads = [Thread(target=take_many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last: list[float] = []
    pace.pause = last.append
    pace.take()
    assert last[0] == pytest.approx(400 / 10 - 1.0, abs=0.01)
