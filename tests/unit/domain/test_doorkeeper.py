from __future__ import annotations

from watchword.domain.doorkeeper import Doorkeeper


def test_whoever_comes_again_is_known() -> None:
    doorkeeper = Doorkeeper(10)
    assert [doorkeeper.knows(name) for name in "abab"] == [False, False, True, True]


def test_a_crowd_is_forgotten() -> None:
    doorkeeper = Doorkeeper(3)
    assert not any(doorkeeper.knows(str(number)) for number in range(1_000))
    assert doorkeeper.knows("999")
    assert not doorkeeper.knows("0")
    assert len(doorkeeper._seen) <= 3
