"""Listings of what stands under a path, where an account may have very many: a page looks through so many rows at most.

It may therefore tell fewer than were asked for, or none, and still go on.   Source: IAM API, MaxItems: "IAM might
return fewer than the MaxItems number of results, even when there are more results available".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from sqlalchemy import Row, Table, func, select

from watchword.store.tx import Tx

Entity = TypeVar("Entity")

EVERYWHERE = "/"
"""The path that everything is under."""
LOOKED_THROUGH = 10_000
"""Rows that one page looks through: some ten milliseconds, about what a page of a thousand takes anyway."""


@dataclass(frozen=True, slots=True)
class Stretch(Sequence[Entity]):
    """What was found, and the lower-case name that the search goes on past if it has not come to its end."""

    found: tuple[Entity, ...]
    reached: str | None

    def __len__(self) -> int:
        return len(self.found)

    @overload
    def __getitem__(self, index: int) -> Entity: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Entity]: ...
    def __getitem__(self, index: int | slice) -> Entity | Sequence[Entity]:
        return self.found[index]


def stretch(
    tx: Tx,
    table: Table,
    entity_of: Callable[[Row[Any]], Entity],
    account: str,
    *,
    path_prefix: str,
    after: str,
    limit: int,
) -> Stretch[Entity]:
    """Look for an account's rows under a path by name, from the first past `after` (a lower-case name)."""
    here = (table.c.account_id == account) & (table.c.name_key > after)
    wanted, last = select(table).where(here).order_by(table.c.name_key).limit(limit), None
    if path_prefix != EVERYWHERE:
        names = select(table.c.name_key).where(here).order_by(table.c.name_key)
        last = tx.connection.execute(names.offset(LOOKED_THROUGH - 1).limit(1)).scalar_one_or_none()
        wanted = wanted.where(func.substr(table.c.path, 1, len(path_prefix)) == path_prefix)
    if last is not None:
        wanted = wanted.where(table.c.name_key <= last)
    found = tuple(entity_of(row) for row in tx.connection.execute(wanted))
    return Stretch(found, last if len(found) < limit else None)
