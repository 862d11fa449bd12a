"""Sessions: what was issued, and what ends or refuses it. The credentials themselves are nowhere kept."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table

from watchword.store.schema.columns import Text, account_column, metadata

session = Table(
    "session",
    metadata,
    Column("account_id", Text, nullable=False),  # no foreign key: a token was made for an account that is there
    Column("event_id", Text, nullable=False),  # the request that issued it; the journal's entry tells the rest
    Column("expires_at", BigInteger, nullable=False),
    Column("lineage", Text, nullable=False),  # everything that it can be found and ended by, between spaces
    PrimaryKeyConstraint("account_id", "event_id"),
    # One tree that grows at its end, as event ids rise with time. By its access key id a session is found through the
    # journal: another index in random order would cost each AssumeRole a page of the log.
    sqlite_with_rowid=False,
)

ending = Table(
    "session_ending",
    metadata,
    Column("id", Text, primary_key=True),  # the request that asked for it, or the run of a schedule
    account_column(),
    Column("criteria", Text, nullable=False),  # JSON
    Column("issued_before", BigInteger, nullable=False),  # microseconds since the epoch
    Column("ended_at", BigInteger, nullable=False),
    Column("ended_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("matters_until", BigInteger, nullable=False),  # when the last session that it ends would have expired
    Index(None, "account_id", "matters_until"),
)

block = Table(
    "session_block",
    metadata,
    account_column(),
    Column("name", Text, nullable=False),
    Column("criteria", Text, nullable=False),  # JSON
    Column("until", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    PrimaryKeyConstraint("account_id", "name"),
)

schedule = Table(
    "session_schedule",
    metadata,
    account_column(),
    Column("name", Text, nullable=False),
    Column("criteria", Text, nullable=False),  # JSON
    Column("expression", Text, nullable=False),  # of cron
    Column("time_zone", Text, nullable=False),
    Column("older_than", Integer, nullable=False),  # seconds
    Column("reason", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("next_run_at", BigInteger, nullable=False),
    Column("last_run_at", BigInteger),
    Column("last_count", Integer),
    PrimaryKeyConstraint("account_id", "name"),
    Index(None, "next_run_at"),
)
