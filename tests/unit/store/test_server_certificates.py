from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import server_certificates, tags
from watchword.store.server_certificates import ServerCertificate

SITE = ServerCertificate("ASCASITE", ACCOUNT, "Site", "/web/", "body", "chain", b"sealed", NOW, NOW + 5)


@pytest.fixture
def kept(store: StoreInHand) -> StoreInHand:
    store.change(lambda tx: server_certificates.add(tx, SITE))
    return store


def test_a_certificate_is_found_by_name_in_any_case(kept: StoreInHand) -> None:
    assert SITE.arn == f"arn:aws:iam::{ACCOUNT}:server-certificate/web/Site"
    assert "sealed" not in repr(SITE)
    assert kept.read(lambda tx: server_certificates.named(tx, ACCOUNT, "sITE")) == SITE
    assert kept.read(lambda tx: server_certificates.named(tx, "999999999999", "Site")) is None
    assert kept.read(lambda tx: server_certificates.count(tx, ACCOUNT)) == 1
    with pytest.raises(IntegrityError):
        kept.change(lambda tx: server_certificates.add(tx, replace(SITE, id="ASCAOTHER", name="SITE")))


def test_certificates_are_listed_by_name_from_a_point_and_under_a_path(kept: StoreInHand) -> None:
    kept.change(lambda tx: server_certificates.add(tx, replace(SITE, id="ASCAAPI", name="api", path="/", chain=None)))

    def names(path: str, after: str) -> list[str]:
        found = kept.read(lambda tx: server_certificates.page(tx, ACCOUNT, path_prefix=path, after=after, limit=10))
        return [certificate.name for certificate in found]

    assert names("/", "") == ["api", "Site"]
    assert names("/", "api") == ["Site"]
    assert names("/web/", "") == ["Site"]


def test_a_renamed_certificate_keeps_the_rest(kept: StoreInHand) -> None:
    kept.change(lambda tx: server_certificates.rename(tx, SITE.id, name="Page", path="/"))
    assert kept.read(lambda tx: server_certificates.named(tx, ACCOUNT, "page")) == replace(SITE, name="Page", path="/")


def test_a_removed_certificate_leaves_nothing(kept: StoreInHand) -> None:
    kept.change(lambda tx: tags.put(tx, SITE.id, {"team": "a"}))
    kept.change(lambda tx: server_certificates.remove(tx, SITE.id))
    assert kept.read(lambda tx: server_certificates.named(tx, ACCOUNT, "Site")) is None
    assert kept.read(lambda tx: tags.of(tx, SITE.id)) == {}
