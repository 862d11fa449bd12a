"""The regions that a secret is replicated to, as its primary tells of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

IN_SYNC, FAILED = "InSync", "Failed"

_replica = schema.secret_replica


@dataclass(frozen=True, slots=True)
class Replica:
    """How replication to one region stands."""

    region: str
    kms_key_id: str | None
    status: str
    message: str | None = None


def of(tx: Tx, secret_arn: str) -> list[Replica]:
    """Give the replicas of a primary, by region."""
    found = select(_replica).where(_replica.c.secret_arn == secret_arn).order_by(_replica.c.region)
    return [Replica(row.region, row.kms_key_id, row.status, row.message) for row in tx.connection.execute(found)]


def put(tx: Tx, secret_arn: str, replica: Replica) -> None:
    """Keep how replication to a region stands, in the place of what was kept of it."""
    remove(tx, secret_arn, [replica.region])
    row = {"region": replica.region, "kms_key_id": replica.kms_key_id, "status": replica.status}
    tx.connection.execute(insert(_replica).values(secret_arn=secret_arn, message=replica.message, **row))


def remove(tx: Tx, secret_arn: str, regions: Collection[str]) -> None:
    """Forget the replicas in these regions."""
    mine = (_replica.c.secret_arn == secret_arn) & _replica.c.region.in_(regions)
    tx.connection.execute(delete(_replica).where(mine))
