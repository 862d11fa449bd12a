"""The journal: one entry a request, written by `writer` before the answer leaves, and read back here.

An entry holds only what is named below. Nothing in it can carry a secret: a `Secret` does not encode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Select, select

from watchword.domain.clock import MICROSECONDS
from watchword.domain.ids import Random
from watchword.domain.principal import PrincipalType
from watchword.store import schema
from watchword.store.issued import Issued
from watchword.store.journal_resources import Resource, lines_of, named_key, resources_of
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
    issuer_id: str = ""
    """Unique id of that role or user; none in entries from before revision 0002."""
    provider: str = ""
    audience: str = ""
    subject: str = ""
    """Of an OIDC or SAML provider that vouched for the session: its ARN, for whom it spoke, and of whom."""


class Use(msgspec.Struct, frozen=True, array_like=True):
    """What a request made use of, for its last-used time."""

    subject: str
    """An access key id, a role's unique id, or a secret's ARN."""
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
    target: str = ""
    """ARN of what was acted on; empty when it is no one thing, or was never found out."""
    owner: str = ""
    """Account of what was acted on, where it is another's and has to know."""
    issued: Issued | None = None
    """The session that the request gave."""

    @property
    def resources(self) -> tuple[Resource, ...]:
        """What the request was about, by type and name."""
        return resources_of(self.target, self.request, self.response)


Row = tuple[str, int, str, str, str, str, str, bytes, str | None, bool, str | None, str | None]
"""An entry as the table holds it, in the order of `COLUMNS`."""
COLUMNS = (
    "event_id",
    "at",
    "account_id",
    "access_key_id",
    "principal",
    "event",
    "error",
    "record",
    "user_name",
    "read_only",
    "resources",
    "named_key_id",
)

ROOT = "root"
"""What LookupEvents calls the root user.  Source: CloudTrail API, LookupEvents, NextToken."""

_encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Entry).decode
"""Reads a row's record back."""

_VERSION_AND_VARIANT = (0xF << 76) | (0x3 << 62)
_UUID_7 = (0x7 << 76) | (0x2 << 62)


def mint_request_id(at: float, random: Random) -> str:
    """Draw a request id that rises with time, in milliseconds.  Source: RFC 9562 §5.7, UUID version 7."""
    drawn = (int(at * 1000) << 80) | int.from_bytes(random(10))
    text = f"{drawn & ~_VERSION_AND_VARIANT | _UUID_7:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def first_id(at: float) -> str:
    """Give the text that comes before every request id of an instant and later, and after all others."""
    text = f"{int(at * 1000):012x}"
    return f"{text[:8]}-{text[8:]}"


def rows_of(entry: Entry) -> tuple[Row, ...]:
    """Lay an entry out for the table: once for the account that asked, once for another whose resource it was.

    Raises TypeError when it holds something that is not plain data, a secret for one.
    """
    resources = entry.resources if entry.target or entry.request or entry.response else ()
    row = (
        entry.request_id,
        int(entry.at * MICROSECONDS),
        entry.account or entry.owner,
        _storable(entry.access_key_id),
        entry.principal,
        _storable(f"{entry.service}:{entry.event}"),
        entry.error,
        _encode(entry),
        _storable(entry.user_name) if entry.user_name else _nameless(entry),
        entry.read_only,
        lines_of(resources) if resources else None,
        entry.issued.access_key_id if entry.issued else named_key(resources) if resources else None,
    )
    if entry.owner and entry.account:
        return row, _copy_for(entry.owner, row)
    return (row,)


def _nameless(entry: Entry) -> str | None:
    return ROOT if entry.principal_type == PrincipalType.ROOT.value else None


def _copy_for(account: str, row: Row) -> Row:
    """Make another account's copy: an event of its own, which does not tell the credential that asked.

    Source: IAM User Guide, "Logging IAM and AWS STS API calls with CloudTrail", cross-account STS events.
    """
    event_id, at, _, _, principal, event, error, record, _, read_only, resources, key_id = row
    return (twin(event_id), at, account, "", principal, event, error, record, None, read_only, resources, key_id)


def twin(event_id: str) -> str:
    """Give the event id of the copy, for that of the first, and the other way round."""
    return f"{event_id[:-1]}{int(event_id[-1], 16) ^ 1:x}"


def recent(tx: Tx, account: str, limit: int) -> list[Entry]:
    """Give an account's newest entries, the newest first."""
    kept = schema.journal.c
    return _entries(tx, _newest(limit).where(kept.account_id == account))


def newest(tx: Tx, limit: int) -> list[Entry]:
    """Give the newest entries of all accounts, the last written first; of two copies of one only the first."""
    kept = schema.journal.c
    query = select(kept.event_id, kept.record).order_by(kept.seq.desc()).limit(limit)
    found = ((event_id, decode(record)) for event_id, record in tx.connection.execute(query))
    return [entry for event_id, entry in found if entry.request_id == event_id]


def by_access_key(tx: Tx, access_key_id: str, limit: int) -> list[Entry]:
    """Give the newest entries of requests that named this access key, the newest first."""
    kept = schema.journal.c
    return _entries(tx, _newest(limit).where(kept.access_key_id == access_key_id))


def last_by(tx: Tx, access_key_id: str) -> Entry | None:
    """Give the newest entry of a request that was signed with this access key, not of one that only named it."""
    kept = schema.journal.c
    query = _newest(1).where(kept.access_key_id == access_key_id, kept.principal != "")
    return next(iter(_entries(tx, query)), None)


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
    return [decode(record) for (record,) in tx.connection.execute(query)]


def _storable(text: str) -> str:
    # PostgreSQL keeps no NUL in text; what a stranger sends must not spoil the commit it shares with others.
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in text else text
