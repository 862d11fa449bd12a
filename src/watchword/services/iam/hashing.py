"""Passwords become hashes here: argon2id, with the second of RFC 9106's recommended choices of parameters.

One hash costs a tenth of a second and 64 MiB, by intent. The writer, for which every answer waits, must not spend
that: an operation has its hashes made before it is carried out (`made_first`), on a thread that keeps nobody, and then
finds them among those kept here. One that is not there is made on the spot: slower, never wrong.

All passwords of one user are hashed with one salt, drawn when it gets its first. So one hash, not one for each
password before it, tells whether a new password was used before. The price: whoever steals the table tries each guess
on a user's former passwords, which open nothing, along with the present one.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from threading import BoundedSemaphore, Lock

from argon2 import extract_parameters
from argon2.low_level import Type, hash_secret
from argon2.profiles import RFC_9106_LOW_MEMORY

from watchword.services.directory import Miss
from watchword.services.operation import Asking, Caller, Outside

AT_ONCE = 2
"""Hashes made at the same time; many more would take the machine's memory from all else."""
KEPT = 256
"""Hashes kept for the operations that had them made; the oldest goes first."""
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a hash is made: a salt, and argon2id's costs (memory in KiB, length in bytes)."""

    salt: bytes
    time: int = RFC_9106_LOW_MEMORY.time_cost
    memory: int = RFC_9106_LOW_MEMORY.memory_cost
    lanes: int = RFC_9106_LOW_MEMORY.parallelism
    length: int = RFC_9106_LOW_MEMORY.hash_len

    @classmethod
    def of(cls, made: str) -> Recipe:
        """Read from a hash how it was made.

        Raises argon2's InvalidHash.   Source: the PHC string format.
        """
        costs = extract_parameters(made)
        salt = made.split("$")[-2]
        salt += "=" * (-len(salt) % 4)
        return cls(b64decode(salt), costs.time_cost, costs.memory_cost, costs.parallelism, costs.hash_len)


Wanted = tuple[str, Recipe]
"""A password, and how it is to be hashed."""


def hashed(password: str, recipe: Recipe) -> str:
    """Hash a password with argon2id; in PHC form."""
    made = hash_secret(
        password.encode(),
        recipe.salt,
        time_cost=recipe.time,
        memory_cost=recipe.memory,
        parallelism=recipe.lanes,
        hash_len=recipe.length,
        type=Type.ID,
    )
    return made.decode("ascii")


class Hashes:
    """Makes hashes, a few at a time, and keeps the newest, each for the request that had it made.

    For that one alone: a hash that is there sooner would tell a stranger that he guessed somebody's password. Nor does
    what is kept tell which passwords the hashes are of.
    """

    def __init__(self, make: Callable[[str, Recipe], str]) -> None:
        self._make = make
        self._key = secrets.token_bytes(32)
        self._made: dict[bytes, str] = {}
        self._lock = Lock()
        self._turns = BoundedSemaphore(AT_ONCE)

    def draw(self, asking: Asking, subject: str) -> Recipe:
        """Draw the salt for a subject's first password: another for each request, the same at each of its steps."""
        return Recipe(self._mark(asking, "salt", subject)[:_SALT_BYTES])

    def has(self, asking: Asking, wanted: Wanted) -> bool:
        """Tell whether this request has had a hash made already."""
        return self._mark(asking, *wanted) in self._made

    def of(self, asking: Asking, password: str, recipe: Recipe) -> str:
        """Give the hash of a password, in PHC form; a tenth of a second if it has to be made."""
        mark = self._mark(asking, password, recipe)
        made = self._made.get(mark)
        if made is None:
            with self._turns:
                made = self._make(password, recipe)
            with self._lock:
                self._made[mark] = made
                while len(self._made) > KEPT:
                    del self._made[next(iter(self._made))]
        return made

    def match(self, asking: Asking, password: str, made: str) -> bool:
        """Tell whether a hash is of this password."""
        return hmac.compare_digest(self.of(asking, password, Recipe.of(made)), made)

    def name(self, asking: Asking, wanted: Iterable[Wanted]) -> str:
        """Name hashes of one request, as only this process can."""
        return " ".join(self._mark(asking, *each).hex() for each in wanted)

    def _mark(self, asking: Asking, *what: str | Recipe) -> bytes:
        """Mark something of one request: its time is the same at each step, and no other of that key has it."""
        request = (asking.caller.access_key_id, asking.now)
        return hmac.digest(self._key, repr((request, what)).encode(), sha256)


HASHES = Hashes(hashed)
"""Those of this process: what one request had made before is found when it is carried out."""


def made_first(wanted: Callable[[Asking], Iterable[Wanted]]) -> Callable[[Asking], Caller]:
    """Have hashes made before an operation is carried out, outside every transaction; for its `asks`.

    What they cost must not depend on what the caller may not know: nothing is authorised yet.
    """

    def ready(asking: Asking) -> Caller:
        if asking.transaction is None:
            raise Miss("password hashes")
        lacking = [each for each in wanted(asking) if not HASHES.has(asking, each)]
        if lacking:
            raise Outside(partial(_make, asking, lacking), HASHES.name(asking, lacking))
        return asking.caller

    return ready


def _make(asking: Asking, lacking: Iterable[Wanted]) -> None:
    for password, recipe in lacking:
        HASHES.of(asking, password, recipe)
