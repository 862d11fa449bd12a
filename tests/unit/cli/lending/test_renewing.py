"""When credentials are asked for anew, and what is served while that fails. The clock is the test's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from watchword.cli.credentials.shapes import Credentials
from watchword.cli.exits import Exit, Stop
from watchword.cli.lending.renewing import PAUSE, Renewing
from watchword.domain.secret import Secret

HOUR = 3_600.0


@dataclass
class House:
    """Somebody who gives credentials of an hour, and counts."""

    now: float = 1_000_000.0
    asked: int = 0
    told: list[str] = field(default_factory=list)
    fault: BaseException | None = None
    lasting: float = HOUR
    gate: threading.Event | None = None

    def give(self) -> Credentials:
        self.asked += 1
        if self.gate:
            assert self.gate.wait(20)
        if self.fault:
            raise self.fault
        return Credentials(f"ASIA{self.asked}", Secret("s"), Secret("t"), self.now + self.lasting)

    def renewing(self, patience: float = 20.0) -> Renewing:
        first = Credentials("ASIA0", Secret("s"), Secret("t"), self.now + self.lasting)
        return Renewing(first, self.give, clock=lambda: self.now, told=self.told.append, patience=patience)


def at_each(house: House, *instants: float, before: Callable[[float], None] = lambda _: None) -> list[str]:
    """Ask at these seconds after the start; gives whose credentials came, or the refusal."""

    async def ask() -> list[str]:
        renewing, start, told = house.renewing(), house.now, []
        for instant in instants:
            house.now = start + instant
            before(instant)
            try:
                told.append((await renewing.good()).access_key_id)
            except Stop as stop:
                told.append(stop.message)
        return told

    return asyncio.run(ask())


def test_renewed_before_little_is_left() -> None:
    house = House()
    assert at_each(house, 0, 2_699, 2_701, 2_702, 5_000) == ["ASIA0", "ASIA0", "ASIA1", "ASIA1", "ASIA1"]
    assert house.asked == 1


def test_short_ones_are_not_renewed_at_every_question() -> None:
    house = House(lasting=900.0)
    assert at_each(house, 0, 1, 449, 451, 452) == ["ASIA0", "ASIA0", "ASIA0", "ASIA1", "ASIA1"]


def test_served_until_they_truly_expire_then_an_error() -> None:
    house = House(fault=Stop("nobody answers"))
    assert at_each(house, 2_800, 3_599, 3_600, 9_000) == ["ASIA0", "ASIA0", "nobody answers", "nobody answers"]
    assert house.told == ["nobody answers"]


def test_a_failure_is_not_repeated_at_once() -> None:
    house = House(fault=Stop("nobody answers"))
    at_each(house, 2_800, 2_801, 2_800 + PAUSE - 1)
    assert house.asked == 1
    house = House(fault=Stop("nobody answers"))
    at_each(house, 2_800, 2_800 + PAUSE)
    assert house.asked == 2


def test_it_goes_on_when_they_can_be_had_again() -> None:
    house = House(fault=Stop("an MFA code is needed", Exit.LOGIN))

    def mended(instant: float) -> None:
        if instant > 5_000:
            house.fault = None

    assert at_each(house, 4_000, 6_000, before=mended) == ["an MFA code is needed", "ASIA2"]


@pytest.mark.parametrize("fault", [ValueError("a fault of ours"), SystemExit(3)])
def test_a_fault_of_ours_ends_nothing(fault: BaseException) -> None:
    house = House(fault=fault)
    told = at_each(house, 2_800, 4_000)
    assert told[0] == "ASIA0"
    assert told[1].startswith("asking for credentials failed: ")


def test_a_long_term_key_is_no_renewal() -> None:
    house = House()
    with pytest.raises(Stop, match="long-term key"):
        Renewing(Credentials("AKIA", Secret("s")), house.give, clock=lambda: 0.0, told=house.told.append)


def test_one_renewal_at_a_time_and_nobody_waits_for_ever() -> None:
    house = House(gate=threading.Event())

    async def ask() -> list[str]:
        renewing = house.renewing(patience=0.01)
        house.now += 2_800
        several = await asyncio.gather(*(renewing.good() for _ in range(20)))
        told = [each.access_key_id for each in several]
        house.now += 900
        with pytest.raises(Stop, match="ask again"):
            await renewing.good()
        assert house.gate
        house.gate.set()
        patient = asyncio.wait_for(_until(renewing), 20)
        return [*told, await patient]

    assert asyncio.run(ask()) == ["ASIA0"] * 20 + ["ASIA1"]
    assert house.asked == 1


async def _until(renewing: Renewing) -> str:
    while True:
        try:
            return (await renewing.good()).access_key_id
        except Stop:
            await asyncio.sleep(0)
