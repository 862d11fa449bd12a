"""When an access key, a role or a secret was last used. Written with the journal, never on a decision's way."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select, text

from watchword.store import schema
from watchword.store.journal import Entry
from watchword.store.tx import Tx


@dataclass(frozen=True, slots=True)
class LastUsed:
    """The last use of one subject; `at` in whole epoch seconds."""

    at: int
    service: str
    region: str


Uses = dict[str, LastUsed]

_UPSERT = text(
    "INSERT INTO last_used (subject, at, service, region) VALUES (:subject, :at, :service, :region)"
    " ON CONFLICT (subject) DO UPDATE SET at = excluded.at, service = excluded.service, region = excluded.region"
    " WHERE last_used.at <= excluded.at"
)


def gather(entries: Iterable[Entry]) -> Uses:
    """Give the latest use of each subject among some entries."""
    uses: Uses = {}
    for entry in entries:
        for use in entry.used:
            known = uses.get(use.subject)
            if known is None or known.at <= entry.at:
                uses[use.subject] = LastUsed(int(entry.at), use.service, use.region)
    return uses


def write(tx: Tx, uses: Uses) -> None:
    """Keep these uses, unless later ones are kept already."""
    rows = [
        # In one order everywhere, so that two nodes never wait for each other.
        {"subject": subject, "at": use.at, "service": use.service, "region": use.region}
        for subject, use in sorted(uses.items(), key=lambda item: item[0])
    ]
    if rows:
        tx.connection.execute(_UPSERT, rows)


def of(tx: Tx, subjects: Collection[str]) -> Uses:
    """Give the last use of each of these subjects that was ever used."""
    kept = schema.last_used.c
    query = select(kept.subject, kept.at, kept.service, kept.region).where(kept.subject.in_(subjects))
    return {subject: LastUsed(at, service, region) for subject, at, service, region in tx.connection.execute(query)}


def forget(tx: Tx, subject: str) -> None:
    """Drop what is kept of a subject that is deleted."""
    tx.connection.execute(delete(schema.last_used).where(schema.last_used.c.subject == subject))
