"""`watchword init`: what it makes, what it prints, what it refuses."""

from __future__ import annotations

import json
import stat
from configparser import RawConfigParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.authority import initialise, serving
from tests.support.lines import line
from watchword.cli.main import main


def init(data: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["init", "--data", str(data), *options])


def made(data: Path, *options: str) -> dict[str, str]:
    done = init(data, "--json", *options)
    assert done.exit_code == 0, done.output
    first: dict[str, str] = json.loads(done.stdout)
    return first


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refused(done: Result, words: str) -> None:
    """Expect one clear line, and that nothing broke."""
    assert done.exit_code in {1, 2}
    assert done.stdout == ""
    assert words in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_json_tells_exactly_these(tmp_path: Path) -> None:
    first = made(tmp_path / "data")
    assert list(first) == ["account_id", "user_name", "access_key_id", "secret_access_key", "profile_file"]
    assert len(first["account_id"]) == 12
    assert first["account_id"].isdecimal()
    assert first["user_name"] == "admin"
    assert first["access_key_id"].startswith("AKIA")
    assert len(first["access_key_id"]) == 20
    assert len(first["secret_access_key"]) == 40


def test_the_profile_is_a_config_and_a_credentials_file(tmp_path: Path) -> None:
    first = made(tmp_path / "data")
    profile = RawConfigParser()
    profile.read(first["profile_file"])
    assert profile["profile watchword"]["endpoint_url"] == "http://127.0.0.1:4567"
    assert profile["profile watchword"]["region"] == "us-east-1"
    assert profile["watchword"]["aws_access_key_id"] == first["access_key_id"]
    assert profile["watchword"]["aws_secret_access_key"] == first["secret_access_key"]


def test_only_the_owner_reads_what_is_made(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "data"
    made(data)
    assert mode(data) == 0o700
    files = {path.name: mode(path) for path in data.iterdir()}
    assert {"master.key", "aws-profile", "watchword.db"} <= set(files)
    assert set(files.values()) == {0o600}, files


def test_a_store_is_never_made_twice(tmp_path: Path) -> None:
    made(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    refused(init(tmp_path), "already holds a store")
    refused(init(tmp_path, "--sandbox", "--json"), "already holds a store")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_database_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "watchword.db").write_text(
        "somebody's notes, which are rather longer than a header of SQLite is.\n" * 9
    )
    refused(init(tmp_path), "is not a SQLite database")
    assert (tmp_path / "watchword.db").read_text().startswith("somebody's notes")


def test_a_master_key_that_is_there_is_used(tmp_path: Path) -> None:
    made(tmp_path / "one")
    key = (tmp_path / "one" / "master.key").read_bytes()
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "master.key").write_bytes(key)
    (tmp_path / "two" / "master.key").chmod(0o600)
    made(tmp_path / "two")
    assert (tmp_path / "two" / "master.key").read_bytes() == key


@pytest.mark.parametrize("account", ["1", "12345678901a", "1234567890123", "", "\u0661" * 12])
def test_an_account_id_has_twelve_digits(tmp_path: Path, account: str) -> None:
    refused(init(tmp_path / "data", "--account-id", account), "is not an account id; give twelve digits")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["", "a b", "a/b", "../x", "ä", "x" * 65, "a\nb"])
def test_a_user_name_is_one_as_iam_takes_it(tmp_path: Path, name: str) -> None:
    refused(init(tmp_path / "data", "--admin-user", name), "is not a user name")
    assert not (tmp_path / "data").exists()


def test_a_given_account_and_name_are_taken(tmp_path: Path) -> None:
    first = made(tmp_path, "--account-id", "000000000001", "--admin-user", "Ann.Admin@example.com")
    assert (first["account_id"], first["user_name"]) == ("000000000001", "Ann.Admin@example.com")


def test_what_it_prints_for_people(tmp_path: Path) -> None:
    done = init(tmp_path, "--account-id", "111122223333")
    assert done.exit_code == 0
    assert "Account            111122223333\n" in done.stdout
    assert "(shown only now)" in done.stdout
    assert "without it the store is lost" in done.stdout
    assert "SANDBOX" not in done.stdout
    assert "Warning" not in done.stdout


def test_a_root_key_comes_with_a_warning(tmp_path: Path) -> None:
    done = init(tmp_path, "--root-key")
    assert done.exit_code == 0
    assert "Warning: this is a root key" in done.stdout
    assert "Principal          root\n" in done.stdout


def test_a_sandbox_says_so(tmp_path: Path) -> None:
    assert "SANDBOX: for tests only." in init(tmp_path, "--sandbox").stdout


def test_a_given_key_is_for_sandboxes_alone(tmp_path: Path) -> None:
    given = ("--access-key-id", "test", "--secret-access-key", "test")
    refused(init(tmp_path / "data", *given), "only a sandbox takes a given key; add `--sandbox`")
    refused(init(tmp_path / "data", "--sandbox", *given[:2]), "go together")
    refused(init(tmp_path / "data", "--sandbox", *given[2:]), "go together")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("key", "secret"),
    [("", ""), ("test", ""), ("a b", "test"), ("a/b", "test"), ("a,b", "test"), ("ä", "x"), ("a", "\n")],
)
def test_a_given_key_that_cannot_sign_is_refused(tmp_path: Path, key: str, secret: str) -> None:
    given = ("--access-key-id", key, "--secret-access-key", secret)
    refused(init(tmp_path / "data", "--sandbox", *given), "a given key id and secret are")


@pytest.mark.parametrize(
    ("key", "secret"), [("test", "test"), ("A%key=[with]:odd~(things)", 'a"secret\\#;%(x)s=/+')], ids=["test", "odd"]
)
def test_a_given_key_of_any_shape_really_signs(tmp_path: Path, key: str, secret: str) -> None:
    data = tmp_path / "data"
    first = initialise(data, "--sandbox", "--access-key-id", key, "--secret-access-key", secret)
    assert (first["access_key_id"], first["secret_access_key"]) == (key, secret)
    with serving(data, first) as authority, line(authority) as mine:
        assert mine.ask("sts", "GetCallerIdentity").status == 200
        wrong = {"AccessKeyId": key, "SecretAccessKey": secret + "x"}
        assert mine.ask("sts", "GetCallerIdentity", wrong).code == "SignatureDoesNotMatch"
        assert authority.client("sts").get_caller_identity()["Account"] == first["account_id"]
        profile = RawConfigParser()
        profile.read(authority.profile_file)
        assert profile["watchword"]["aws_secret_access_key"] == secret


def test_a_place_where_nothing_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(init(tmp_path / "file" / "data"), "cannot be made: Not a directory")


def test_an_address_that_is_none_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHWORD_LISTEN", "nonsense")
    refused(init(tmp_path / "data"), "`nonsense` is not an address; write host:port")
    assert not (tmp_path / "data").exists()
