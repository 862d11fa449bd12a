"""Where a ledger is kept: made once, by one; told in one line when it cannot be."""

from __future__ import annotations

import stat
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from watchword.rotation.ledger import Ledger, LedgerFault, migrations, schema


def test_the_revisions_make_exactly_the_schema(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "version_table": migrations.VERSION_TABLE,
            },
        )
        assert compare_metadata(context, schema.metadata) == []


def test_head_is_the_newest_revision() -> None:
    script = ScriptDirectory(str(migrations.__path__[0]))
    assert script.get_heads() == [migrations.HEAD]
    assert migrations.HEAD in migrations.known()


def test_of_many_that_open_it_at_once_one_makes_it(ledger_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(Ledger.open, [ledger_url] * 6))
    opened[0].set_pace("1", 2.0)
    assert {one.pace("1") for one in opened} == {2.0}
    for one in opened:
        one.close()


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    place = tmp_path / "kept" / "ledger.db"
    ledger = Ledger.open(f"sqlite:///{place}")
    ledger.set_pace("1", 2.0)
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in place.parent.iterdir()} == {0o600}
    ledger.close()


def test_a_newer_ledger_is_left_alone(ledger: Ledger, ledger_url: str) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(text(f"UPDATE {migrations.VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(LedgerFault, match=r"newer version \(revision `9999`\): upgrade watchword"):
        Ledger.open(ledger_url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://ann:hush@host/name", "cannot be kept in `mysql`"),
        ("sqlite://", "cannot be kept in `sqlite`"),
        ("ann:hush", "cannot be read"),
        ("postgresql://ann:hush@127.0.0.1:1/none", "cannot be used"),
    ],
)
def test_what_cannot_be_a_ledger_is_told_without_its_password(url: str, words: str) -> None:
    with pytest.raises(LedgerFault, match=words) as told:
        Ledger.open(url)
    assert "hush" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "letter.txt"
    place.write_text("dear ann, " * 100)
    with pytest.raises(LedgerFault, match="not a database"):
        Ledger.open(f"sqlite:///{place}")
    assert place.read_text() == "dear ann, " * 100


@pytest.mark.parametrize("url", ["postgresql://me:se:cret@host:secret/db", "postgresql://me@host:secret/db", "secret"])
def test_a_url_that_cannot_be_read_is_not_told(url: str) -> None:
    with pytest.raises(LedgerFault) as told:
        Ledger.open(url)
    assert "secret" not in "".join(traceback.format_exception(told.value)).replace(f"Ledger.open({url!r})", "")
