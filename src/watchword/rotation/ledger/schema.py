"""The ledger's tables, as both databases hold them.

Instants are epoch seconds; those of leases are real time, all others the account's. Every name begins with `rotation`,
as the database may hold other things too. Nothing here is ever a secret.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in an INTEGER column."""


def _text(name: str) -> Column[str]:
    return Column(name, TEXT, nullable=False)


def _instant(name: str) -> Column[float]:
    return Column(name, Double(), nullable=False)


lease = Table(
    "rotation_lease",
    metadata,
    _text("account"),
    _text("subject"),
    _text("holder"),
    Column("token", BigInteger(), nullable=False),
    _instant("until"),
    PrimaryKeyConstraint("account", "subject"),
)
"""A row stays when its lease is over: its token must only ever rise."""

rotation = Table(
    "rotation",
    metadata,
    _text("id"),
    _text("account"),
    _text("user_id"),
    _text("user_name"),
    _text("state"),
    Column("slot", TEXT),
    _instant("opened_at"),
    _text("body"),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("account", "user_id", "slot"),
    Index(None, "account", "state"),
)
"""`slot` is what an open rotation takes of its user, so that no two can: empty (null) once it is closed."""

rotation_key = Table(
    "rotation_key",
    metadata,
    _text("key"),
    _text("rotation"),
    PrimaryKeyConstraint("key", "rotation"),
)
"""Which rotations speak of a key: as the old one, the new one, or an orphan."""

history = Table(
    "rotation_history",
    metadata,
    Column("seq", NUMBER, autoincrement=True, nullable=False),
    _instant("at"),
    _text("account"),
    _text("user_id"),
    _text("user_name"),
    _text("rotation"),
    _text("what"),
    _text("key"),
    _text("by"),
    _text("detail"),
    PrimaryKeyConstraint("seq"),
    Index(None, "account", "user_id"),
    Index(None, "account", "user_name"),
    Index(None, "rotation"),
)

sighting = Table(
    "rotation_sighting",
    metadata,
    _text("account"),
    _text("key"),
    Column("active", Boolean(), nullable=False),
    _instant("since"),
    PrimaryKeyConstraint("account", "key"),
)

exemption = Table(
    "rotation_exemption",
    metadata,
    _text("account"),
    _text("user_name"),
    _instant("until"),
    _text("reason"),
    _text("by"),
    _instant("at"),
    PrimaryKeyConstraint("account", "user_name"),
)

pace = Table(
    "rotation_pace",
    metadata,
    _text("account"),
    Column("calls_per_second", Double(), nullable=False),
    PrimaryKeyConstraint("account"),
)

notice = Table(
    "rotation_notice",
    metadata,
    _text("whom"),
    _text("mark"),
    _text("run"),
    _instant("told_at"),
    PrimaryKeyConstraint("whom", "mark"),
)
"""What somebody was told: the same mark is not told again."""

delivery = Table(
    "rotation_delivery",
    metadata,
    _text("id"),
    _text("run"),
    _text("to"),
    _text("subject"),
    _text("text"),
    _text("html"),
    _instant("owed_at"),
    Column("attempts", Integer(), nullable=False),
    _instant("tried_at"),
    _instant("delivered_at"),
    _text("error"),
    Column("given_up", Boolean(), nullable=False),
    PrimaryKeyConstraint("id"),
    Index(None, "run"),
    Index(None, "delivered_at"),
)
"""A message that is owed until `delivered_at` is set, or somebody gives up."""

run = Table(
    "rotation_run",
    metadata,
    _text("id"),
    _text("mode"),
    _text("by"),
    _instant("started_at"),
    _instant("ended_at"),
    PrimaryKeyConstraint("id"),
    Index(None, "started_at"),
)

run_account = Table(
    "rotation_run_account",
    metadata,
    _text("run"),
    _text("account"),
    Column("failed", Boolean(), nullable=False),
    Column("keys", Integer(), nullable=False),
    Column("findings", Integer(), nullable=False),
    Column("changes", Integer(), nullable=False),
    Column("body", LargeBinary(), nullable=False),
    PrimaryKeyConstraint("run", "account"),
)
"""One account's result: kept one by one, so that no worker needs to hold all of a run. `body` is JSON, deflated."""
