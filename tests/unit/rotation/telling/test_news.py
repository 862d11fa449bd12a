from __future__ import annotations

import pytest

from tests.unit.rotation.telling import scenes
from tests.unit.rotation.telling.scenes import NOW
from watchword.rotation.records import Event, State
from watchword.rotation.results import Change, Line, Mode
from watchword.rotation.seen import Known
from watchword.rotation.steps import Do, Why
from watchword.rotation.telling.digests import Record
from watchword.rotation.telling.news import WARN, Entry, Part, Told
from watchword.rotation.terms import DAY

NOTHING = Record({}, {})


def entries(line: Line, record: Record = NOTHING, mode: Mode = Mode.APPLY) -> list[Entry]:
    run = scenes.run(line, mode=mode)
    return list(Told(run, line, record.rotations, record.deeds(line), WARN, NOW).entries())


def one(line: Line, record: Record = NOTHING, mode: Mode = Mode.APPLY) -> Entry:
    [entry] = entries(line, record, mode)
    return entry


@pytest.mark.parametrize("do", [Do.REST, Do.WAIT, Do.EXEMPT])
def test_nothing_is_told_of_a_key_with_which_nothing_is_the_matter(do: Do) -> None:
    assert entries(scenes.line(do=do)) == []


@pytest.mark.parametrize(("days", "threshold"), [(13.5, "14"), (8, "14"), (7, "7"), (1.5, "7"), (1, "1"), (0.2, "1")])
def test_a_warning_is_told_once_for_each_threshold(days: float, threshold: str) -> None:
    entry = one(scenes.line(do=Do.WARN, why=Why.DUE_SOON, at=NOW + days * DAY))
    assert entry.part is Part.AHEAD
    assert entry.mark.endswith(f"/{threshold}")
    assert not entry.weekly


def test_a_new_key_is_to_be_installed_and_told_where_it_is() -> None:
    deeds = [Event(NOW, "", "", "", "rot-1", "current", "AKIAEXAMPLENEWAAAAAA")]
    record = Record({"rot-1": scenes.rotation()}, {"AIDABILLING-EXPORT": deeds})
    done, asked = entries(scenes.replaced(), record)
    assert (done.part, done.key) == (Part.DONE, "AKIAEXAMPLENEWAAAAAA")
    assert "AKIAEXAMPLEOLDAAAAAA, which still works" in done.more
    assert asked.part is Part.ASKED
    assert asked.place is not None
    assert asked.place.region == "eu-central-1"


def test_what_was_done_is_told_of_the_key_that_it_was_done_to() -> None:
    """After its key was deleted a user's line is that of another one."""
    deeds = [
        Event(NOW - 30 * DAY, "", "", "", "rot-0", "deleted", "AKIAEXAMPLELONGAGOAA"),
        Event(NOW, "", "", "", "rot-1", "deleted", "AKIAEXAMPLEOLDAAAAAA"),
    ]
    record = Record({"rot-1": scenes.rotation(State.DELETED)}, {"AIDABILLING-EXPORT": deeds})
    entry = one(scenes.line(key="AKIAEXAMPLENEWAAAAAA", done=("deleted",)), record)
    assert (entry.key, entry.said) == ("AKIAEXAMPLEOLDAAAAAA", "Was deleted.")


def test_a_key_that_could_not_be_kept_is_not_taken_for_the_old_one() -> None:
    deeds = [Event(NOW, "", "", "", "rot-1", "deactivated", "AKIAEXAMPLELOSTAAAAA")]
    rotation = scenes.rotation(State.DUE, orphans=("AKIAEXAMPLELOSTAAAAA",))
    record = Record({"rot-1": rotation}, {"AIDABILLING-EXPORT": deeds})
    entry = one(scenes.line(rotation="rot-1", done=("deactivated",)), record)
    assert entry.key == "AKIAEXAMPLELOSTAAAAA"
    assert "a new key that could not be kept" in entry.more


@pytest.mark.parametrize(
    ("do", "why", "part"),
    [
        (Do.ASK, Why.ASK_READY, Part.ASKED),
        (Do.ASK, Why.ASK_INSTALLED, Part.ASKED),
        (Do.REPORT, Why.NOT_INSTALLED, Part.ASKED),
        (Do.REPORT, Why.STILL_USED, Part.ASKED),
        (Do.BLOCKED, Why.STILL_USED, Part.ASKED),
        (Do.REPORT, Why.EXEMPTION_ENDED, Part.ASKED),
        (Do.BLOCKED, Why.STRANGER, Part.BLOCKED),
        (Do.BLOCKED, Why.UNREAD, Part.BLOCKED),
        (Do.REPORT, Why.NEVER_USED, Part.BLOCKED),
    ],
)
def test_what_needs_somebody_is_told_each_week(do: Do, why: Why, part: Part) -> None:
    entry = one(scenes.line(do=do, why=why, note="a note", finding=True))
    assert entry.part is part
    assert entry.weekly


def test_a_dry_run_says_what_would_be_done() -> None:
    will = (Change(Do.CREATE, "AKIA"), Change(Do.CURRENT, "AKIA"))
    entry = one(scenes.line(do=Do.OPEN, why=Why.AGE, will=will), mode=Mode.PLAN)
    assert (
        entry.said == "A new key would be made and kept as a secret; then the new key's secret would be made current."
    )
    assert entry.mark.startswith("announced/")


def test_a_deletion_is_told_ahead() -> None:
    line = scenes.line(do=Do.WAIT, why=Why.RECOVERY, at=NOW + 6 * DAY, rotation="rot-1", used=Known.NEVER)
    assert one(line).said == "Will be deleted on 21 January 2027 (in 6 days)."


def test_an_error_is_told_instead_of_the_step() -> None:
    entry = one(scenes.line(do=Do.CREATE, why=Why.AGE, error="AccessDenied\r\n: no", will=(Change(Do.CREATE, "A"),)))
    assert entry.said == "Could not be carried out: AccessDenied : no"
