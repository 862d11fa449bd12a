"""What status tells of the ledger, without asking any account."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from watchword.cli.main import main
from watchword.cli.rotation.agenda import agenda
from watchword.rotation.ledger import Ledger
from watchword.rotation.notices import Delivery
from watchword.rotation.results import Mode
from watchword.rotation.sweeping import schedules
from watchword.rotation.sweeping.workers import work_url
from watchword.rotation.sweeping.workflows import Wish

ACCOUNT = "111122223333"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'rotation.db'}"


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    ledger = Ledger.open(url)
    yield ledger
    ledger.close()


def status(url: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["rotation", "status", "--ledger", url, *words])


def test_messages_that_nobody_got_are_told(url: str, ledger: Ledger) -> None:
    for name in ("ann", "bob"):
        ledger.owe(Delivery(id=name, run="r", to=name, subject="2 keys", text="t", html="<p>", owed_at=1.0), ())
    ledger.undeliverable("ann", "no such mailbox", 2.0, give_up=True)

    told = status(url)

    assert told.exit_code == 3
    assert "Never reached ann: 2 keys; no such mailbox" in told.output
    assert "Owed to bob: 2 keys; not tried yet" in told.output
    record = json.loads(status(url, "--json").stdout)
    assert [one["to"] for one in record["lost"]] == ["ann"]
    assert "html" not in record["lost"][0]
    assert set(record) == {"rotations", "exemptions", "ended", "owed", "lost", "runs", "schedule", "history"}


def test_an_exemption_that_has_ended_is_something_to_look_at(url: str, ledger: Ledger) -> None:
    now = time.time()
    ledger.exempt(ACCOUNT, "bot", now + 60, "moves", "ann", at=now)
    assert status(url, "--account", ACCOUNT).exit_code == 0
    ledger.exempt(ACCOUNT, "bot", now - 60, "moves", "ann", at=now)
    told = status(url)
    assert told.exit_code == 3
    assert "No longer exempt: bot" in told.output


def test_the_schedule_is_read_as_the_queue_keeps_it(url: str, ledger: Ledger) -> None:
    del ledger
    assert agenda(url, 0.0) is None
    wish = Wish(mode=Mode.APPLY)
    made = schedules.Schedule("0 3 * * *", "Europe/Berlin", wish)
    schedules.put(work_url(url), made)
    now = time.time()
    found = agenda(url, now)
    assert found is not None
    assert (found.expression, found.time_zone, found.on, found.next_at) == (
        made.expression,
        made.time_zone,
        True,
        made.next_at(now),
    )
    assert "Schedule: `0 3 * * *` Europe/Berlin: next" in status(url).output
    schedules.switch(work_url(url), on=False)
    assert agenda(url, now) is not None
    assert "held as a standby" in status(url).output
    schedules.drop(work_url(url))
    assert agenda(url, now) is None
