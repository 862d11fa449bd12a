"""A bounded memory, which forgets by what each thing in it was made from."""

from __future__ import annotations

from itertools import islice
from typing import Final, Generic, TypeVar

CAPACITY = 8_192
"""How many of each kind are kept; those known longest go first."""

K = TypeVar("K")


class Shelf(Generic[K]):
    """A bounded memory of one kind of thing; each is forgotten by any subject that it was made from."""

    __slots__ = ("_by_subject", "_known", "find")

    def __init__(self) -> None:
        self._known: dict[str, tuple[K, frozenset[str]]] = {}
        self.find: Final = self._known.get  # asked several times in every request
        """Give a thing and the subjects that it was made from, as they were put here together; None without it."""
        self._by_subject: dict[str, set[str]] = {}

    def made_of(self, name: str) -> frozenset[str]:
        """Give the subjects by any of which a thing is forgotten; none if it is not here."""
        return self._known.get(name, (None, frozenset[str]()))[1]

    def put(self, name: str, known: K, subjects: frozenset[str]) -> None:
        if len(self._known) >= CAPACITY:
            for oldest in list(islice(self._known, CAPACITY // 8)):  # one by one, each would search from the front anew
                self._drop(oldest)
        self._known[name] = known, subjects
        for subject in subjects:
            self._by_subject.setdefault(subject, set()).add(name)

    def forget(self, subject: str) -> None:
        for name in self._by_subject.pop(subject, ()):
            self._drop(name)

    def clear(self) -> None:
        self._known.clear()
        self._by_subject.clear()

    def _drop(self, name: str) -> None:
        _, subjects = self._known.pop(name, (None, frozenset[str]()))
        for subject in subjects:
            names = self._by_subject.get(subject)
            if names:
                names.discard(name)
                if not names:
                    del self._by_subject[subject]
