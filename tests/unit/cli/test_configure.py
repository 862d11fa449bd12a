"""`watchword configure`: what it asks, what it refuses, what it writes, and that nobody sees a secret."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from watchword.cli.main import main

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
UNPROVED = ("configure", "--no-verify")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "aws"


def environment(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    own = {"AWS_SHARED_CREDENTIALS_FILE": str(home / "credentials"), "AWS_CONFIG_FILE": str(home / "config")}
    return inherited | own | dict(more)


def run(home: Path, *words: str, typed: str = "", **more: str) -> Result:
    with patch.dict(os.environ, environment(home, more), clear=True):
        return CliRunner().invoke(main, words, input=typed)


def credentials(home: Path) -> str:
    return (home / "credentials").read_text() if (home / "credentials").exists() else ""


def config(home: Path) -> str:
    return (home / "config").read_text() if (home / "config").exists() else ""


def test_it_asks_as_the_aws_cli_does(home: Path) -> None:
    done = run(home, *UNPROVED, typed=f"{KEY}\n{SECRET}\neu-west-1\njson\nhttp://127.0.0.1:4567\n")
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    asked = [part.rpartition("\n")[2].partition(" [")[0] for part in done.stderr.split("]: ")[:5]]
    assert [label.strip() for label in asked] == [
        "AWS Access Key ID",
        "AWS Secret Access Key",
        "Default region name",
        "Default output format",
        "Endpoint URL, if not AWS",
    ]
    assert SECRET not in done.output
    assert credentials(home) == f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
    assert config(home) == "[default]\nregion = eu-west-1\noutput = json\nendpoint_url = http://127.0.0.1:4567\n"
    assert stat.S_IMODE((home / "credentials").stat().st_mode) == 0o600


def test_an_empty_answer_keeps_what_there_is(home: Path) -> None:
    run(home, *UNPROVED, "--profile", "work", typed=f"{KEY}\n{SECRET}\neu-west-1\n\n\n")
    before = credentials(home), config(home)
    assert before[1] == "[profile work]\nregion = eu-west-1\n"
    done = run(home, *UNPROVED, typed="\n\n\n\n\n", AWS_PROFILE="work")
    assert "[****************MPLE]" in done.stderr
    assert "[eu-west-1]" in done.stderr
    assert "Nothing changed: profile `work`." in done.stderr
    assert (credentials(home), config(home)) == before
    assert SECRET[-4:] not in done.stderr
    done = run(home, *UNPROVED, "--profile", "work", typed="\n\nus-east-1\n\nhttp://x\n")
    assert config(home) == "[profile work]\nregion = us-east-1\nendpoint_url = http://x\n"
    run(home, *UNPROVED, "--profile", "work", typed="\n\n\n\naws\n")
    assert config(home) == "[profile work]\nregion = us-east-1\n"
    assert credentials(home) == before[0]


def test_another_key_takes_the_session_token_away(home: Path) -> None:
    home.mkdir()
    (home / "credentials").write_text(
        "# mine\n[work]\naws_access_key_id = AKIAOLD\naws_secret_access_key = old\naws_session_token = t\n"
        "\n[other]\nx=1\n"
    )
    run(home, *UNPROVED, "--profile", "work", typed=f"{KEY}\n{SECRET}\n\n\n\n")
    assert credentials(home) == (
        f"# mine\n[work]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n\n[other]\nx=1\n"
    )


def test_another_key_needs_its_own_secret(home: Path) -> None:
    run(home, *UNPROVED, typed=f"{KEY}\n{SECRET}\n\n\n\n")
    done = run(home, *UNPROVED, typed="AKIAOTHERKEY\n\n")
    assert (done.exit_code, "another secret" in done.stderr) == (2, True)


def test_for_scripts(home: Path) -> None:
    done = run(
        home,
        *UNPROVED,
        "--profile",
        "ci",
        "--access-key-id",
        KEY,
        "--secret-stdin",
        "--region",
        "r",
        "--json",
        typed=SECRET,
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told == {
        "profile": "ci",
        "access_key_id": KEY,
        "verified": False,
        "arn": None,
        "account": None,
        "credentials_file": str(home / "credentials"),
        "config_file": str(home / "config"),
        "changed": ["aws_access_key_id", "aws_secret_access_key", "region"],
    }
    assert SECRET not in done.output
    assert config(home) == "[profile ci]\nregion = r\n"
    assert run(home, *UNPROVED, "--secret-stdin", typed=SECRET).exit_code == 2


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        (SECRET, SECRET),
        ("ASIAIOSFODNN7EXAMPLE", SECRET),
        (KEY, "two words"),
        (KEY, "n\x00ul"),
        ("ÄKIA", SECRET),
        (KEY, ""),
    ],
)
def test_what_is_no_key_is_refused_and_not_repeated(home: Path, key: str, secret: str) -> None:
    done = run(home, *UNPROVED, "--access-key-id", key, "--secret-stdin", typed=f"{secret}\n")
    assert done.exit_code == 2
    assert SECRET not in done.output
    assert not home.exists()


def test_no_secret_is_taken_as_an_option(home: Path) -> None:
    assert run(home, "configure", "--secret", SECRET).exit_code == 2
    assert "--secret-access-key" not in run(home, "configure", "--help").stdout


def test_import(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "ann_accessKeys.csv"
    path.write_text(f"\ufeffAccess key ID,Secret access key\n{KEY},{SECRET}\n")
    assert run(home, *UNPROVED, "--import", str(path)).exit_code == 2
    done = run(home, *UNPROVED, "--import", str(path), "--profile", "ann", "--region", "eu-west-1", "--json")
    assert [each["profile"] for each in json.loads(done.stdout)] == ["ann"]
    assert "delete it" in done.stderr
    assert credentials(home) == f"[ann]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
    path.write_text(f"User name,Access key ID,Secret access key\nann,AKIANEW,{SECRET}\nbob,AKIABOB,{SECRET}\n")
    done = run(home, *UNPROVED, "--import", str(path))
    assert (done.exit_code, "--replace" in done.stderr) == (2, True)
    assert "bob" not in credentials(home)
    assert run(home, *UNPROVED, "--import", str(path), "--replace").exit_code == 0
    assert "[bob]\naws_access_key_id = AKIABOB\n" in credentials(home)
    assert run(home, *UNPROVED, "--import", str(path), "--profile", "x").exit_code == 2


def test_nothing_is_written_where_nobody_answers(home: Path) -> None:
    done = run(
        home,
        "configure",
        "--access-key-id",
        KEY,
        "--secret-stdin",
        "--endpoint-url",
        "http://127.0.0.1:1",
        typed=SECRET,
    )
    assert done.exit_code == 1
    assert "nothing was written; `--no-verify`" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not home.exists()


def test_what_would_keep_the_key_from_being_used_is_told(home: Path) -> None:
    home.mkdir()
    (home / "config").write_text("[profile work]\nrole_arn = arn:aws:iam::123456789012:role/x\n")
    done = run(home, *UNPROVED, "--profile", "work", typed=f"{KEY}\n{SECRET}\n\n\n\n", AWS_ACCESS_KEY_ID="x")
    assert "has role_arn, which goes before its key" in done.stderr
    assert "AWS_ACCESS_KEY_ID is set" in done.stderr


def test_list(home: Path) -> None:
    run(home, *UNPROVED, "--profile", "work", typed=f"{KEY}\n{SECRET}\neu-west-1\n\n\n")
    done = run(home, "configure", "list", "--json", AWS_PROFILE="work", AWS_ENDPOINT_URL="http://x")
    told = {row["name"]: row for row in json.loads(done.stdout)}
    assert told["profile"] == {"name": "profile", "value": "work", "source": "environment", "location": "AWS_PROFILE"}
    assert told["aws_access_key_id"]["value"] == "****************MPLE"
    assert told["aws_secret_access_key"]["source"] == "credentials file"
    assert told["region"] == {
        "name": "region",
        "value": "eu-west-1",
        "source": "config file",
        "location": str(home / "config"),
    }
    assert told["endpoint_url"]["location"] == "AWS_ENDPOINT_URL"
    assert told["output"]["value"] is None
    assert SECRET not in done.output
    done = run(home, "configure", "list", "--profile", "work", "--json", AWS_ACCESS_KEY_ID="AKIAENV")
    assert json.loads(done.stdout)[1]["value"] == "****************MPLE"
    assert "work" in run(home, "configure", "list", "--profile", "work").stdout
