"""Passwords are drawn evenly, and each required type is there."""

from __future__ import annotations

import random
from collections import Counter

from watchword.services.secretsmanager.random_password import drawn


def test_each_character_is_as_likely_as_any_other() -> None:
    counts = Counter(drawn("abcdefghij", 50_000, [], random.Random(7).randbytes))
    assert len(counts) == 10
    assert max(counts.values()) < 1.1 * min(counts.values())


def test_bytes_past_the_last_whole_multiple_are_not_used() -> None:
    source = iter([bytes([255] * 24), bytes(range(24))])
    assert drawn("abc", 4, [], lambda _: next(source)) == "abca"


def test_passwords_without_a_required_type_are_drawn_again() -> None:
    chance = random.Random(7).randbytes
    passwords = [drawn("ab1", 3, ["ab", "1"], chance) for _ in range(300)]
    assert all("1" in one and set(one) & {"a", "b"} for one in passwords)
    assert len(set(passwords)) == 27 - 8 - 1
