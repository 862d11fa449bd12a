from __future__ import annotations

from tests.support.stores import StoreInHand
from watchword.store import tags
from watchword.store.tx import Tx


def test_the_key_given_last_keeps_its_case(store: StoreInHand) -> None:
    store.change(lambda tx: tags.put(tx, "AIDAANN", {"Team": "blue", "cost": ""}))
    store.change(lambda tx: tags.put(tx, "AIDAANN", {"tEAM": "red"}))
    store.change(lambda tx: tags.put(tx, "AIDABOB", {"team": "green"}))
    assert store.read(lambda tx: tags.of(tx, "AIDAANN")) == {"cost": "", "tEAM": "red"}


def test_tags_are_taken_away_in_any_case(store: StoreInHand) -> None:
    store.change(lambda tx: tags.put(tx, "AIDAANN", {"Team": "blue", "Ünïcode": "é"}))
    store.change(lambda tx: tags.remove(tx, "AIDAANN", ["üNÏCODE", "absent"]))
    assert store.read(lambda tx: tags.of(tx, "AIDAANN")) == {"Team": "blue"}
    store.change(lambda tx: tags.remove(tx, "AIDAANN", []))
    assert store.read(lambda tx: tags.of(tx, "AIDAANN")) == {"Team": "blue"}


def test_whose_tags_change_is_touched(store: StoreInHand) -> None:
    def run(tx: Tx) -> tuple[set[str], set[str]]:
        tags.put(tx, "AIDAANN", {})
        none = set(tx.touched)
        tags.put(tx, "AIDAANN", {"team": "blue"})
        return none, set(tx.touched)

    assert store.change(run) == (set(), {"AIDAANN"})
