"""`watchword report keys`: one row for each access key, with the controls that it breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import click

from watchword.cli import aws, credential_report, inventory, tables, times
from watchword.cli.aws import Account
from watchword.cli.exits import NotAllowed
from watchword.cli.inventory import Key, Owner
from watchword.cli.report.controls import OLD_KEY, UNUSED, Limits, Tally, broken
from watchword.cli.tables import Sheet
from watchword.cli.times import Duration
from watchword.cli.uses import Known, Use

Found = Iterable[tuple[Owner, list[Key]]]


@dataclass(frozen=True, slots=True)
class KeyRow:
    """What is told of one key; of a user without any, nothing but the user."""

    user: str
    access_key_id: str | None = None
    status: str | None = None
    created: datetime | None = None
    age_days: int | None = None
    last_used_state: str | None = None
    last_used: datetime | None = None
    last_used_service: str | None = None
    last_used_region: str | None = None
    owner: str = ""
    findings: tuple[str, ...] = ()
    note: str | None = None


@click.command()
@click.option("--older-than", type=Duration(), help="Only active keys that are older, such as `90d`.")
@click.option("--unused", type=Duration(), help="Only active keys that were not used for longer, such as `45d`.")
@click.option("--all-users", is_flag=True, help="Also tell users who have no key.")
@click.option("--fresh", is_flag=True, help="Ask user by user: the credential report may be four hours old.")
@click.option("--check", is_flag=True, help="Exit with 3 if a key is older than 90d, unused for 45d, or root's.")
@tables.output
@aws.account
def keys(
    account: Account, form: str, older_than: int | None, unused: int | None, all_users: bool, fresh: bool, check: bool
) -> None:
    """One row for each access key: whose, how old, when last used. "Never" is told apart from "unknown".

    With --older-than, --unused or both, only active keys over one of them are told. What --check counts are the limits
    of AWS's Security Hub (IAM.3, IAM.22, IAM.4), or those given.
    """
    found, now = _found(account, form, fresh=fresh)
    limits = Limits(*(_limit(given, usual) for given, usual in zip((older_than, unused), (90, 45), strict=True)))
    only = {name for name, given in ((OLD_KEY, older_than), (UNUSED, unused)) if given is not None}
    rows = (row for row in _rows(found, limits, now) if _wanted(row, only, all_users=all_users))
    tally = Tally()
    tables.write(form, _sheet(now), tally.over(rows))
    if check:
        tally.judge(click.get_current_context().exit)


def _limit(given: int | None, usual_days: int) -> timedelta:
    return timedelta(days=usual_days) if given is None else timedelta(seconds=given)


def _found(account: Account, form: str, *, fresh: bool) -> tuple[Found, datetime]:
    """Read all keys: by the credential report, or user by user where that is asked for or the report is not allowed."""
    iam, now, follow = account.client("iam"), aws.now(account), tables.follow(form)
    if not fresh:
        try:
            report = credential_report.fetch(iam)
        except NotAllowed as denial:
            click.echo(f"{denial.note}; asking user by user", err=True)
        else:
            now = max(now, report.generated)
            click.echo(f"From the credential report, {times.both(report.generated, now)}.", err=True)
            return inventory.by_report(iam, report, follow), now
    return inventory.one_by_one(iam, follow), now


def _rows(found: Found, limits: Limits, now: datetime) -> Iterator[KeyRow]:
    for owner, owned in found:
        for key in owned:
            yield _row(key, broken(key, limits, now), now)
        if not owned:
            yield KeyRow(owner.user, owner=owner.arn)


def _row(key: Key, findings: tuple[str, ...], now: datetime) -> KeyRow:
    return KeyRow(
        user=key.user,
        access_key_id=key.id,
        status=key.status,
        created=key.created,
        age_days=times.days(key.created, now) if key.created else None,
        last_used_state=key.use.known,
        last_used=key.use.at,
        last_used_service=key.use.service,
        last_used_region=key.use.region,
        owner=key.owner,
        findings=findings,
        note=key.note,
    )


def _wanted(row: KeyRow, only: set[str], *, all_users: bool) -> bool:
    if only:
        return not only.isdisjoint(row.findings) or row.note is not None
    return all_users or row.last_used_state is not None


def _used(row: KeyRow, now: datetime) -> str:
    if row.last_used_state is None:
        return ""
    use = Use(Known(row.last_used_state), row.last_used, row.last_used_service, row.last_used_region)
    return use.told(now)


def _sheet(now: datetime) -> Sheet[KeyRow]:
    columns: dict[str, Callable[[KeyRow], str]] = {
        "user": lambda row: row.user,
        "key": lambda row: row.access_key_id or ("none" if row.last_used_state is None else "?"),
        "state": lambda row: row.status or "",
        "created (UTC)": lambda row: f"{row.created:%Y-%m-%d %H:%M}" if row.created else "",
        "age (d)": lambda row: "" if row.age_days is None else str(row.age_days),
        "last used": lambda row: _used(row, now),
        "breaks": lambda row: " ".join(row.findings),
        "note": lambda row: row.note or "",
    }
    return tables.sheet_of(KeyRow, columns)
