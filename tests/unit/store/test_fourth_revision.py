"""An organization that was made before there were units: its accounts stand right below the root from then on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import make_url, text

from tests.support.postgres import Postgres
from tests.support.stores import ACCOUNT, DATABASES, NOW, fill, in_hand
from watchword.store import organization_accounts, organization_units, organizations
from watchword.store.engine import connect, sqlite_path
from watchword.store.migrations.versions import first, second, third
from watchword.store.organization_accounts import OrganizationAccount
from watchword.store.tx import Tx


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a store may be made, on both databases."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/watchword.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        name = server.create()
        yield server.url(name)
        server.drop(name)


def make_third_revision(url: str) -> None:
    store = connect(make_url(url))
    if store.on_sqlite:
        sqlite_path(store.url).touch()
    with store.writing.connect() as connection, connection.begin():
        with Operations.context(MigrationContext.configure(connection)):
            for revision in (first, second, third):
                revision.upgrade()
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('0003')"))
        fill(Tx(connection))
        known = {"account": ACCOUNT, "at": NOW}
        connection.execute(text("INSERT INTO organization VALUES ('o-1', 'r-1', :account, '[]', :at)"), known)
        connection.execute(
            text(
                "INSERT INTO organization_member VALUES"
                " (:account, 'o-1', 'management', 'A@example.com', 'a@example.com', 'ACTIVE', 'INVITED', :at)"
            ),
            known,
        )
    store.close()


def test_an_older_organization_goes_on(empty_url: str) -> None:
    make_third_revision(empty_url)
    with in_hand(empty_url) as kept:
        found = kept.read(lambda tx: organization_accounts.page(tx, "o-1", 0, after="", limit=9))
        assert found == [OrganizationAccount(ACCOUNT, "management", "A@example.com", "r-1", "INVITED", NOW, None)]
        assert kept.read(lambda tx: organization_units.path(tx, ACCOUNT)) == ("r-1",)
        assert kept.read(lambda tx: organizations.count(tx, "o-1")) == 1
