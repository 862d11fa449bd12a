"""What passwords must be made of, without a store."""

from __future__ import annotations

import pytest

from watchword.services.iam.password_rules import SYMBOLS, unmet
from watchword.store.password_policy import PasswordPolicy

UPPER = "Password should have at least one uppercase letter"
LOWER = "Password should have at least one lowercase letter"
NUMBER = "Password should have at least one number"
SYMBOL = "Password should have at least one symbol"
SHORT = "Password should have a minimum length of 8"
MORE = "Password should meet {} more of the following requirements: {}"


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Abcdefg1", ""),
        ("abcdef1!", ""),
        ("ABCDEF1!", ""),
        ("Abcdefg!", ""),
        ("Abcde1!", SHORT),
        ("abcdefg1", MORE.format(1, f"{UPPER}, {SYMBOL}")),
        ("abcdefgh", MORE.format(2, f"{UPPER}, {NUMBER}, {SYMBOL}")),
        ("abcdefg \u00c9\u0661", MORE.format(2, f"{UPPER}, {NUMBER}, {SYMBOL}")),  # letters and digits of other scripts
        ("a", f"{SHORT}, {MORE.format(2, f'{UPPER}, {NUMBER}, {SYMBOL}')}"),
        ("bLue@Example.com1", ""),
        ("Blue@eXample.1", "Password should not be identical to the account name or email address"),
    ],
)
def test_the_default_policy(password: str, words: str) -> None:
    assert unmet(password, None, {"blue@example.1"}) == words


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_symbol_counts(symbol: str) -> None:
    assert unmet(symbol * 6, PasswordPolicy(symbols=True), ()) == ""


@pytest.mark.parametrize("character", '~`;:"<>,.?/\\ \u00a7\t\n')
def test_nothing_else_is_a_symbol(character: str) -> None:
    assert unmet(character * 6, PasswordPolicy(symbols=True), ()) == SYMBOL


def test_an_accounts_own_policy() -> None:
    strict = PasswordPolicy(minimum_length=14, symbols=True, numbers=True, uppercase=True, lowercase=True)
    assert unmet("Correct-Horse-1", strict, ()) == ""
    assert unmet("correct horse", strict, ()) == (
        f"Password should have a minimum length of 14, {UPPER}, {NUMBER}, {SYMBOL}"
    )
    assert unmet("CORRECT-HORSE-1", strict, ()) == LOWER
    assert unmet("aaaaaa", PasswordPolicy(), ()) == ""
    assert unmet("aaaaaa", PasswordPolicy(), {"aaaaaa"}) == "", "only the default policy minds names"
    assert unmet("aaaaa", PasswordPolicy(), ()) == "Password should have a minimum length of 6"
