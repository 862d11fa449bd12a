"""The revisions and the schema are two tellings of one thing: held against each other here, on both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from tests.support.stores import StoreInHand
from watchword.store import migrations, schema


def test_the_revisions_make_exactly_the_schema(store: StoreInHand) -> None:
    with store.opened.writing.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, schema.metadata) == []


def test_the_constraints_have_the_schemas_names(store: StoreInHand) -> None:
    with store.opened.writing.connect() as connection:
        found = inspect(connection)
        for table in schema.metadata.sorted_tables:
            assert found.get_pk_constraint(table.name)["name"] == table.primary_key.name


def test_text_is_ordered_byte_by_byte_everywhere(store: StoreInHand) -> None:
    if store.opened.on_sqlite:
        return
    with store.opened.writing.connect() as connection:
        collations = connection.exec_driver_sql(
            "SELECT DISTINCT collation_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type = 'text' AND table_name <> 'alembic_version'"
        ).all()
    assert [tuple(row) for row in collations] == [("C",)]


def test_head_is_the_newest_revision() -> None:
    script = ScriptDirectory(str(migrations.__path__[0]))
    assert script.get_heads() == [migrations.HEAD]
    assert migrations.HEAD in migrations.known()
