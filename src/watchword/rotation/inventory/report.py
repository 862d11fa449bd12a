"""AWS's credential report: asked for, waited for, and read strictly. It tells of keys by place, without their ids.

Source: IAM User Guide, "Generate credential reports for your AWS account".
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

ROOT = "<root_account>"
PLACES = (1, 2)
NOTHING = frozenset({"", "N/A", "no_information", "not_supported"})
"""What AWS writes where it has no value."""
NOT_YET, ANEW = frozenset({"ReportInProgress"}), frozenset({"ReportNotPresent", "ReportExpired"})
WAITS = (1.0, 2.0, 3.0, *(5.0,) * 60)
"""Seconds between questions; five minutes in all."""
REQUIRED = frozenset(
    {
        "user",
        "arn",
        "user_creation_time",
        *(f"access_key_{place}_{of}" for place in PLACES for of in ("active", "last_rotated", "last_used_date")),
    }
)


class Unreadable(Exception):  # noqa: N818  named by what is so, as all of ours
    """The report cannot be had, or not be understood."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One of a user's two places for keys. Instants are epoch seconds; None for none.

    `changed` is when the key was created, or last made active or inactive.
    """

    active: bool
    changed: float | None
    used: float | None

    @property
    def is_taken(self) -> bool:
        """Whether a key is there; an inactive one shows by its dates."""
        return self.active or self.changed is not None or self.used is not None


@dataclass(frozen=True, slots=True)
class Row:
    """What the report says of one user, or of root. `values` are AWS's own columns."""

    user: str
    arn: str
    created: float
    slots: tuple[Slot, ...]
    values: Mapping[str, str]

    @property
    def path(self) -> str:
        """The user's path, which its ARN holds."""
        return "/" + self.arn.split(":", 5)[5].partition("/")[2].removesuffix(self.user)

    def flag(self, column: str) -> bool:
        """Read true or false; what is neither is false."""
        return self.values.get(column, "").casefold() == "true"

    def instant(self, column: str) -> float | None:
        """Read an instant; None where there is none. Raises Unreadable."""
        return _instant(self.values.get(column, ""))


@dataclass(frozen=True, slots=True)
class Report:
    """The report, and when it was made."""

    at: float
    root: Row | None
    rows: tuple[Row, ...]


def fetch(iam: IAMClient, pause: Callable[[float], None]) -> Report:
    """Have the report made if there is none, wait for it, and read it.

    Raises Unreadable, ClientError, BotoCoreError.
    """
    iam.generate_credential_report()
    for seconds in (*WAITS, 0.0):
        try:
            told = iam.get_credential_report()
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in NOT_YET | ANEW:
                raise
            pause(seconds)
            if code in ANEW:
                iam.generate_credential_report()
        else:
            return read(told["Content"], told["GeneratedTime"].timestamp())
    raise Unreadable(f"the credential report is not ready after {sum(WAITS) / 60:.0f} minutes")


def read(content: bytes, at: float) -> Report:
    """Read the report as AWS wrote it. Raises Unreadable."""
    try:
        lines = list(csv.reader(StringIO(content.decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"the credential report cannot be read: {error}") from error
    columns = lines[0] if lines else []
    missing = sorted(REQUIRED - set(columns))
    if missing:
        raise Unreadable(f"the credential report has no column `{missing[0]}`")
    rows = [_row(columns, line, number) for number, line in enumerate(lines[1:], 2) if line]
    root = next((row for row in rows if row.user == ROOT), None)
    return Report(at, root, tuple(row for row in rows if row.user != ROOT))


def _row(columns: list[str], line: list[str], number: int) -> Row:
    if len(line) != len(columns):
        raise Unreadable(f"line {number} of the credential report has {len(line)} values, not {len(columns)}")
    values = dict(zip(columns, line, strict=True))
    if values["arn"].count(":") < 5:  # noqa: PLR2004  an ARN's six parts
        raise Unreadable(f"line {number} of the credential report holds no ARN")
    slots = tuple(_slot(values, f"access_key_{place}") for place in PLACES)
    return Row(values["user"], values["arn"], _instant(values["user_creation_time"]) or 0.0, slots, values)


def _slot(values: Mapping[str, str], key: str) -> Slot:
    active = values[f"{key}_active"].casefold()
    if active not in {"true", "false", "n/a"}:
        raise Unreadable(f"the credential report says `{active}` of whether a key is active")
    return Slot(active == "true", _instant(values[f"{key}_last_rotated"]), _instant(values[f"{key}_last_used_date"]))


def _instant(text: str) -> float | None:
    if text in NOTHING:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(f"the credential report holds `{text}` for an instant") from error
    if moment.tzinfo is None:
        raise Unreadable(f"the credential report holds `{text}`, without an offset")
    return moment.timestamp()
