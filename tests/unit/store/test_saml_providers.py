"""SAML providers as they are kept."""

from __future__ import annotations

from functools import partial

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.domain.arn import iam_arn
from watchword.store import saml_providers, tags
from watchword.store.saml_providers import Listed, SamlProvider
from watchword.store.tx import Tx

CORP = SamlProvider("SAMLSP1", ACCOUNT, "Corp", "<metadata/>", NOW + 10, NOW)
ARN = iam_arn(ACCOUNT, "saml-provider/Corp")


def test_a_provider_is_kept_and_found(store: StoreInHand) -> None:
    def add(tx: Tx) -> set[str]:
        saml_providers.add(tx, CORP)
        return set(tx.touched)

    assert store.change(add) == {ARN} == {CORP.arn}
    assert store.read(lambda tx: saml_providers.by_arn(tx, ARN)) == CORP
    assert store.read(lambda tx: saml_providers.by_arn(tx, ARN.replace("Corp", "corp"))) is None
    assert store.read(lambda tx: saml_providers.count(tx, ACCOUNT)) == 1
    assert store.read(lambda tx: saml_providers.count(tx, "999999999999")) == 0


def test_listed_by_name_without_metadata(store: StoreInHand) -> None:
    for name in ("b", "B", "a"):
        store.change(partial(saml_providers.add, provider=SamlProvider(name, ACCOUNT, name, "<m/>", 2, 1)))
    listed = store.read(lambda tx: saml_providers.of_account(tx, ACCOUNT))
    assert listed == [Listed(iam_arn(ACCOUNT, f"saml-provider/{name}"), 2, 1) for name in ("B", "a", "b")]


def test_metadata_is_replaced_and_everybody_hears(store: StoreInHand) -> None:
    store.change(lambda tx: saml_providers.add(tx, CORP))

    def replace(tx: Tx) -> set[str]:
        saml_providers.set_metadata(tx, ARN, "<other/>", valid_until=7)
        return set(tx.touched)

    assert store.change(replace) == {ARN}
    found = store.read(lambda tx: saml_providers.by_arn(tx, ARN))
    assert found is not None
    assert (found.metadata, found.valid_until, found.id) == ("<other/>", 7, "SAMLSP1")


def test_removed_with_its_tags(store: StoreInHand) -> None:
    store.change(lambda tx: saml_providers.add(tx, CORP))
    store.change(lambda tx: tags.put(tx, CORP.id, {"team": "blue"}))

    def remove(tx: Tx) -> set[str]:
        saml_providers.remove(tx, CORP)
        return set(tx.touched)

    assert ARN in store.change(remove)
    assert store.read(lambda tx: saml_providers.by_arn(tx, ARN)) is None
    assert store.read(lambda tx: tags.of(tx, CORP.id)) == {}


def test_metadata_is_not_told_by_repr() -> None:
    assert "<metadata/>" not in repr(CORP)
