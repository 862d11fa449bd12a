"""`watchword report credentials`: AWS's credential report, for people and for machines."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import datetime

import click

from watchword.cli import aws, credential_report, tables, times
from watchword.cli.aws import Account
from watchword.cli.credential_report import Line, Report, Slot
from watchword.cli.tables import Sheet, Value
from watchword.cli.uses import Known, Use

Tell = Callable[[Line], str]


@click.command()
@tables.output
@click.option("--aws-format", is_flag=True, help="Print AWS's own CSV, byte for byte.")
@aws.account
def credentials(account: Account, form: str, aws_format: bool) -> None:
    """Every user's password, MFA and access keys, and root's: the credential report."""
    report = credential_report.fetch(account.client("iam"))
    if aws_format:
        click.echo(report.content, nl=False)
        return
    now = max(aws.now(account), report.generated)
    tables.write(form, _sheet(report, now), report.lines())
    click.echo(f"The report was made {times.both(report.generated, now)}; a new one is made after 4 hours.", err=True)


def _sheet(report: Report, now: datetime) -> Sheet[Line]:
    names = next(csv.reader([report.content.decode().partition("\n")[0]]), [])
    return Sheet(tuple(names), _record, _columns(now))


def _record(line: Line) -> Mapping[str, Value]:
    """Give AWS's values under AWS's names: true and false as such, nothing for N/A, all else as AWS wrote it."""
    return {name: _value(line, name) for name in line.values}


def _value(line: Line, name: str) -> Value:
    flag, text = line.flag(name), line.values[name]
    return flag if flag is not None else None if text in {"", "N/A"} else text


def _columns(now: datetime) -> dict[str, Tell]:
    return {
        "user": lambda line: line.user,
        "age (d)": lambda line: str(times.days(line.created, now)) if line.created else "?",
        "password": lambda line: _password(line, now),
        "MFA": lambda line: "yes" if line.mfa else "no",
        "key 1": lambda line: _key(line, 0, now),
        "key 2": lambda line: _key(line, 1, now),
    }


def _password(line: Line, now: datetime) -> str:
    if line.password is False:
        return "none"
    if line.password is None and line.password_use.at is None:
        return "?"
    return _use(line.password_use, now)


def _key(line: Line, position: int, now: datetime) -> str:
    slot = line.slots[position]
    if not slot.exists:
        return "none"
    return f"{_state(slot, now)}, {_use(slot.use, now)}"


def _use(use: Use, now: datetime) -> str:
    if use.known is Known.USED:
        return f"used {use.told(now)}"
    return "never used" if use.known is Known.NEVER else "last use unknown"


def _state(slot: Slot, now: datetime) -> str:
    state = "active" if slot.active else "inactive"
    return f"{state}, {times.days(slot.created, now)} d old" if slot.created else state
