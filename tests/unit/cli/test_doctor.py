"""`watchword doctor`, as far as a machine alone tells: each fault is found, and says what to do."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner

from watchword.cli.credentials.aws_files import Files
from watchword.cli.doctor import here, rotations, there
from watchword.cli.doctor.checks import Check, Findings, State
from watchword.cli.keys.ledger import ledger_in
from watchword.cli.keys.machine import DAY, Rotation
from watchword.cli.main import main

T = 1_800_000_000.0
KEY = "[work]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n"


@pytest.fixture
def where(tmp_path: Path) -> Files:
    files = Files(tmp_path / "credentials", tmp_path / "config")
    files.credentials.write_text(KEY)
    files.credentials.chmod(0o600)
    files.config.write_text("[profile work]\nregion = us-east-1\n")
    return files


def only(found: Findings, check: str) -> Check:
    (row,) = (row for row in found.rows if row.check == check)
    return row


def test_files(where: Files) -> None:
    found = Findings()
    here.files(found, where)
    assert {row.state for row in found.rows} == {State.OK}
    where.credentials.chmod(0o644)
    where.config.write_text("x = SECRET\n")
    found = Findings()
    here.files(found, where)
    assert only(found, "credentials file").next == f"`chmod 600 {where.credentials}`"
    assert only(found, "config file").state is State.PROBLEM
    assert "SECRET" not in str(found)
    found = Findings()
    here.files(found, Files(where.credentials.with_name("none"), where.config.with_name("none")))
    assert {row.state for row in found.rows} == {State.NOTE}
    found = Findings()
    here.files(found, Files(Path(os.devnull), Path(os.devnull)))
    assert {row.state for row in found.rows} == {State.OK}


def test_private_files(where: Files, tmp_path: Path) -> None:
    key, home = tmp_path / "key.pem", tmp_path / "home"
    key.touch(0o644)
    home.mkdir(0o700)
    (home / "store.key").touch(0o600)
    where.config.write_text(f"[profile a]\ncredential_process = helper --private-key {key} --x\n")
    found = Findings()
    here.private_files(found, where, home)
    assert only(found, "private files").next == f"`chmod 600 {key}`"
    key.chmod(0o600)
    (home / "store.key").chmod(0o640)
    found = Findings()
    here.private_files(found, where, home)
    assert "store.key" in only(found, "private files").found
    (home / "store.key").chmod(0o600)
    found = Findings()
    here.private_files(found, where, home)
    assert only(found, "private files").state is State.OK
    key.unlink()
    found = Findings()
    here.private_files(found, where, home)
    assert only(found, "private key").state is State.PROBLEM


@pytest.mark.parametrize(
    ("environ", "state", "words"),
    [
        ({}, State.OK, "nothing"),
        ({"AWS_ACCESS_KEY_ID": "AKIA1"}, State.PROBLEM, "other half"),
        ({"AWS_SECRET_ACCESS_KEY": "hidden"}, State.PROBLEM, "AWS_SECRET_ACCESS_KEY is set without"),
        ({"AWS_SESSION_TOKEN": "hidden"}, State.PROBLEM, "without a key"),
        ({"AWS_ACCESS_KEY_ID": "ASIA1", "AWS_SECRET_ACCESS_KEY": "hidden"}, State.PROBLEM, "temporary key"),
        (
            {"AWS_ACCESS_KEY_ID": "AKIA1", "AWS_SECRET_ACCESS_KEY": "hidden", "AWS_PROFILE": "work"},
            State.NOTE,
            "goes before profile `work`",
        ),
        ({"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"}, State.NOTE, "AWS_DEFAULT_PROFILE goes before"),
        ({"AWS_ENDPOINT_URL": "http://x"}, State.NOTE, "http://x"),
    ],
)
def test_environment(environ: dict[str, str], state: State, words: str) -> None:
    found = Findings()
    here.environment(found, environ)
    row = only(found, "environment")
    assert (row.state, words in row.found, "hidden" in str(row)) == (state, True, False)


def test_shells() -> None:
    ours = {"WATCHWORD_ROLE": "reader", "AWS_SESSION_EXPIRATION": "2027-01-15T08:00:00Z"}
    for environ, now, state in (
        (ours, T - 1, State.NOTE),
        (ours, T, State.PROBLEM),
        ({"AWS_VAULT": "x"}, T, State.NOTE),
        (ours | {"AWS_SESSION_EXPIRATION": "?"}, 0.0, State.NOTE),
    ):
        found = Findings()
        here.shell(found, environ, now)
        assert only(found, "shell").state is state
    found = Findings()
    here.shell(found, {}, T)
    assert found.rows == []


def test_profiles(where: Files) -> None:
    for name, state in (("work", State.OK), ("default", State.NOTE), ("none", State.PROBLEM)):
        found = Findings()
        assert (here.profile(found, where, name) is not None) == (name == "work")
        assert only(found, "profile").state is state
    where.config.write_text("[profile work]\nrole_arn = x\nsource_profile = lost\n")
    found = Findings()
    here.profile(found, where, "work")
    assert only(found, "profile").next == "`watchword configure --profile lost`"


def test_rotations(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    begun = Rotation("1", "AIDA", "ann", "work", "/c", "work", "AKIA1", attempts=(T,))
    for rotation, now, state, words in (
        (begun, T, State.PROBLEM, "interrupted"),
        (
            Rotation("1", "AIDA", "ann", "work", "/c", "work", "AKIA1", new="AKIA2", switched_at=T),
            T,
            State.NOTE,
            "next step is in",
        ),
        (
            Rotation("1", "AIDA", "ann", "work", "/c", "work", "AKIA1", new="AKIA2", switched_at=T, deactivated_at=T),
            T + 8 * DAY,
            State.NOTE,
            "is due",
        ),
    ):
        ledger.keep(rotation)
        found = Findings()
        rotations.rotations(found, tmp_path, now)
        row = only(found, "rotation")
        assert (row.state, words in row.found, "--profile work" in row.next) == (state, True, True)
    (ledger.folder / "2.json").write_text("{")
    found = Findings()
    rotations.rotations(found, tmp_path, T)
    assert only(found, "rotation").state is State.PROBLEM
    found = Findings()
    rotations.rotations(found, tmp_path / "none", T)
    assert only(found, "rotation").state is State.OK


@pytest.mark.parametrize(
    ("here_", "state", "words"),
    [
        (T + 3, State.OK, "agrees"),
        (T + 100, State.NOTE, "100 s ahead"),
        (T - 400, State.PROBLEM, "400 s behind"),
    ],
)
def test_clocks(here_: float, state: State, words: str) -> None:
    found = Findings()
    there._clock(found, {"date": "Fri, 15 Jan 2027 08:00:00 GMT"}, here_)
    row = only(found, "clock")
    assert (row.state, words in row.found) == (state, True)


def run(tmp_path: Path, more: Mapping[str, str], *words: str) -> tuple[int, dict[str, dict[str, str]]]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    own = {
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "WATCHWORD_HOME": str(tmp_path / "home"),
        "WATCHWORD_STORE": "file",
    }
    with patch.dict(os.environ, inherited | own | dict(more), clear=True):
        done = CliRunner().invoke(main, ["doctor", "--json", *words])
    return done.exit_code, {row["check"]: row for row in json.loads(done.stdout)}


def test_an_endpoint_that_nobody_answers(where: Files, tmp_path: Path) -> None:
    code, rows = run(tmp_path, {"AWS_PROFILE": "work", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
    assert code == 3
    assert list(rows["endpoint"]) == ["check", "state", "found", "next"]
    assert rows["endpoint"]["state"] == "problem"
    assert rows["store"]["found"].startswith("file: ")
    assert not (tmp_path / "home").exists(), "it changes nothing"


def test_a_profile_that_is_not_there_and_a_broken_file(where: Files, tmp_path: Path) -> None:
    code, rows = run(tmp_path, {}, "--profile", "none")
    assert (code, rows["profile"]["state"], rows["credentials"]["state"]) == (3, "problem", "note")
    where.config.write_text("nonsense\n")
    code, rows = run(tmp_path, {"AWS_PROFILE": "work"})
    assert (code, rows["config file"]["state"]) == (3, "problem")
