"""A turn that stood still: another runner took over meanwhile, so nothing more is asked of the account."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.rotation_world import ACCOUNT, START, House, member_of
from watchword.rotation.acting import keys
from watchword.rotation.acting.taking import taken
from watchword.rotation.acting.turn import Means, Turn
from watchword.rotation.ledger import Fenced

CHANGES: dict[str, Callable[[Turn, str], object]] = {
    "create": lambda turn, _key: keys.create(turn),
    "deactivate": lambda turn, key: keys.set_active(turn, key, active=False),
    "delete": lambda turn, _key: keys.delete(turn, "AKIAGONE"),
    "put": lambda turn, _key: turn.change_secret(
        "put", lambda: turn.means.member.secrets().describe_secret(SecretId="s")
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_runner_that_stood_still_after_its_intent_asks_nothing_any_more(house: House, what: str) -> None:
    """The pause of a machine comes when it likes: also between the record of an intent and the request."""
    key = house.town.user("ann")
    house.settle()
    rotation, user = house.rotation(), house.town.users["ann"]
    clock = [START]

    def still(point: str) -> None:
        if point.startswith("ask "):
            clock[0] += 1_000
            assert house.ledger.lease(ACCOUNT, user.id, "another", clock[0])

    means = Means(
        member_of(house.town), house.means()["rules"], house.ledger, "one", house.town.look, at=still,
        real=lambda: clock[0],
    )  # fmt: skip
    with taken(means, "ann") as turn:
        turn.rotation = rotation
        house.town.calls.clear()
        with pytest.raises(Fenced):
            CHANGES[what](turn, key)
    assert house.town.calls == []
