from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import accounts, signing_certificates
from watchword.store.accounts import Account
from watchword.store.signing_certificates import SigningCertificate

OTHER = "444455556666"
CERTIFICATE = SigningCertificate("MFRGG", ACCOUNT, "AIDAANN", "PEM", "Active", NOW)


def test_two_accounts_may_have_the_same_certificate(store: StoreInHand) -> None:
    store.change(lambda tx: accounts.add(tx, Account(OTHER, b"sealed", NOW)))
    theirs = replace(CERTIFICATE, account=OTHER, owner_id=OTHER)
    store.change(partial(signing_certificates.add, certificate=CERTIFICATE))
    store.change(partial(signing_certificates.add, certificate=theirs))
    store.change(lambda tx: signing_certificates.set_status(tx, theirs, "Inactive"))
    assert store.read(lambda tx: signing_certificates.by_id(tx, ACCOUNT, "MFRGG")) == CERTIFICATE
    assert store.read(lambda tx: signing_certificates.of_user(tx, OTHER)) == [replace(theirs, status="Inactive")]
    store.change(lambda tx: signing_certificates.remove(tx, theirs))
    assert store.read(lambda tx: signing_certificates.count_of_user(tx, OTHER)) == 0
    assert store.read(lambda tx: signing_certificates.count_of_user(tx, "AIDAANN")) == 1
