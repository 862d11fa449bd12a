"""`watchword report mfa`: who can sign in or sign requests without a second factor; and root."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import click

from watchword.cli import aws, credential_report, tables
from watchword.cli.aws import Account
from watchword.cli.credential_report import Line
from watchword.cli.report.controls import PASSWORD_WITHOUT_MFA, ROOT_WITHOUT_MFA, WITHOUT_MFA, Tally
from watchword.cli.tables import Sheet


@dataclass(frozen=True, slots=True)
class MfaRow:
    """What one user, or root, can authenticate with; `password` is None where AWS does not say."""

    user: str
    arn: str
    password: bool | None
    active_keys: int
    mfa: bool
    findings: tuple[str, ...]
    note: str | None = None


@click.command()
@click.option("--all-users", is_flag=True, help="Also tell users who have MFA, or nothing to protect.")
@click.option("--check", is_flag=True, help="Exit with 3 if someone lacks MFA.")
@tables.output
@aws.account
def mfa(account: Account, form: str, all_users: bool, check: bool) -> None:
    """Who has a password or active keys, but no MFA; and whether root has it."""
    report = credential_report.fetch(account.client("iam"))
    tally = Tally()
    tables.write(form, SHEET, tally.over(_rows(report.lines(), all_users=all_users)))
    if check:
        tally.judge(click.get_current_context().exit)


def _rows(lines: Iterable[Line], *, all_users: bool) -> Iterator[MfaRow]:
    for line in lines:
        active = sum(slot.active for slot in line.keys)
        row = MfaRow(line.user, line.arn, line.password, active, line.mfa, _lacks(line, active))
        if all_users or line.is_root or row.findings:
            yield row


def _lacks(line: Line, active_keys: int) -> tuple[str, ...]:
    if line.mfa or (line.password is False and not active_keys):
        return ()
    if line.is_root:
        return (ROOT_WITHOUT_MFA,)
    if line.password:
        return (PASSWORD_WITHOUT_MFA, WITHOUT_MFA)
    return (WITHOUT_MFA,) if active_keys else ()


YES_OR_NO = {True: "yes", False: "no", None: "?"}
COLUMNS: dict[str, Callable[[MfaRow], str]] = {
    "user": lambda row: row.user,
    "MFA": lambda row: YES_OR_NO[row.mfa],
    "password": lambda row: YES_OR_NO[row.password],
    "active keys": lambda row: str(row.active_keys),
    "breaks": lambda row: " ".join(row.findings),
}
SHEET: Sheet[MfaRow] = tables.sheet_of(MfaRow, COLUMNS)
