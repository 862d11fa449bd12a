"""Since when each key is as it is: no API tells when a key was deactivated, so the first look counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from watchword.rotation.ledger import schema
from watchword.rotation.ledger.rows import put

_AT_ONCE = 500
"""Keys asked for in one statement."""
_kept = schema.sighting.c


def known(connection: Connection, account: str, keys: Sequence[str]) -> dict[str, tuple[bool, float]]:
    """Give each key's status as last seen, and since when it was so."""
    found: dict[str, tuple[bool, float]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        rows = connection.execute(
            select(_kept.key, _kept.active, _kept.since).where(
                _kept.account == account, _kept.key.in_(keys[start : start + _AT_ONCE])
            )
        )
        found.update({key: (active, since) for key, active, since in rows})
    return found


def changed(
    before: Mapping[str, tuple[bool, float]], statuses: Mapping[str, bool], now: float
) -> dict[str, tuple[bool, float]]:
    """Tell which keys were not seen before, or are no longer as they were."""
    return {key: (active, now) for key, active in statuses.items() if key not in before or before[key][0] is not active}


def put_all(connection: Connection, account: str, sighted: Mapping[str, tuple[bool, float]]) -> None:
    """Put sightings on record: in the order of keys, so that two who do so at once do not wait for each other."""
    for key, (active, since) in sorted(sighted.items()):
        put(connection, schema.sighting, {"account": account, "key": key, "active": active, "since": since})
