"""What one process remembers, in shelves, and when it forgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import Any, TypeVar

from watchword.domain.doorkeeper import Doorkeeper
from watchword.policy import Policy
from watchword.services.known import KnownKey, KnownOidcProvider, KnownRole, KnownSamlProvider, KnownUser
from watchword.services.limits import Limits
from watchword.services.sessions.standing import Standing
from watchword.services.shelf import CAPACITY, Shelf
from watchword.store.changes import EVERYTHING
from watchword.store.organizations import Organization

K = TypeVar("K")


class Memory:
    """All shelves of one process, and the count of times that something on them was forgotten.

    `now` tells the authority's time, so that nothing is read that has ceased to matter.
    """

    def __init__(self, now: Callable[[], float] = lambda: 0.0) -> None:
        self.now = now
        self.keys: Shelf[KnownKey] = Shelf()
        self.users: Shelf[KnownUser] = Shelf()
        self.roles: Shelf[KnownRole] = Shelf()
        self.role_arns: Shelf[KnownRole] = Shelf()
        self.policies: Shelf[Policy] = Shelf()
        self.oidc_providers: Shelf[KnownOidcProvider] = Shelf()
        self.saml_providers: Shelf[KnownSamlProvider] = Shelf()
        self.organizations: Shelf[Organization] = Shelf()
        self.limits: Shelf[Limits] = Shelf()
        self.closed: Shelf[bool] = Shelf()
        self.places: Shelf[tuple[str, ...]] = Shelf()
        self.standings: Shelf[Standing] = Shelf()
        self.met = Doorkeeper(2 * CAPACITY)
        """The keys that were looked for on the event loop."""
        self.generation = 0
        self.reading_standing = Lock()
        self._lock = Lock()

    def forget(self, subjects: Iterable[str]) -> None:
        """Drop all that was made from these subjects."""
        with self._lock:
            self.generation += 1
            for shelf in self._shelves():
                for subject in subjects:
                    if subject == EVERYTHING:
                        shelf.clear()
                    else:
                        shelf.forget(subject)

    def remember(self, shelf: Shelf[K], name: str, known: K, subjects: frozenset[str], generation: int) -> None:
        """Keep what was read, unless anything was forgotten since the reading began: then it may be stale."""
        with self._lock:
            if generation == self.generation:
                shelf.put(name, known, subjects)

    def _shelves(self) -> Iterator[Shelf[Any]]:
        return (held for held in vars(self).values() if isinstance(held, Shelf))
