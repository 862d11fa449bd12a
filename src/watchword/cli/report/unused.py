"""`watchword report unused`: passwords, access keys and roles that nobody has used for a while, or ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from watchword.cli import aws, credential_report, inventory, tables, times
from watchword.cli.aws import Account
from watchword.cli.credential_report import Report, Slot
from watchword.cli.exits import NotAllowed
from watchword.cli.inventory import ACTIVE
from watchword.cli.report.controls import Tally
from watchword.cli.tables import Follow, Sheet
from watchword.cli.uses import Known, Use

OF_SERVICES = "/aws-service-role/"
ROLES_TRACKED = timedelta(days=400)
"""How far back AWS looks for the last use of a role.  Source: IAM API, RoleLastUsed."""
PASSWORD, KEY, ROLE = "UnusedIAMUserPassword", "UnusedIAMUserAccessKey", "UnusedIAMRole"
"""What AWS's Access Analyzer calls these findings."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A credential or a role, and since when nothing was done with it; None where that is not known."""

    kind: str
    name: str
    arn: str
    created: datetime | None
    use: Use
    idle: datetime | None
    key_id: str | None = None


@dataclass(frozen=True, slots=True)
class UnusedRow:
    """What is told of one that was idle for too long. It is a finding only where that is known."""

    kind: str
    name: str
    access_key_id: str | None
    arn: str
    created: datetime | None
    last_used_state: str
    last_used: datetime | None
    idle_days: int | None
    findings: tuple[str, ...]
    note: str | None


@click.command()
@click.option("--days", type=click.IntRange(1), default=90, show_default=True, help="How long is too long.")
@click.option("--check", is_flag=True, help="Exit with 3 if there is any.")
@tables.output
@aws.account
def unused(account: Account, form: str, days: int, check: bool) -> None:
    """Passwords, active access keys and roles that nobody has used for --days.

    Those that were never used are told once they are older than that. Service-linked roles are left out: whether one
    is needed, only its service knows.
    """
    iam = account.client("iam")
    report = credential_report.fetch(iam)
    look = Look(max(aws.now(account), report.generated), timedelta(days=days))
    suspects = _suspects(iam, report, tables.follow(form), look)
    rows = (_row(each, look.now) for each in suspects if look.is_idle(each.idle))
    tally = Tally()
    tables.write(form, _sheet(look.now), tally.over(rows))
    if check:
        tally.judge(click.get_current_context().exit)


@dataclass(frozen=True, slots=True)
class Look:
    """When it is looked, and how long is too long."""

    now: datetime
    limit: timedelta

    def is_idle(self, since: datetime | None) -> bool:
        """Whether nothing was done for too long. What is not known is told as well."""
        return since is None or self.now - since > self.limit

    def is_idle_key(self, slot: Slot) -> bool:
        """Whether the report has an active key that was idle for too long."""
        return slot.active and self.is_idle(slot.use.idle_since(slot.created))


def _suspects(iam: Any, report: Report, follow: Follow, look: Look) -> Iterator[Suspect]:
    for line in report.lines():
        if line.password:
            idle = line.password_use.idle_since(line.password_since)
            yield Suspect(PASSWORD, line.user, line.arn, line.password_since, line.password_use, idle)
    for _owner, keys in inventory.by_report(iam, report, follow, look.is_idle_key):
        for key in keys:
            if key.status == ACTIVE:
                idle = key.use.idle_since(key.created)
                yield Suspect(KEY, key.user, key.owner, key.created, key.use, idle, key.id)
    for role in _roles(iam):
        if not role["Path"].startswith(OF_SERVICES):
            yield _role(role, look.now)


def _roles(iam: Any) -> Iterator[Mapping[str, Any]]:
    """Read all roles with their last use: many in one answer where that is allowed, one by one otherwise.

    Raises NotAllowed.
    """
    try:
        with aws.denials_named("iam"):
            pages = iam.get_paginator("get_account_authorization_details").paginate(Filter=["Role"])
            for page in pages:
                yield from page["RoleDetailList"]
    except NotAllowed as denial:
        click.echo(f"{denial.note}; asking role by role", err=True)
    else:
        return
    with aws.denials_named("iam"):
        for page in iam.get_paginator("list_roles").paginate():
            for role in page["Roles"]:
                yield iam.get_role(RoleName=role["RoleName"])["Role"]


def _role(told: Mapping[str, Any], now: datetime) -> Suspect:
    """Judge a role. Without a last use it was idle since it was made, or for as long as AWS looks back."""
    created = told["CreateDate"].astimezone(UTC)
    at = told.get("RoleLastUsed", {}).get("LastUsedDate")
    horizon = now - ROLES_TRACKED
    if at is not None:
        used = Use(Known.USED, at.astimezone(UTC), region=told["RoleLastUsed"].get("Region"))
    else:
        used = Use(Known.NEVER if created >= horizon else Known.UNKNOWN)
    return Suspect(ROLE, told["RoleName"], told["Arn"], created, used, used.at or max(created, horizon))


def _row(suspect: Suspect, now: datetime) -> UnusedRow:
    idle, use = suspect.idle, suspect.use
    return UnusedRow(
        kind=suspect.kind,
        name=suspect.name,
        access_key_id=suspect.key_id,
        arn=suspect.arn,
        created=suspect.created,
        last_used_state=use.known,
        last_used=use.at,
        idle_days=None if idle is None else times.days(idle, now),
        findings=() if idle is None else (suspect.kind,),
        note=use.note,
    )


KINDS = {PASSWORD: "password", KEY: "access key", ROLE: "role"}


def _sheet(now: datetime) -> Sheet[UnusedRow]:
    columns: dict[str, Callable[[UnusedRow], str]] = {
        "kind": lambda row: KINDS[row.kind],
        "user or role": lambda row: row.name,
        "key": lambda row: row.access_key_id or "",
        "last used": lambda row: times.both(row.last_used, now) if row.last_used else row.last_used_state,
        "idle (d)": lambda row: "?" if row.idle_days is None else str(row.idle_days),
        "note": lambda row: row.note or "",
    }
    return tables.sheet_of(UnusedRow, columns)
