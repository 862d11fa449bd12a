"""The change table: under which number what was changed. The writer fills it, the feed reads it.

Numbers have no gaps and rise in the order of commits, because every change holds the one `feed` row until it commits.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert, select, update

from watchword.store import schema
from watchword.store.installation import ONLY
from watchword.store.tx import Tx

EVERYTHING = "*"
"""The subject that stands for all of them."""
CHANNEL = "watchword"
KEPT = 10_000
"""How many numbers are kept for those that lag behind."""
PRUNED_EVERY = 256
AT_ONCE = 5_000
"""Rows that are read in one go; whoever is further behind reads everything anew."""

SINCE = (
    "SELECT feed.seq, change.seq, change.subject FROM feed LEFT JOIN change ON change.seq > {last}"
    " WHERE feed.id = 1 ORDER BY change.seq LIMIT {limit}"
)
"""To be filled with the drivers' own marks: the feed reads without SQLAlchemy in the way."""

Found = tuple[int, int | None, str | None]


def lock(tx: Tx) -> int:
    """Wait until no other change is under way anywhere, and give the number of the last one."""
    kept = schema.feed.c
    seq: int = tx.connection.execute(select(kept.seq).where(kept.id == ONLY).with_for_update()).scalar_one()
    return seq


def since(tx: Tx, last: int) -> frozenset[str]:
    """Give the subjects that changed after `last`, before this transaction began to change anything."""
    if tx.last == last:
        return frozenset()
    mark = "?" if tx.connection.dialect.paramstyle == "qmark" else "%s"
    rows = tx.connection.exec_driver_sql(SINCE.format(last=mark, limit=AT_ONCE + 1), (last,)).all()
    return understand([tuple(row) for row in rows], last)[1]


def announce(tx: Tx, seq: int, subjects: Iterable[str]) -> None:
    """Put what was touched under the number `seq`, which must be the next after `lock`'s."""
    tx.connection.execute(update(schema.feed).where(schema.feed.c.id == ONLY).values(seq=seq))
    tx.connection.execute(insert(schema.change), [{"seq": seq, "subject": subject} for subject in subjects])
    if seq % PRUNED_EVERY == 0:
        tx.connection.execute(delete(schema.change).where(schema.change.c.seq <= seq - KEPT))


def understand(found: list[Found], last: int) -> tuple[int, frozenset[str]]:
    """Read the rows of `SINCE`: the newest number, and the subjects that changed after `last`.

    Gives EVERYTHING when some changes are not among the rows: pruned, too many, or from a store that went back.
    """
    now = found[0][0]
    if now == last:
        return last, frozenset()
    if now < last or found[0][1] != last + 1 or len(found) > AT_ONCE:
        return now, frozenset({EVERYTHING})
    return now, frozenset(subject for _, _, subject in found if subject is not None)
