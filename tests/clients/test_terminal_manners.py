"""The manners of the whole command line, in a terminal and without one: help, colours, unknown options, import costs.

Whatever command is added is asked here too: they are found by walking the tree.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from scripts.command_pages import COLUMNS, NAME, commands, every
from tests.support.authority import WATCHWORD, Authority
from tests.support.pty import typing
from watchword.cli.exits import Exit
from watchword.cli.main import COMMANDS, main

TOP = Path(__file__).resolve().parents[2]
ESCAPE = "\x1b"
STYLE = re.compile(ESCAPE + r"\[[0-9;]*m")
"""Colours and bold type; moving the cursor, as a bar does, is neither."""
NOUNS = sorted(COMMANDS)
PLAIN = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "NO_COLOR": "1"}


def verbs(noun: str) -> Iterator[tuple[tuple[str, ...], click.Command, click.Context]]:
    return (found for found in every() if found[0][:1] == (noun,))


def test_commands_stand_in_order() -> None:
    assert list(COMMANDS) == NOUNS


@pytest.mark.parametrize("noun", NOUNS)
def test_help_is_short_and_wide_enough(noun: str) -> None:
    for words, command, context in verbs(noun):
        done = CliRunner().invoke(main, [*words, "--help"], prog_name=NAME, terminal_width=COLUMNS)
        assert done.exit_code == 0, (words, done.output)
        assert not done.stderr, words
        long = [line for line in done.stdout.splitlines() if len(line) > COLUMNS]
        assert not long, (words, long)
        assert done.stdout.splitlines() == command.get_help(context).splitlines(), words


@pytest.mark.parametrize("noun", NOUNS)
def test_each_command_says_in_one_line_what_it_is_for(noun: str) -> None:
    for words, command, context in verbs(noun):
        summary = command.get_short_help_str(limit=1_000)
        assert summary.endswith("."), (words, summary)
        listed = context.parent.get_help() if context.parent else ""
        assert summary in listed, f"`{' '.join(words)}` is cut off in the list of its group: `{summary}`"


@pytest.mark.parametrize("noun", NOUNS)
def test_options_say_what_they_are_for(noun: str) -> None:
    for words, command, _ in verbs(noun):
        silent = [one.opts for one in command.params if isinstance(one, click.Option) and not (one.help or one.hidden)]
        assert not silent, (words, silent)


@pytest.mark.parametrize("noun", NOUNS)
def test_unknown_option_is_a_usage_error(noun: str) -> None:
    for words, _, _ in verbs(noun):
        done = CliRunner().invoke(main, [*words, "--no-such-option", "--", "more"], env={"WATCHWORD_DATA": None})
        assert done.exit_code == 2, (words, done.output)
        assert "--no-such-option" in done.stderr, words
        assert not done.stdout, words


def test_page_of_all_help_is_the_same_wherever_it_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = commands()
    for name, value in {
        "COLUMNS": "44",
        "HOME": str(tmp_path),
        "WATCHWORD_DATA": "/x",
        "NO_COLOR": "1",
        "LANG": "C",
    }.items():
        monkeypatch.setenv(name, value)
    assert commands() == page
    assert str(Path.home()) not in page
    assert str(TOP) not in page


def test_unknown_command_is_a_usage_error() -> None:
    for words, command, _ in every():
        if isinstance(command, click.Group):
            done = CliRunner().invoke(main, [*words, "no-such-command"])
            assert done.exit_code == 2, (words, done.output)
            assert "no-such-command" in done.stderr, words


def asking(record: Path) -> list[str]:
    called = json.dumps([words for words, _, _ in every()])
    return [sys.executable, "-m", "tests.support.helped", called, str(record)]


def test_help_costs_nothing_and_has_no_colours_without_a_terminal(tmp_path: Path) -> None:
    environment = {name: value for name, value in PLAIN.items() if name != "NO_COLOR"} | {"FORCE_COLOR": "1"}
    done = subprocess.run(
        asking(tmp_path / "told"), env=environment, cwd=TOP, capture_output=True, text=True, check=True, timeout=60
    )
    assert ESCAPE not in done.stdout + done.stderr
    told = [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()]
    assert len(told) == sum(1 for _ in every())
    assert [one for one in told if one["code"] != 0] == []
    assert [(one["words"], one["heavy"]) for one in told if one["heavy"]] == []


def test_help_in_a_terminal_has_no_colours_when_none_are_wanted(tmp_path: Path) -> None:
    with typing(asking(tmp_path / "told"), environment=PLAIN, cwd=TOP, columns=COLUMNS) as terminal:
        assert terminal.finish(timeout=60) == 0
    assert terminal.output.count("Usage: watchword") == sum(1 for _ in every())
    assert ESCAPE not in terminal.output
    assert max(map(len, terminal.output.splitlines())) <= COLUMNS


# Commands that ask an authority


def environment_of(authority: Authority, **more: str) -> dict[str, str]:
    inherited = {name: value for name, value in authority.environment.items() if name.startswith(("AWS_", "PATH"))}
    return inherited | {"HOME": str(authority.data), "COLUMNS": "", **more}


SHOWN = (("report", "keys"), ("sessions", "list", "--state", "all"), ("audit", "search", "--last", "3"))
TOLD_IN_BOLD = (("journal", "--last", "3"),)


@pytest.mark.parametrize("words", [*SHOWN, *TOLD_IN_BOLD], ids=" ".join)
def test_answers_have_no_colours_unless_a_terminal_may_have_them(authority: Authority, words: tuple[str, ...]) -> None:
    authority.client("sts").get_session_token()
    if words[0] == "journal":
        words = (*words, "--data", str(authority.data))
    command = [*WATCHWORD, *words]
    piped = subprocess.run(command, env=environment_of(authority), capture_output=True, check=True, timeout=60)
    assert piped.stdout
    assert ESCAPE.encode() not in piped.stdout + piped.stderr
    with typing(command, environment=environment_of(authority, NO_COLOR="1"), columns=COLUMNS) as plain:
        assert plain.finish(60) == 0
    assert plain.output
    assert not STYLE.search(plain.output)
    with typing(command, environment=environment_of(authority), columns=COLUMNS) as bold:
        assert bold.finish(60) == 0
    assert STYLE.search(bold.output)


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_data_goes_to_standard_output_and_is_json_where_that_is_asked_for(
    authority: Authority, words: tuple[str, ...]
) -> None:
    authority.client("sts").get_session_token()
    command = [*WATCHWORD, *words, "--json"]
    with typing(command, environment=environment_of(authority), piped=True, deadline=120) as terminal:
        assert terminal.finish(60) == 0
    told = terminal.data if terminal.data.startswith("[") else f"[{','.join(terminal.data.splitlines())}]"
    assert json.loads(told), terminal.data


@pytest.mark.parametrize("words", [("whoami",), ("report", "keys"), ("audit", "search"), ("assume",)], ids=" ".join)
def test_trouble_is_one_line_of_talk_and_an_exit_code(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Nobody is known here: each says so, and what to do, and prints no data."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(
        [*WATCHWORD, *words], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == Exit.LOGIN, done.stderr
    assert not done.stdout
    assert done.stderr.startswith("Error: ")
    assert len(done.stderr.splitlines()) == 1
