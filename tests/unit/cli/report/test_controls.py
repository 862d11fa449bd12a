"""Which key breaks which control; what is not known breaks none, and no check passes on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from watchword.cli.credential_report import ROOT
from watchword.cli.exits import Exit, Stop
from watchword.cli.inventory import ACTIVE, INACTIVE, Key
from watchword.cli.report.controls import Limits, Tally, broken
from watchword.cli.uses import Known, Use

NOW = datetime(2026, 6, 1, tzinfo=UTC)
UNKNOWN, NEVER = Use(Known.UNKNOWN), Use(Known.NEVER)


def days(count: float) -> datetime:
    return NOW - timedelta(days=count)


def used(count: float) -> Use:
    return Use(Known.USED, days(count))


@pytest.mark.parametrize(
    ("status", "age", "use", "findings"),
    [
        (ACTIVE, 90, used(1), ()),
        (ACTIVE, 90.01, used(1), ("IAM.3",)),
        (ACTIVE, 91, used(46), ("IAM.3", "IAM.22")),
        (ACTIVE, 50, used(45), ()),
        (ACTIVE, 44, NEVER, ()),
        (ACTIVE, 46, NEVER, ("IAM.22",)),
        (ACTIVE, 80, UNKNOWN, ()),
        (INACTIVE, 1_000, NEVER, ()),
    ],
)
def test_users(status: str, age: float, use: Use, findings: tuple[str, ...]) -> None:
    assert broken(Key("ann", "arn", "AKIA", status, days(age), use), Limits(), NOW) == findings


def test_root() -> None:
    assert broken(Key(ROOT, "arn", None, ACTIVE, days(1), used(1)), Limits(), NOW) == ("IAM.4",)
    assert broken(Key(ROOT, "arn", None, None, None, UNKNOWN), Limits(), NOW) == ("IAM.4",)
    assert broken(Key(ROOT, "arn", None, None, None, UNKNOWN, "not allowed"), Limits(), NOW) == ()


@dataclass
class Told:
    findings: tuple[str, ...] = ()
    note: str | None = None


def test_a_check() -> None:
    left: list[int] = []
    tally = Tally()
    assert len(list(tally.over([Told(), Told()]))) == 2
    tally.judge(left.append)
    assert left == []
    list(tally.over([Told(note="not allowed: iam:ListAccessKeys")]))
    with pytest.raises(Stop, match="iam:ListAccessKeys") as caught:
        tally.judge(left.append)
    assert caught.value.exit_code == Exit.DENIED
    list(tally.over([Told(("IAM.3",))]))
    with pytest.raises(SystemExit):
        tally.judge(exit)
