"""Posting: what is owed is sent; what does not arrive stays owed, until it has been tried as often as the rules say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from watchword.rotation.ledger import Ledger
from watchword.rotation.notices import Delivery
from watchword.rotation.telling.faults import Undelivered
from watchword.rotation.telling.ways import Ways


@dataclass(frozen=True, slots=True)
class Failure:
    """A message that did not arrive, and why; `given_up` when no further attempt is made."""

    to: str
    subject: str
    why: str
    given_up: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of telling: whom messages reached, which did not arrive; `nowhere` are addresses without a way."""

    reached: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    nowhere: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether some message did not arrive."""
        return bool(self.failures)

    def __add__(self, other: Delivered) -> Delivered:
        return Delivered(self.reached + other.reached, self.failures + other.failures, self.nowhere + other.nowhere)


def post(
    deliveries: Iterable[Delivery], ways: Ways, ledger: Ledger, attempts: int, now: Callable[[], float]
) -> Delivered:
    """Try to send each once. One that fails does not hold the others."""
    reached, failures = [], []
    for delivery in deliveries:
        try:
            ways.send(delivery)
        except Undelivered as undelivered:
            given_up = undelivered.for_good or delivery.attempts + 1 >= attempts
            ledger.undeliverable(delivery.id, str(undelivered), now(), give_up=given_up)
            failures.append(Failure(delivery.to, delivery.subject, str(undelivered), given_up))
        else:
            ledger.delivered(delivery.id, now())
            reached.append(delivery.to)
    return Delivered(tuple(reached), tuple(failures))
