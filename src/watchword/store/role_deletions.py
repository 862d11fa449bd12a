"""What became of requests to delete service-linked roles. A deletion is over when its request is answered."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_deletion = schema.role_deletion

SUCCEEDED, FAILED = "SUCCEEDED", "FAILED"


@dataclass(frozen=True, slots=True)
class RoleDeletion:
    """One deletion; `status` is SUCCEEDED or FAILED, `reason` says why it failed, `created_at` is in epoch seconds.

    Its id is `task/aws-service-role/<service>/<role name>/<uuid>`.
    """

    id: str
    account: str
    status: str
    reason: str | None
    created_at: int


def add(tx: Tx, deletion: RoleDeletion) -> None:
    """Keep what became of a deletion."""
    tx.connection.execute(
        insert(_deletion).values(
            id=deletion.id,
            account_id=deletion.account,
            status=deletion.status,
            reason=deletion.reason,
            created_at=deletion.created_at,
        )
    )


def by_id(tx: Tx, account: str, deletion_id: str) -> RoleDeletion | None:
    """Find a deletion that an account asked for."""
    here = (_deletion.c.id == deletion_id) & (_deletion.c.account_id == account)
    row = tx.connection.execute(select(_deletion).where(here)).one_or_none()
    return None if row is None else RoleDeletion(row.id, row.account_id, row.status, row.reason, row.created_at)
