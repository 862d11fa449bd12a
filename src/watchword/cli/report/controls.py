"""What an account's credentials must not be, by the names that AWS's Security Hub gives these controls. Pure.

Source: Security Hub User Guide, controls for IAM: IAM.3, IAM.4, IAM.5, IAM.9, IAM.19, IAM.22.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from watchword.cli.exits import Exit, Stop
from watchword.cli.inventory import ACTIVE, Key

OLD_KEY, ROOT_KEY, UNUSED = "IAM.3", "IAM.4", "IAM.22"
PASSWORD_WITHOUT_MFA, ROOT_WITHOUT_MFA, WITHOUT_MFA = "IAM.5", "IAM.9", "IAM.19"
OLDEST, LONGEST_UNUSED = timedelta(days=90), timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Limits:
    """How old an active key may be, and how long unused."""

    age: timedelta = OLDEST
    unused: timedelta = LONGEST_UNUSED


def broken(key: Key, limits: Limits, now: datetime) -> tuple[str, ...]:
    """Name the controls that a key breaks. A last use that is not known breaks none."""
    found = [ROOT_KEY] if key.is_root and (key.created or not key.note) else []
    if key.status == ACTIVE:
        idle = key.use.idle_since(key.created)
        found += [OLD_KEY] if key.created and now - key.created > limits.age else []
        found += [UNUSED] if idle and now - idle > limits.unused else []
    return tuple(found)


class Judged(Protocol):
    """A row that says what it breaks, and what of it could not be read."""

    @property
    def findings(self) -> tuple[str, ...]: ...
    @property
    def note(self) -> str | None: ...


Row = TypeVar("Row", bound=Judged)


@dataclass(slots=True)
class Tally:
    """Counts what passes by, so that a check can be judged when all rows are told."""

    broken: int = 0
    unread: set[str] = field(default_factory=set)

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Pass rows on."""
        for row in rows:
            self.broken += bool(row.findings)
            if row.note:
                self.unread.add(row.note)
            yield row

    def judge(self, leave: Callable[[int], None]) -> None:
        """End a check: with a finding, or by saying that it cannot be vouched for.

        Raises Stop.
        """
        if self.broken:
            leave(Exit.FINDING)
        if self.unread:
            raise Stop(
                f"nothing was found, but not everything could be read: {', '.join(sorted(self.unread))}", Exit.DENIED
            )
