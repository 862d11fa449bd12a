"""How passwords become hashes, and that the writer need not wait for one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError
from argon2.profiles import RFC_9106_LOW_MEMORY

from tests.support.stores import NOW
from tests.unit.services.iam.house import ROOT, House
from watchword.services.directory import Directory, Miss
from watchword.services.iam.hashing import HASHES, KEPT, Hashes, Recipe, Wanted, hashed, made_first
from watchword.services.memory import Memory
from watchword.services.operation import Asking, Outside
from watchword.store.tx import Tx

CHEAP = Recipe(b"sixteen bytes!!!", time=1, memory=8, lanes=1)
PASSWORD = "correct horse \u00e9"
UNREAD: Any = None
ASKED = Asking(ROOT, {}, UNREAD, UNREAD, NOW)
"""A request, as far as hashes are concerned with it."""


def asking(house: House, tx: Tx | None = None) -> Asking:
    return Asking(ROOT, {}, Directory(Memory(), house.tools.vaults), house.tools, house.tools.clock.now(), tx)


def test_a_hash_is_argon2id_with_the_second_recommended_choice_of_rfc_9106() -> None:
    made = Hashes(hashed).of(ASKED, PASSWORD, Recipe(b"sixteen bytes!!!"))
    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert extract_parameters(made) == RFC_9106_LOW_MEMORY
    assert PasswordHasher().verify(made, PASSWORD)
    assert Recipe.of(made) == Recipe(b"sixteen bytes!!!")


def test_a_hash_matches_its_password_alone() -> None:
    made = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=20, salt_len=19).hash(PASSWORD)
    hashes = Hashes(hashed)
    assert hashes.match(ASKED, PASSWORD, made)
    assert not hashes.match(ASKED, PASSWORD + " ", made)
    assert not hashes.match(ASKED, PASSWORD[:-1] + "e", made)
    with pytest.raises(InvalidHashError):
        hashes.match(ASKED, PASSWORD, "$argon2id$v=19$nothing$of$it")


def test_a_hash_is_made_once_and_what_is_kept_tells_no_password() -> None:
    asked: list[Recipe] = []

    def make(password: str, recipe: Recipe) -> str:
        asked.append(recipe)
        return hashed(password, recipe)

    hashes = Hashes(make)
    assert not hashes.has(ASKED, (PASSWORD, CHEAP))
    made = hashes.of(ASKED, PASSWORD, CHEAP)
    assert hashes.has(ASKED, (PASSWORD, CHEAP))
    assert not hashes.has(ASKED, (PASSWORD, replace(CHEAP, salt=b"another salt!!!!")))
    assert PASSWORD not in repr(vars(hashes))
    assert hashes.of(ASKED, PASSWORD, CHEAP) == made
    assert asked == [CHEAP]


def test_a_hash_is_there_for_the_request_that_had_it_made_alone() -> None:
    """Else one could tell from the time of a refusal that a guess was right."""
    hashes = Hashes(hashed)
    hashes.of(ASKED, PASSWORD, CHEAP)
    for other in (replace(ASKED, now=NOW + 0.000_001), replace(ASKED, caller=replace(ROOT, access_key_id="AKIAOTHER"))):
        assert not hashes.has(other, (PASSWORD, CHEAP))
        assert hashes.name(other, [(PASSWORD, CHEAP)]) != hashes.name(ASKED, [(PASSWORD, CHEAP)])


def test_only_the_newest_are_kept() -> None:
    hashes = Hashes(hashed)
    for number in range(KEPT + 1):
        hashes.of(ASKED, str(number), CHEAP)
    assert not hashes.has(ASKED, ("0", CHEAP))
    assert hashes.has(ASKED, ("1", CHEAP))
    assert hashes.has(ASKED, (str(KEPT), CHEAP))


def test_a_salt_is_of_one_request_and_one_subject(house: House) -> None:
    first, later = asking(house), asking(house.at(1_800_000_000))
    salt = HASHES.draw(first, "ann").salt
    assert len(salt) == 16
    assert HASHES.draw(asking(house), "ann").salt == salt, "the same at each step of a request"
    others = [HASHES.draw(later, "ann"), HASHES.draw(first, "bob"), Hashes(hashed).draw(first, "ann")]
    assert len({salt, *(other.salt for other in others)}) == 4


def test_hashes_are_made_outside_the_transaction(house: House) -> None:
    def wanted(_asking: Asking) -> Iterable[Wanted]:
        return [("made first", CHEAP), ("and second", CHEAP)]

    now = house.at(1_900_000_000 + house.store.opened.on_sqlite)  # a request of its own on either database
    ready = made_first(wanted)
    with pytest.raises(Miss):  # on the event loop nothing is read, and nothing hashed
        ready(asking(now))
    with pytest.raises(Outside) as sent:
        now.store.read(lambda tx: ready(asking(now, tx)))
    assert not HASHES.has(asking(now), ("made first", CHEAP))
    assert "made first" not in sent.value.what
    sent.value.fetch()
    assert HASHES.has(asking(now), ("made first", CHEAP))
    assert HASHES.has(asking(now), ("and second", CHEAP))
    assert now.store.read(lambda tx: ready(asking(now, tx))) is ROOT
