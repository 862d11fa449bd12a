"""Runs on record: what each found and did, account by account. Results hold no secret, so neither does this."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import msgspec
from sqlalchemy import ColumnElement, Connection, Integer, cast, delete, func, select

from watchword.rotation.ledger import schema
from watchword.rotation.ledger.faults import NotOnRecord
from watchword.rotation.ledger.rows import put
from watchword.rotation.results import AccountResult, Mode, Run

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(AccountResult).decode
_kept = schema.run.c
_result = schema.run_account.c


class RunSummary(msgspec.Struct, frozen=True):
    """One run in a line. Instants are epoch seconds; `ended_at` is 0 while it goes on."""

    id: str
    mode: Mode
    by: str
    started_at: float
    ended_at: float
    accounts: int
    failed: int
    """Accounts of which something failed."""
    keys: int
    findings: int
    changes: int
    """Keys of which something was changed."""


def keep(connection: Connection, run: Run) -> None:
    """Put a run on record, with every account that it has; those kept before stay."""
    row = {"mode": str(run.mode), "by": run.by, "started_at": run.started_at, "ended_at": run.ended_at}
    put(connection, schema.run, {"id": run.id, **row})
    for result in sorted(run.accounts, key=lambda one: one.account):
        keep_result(connection, run.id, result)


def keep_result(connection: Connection, run_id: str, result: AccountResult) -> None:
    """Put one account's result on record, in place of an earlier one of the same run."""
    lines = result.lines
    row = {
        "run": run_id,
        "account": result.account,
        "failed": bool(result.failed) or any(line.error for line in lines),
        "keys": len(lines),
        "findings": sum(line.finding for line in lines) + sum(bool(other.finding) for other in result.others),
        "changes": sum(bool(line.done) for line in lines),
        "body": zlib.compress(_encode(result), 1),
    }
    put(connection, schema.run_account, row)


def results(connection: Connection, run_id: str) -> Iterator[AccountResult]:
    """Give a run's accounts, one at a time: together they may be more than fits into memory."""
    accounts = connection.execute(
        select(_result.account).where(_result.run == run_id).order_by(_result.account)
    ).scalars()
    for account in accounts.all():
        which = (_result.run == run_id) & (_result.account == account)
        yield _decode(zlib.decompress(connection.execute(select(_result.body).where(which)).scalar_one()))


def find(connection: Connection, run_id: str) -> Run:
    """Give a run whole. Raises NotOnRecord."""
    found = connection.execute(select(schema.run).where(_kept.id == run_id)).mappings().one_or_none()
    if found is None:
        raise NotOnRecord(f"there is no run `{run_id}`")
    return Run(**{**found, "mode": Mode(found["mode"])}, accounts=tuple(results(connection, run_id)))


def newest(connection: Connection, limit: int = 20) -> list[RunSummary]:
    """Sum up the newest runs, newest first."""
    wanted = (
        select(
            _kept.id, _kept.mode, _kept.by, _kept.started_at, _kept.ended_at,
            func.count(_result.account), _sum(cast(_result.failed, Integer)), _sum(_result["keys"]),
            _sum(_result.findings), _sum(_result.changes),
        )
        .select_from(schema.run.outerjoin(schema.run_account, _result.run == _kept.id))
        .group_by(_kept.id).order_by(_kept.started_at.desc(), _kept.id.desc()).limit(limit)
    )  # fmt: skip
    return [RunSummary(row[0], Mode(row[1]), *row[2:]) for row in connection.execute(wanted)]


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), Integer)


def trim(connection: Connection, leave: int) -> int:
    """Forget all but the newest `leave` runs, and tell how many went. The history of rotations is never trimmed."""
    old = select(_kept.id).order_by(_kept.started_at.desc(), _kept.id.desc()).offset(leave)
    gone = list(connection.execute(old).scalars())
    for run_id in gone:
        connection.execute(delete(schema.run_account).where(_result.run == run_id))
        connection.execute(delete(schema.run).where(_kept.id == run_id))
    return len(gone)
