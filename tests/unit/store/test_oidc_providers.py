"""OpenID providers as they are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import oidc_providers
from watchword.store.oidc_providers import OidcProvider
from watchword.store.tx import Tx

ONE = OidcProvider(ACCOUNT, "b.example/x", ("app", 'qu"ote', "\u00e9"), ("a1" * 20,), NOW)


def test_a_provider_is_found_as_it_was_given(store: StoreInHand) -> None:
    store.change(lambda tx: oidc_providers.add(tx, ONE))
    assert store.read(lambda tx: oidc_providers.by_arn(tx, ONE.arn)) == ONE
    assert store.read(lambda tx: oidc_providers.by_arn(tx, ONE.arn.upper())) is None
    assert ONE.arn == f"arn:aws:iam::{ACCOUNT}:oidc-provider/b.example/x"


def test_providers_are_listed_and_counted(store: StoreInHand) -> None:
    two = replace(ONE, url="a.example")

    def add(tx: Tx) -> None:
        oidc_providers.add(tx, ONE)
        oidc_providers.add(tx, two)

    store.change(add)
    assert store.read(lambda tx: oidc_providers.of_account(tx, ACCOUNT)) == [two, ONE]
    assert store.read(lambda tx: oidc_providers.count(tx, ACCOUNT)) == 2
    assert store.read(lambda tx: oidc_providers.count(tx, "9" * 12)) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda tx: oidc_providers.set_client_ids(tx, ONE.arn, ()),
        lambda tx: oidc_providers.set_thumbprints(tx, ONE.arn, ("b2" * 20,)),
        lambda tx: oidc_providers.remove(tx, ONE.arn),
    ],
    ids=["client ids", "thumbprints", "removal"],
)
def test_every_change_is_told(store: StoreInHand, change: Callable[[Tx], None]) -> None:
    store.change(lambda tx: oidc_providers.add(tx, ONE))

    def carry_out(tx: Tx) -> set[str]:
        change(tx)
        return set(tx.touched)

    assert store.change(carry_out) == {ONE.arn}
    assert store.read(lambda tx: oidc_providers.by_arn(tx, ONE.arn)) != ONE
