from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import delete, insert

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import accounts, mfa_devices, roles, sandbox, schema, tallies, users
from watchword.store.accounts import Account
from watchword.store.mfa_devices import MfaDevice
from watchword.store.roles import Role
from watchword.store.tx import Tx
from watchword.store.users import User

ANN = User("AIDAANN", ACCOUNT, "Ann", "/", None, NOW)
BOB = replace(ANN, id="AIDABOB", name="Bob")
DEPLOY = Role("AROADEPLOY", ACCOUNT, "deploy", "/", None, "{}", 3600, None, NOW)
PHONE = MfaDevice(f"arn:aws:iam::{ACCOUNT}:mfa/phone", ACCOUNT, b"sealed", NOW)


def counts(store: StoreInHand, account: str = ACCOUNT) -> tuple[int, int, int]:
    return store.read(lambda tx: (users.count(tx, account), roles.count(tx, account), mfa_devices.count(tx, account)))


def kept(store: StoreInHand) -> dict[str, int]:
    tally = schema.tally
    rows = store.read(lambda tx: tx.connection.execute(tally.select()).all())
    return {row.table_name: row.number for row in rows}


def test_numbers_go_with_what_comes_and_goes(store: StoreInHand) -> None:
    assert counts(store) == (0, 0, 0)
    store.change(partial(users.add, user=ANN))
    store.change(partial(users.add, user=BOB))
    store.change(partial(roles.add, role=DEPLOY))
    store.change(partial(mfa_devices.add, device=PHONE))
    assert counts(store) == (2, 1, 1)
    assert counts(store, "999999999999") == (0, 0, 0)
    store.change(partial(users.remove, user_id=ANN.id))
    store.change(partial(users.remove, user_id=ANN.id))
    store.change(partial(roles.remove, role=DEPLOY))
    store.change(partial(mfa_devices.remove, serial_number=PHONE.serial_number))
    assert counts(store) == (1, 0, 0)
    assert kept(store) == {"iam_user": 1, "iam_role": 0, "mfa_device": 0}


def test_a_change_that_is_undone_takes_its_number_back(store: StoreInHand) -> None:
    def fail(tx: Tx) -> None:
        users.add(tx, BOB)
        raise LookupError

    store.change(partial(users.add, user=ANN))
    with pytest.raises(LookupError):
        store.change(fail)
    assert counts(store)[0] == 1


def test_what_was_there_before_the_numbers_is_counted(store: StoreInHand) -> None:
    def older(tx: Tx) -> None:
        row = {"id": ANN.id, "account_id": ACCOUNT, "name": "Ann", "name_key": "ann", "path": "/", "created_at": NOW}
        tx.connection.execute(insert(schema.user).values(row))

    store.change(older)
    assert counts(store)[0] == 1
    assert kept(store) == {}
    store.change(partial(users.add, user=BOB))
    assert counts(store)[0] == 2
    assert kept(store) == {"iam_user": 2}


def test_a_number_is_read_and_not_counted(store: StoreInHand) -> None:
    store.change(partial(users.add, user=ANN))
    store.change(lambda tx: tallies.note(tx, ACCOUNT, schema.user, 41))
    assert counts(store)[0] == 42


def test_a_reset_brings_the_numbers_back(store: StoreInHand) -> None:
    store.change(partial(users.add, user=ANN))
    store.change(sandbox.capture)
    store.change(partial(users.add, user=BOB))
    store.change(lambda tx: accounts.add(tx, Account("222233334444", b"sealed", NOW)))
    store.change(partial(users.add, user=replace(ANN, id="AIDACARL", account="222233334444")))
    store.change(sandbox.reset)
    assert counts(store)[0] == 1
    assert counts(store, "222233334444")[0] == 0


def test_a_reset_to_a_time_before_the_numbers_counts_anew(store: StoreInHand) -> None:
    def without(tx: Tx) -> None:
        baseline = schema.sandbox_baseline
        tx.connection.execute(delete(baseline).where(baseline.c.table_name == schema.tally.name))

    store.change(partial(users.add, user=ANN))
    store.change(sandbox.capture)
    store.change(without)
    store.change(sandbox.reset)
    assert counts(store)[0] == 1
    store.change(partial(users.add, user=BOB))
    assert counts(store)[0] == 2
