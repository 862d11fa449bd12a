from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import account_settings, accounts, password_policy
from watchword.store.accounts import Account
from watchword.store.password_policy import PasswordPolicy

OTHER = "444455556666"


@pytest.mark.parametrize("value", [0, "", "é\u4e2d", True, [1, "a"], {"a": None, "b": {"c": [1.5]}}])
def test_a_setting_is_whatever_json_can_hold(store: StoreInHand, value: Any) -> None:
    store.change(partial(account_settings.put, account=ACCOUNT, name="colour", value="old"))
    store.change(partial(account_settings.put, account=ACCOUNT, name="colour", value=value))
    assert store.read(lambda tx: account_settings.get(tx, ACCOUNT, "colour")) == value
    assert store.read(lambda tx: account_settings.get(tx, ACCOUNT, "Colour")) is None
    assert store.change(lambda tx: account_settings.remove(tx, ACCOUNT, "colour"))
    assert not store.change(lambda tx: account_settings.remove(tx, ACCOUNT, "colour"))
    assert store.read(lambda tx: account_settings.get(tx, ACCOUNT, "colour")) is None


def test_a_policy_is_its_accounts_alone(store: StoreInHand) -> None:
    store.change(partial(accounts.add, account=Account(OTHER, b"sealed", NOW)))
    policy = PasswordPolicy(minimum_length=12, symbols=True, max_age_days=90, hard_expiry=False)
    store.change(lambda tx: password_policy.put(tx, ACCOUNT, policy))
    assert store.read(lambda tx: password_policy.of(tx, ACCOUNT)) == policy
    assert store.read(lambda tx: password_policy.of(tx, OTHER)) is None
    assert store.change(lambda tx: password_policy.remove(tx, ACCOUNT))
    assert not store.change(lambda tx: password_policy.remove(tx, ACCOUNT))
    assert store.read(lambda tx: password_policy.of(tx, ACCOUNT)) is None


def test_when_a_password_expires() -> None:
    assert PasswordPolicy().expires_at(NOW) is None
    assert PasswordPolicy(max_age_days=2).expires_at(NOW) == NOW + 2 * 86_400
