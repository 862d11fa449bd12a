from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import mfa_devices, tags, users
from watchword.store.mfa_devices import MfaDevice
from watchword.store.tx import Tx
from watchword.store.users import User

ANN = User("AIDAANN", ACCOUNT, "ann", "/", None, NOW)
PHONE = MfaDevice(f"arn:aws:iam::{ACCOUNT}:mfa/ops/Phone", ACCOUNT, b"\x00sealed\xff", NOW)
TABLET = replace(PHONE, serial_number=f"arn:aws:iam::{ACCOUNT}:mfa/tablet", owner_id=ANN.id, enabled_at=NOW)
KEY = replace(PHONE, serial_number=f"arn:aws:iam::{ACCOUNT}:mfa/key", owner_id=ACCOUNT, enabled_at=NOW)


def filled(store: StoreInHand) -> None:
    store.change(partial(users.add, user=ANN))
    for device in (PHONE, TABLET, KEY):
        store.change(partial(mfa_devices.add, device=device))


def test_a_device_is_found_by_its_serial_number_alone(store: StoreInHand) -> None:
    filled(store)
    assert store.read(lambda tx: mfa_devices.by_serial(tx, PHONE.serial_number)) == PHONE
    assert store.read(lambda tx: mfa_devices.by_serial(tx, PHONE.serial_number.lower())) is None


def test_path_and_name_are_taken_in_any_case(store: StoreInHand) -> None:
    filled(store)
    taken = partial(mfa_devices.is_taken, account=ACCOUNT)
    assert store.read(lambda tx: taken(tx, serial_number=PHONE.serial_number.replace("Phone", "PHONE")))
    assert not store.read(lambda tx: taken(tx, serial_number=PHONE.serial_number.replace("/ops", "")))


def test_devices_are_counted_and_listed_by_owner_and_by_account(store: StoreInHand) -> None:
    filled(store)
    assert store.read(lambda tx: mfa_devices.count_of_owner(tx, ANN.id)) == 1
    assert store.read(lambda tx: mfa_devices.count(tx, ACCOUNT)) == 3
    assert store.read(lambda tx: mfa_devices.of_owner(tx, ANN.id)) == [TABLET]
    assert store.read(lambda tx: mfa_devices.of_owner(tx, ANN.id, after="/tablet")) == []
    assert store.read(lambda tx: mfa_devices.owners(tx, [PHONE, TABLET, KEY])) == {ANN.id: ANN}
    for enabled, expected in ((None, [KEY, PHONE, TABLET]), (True, [KEY, TABLET]), (False, [PHONE])):
        page = partial(mfa_devices.page, account=ACCOUNT, enabled=enabled, limit=9)
        assert store.read(partial(page, after="")) == expected
        assert store.read(partial(page, after="/key")) == [one for one in expected if one != KEY]


def test_a_device_comes_and_goes_and_what_was_spent_stays_spent(store: StoreInHand) -> None:
    filled(store)
    name = PHONE.serial_number
    store.change(partial(mfa_devices.enable, serial_number=name, owner_id=ANN.id, at=NOW + 5))
    store.change(partial(mfa_devices.note_wrong, serial_number=name, codes=2, at=NOW + 6))
    wrong = replace(PHONE, owner_id=ANN.id, enabled_at=NOW + 5, wrong_codes=2, wrong_at=NOW + 6)
    assert store.read(lambda tx: mfa_devices.by_serial(tx, name)) == wrong
    store.change(partial(mfa_devices.spend, serial_number=name, step=77, drift=-3))
    store.change(partial(mfa_devices.disable, serial_number=name))
    after = replace(PHONE, last_step=77, drift_steps=-3, wrong_at=NOW + 6)
    assert store.read(lambda tx: mfa_devices.by_serial(tx, name)) == after


def test_a_removed_device_takes_its_tags_along(store: StoreInHand) -> None:
    filled(store)
    store.change(lambda tx: tags.put(tx, PHONE.serial_number, {"team": "blue"}))
    store.change(partial(mfa_devices.remove, serial_number=PHONE.serial_number))
    assert store.read(lambda tx: mfa_devices.by_serial(tx, PHONE.serial_number)) is None
    assert store.read(lambda tx: tags.of(tx, PHONE.serial_number)) == {}


def test_the_seed_is_not_shown() -> None:
    assert "sealed" not in repr(PHONE)


def test_what_must_last_is_kept_when_all_else_is_undone(store: StoreInHand) -> None:
    filled(store)

    def run(tx: Tx) -> None:
        mfa_devices.enable(tx, PHONE.serial_number, owner_id=ANN.id, at=NOW)
        tx.even_if_refused(lambda kept: mfa_devices.note_wrong(kept, PHONE.serial_number, codes=1, at=NOW))
        tx.even_if_refused(lambda kept: kept.touch("seen"))
        raise ValueError("refused")

    try:
        store.change(run)
    except ValueError:
        found = store.read(lambda tx: mfa_devices.by_serial(tx, PHONE.serial_number))
    assert found == replace(PHONE, wrong_codes=1, wrong_at=NOW)
