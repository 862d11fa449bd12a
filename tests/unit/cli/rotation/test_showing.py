"""How runs are shown and how they end, and what status tells, at the width of a terminal."""

from __future__ import annotations

import io

import msgspec
import pytest
from rich.console import Console

from tests.unit.cli.rotation.test_words import DAY, NOW, line
from watchword.cli import tables
from watchword.cli.exits import Stop
from watchword.cli.rotation import records, sheets, showing, sweeping
from watchword.cli.tables import Row, Sheet
from watchword.rotation.ledger import RunSummary
from watchword.rotation.records import Event
from watchword.rotation.results import AccountResult, Mode, Run
from watchword.rotation.steps import Do, Why

KEY = "AKIAUMNTN6SRKWDUB2U7"


def drawn(sheet: Sheet[Row], rows: list[Row], width: int) -> list[str]:
    """Draw a table as wide as a terminal; gives its lines."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    with console.capture() as captured:
        console.print(tables.drawn(sheet, rows, width=width))
    return [text.rstrip() for text in captured.get().splitlines()]


def run(*accounts: AccountResult) -> Run:
    return Run(id="r", mode=Mode.PLAN, by="x", started_at=NOW, ended_at=NOW, accounts=accounts)


def test_a_key_takes_one_line_of_a_hundred_columns_and_its_words_stay_whole() -> None:
    rows = [
        line(Do.OPEN, Why.AGE, key=KEY, user="build-bot-10"),
        line(Do.OPEN, Why.NEVER_USED, key=KEY, user="vendor-upload-40", account_name="web-shop-production"),
        line(Do.WAIT, Why.OVERLAP, key=KEY, user="deploy-13", at=NOW + 9 * DAY),
    ]
    assert len(drawn(sheets.keys(rows, NOW), rows, 100)) == 1 + len(rows)
    narrow = "\n".join(drawn(sheets.keys(rows, NOW), rows, 80))
    assert narrow.count(KEY) == len(rows)
    assert "deactivate" in narrow


def test_what_was_done_takes_a_line_of_a_hundred_columns() -> None:
    done = ("created", "stored", "verified", "current")
    rows = [line(Do.WAIT, Why.OVERLAP, user="vendor-upload-05", at=NOW + 9 * DAY, done=done)]
    (_heading, told) = drawn(sheets.outcomes(rows, NOW), rows, 100)
    assert "new key made and kept" in told
    assert told.endswith("deactivate 2027-01-24")


def test_a_summary_counts_in_words_of_people() -> None:
    found = AccountResult(
        account="111122223333",
        lines=(line(Do.OPEN, Why.AGE), line(Do.WAIT, Why.OVERLAP, at=NOW + DAY), line(Do.BLOCKED, Why.STRANGER)),
        users=3,
        calls=1,
    )
    assert showing.summary(run(found)) == (
        "1 account, 3 users, 3 keys: 1 to replace now, 1 to deactivate later, 1 blocked; 1 API call."
    )


@pytest.mark.parametrize(
    ("accounts", "says"),
    [
        ((AccountResult(account="1", failed="x"), AccountResult(account="2")), "1 of 2 accounts failed; see"),
        ((AccountResult(account="1", lines=(line(error="x"),)),), "1 user could not be finished; see"),
        (
            (AccountResult(account="1", failed="x"), AccountResult(account="2", lines=(line(error="x"),))),
            "1 of 2 accounts failed, and 1 user could not be finished; see",
        ),
    ],
)
def test_only_what_failed_is_told_to_have_failed(accounts: tuple[AccountResult, ...], says: str) -> None:
    with pytest.raises(Stop, match=says):
        showing.end(run(*accounts))


def test_a_role_that_is_not_there_has_a_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    refused = AccountResult(account="1", failed="AssumeRole: AccessDenied: not authorized")
    with pytest.raises(Stop):
        showing.end(run(refused))
    assert "watchword rotation member-role" in capsys.readouterr().err


def test_history_leaves_out_what_was_intended_and_came_true() -> None:
    told = Event(NOW, "1", "AIDA1", "bot", "r", "intend create", by="arn:aws:iam::1:user/ann")
    made = msgspec.structs.replace(told, what="created")
    left = msgspec.structs.replace(told, what="intend put secret value")
    assert records.without_intents([told, made, left]) == [made, left]
    assert records.without_intents([]) == []
    by = records.events([made, left]).columns["by"]
    assert (by(made), by(left)) == ("user/ann", "")


def test_a_run_fits_into_eighty_columns() -> None:
    ran = RunSummary("20270713T031527Z-1fe8209b", Mode.APPLY, "x", NOW, NOW + 75, 5, 0, 40, 12, 37)
    (_heading, told) = drawn(records.runs(), [ran], 80)
    assert told.split()[:4] == [ran.id, "apply", "1m15s", "5"]


def test_only_a_few_addresses_are_named() -> None:
    assert sweeping._some(["a", "b", "a"]) == "Not told: a, b"
    assert sweeping._some(list("abcdef")) == "Not told: a, b, c and 3 more"
