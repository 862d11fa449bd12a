"""`watchword endpoint` and `exec --serve`: credentials that renew themselves, for whoever has the token."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

import pytest
from botocore.credentials import ContainerProvider
from botocore.exceptions import CredentialRetrievalError
from botocore.utils import ContainerMetadataFetcher

from tests.clients.acting import BOTO3, NODE, SCRIPTS, TOKEN_FILE, URI, is_ops, person, run, told
from tests.clients.asking import asked
from tests.support.authority import WATCHWORD, Authority
from tests.support.processes import PROC, on_linux
from tests.support.terminal import AWS
from watchword.cli.credentials.asking import NoAsk
from watchword.cli.credentials.obtain import obtain
from watchword.cli.credentials.shapes import Credentials, Wish
from watchword.cli.exits import Stop
from watchword.cli.lending import commands as handing
from watchword.cli.lending.taking import Taken

__all__ = ["person"]


@dataclass
class Hour:
    """An endpoint in this process, whose clock and boto3's are moved together."""

    person: dict[str, str]
    folder: Path
    moved: int = 0
    away: Stop | None = None
    _held: ExitStack = field(default_factory=ExitStack)
    _told: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        had = Taken(self._had(), self.person, self._had)
        uri, token = self._held.enter_context(handing.endpoint(had, ("127.0.0.1", 0), 900, self.clock))
        file = self.folder / "token"
        self._held.enter_context(handing.token_file(file, token))
        self._told = {URI: uri, TOKEN_FILE: str(file)}
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def clock(self) -> float:
        return time.time() + self.moved

    def credentials(self) -> Any:
        """Load credentials as boto3 does in a container."""
        fetcher: Any = ContainerMetadataFetcher(sleep=lambda _: None)
        found: Any = ContainerProvider(environ=self._told, fetcher=fetcher).load()
        found._time_fetcher = lambda: datetime.fromtimestamp(self.clock(), UTC)
        return found

    def _had(self) -> Credentials:
        if self.away:
            raise self.away
        with patch.dict(os.environ, self.person, clear=True):  # botocore looks there, too
            return obtain(Wish(role="ops"), now=self.clock(), ask=NoAsk(), environ=self.person)


def test_boto3_asks_the_endpoint_and_not_the_default_profile(
    person: dict[str, str], tmp_path: Path, authority: Authority
) -> None:
    keys = f"aws_access_key_id = {authority.access_key_id}\naws_secret_access_key = {authority.secret_access_key}\n"
    (tmp_path / "credentials").write_text(f"[default]\n{keys}")
    (tmp_path / "config").write_text("[default]\nregion = eu-west-1\nretry_mode = standard\n")
    person = {name: value for name, value in person.items() if name != "AWS_PROFILE"} | {
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
    }
    script = (
        "import boto3, os; s = boto3.Session(); c = s.client('sts'); print(c.get_caller_identity()['Arn']);"
        "print(s.get_credentials().method, c.meta.region_name, c.meta.config.retries['mode'])"
    )
    arn, rest = told(person, "exec", "ops", "--serve", "--", sys.executable, "-c", script).splitlines()
    assert is_ops(arn)
    assert rest == "container-role eu-west-1 standard"


def test_the_aws_cli_asks_it(person: dict[str, str]) -> None:
    whole = told(person, "exec", "ops", "--serve", "--", str(AWS), "sts", "get-caller-identity", "--output", "json")
    assert is_ops(json.loads(whole)["Arn"])


@pytest.mark.skipif(NODE is None, reason="Node.js is not on this machine")
@pytest.mark.skipif(not (SCRIPTS / "node_modules" / "@aws-sdk").exists(), reason="`make test` runs `npm ci` first")
@pytest.mark.parametrize("way", [(), ("--serve",)])
def test_the_javascript_sdk(person: dict[str, str], way: tuple[str, ...]) -> None:
    done = run(person, "exec", "ops", *way, "--", str(NODE), str(SCRIPTS / "workload.mjs"), input="\n")
    assert is_ops(json.loads(done.stdout)["arn"]), done.stdout


def test_boto3_renews_what_it_has_and_goes_on(person: dict[str, str], authority: Authority, tmp_path: Path) -> None:
    """The hour passes for the authority, the endpoint and boto3 alike."""
    with Hour(person, tmp_path) as hour:
        credentials = hour.credentials()
        first = credentials.get_frozen_credentials()
        assert credentials.get_frozen_credentials() == first
        hour.moved = 3_000
        authority.advance(3_000)
        second = credentials.get_frozen_credentials()
        assert second.access_key != first.access_key
        client = authority.client("sts", second.access_key, second.secret_key, second.token)
        assert is_ops(client.get_caller_identity()["Arn"])


