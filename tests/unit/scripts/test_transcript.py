"""The transcript tool: lines are typed for real, what they tell is carried on, and nothing of a run is left in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scripts.first_minutes import CHAPTERS
from scripts.stand_ins import ACCOUNT, SECRET, StandIns
from scripts.transcript import Chapter, Desk, Step, Untrue, told
from watchword.cli.main import COMMANDS

NOW = datetime(2026, 11, 22, 22, 13, 51, tzinfo=UTC)


@pytest.fixture
def names() -> StandIns:
    return StandIns(NOW, {"/tmp/abc/ann": "/home/ann"})


@pytest.fixture
def desk(tmp_path: Path, names: StandIns) -> Iterator[Desk]:
    with ExitStack() as running:
        yield Desk(tmp_path, 40_123, names, running)


def test_a_line_is_shown_with_what_came(desk: Desk) -> None:
    assert desk.carry_out(Step("echo hello; echo there >&2")) == "$ echo hello; echo there >&2\nhello\nthere"


def test_the_shell_goes_on_where_the_step_before_left_it(desk: Desk) -> None:
    desk.carry_out(Step("export COLOUR='deep blue'"))
    desk.carry_out(Step("unset COLOUR_OF_NOTHING; export MORE=1"))
    assert desk.carry_out(Step('echo "$COLOUR $MORE"')).endswith("deep blue 1")


def test_nothing_of_this_machine_comes_along(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert desk.carry_out(Step('echo "[$AWS_PROFILE] $NO_COLOR"')).endswith("[] 1")


def test_prompts_are_answered_and_findings_used(desk: Desk) -> None:
    desk.carry_out(Step("echo number 042", finds={"number": r"number (\d+)"}))
    shown = desk.carry_out(
        Step('read -p "which? " which; test "$which" = {number} && echo right', typed=(("which?", "{number}"),))
    )
    assert shown.splitlines()[0].endswith('test "$which" = 042 && echo right')
    assert shown.splitlines()[-1] == "right"


def test_what_runs_on_is_ended_at_last(tmp_path: Path, names: StandIns) -> None:
    with ExitStack() as running:
        desk = Desk(tmp_path, 40_123, names, running)
        shown = desk.carry_out(Step("echo $$ > pid; echo ready; exec sleep 600", until="ready"))
        assert shown.endswith("ready")
        pid = int((tmp_path / "pid").read_text())
        assert Path(f"/proc/{pid}").exists() or not Path("/proc").exists()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize(
    "step", [Step("exit 3"), Step("true", code=1), Step("echo no", finds={"key": "(AKIA)"})], ids=str
)
def test_a_step_that_goes_otherwise_ends_it(desk: Desk, step: Step) -> None:
    with pytest.raises(Untrue):
        desk.carry_out(step)


def test_long_output_is_cut(desk: Desk) -> None:
    assert desk.carry_out(Step("seq 9", most=2)).splitlines() == ["$ seq 9", "1", "2", "…"]


def test_a_page_has_headings_and_blocks(desk: Desk) -> None:
    chapters = [Chapter("One", "First.", (Step("echo 1"), Step("echo 2")))]
    assert list(told(chapters, desk)) == [
        "",
        "## One",
        "",
        "First.",
        "",
        "```console",
        "$ echo 1\n1",
        "$ echo 2\n2",
        "```",
    ]


def test_ids_stand_for_the_same_all_along(names: StandIns) -> None:
    first, second, user = "AKIAVZJ5SQZLPYBNUIZG", "ASIAVZJ5SQZLPYBNUIZG", "AIDANRWYVIA6A6LQDW3PZ"
    shown = names.steady(f"{first} {second} {user} {first}").split()
    assert shown == ["AKIAAAAAAAAAAEXAMPLE", "ASIAAAAAAAAAAEXAMPLE", "AIDAAAAAAAAAAAEXAMPLE", "AKIAAAAAAAAAAEXAMPLE"]
    assert names.steady("AKIAZZJ5SQZLPYBNUIZG") == "AKIABBBBBBBBBEXAMPLE"
    assert list(map(len, shown)) == [20, 20, 21, 20]


def test_secrets_and_tokens_never_come_through(names: StandIns) -> None:
    secret, token = "yIW+8OuSiZR2i5yUPo/i2VsOcUYFnn7Je6Y8Zs0K", "FwoGZXIvYXdzE" * 20
    assert names.steady(f"export S='{secret}' T='{token}'") == f"export S='{SECRET}' T='AQoEXAMPLEH4aoAH0gNCAPy…'"


def test_times_places_ports_and_the_account_are_steady(names: StandIns) -> None:
    names.account = "816610300496"
    for seconds in (0, 20, 100, 250):
        at = NOW + timedelta(seconds=seconds)
        text = f"816610300496 {at:%Y-%m-%dT%H:%M:%SZ} {at + timedelta(hours=1):%Y-%m-%d %H:%M} UTC 127.0.0.1:40123"
        assert names.steady(text) == f"{ACCOUNT} 2027-01-11T09:00:00Z 2027-01-11 10:00 UTC 127.0.0.1:4567"
    assert names.steady("/tmp/abc/ann/x, 3 s ago, 59m07s left") == "/home/ann/x, just now, 1h left"


def test_every_command_of_the_first_minutes_is_there() -> None:
    lines = [step.line for chapter in CHAPTERS for step in chapter.steps]
    asked = {word for line in lines for word in re.findall(r"watchword ([a-z-]+)", line)}
    assert asked <= set(COMMANDS), asked - set(COMMANDS)
