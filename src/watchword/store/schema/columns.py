"""What all tables are made with. Only types and constraints that SQLite and PostgreSQL share."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, MetaData
from sqlalchemy import Text as PlainText

Text = PlainText().with_variant(PlainText(collation="C"), "postgresql")
"""Text that both databases put in the same order, byte by byte: pages go by it."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def account_column() -> Column[str]:
    """The account that a row belongs to."""
    return Column("account_id", Text, ForeignKey("account.id"), nullable=False)
