"""The journal: one entry a request, written by `writer` before the answer leaves, and read back here.

An entry holds only what is named below. Nothing in it can carry a secret: a `Secret` does not encode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Select, select

from watchword.domain.ids import Random
from watchword.store import schema
from watchword.store.tx import Tx


class SessionContext(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What is known of a temporary credential.  Source: CloudTrail, "userIdentity element", sessionContext."""

    issuer_arn: str
    """The role or user whose permissions the session has."""
    issued_at: float
    session_name: str = ""
    source_identity: str = ""
    chain: tuple[tuple[str, str], ...] = ()
    """ARN and access key id of each principal, from the first to the one that asked for this session."""
    mfa: bool = False


class Use(msgspec.Struct, frozen=True, array_like=True):
    """What a request made use of, for its last-used time."""

    subject: str
    """An access key id, or a role's unique id."""
    service: str
    region: str


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One request and what became of it.  Source: CloudTrail User Guide, "CloudTrail record contents"."""

    request_id: str
    """Also the event id: one identifier to quote. Made by `mint_request_id`."""
    at: float
    """Epoch seconds, by the authority's clock."""
    service: str
    """`iam`, `sts`, …; empty when the request was not understood."""
    event: str
    """The operation, as AWS names it."""
    account: str = ""
    principal_type: str = ""
    principal: str = ""
    """ARN of who asked; empty when nobody was recognised."""
    principal_id: str = ""
    user_name: str = ""
    access_key_id: str = ""
    session: SessionContext | None = None
    source_ip: str = ""
    user_agent: str = ""
    region: str = ""
    read_only: bool = False
    request: Mapping[str, Any] | None = None
    """Parameters that the operation declares to be kept."""
    response: Mapping[str, Any] | None = None
    """Elements of the answer, without anything secret."""
    error: str = ""
    """The refusal's code; empty when the request was answered."""
    error_message: str = ""
    sandbox: bool = False
    used: tuple[Use, ...] = ()


Row = tuple[str, int, str, str, str, str, str, bytes]
"""An entry as the table holds it, in the order of `COLUMNS`."""
COLUMNS = ("event_id", "at", "account_id", "access_key_id", "principal", "event", "error", "record")

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Entry).decode


_VERSION_AND_VARIANT = (0xF << 76) | (0x3 << 62)
_UUID_7 = (0x7 << 76) | (0x2 << 62)


def mint_request_id(at: float, random: Random) -> str:
    """Draw a request id that rises with time, in milliseconds.  Source: RFC 9562 §5.7, UUID version 7."""
    drawn = (int(at * 1000) << 80) | int.from_bytes(random(10))
    text = f"{drawn & ~_VERSION_AND_VARIANT | _UUID_7:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def row_of(entry: Entry) -> Row:
    """Lay an entry out for the table.

    Raises TypeError when it holds something that is not plain data, a secret for one.
    """
    return (
        entry.request_id,
        int(entry.at * 1_000_000),
        entry.account,
        _storable(entry.access_key_id),
        entry.principal,
        _storable(f"{entry.service}:{entry.event}"),
        entry.error,
        _encode(entry),
    )


def recent(tx: Tx, account: str, limit: int) -> list[Entry]:
    """Give an account's newest entries, the newest first."""
    kept = schema.journal.c
    return _entries(tx, _newest(limit).where(kept.account_id == account))


def newest(tx: Tx, limit: int) -> list[Entry]:
    """Give the newest entries of all accounts, the last written first."""
    kept = schema.journal.c
    return _entries(tx, select(kept.record).order_by(kept.seq.desc()).limit(limit))


def by_access_key(tx: Tx, access_key_id: str, limit: int) -> list[Entry]:
    """Give the newest entries of requests that named this access key, the newest first."""
    kept = schema.journal.c
    return _entries(tx, _newest(limit).where(kept.access_key_id == access_key_id))


def by_request(tx: Tx, request_id: str) -> Entry | None:
    """Give the entry of one request."""
    found = _entries(tx, _newest(1).where(schema.journal.c.event_id == request_id))
    return found[0] if found else None


def holds(tx: Tx, rows: Sequence[Row]) -> bool:
    """Whether these rows, written in one transaction, are there."""
    found = select(schema.journal.c.seq).where(schema.journal.c.event_id == rows[0][0])
    return tx.connection.execute(found).first() is not None


def _newest(limit: int) -> Select[bytes]:
    kept = schema.journal.c
    return select(kept.record).order_by(kept.at.desc(), kept.seq.desc()).limit(limit)


def _entries(tx: Tx, query: Select[bytes]) -> list[Entry]:
    return [_decode(record) for (record,) in tx.connection.execute(query)]


def _storable(text: str) -> str:
    # PostgreSQL keeps no NUL in text; what a stranger sends must not spoil the commit it shares with others.
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in text else text
