"""AWS's credential report: asked for, waited for, and read. One line for root and one for each user.

Source: IAM User Guide, "Generate credential reports for your AWS account".
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from watchword.cli import aws, uses
from watchword.cli.exits import Stop
from watchword.cli.uses import Use

ROOT = "<root_account>"
AGAIN = frozenset({"ReportNotPresent", "ReportExpired", "ReportInProgress"})
WAITS = (1, 2, 3, *(5,) * 60)
"""Seconds between questions; five minutes in all."""
SLOTS = (1, 2)


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the two access keys that a line tells of; the report has no ids."""

    active: bool
    created: datetime | None
    use: Use

    @property
    def exists(self) -> bool:
        """Whether there is such a key; an inactive one still has its date."""
        return self.active or self.created is not None


@dataclass(frozen=True, slots=True)
class Line:
    """What the report has of one user, or of root, under AWS's own names."""

    values: Mapping[str, str]

    @property
    def user(self) -> str:
        return self.values["user"]

    @property
    def arn(self) -> str:
        return self.values["arn"]

    @property
    def is_root(self) -> bool:
        return self.user == ROOT

    @property
    def created(self) -> datetime | None:
        return self.moment("user_creation_time")

    @property
    def password(self) -> bool | None:
        """Whether there is a password; AWS does not tell it of root."""
        return self.flag("password_enabled")

    @property
    def password_since(self) -> datetime | None:
        return self.moment("password_last_changed") or self.created

    @property
    def password_use(self) -> Use:
        return uses.use(self.moment("password_last_used"), self.password_since, uses.PASSWORDS_TRACKED)

    @property
    def mfa(self) -> bool:
        return self.flag("mfa_active") is True

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Both places for keys, taken or not."""
        return tuple(map(self._slot, SLOTS))

    @property
    def keys(self) -> tuple[Slot, ...]:
        """The keys that exist."""
        return tuple(slot for slot in self.slots if slot.exists)

    def flag(self, name: str) -> bool | None:
        """Read TRUE or FALSE; anything else is no answer."""
        return {"true": True, "false": False}.get(self.values.get(name, "").lower())

    def moment(self, name: str) -> datetime | None:
        """Read an instant, if there is one."""
        text = uses.value(self.values.get(name))
        return None if text is None else datetime.fromisoformat(text).astimezone(UTC)

    def _slot(self, number: int) -> Slot:
        key = f"access_key_{number}"
        created = self.moment(f"{key}_last_rotated")
        used = uses.use(
            self.moment(f"{key}_last_used_date"),
            created,
            uses.KEYS_TRACKED,
            self.values.get(f"{key}_last_used_service"),
            self.values.get(f"{key}_last_used_region"),
        )
        return Slot(self.flag(f"{key}_active") is True, created, used)


@dataclass(frozen=True, slots=True)
class Report:
    """The report as AWS wrote it, and when that was. AWS writes it anew after four hours."""

    content: bytes
    generated: datetime

    @property
    def count(self) -> int:
        """How many lines it has."""
        return self.content.strip().count(b"\n")

    def lines(self) -> Iterator[Line]:
        """Read it line by line."""
        return map(Line, csv.DictReader(StringIO(self.content.decode(), newline="")))


def fetch(iam: Any, sleep: Callable[[float], None] = time.sleep) -> Report:
    """Have the report made if there is none, wait for it, and fetch it.

    Raises NotAllowed, Stop.
    """
    for wait in WAITS:
        with aws.denials_named("iam"):
            made = iam.generate_credential_report()["State"] == "COMPLETE"
            report = _fetched(iam) if made else None
        if report is not None:
            return report
        sleep(wait)
    raise Stop(f"the credential report is not ready after {sum(WAITS) // 60} minutes; ask again later")


def _fetched(iam: Any) -> Report | None:
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded only when used

    try:
        reply = iam.get_credential_report()
    except ClientError as error:
        if aws.code(error) in AGAIN:
            return None
        raise
    return Report(reply["Content"], reply["GeneratedTime"].astimezone(UTC))