def test_the_last_good_ones_are_served_until_they_expire(
    person: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Hour(person, tmp_path) as hour:
        first = hour.credentials().get_frozen_credentials()
        hour.away = Stop("nobody answers there")
        hour.moved = 3_500
        assert hour.credentials().get_frozen_credentials() == first
        hour.moved = 3_601
        with pytest.raises(CredentialRetrievalError, match="nobody answers there"):
            hour.credentials()
    assert capsys.readouterr().err.count("nobody answers there") == 1


def test_what_the_child_sees(person: dict[str, str]) -> None:
    script = """
import json, os, stat
file = os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
token = open(file, "rb").read()
modes = [stat.S_IMODE(os.stat(name).st_mode) for name in (file, os.path.dirname(file))]
print(json.dumps([dict(os.environ), token.decode(), *modes]))
"""
    environ, token, mode, folder = json.loads(
        told(person, "exec", "ops", "--serve", "--", sys.executable, "-c", script)
    )
    assert (mode, folder) == (0o600, 0o700)
    assert token == token.strip()
    assert len(token) >= 43  # 32 bytes
    assert token not in "".join(environ.values())
    assert not {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"} & environ.keys()
    assert not Path(environ[TOKEN_FILE]).parent.exists()


def test_who_is_not_answered(person: dict[str, str]) -> None:
    script = """
import json, os, urllib.error, urllib.request
token = open(os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).read()
def ask(method="GET", **headers):
    asked = urllib.request.Request(os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"], headers=headers, method=method)
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)
print(json.dumps([
    ask(Authorization=token), ask(), ask(Authorization="wrong"), ask(Authorization="Bearer " + token),
    ask(Authorization=token, Host="evil.example"), ask("POST", Authorization=token),
]))
"""
    answers = json.loads(told(person, "exec", "ops", "--serve", "--", sys.executable, "-c", script))
    assert [status for status, _ in answers] == [200, 403, 403, 403, 403, 405]
    assert answers[0][1].keys() == {"AccessKeyId", "SecretAccessKey", "Token", "Expiration", "RoleArn", "AccountId"}
    assert all(document.keys() == {"Code", "Message"} for _, document in answers[1:])


def test_a_long_term_key_is_not_served(person: dict[str, str]) -> None:
    done = run(person, "exec", "--serve", "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (2, "")
    assert "long-term key" in done.stderr


@contextmanager
def endpoint(person: dict[str, str], *words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Run an endpoint; gives the variables that it prints."""
    process = subprocess.Popen(
        [*WATCHWORD, "endpoint", "ops", "--json", *words],
        env=person,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stderr
    with process, process.stdout, process.stderr:
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped(person: dict[str, str], tmp_path: Path, number: signal.Signals) -> None:
    with endpoint(person) as (process, told):
        assert told.keys() == {URI, TOKEN_FILE}
        alone = {name: value for name, value in person.items() if name != "AWS_PROFILE"} | told
        alone |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        alone |= {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
        done = subprocess.run([sys.executable, "-c", BOTO3], env=alone, capture_output=True, text=True, check=True)
        assert is_ops(done.stdout)
        process.send_signal(number)
        assert process.wait(30) == 0
        assert process.stderr
        assert "Serving arn:aws:sts::" in process.stderr.read()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_its_token_stands_in_a_file_of_ones_choice(person: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "token"
    with endpoint(person, "--token-file", str(file)) as (process, told):
        assert told[TOKEN_FILE] == str(file)
        assert file.stat().st_mode & 0o777 == 0o600
        process.terminate()
        assert process.wait(30) == 0
    assert not file.exists()


def test_another_ones_token_file_stays(person: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "token"
    with endpoint(person, "--token-file", str(file)) as (process, _):
        file.write_text("another's")
        process.terminate()
        assert process.wait(30) == 0
    assert file.read_text() == "another's"


def test_the_token_itself_where_it_is_asked_for(person: dict[str, str]) -> None:
    with endpoint(person, "--show-token") as (_, told):
        asked = urllib.request.Request(told[URI], headers={"Authorization": told["AWS_CONTAINER_AUTHORIZATION_TOKEN"]})
        with urllib.request.urlopen(asked) as answer:
            assert json.load(answer)["RoleArn"].endswith(":role/ops")
        wrong = urllib.request.Request(told[URI], headers={"Authorization": "wrong"})
        with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(wrong):
            pass
        with refused.value:
            assert refused.value.code == 403


@on_linux
def test_it_says_nothing_of_who_asks(person: dict[str, str]) -> None:
    with endpoint(person, "--show-token") as (process, told):
        token = told["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        for given in (token, "wrong-token"):
            asked = urllib.request.Request(told[URI], headers={"Authorization": given})
            try:
                urllib.request.urlopen(asked).close()
            except urllib.error.HTTPError as refused:
                refused.close()
        assert token.encode() not in (PROC / str(process.pid) / "cmdline").read_bytes()
        process.terminate()
        assert process.wait(30) == 0
        assert process.stderr
        said = process.stderr.read()
    assert token not in said
    assert "wrong-token" not in said
    assert "GET" not in said


def test_lines_for_a_shell(person: dict[str, str]) -> None:
    with subprocess.Popen(
        [*WATCHWORD, "endpoint", "ops", "--format", "fish"], env=person, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(3)]
        process.terminate()
        process.wait(30)
    assert lines[0].startswith("set -eg AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY ")
    assert lines[1].startswith(f"set -gx {URI} 'http://127.0.0.1:")
    assert lines[2].startswith(f"set -gx {TOKEN_FILE} '/")


def test_only_on_this_machine(person: dict[str, str]) -> None:
    done = asked(person, "endpoint", "ops", "--bind", "0.0.0.0:0")
    assert done.exit_code == 2
    assert "can be reached by others" in done.stderr
