from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import service_credentials, users
from watchword.store.service_credentials import ServiceCredential
from watchword.store.users import User

OTHER = "444455556666"
ANN = User("AIDAANN", ACCOUNT, "Ann", "/", None, NOW)
GIT = "codecommit.amazonaws.com"
CREDENTIAL = ServiceCredential("ACCAA", ACCOUNT, ANN.id, GIT, "Ann-at-1", b"\x00sealed", "Active", NOW, None)


def test_a_credential_is_found_in_its_account_alone(store: StoreInHand) -> None:
    store.change(lambda tx: users.add(tx, ANN))
    store.change(partial(service_credentials.add, credential=CREDENTIAL))
    assert store.read(lambda tx: service_credentials.by_id(tx, ACCOUNT, CREDENTIAL.id)) == CREDENTIAL
    assert store.read(lambda tx: service_credentials.by_id(tx, OTHER, CREDENTIAL.id)) is None
    assert store.read(lambda tx: service_credentials.count_of_user(tx, ANN.id)) == 1
    assert store.read(lambda tx: service_credentials.count(tx, ANN.id, "cassandra.amazonaws.com")) == 0
    listed = partial(service_credentials.page, user_id=None, service_name=None, after="", limit=9)
    assert store.read(lambda tx: listed(tx, OTHER)) == []
    assert store.read(lambda tx: listed(tx, ACCOUNT)) == [(CREDENTIAL, "Ann")]


def test_a_name_is_one_of_a_kind_in_its_service(store: StoreInHand) -> None:
    store.change(lambda tx: users.add(tx, ANN))
    store.change(partial(service_credentials.add, credential=CREDENTIAL))
    store.change(partial(service_credentials.add, credential=replace(CREDENTIAL, id="ACCAB", service_name="cassandra")))
    with pytest.raises(IntegrityError):
        store.change(partial(service_credentials.add, credential=replace(CREDENTIAL, id="ACCAC")))


def test_status_over_time() -> None:
    ending = replace(CREDENTIAL, status="Inactive", expires_at=NOW + 10)
    assert ending.status_at(NOW + 9.9) == "Inactive"
    assert ending.status_at(NOW + 10) == service_credentials.EXPIRED
    assert CREDENTIAL.status_at(NOW + 10**9) == "Active"
