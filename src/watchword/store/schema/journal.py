"""The journal, and the reports that are made from what is kept."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, text

from watchword.store.schema.columns import Text, account_column, metadata

_NAMES_A_KEY = text("named_key_id IS NOT NULL")
"""Few requests give out a key or are about one: the others cost this index nothing."""

journal = Table(
    "journal",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("event_id", Text, nullable=False),  # the request id: rising with time, so that its index grows at one end
    Column("at", BigInteger, nullable=False),  # microseconds since the epoch
    Column("account_id", Text, nullable=False),  # empty when nobody was recognised
    Column("access_key_id", Text, nullable=False),
    Column("principal", Text, nullable=False),  # ARN
    Column("event", Text, nullable=False),  # iam:CreateUser
    Column("error", Text, nullable=False),  # refusal code; empty when answered
    Column("record", LargeBinary, nullable=False),  # the whole entry, JSON
    Column("user_name", Text),  # as LookupEvents asks for it; none in rows from before revision 0002, as the next three
    Column("read_only", Boolean),
    Column("resources", Text),  # one line each: type, a space, name
    Column("named_key_id", Text),  # the access key that the request gave out, or was about
    Index(None, "event_id"),
    Index(None, "account_id", "at"),
    Index(None, "access_key_id", "at"),
    Index(None, "named_key_id", "at", sqlite_where=_NAMES_A_KEY, postgresql_where=_NAMES_A_KEY),
)

report = Table(
    "report",
    metadata,
    Column("id", Text, primary_key=True),  # a job's id; for a credential report the account's, its parts numbered
    account_column(),
    Column("kind", Text, nullable=False),  # credentials | credentials-part | last-accessed
    Column("requested_at", BigInteger, nullable=False),
    Column("completed_at", BigInteger),  # none while it is being made
    Column("content", LargeBinary),
    Index(None, "account_id", "kind", "requested_at"),
)
