"""`watchword sessions` as a client of a running authority: listed, shown, ended, blocked, scheduled and watched."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result

from tests.clients.asking import answered, asked, signing
from tests.clients.peer import peer
from tests.support.accounts import allowing, trusting
from tests.support.authority import WATCHWORD, Authority
from tests.support.pty import Conversation, typing
from tests.support.terminal import AWS
from watchword.cli.main import main

__all__ = ["peer"]

POLICY = allowing("iam:ListUsers")


@dataclass(frozen=True, slots=True)
class Crew:
    """Ann, who may assume the role `ops` and do everything in it, and three sessions of it that she asked for."""

    authority: Authority
    ann: dict[str, Any]
    role: str
    sessions: list[dict[str, Any]]

    def assume(self, name: str, by: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        sts = self.authority.of("sts", by or self.ann)
        made: dict[str, Any] = sts.assume_role(RoleArn=self.role, RoleSessionName=name, **more)["Credentials"]
        return made

    @property
    def keys(self) -> list[str]:
        """Their access key IDs, the newest first."""
        return [session["AccessKeyId"] for session in reversed(self.sessions)]


@pytest.fixture
def crew(authority: Authority, iam: Any) -> Crew:
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="roles", PolicyDocument=allowing("sts:*"))
    trust = trusting(authority.account_id, action=["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"])
    role = iam.create_role(RoleName="ops", Path="/app/", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="ops", PolicyName="all", PolicyDocument=allowing("*"))
    made = Crew(authority, iam.create_access_key(UserName="ann")["AccessKey"], role, [])
    made.sessions.extend(made.assume(f"build-{number}", SourceIdentity="ann") for number in range(3))
    return made


def rows(authority: Authority, *words: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(answered(authority.environment, "sessions", *words, "--json"))
    return told


def listed(authority: Authority, *words: str) -> list[str]:
    return [row["access_key_id"] for row in rows(authority, "list", *words)]


def works(authority: Authority, session: dict[str, Any]) -> bool:
    try:
        authority.of("sts", session).get_caller_identity()
    except ClientError as error:
        if error.response["Error"]["Code"] in {"ExpiredToken", "AccessDenied"}:
            return False
        raise
    return True


def with_input(environment: dict[str, str], stdin: str, *words: str) -> Result:
    return CliRunner(env=environment).invoke(main, ["sessions", *words], input=stdin)


@contextmanager
def terminal(authority: Authority, *words: str, **more: Any) -> Iterator[Conversation]:
    with typing([*WATCHWORD, "sessions", *words], environment=authority.environment, **more) as talk:
        yield talk


def test_list(authority: Authority, crew: Crew) -> None:
    authority.of("iam", crew.sessions[2]).list_users()
    told = rows(authority, "list")
    assert [row["access_key_id"] for row in told] == crew.keys
    newest = told[0]
    assert (newest["state"], newest["session_name"], newest["source_identity"]) == ("live", "build-2", "ann")
    assert (newest["issuer"], newest["issuing_access_key_id"]) == (crew.role, crew.ann["AccessKeyId"])
    assert newest["requester"] == f"arn:aws:iam::{authority.account_id}:user/ann"
    assert 3_500 < newest["seconds_left"] <= 3_600
    assert (newest["last_call_action"], newest["last_call_error"], newest["own"]) == ("iam:ListUsers", None, False)
    cells = list(csv.DictReader(StringIO(answered(authority.environment, "sessions", "list", "--output", "csv"))))
    assert [list(line) for line in cells] == [list(row) for row in told]


def test_table(authority: Authority, crew: Crew) -> None:
    lines = answered(authority.environment, "sessions", "list").splitlines()
    assert lines[0].split() == ["key", "who", "as", "name", "identity", "from", "issued", "left"]
    words = lines[1].split()
    assert words[:6] == [crew.keys[0], "user/ann", "role/ops", "build-2", "ann", "127.0.0.1"]
    assert words[-1] in {"59m", "1h"}


def test_filters(authority: Authority, crew: Crew) -> None:
    own = authority.of("sts", crew.ann).get_session_token()["Credentials"]["AccessKeyId"]
    assert listed(authority, "--role", "ops") == crew.keys
    assert listed(authority, "--user", "ann") == [own, *crew.keys]
    assert listed(authority, "--session-name", "build-1") == [crew.keys[1]]
    assert listed(authority, "--source-identity", "ann") == crew.keys
    assert listed(authority, "--key", crew.ann["AccessKeyId"], "--last", "2") == [own, crew.keys[0]]
    assert listed(authority, "--ip", "127.0.0.0/8") == [own, *crew.keys]
    assert listed(authority, "--ip", "10.0.0.0/8") == []
    assert listed(authority, "--state", "ended") == []
    assert listed(authority, "--since", "1h") == [own, *crew.keys]
    assert listed(authority, "--before", "1h") == []


def test_more_than_one_page(authority: Authority, crew: Crew) -> None:
    more = [crew.assume(f"more-{number}")["AccessKeyId"] for number in range(120)]
    assert listed(authority, "--role", "ops") == [*reversed(more), *crew.keys]


def test_by_the_clock_of_a_sandbox(authority: Authority, crew: Crew) -> None:
    authority.advance(3_000)
    late = crew.assume("late")["AccessKeyId"]
    assert listed(authority, "--before", "30m") == crew.keys
    assert listed(authority, "--since", "30m") == [late]
    assert all(500 < row["seconds_left"] <= 600 for row in rows(authority, "list", "--before", "30m"))
    authority.advance(700)
    assert listed(authority) == [late]
    assert listed(authority, "--state", "expired") == crew.keys
    assert listed(authority, "--state", "all") == [late, *crew.keys]


def test_mine(authority: Authority, crew: Crew, iam: Any) -> None:
    administrators = authority.client("sts").get_session_token()["Credentials"]
    assert listed(authority, "--mine") == [administrators["AccessKeyId"]]
    environment = signing(authority.environment, crew.ann)
    done = asked(environment, "sessions", "list", "--mine")
    assert (done.exit_code, done.stdout) == (5, "")
    assert "watchword:ListSessions" in done.stderr
    may = allowing("watchword:ListSessions", f"arn:aws:iam::{authority.account_id}:user/ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=may)
    mine = json.loads(answered(environment, "sessions", "list", "--mine", "--json"))
    assert [row["access_key_id"] for row in mine] == crew.keys
    assert asked(environment, "sessions", "list").exit_code == 5
    assert asked(environment, "sessions", "list", "--mine", "--user", "bob").exit_code == 2
    one = signing(authority.environment, crew.sessions[0])
    [row] = json.loads(answered(one, "sessions", "list", "--mine", "--json"))
    assert (row["access_key_id"], row["own"]) == (crew.keys[-1], True)


def test_none(authority: Authority) -> None:
    done = asked(authority.environment, "sessions", "list")
    assert done.exit_code == 0
    assert "no such live session; others may be among `--state all`" in done.stderr


def test_show(authority: Authority, crew: Crew) -> None:
    tags: dict[str, Any] = {"Tags": [{"Key": "team", "Value": "x"}], "TransitiveTagKeys": ["team"]}
    first = crew.assume("first", SourceIdentity="ann", **tags)
    second = crew.assume(
        "second", by=first, Policy=POLICY, PolicyArns=[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]
    )
    with pytest.raises(ClientError):
        authority.of("iam", second).create_user(UserName="eve")
    key = second["AccessKeyId"]
    shown = answered(authority.environment, "sessions", "show", key)
    lines = [line.split(maxsplit=1) for line in shown.splitlines()]
    assert lines[0] == ["session", key]
    assert shown.splitlines()[1].startswith("state        live, 59m left")
    assert [line.split()[-2:] for line in shown.splitlines() if line.startswith("asked for by")] == [
        [f"arn:aws:sts::{authority.account_id}:assumed-role/ops/first", f"({first['AccessKeyId']})"],
        [f"arn:aws:iam::{authority.account_id}:user/ann", f"({crew.ann['AccessKeyId']})"],
    ]
    assert ["identity", "ann"] in lines
    assert "limited by   arn:aws:iam::aws:policy/ReadOnlyAccess" in shown
    assert 'limited by   {"Version":"2012-10-17","Statement":[' in shown
    assert "tag          team=x (goes on to the next role)" in shown
    assert "iam:CreateUser (AccessDenied) from 127.0.0.1" in shown
    whole = json.loads(answered(authority.environment, "sessions", "show", key, "--json"))
    assert [link["access_key_id"] for link in whole["chain"]] == [crew.ann["AccessKeyId"], first["AccessKeyId"]]
    assert (whole["tags"], whole["last_call_error"]) == ({"team": "x"}, "AccessDenied")
    assert json.loads(whole["policies"][0]) == json.loads(POLICY)
    done = asked(authority.environment, "sessions", "show", "ASIAIOSFODNN7EXAMPLE")
    assert done.exit_code == 1
    assert "watchword whose ASIAIOSFODNN7EXAMPLE" in done.stderr


def test_end_one(authority: Authority, crew: Crew) -> None:
    key = crew.sessions[1]["AccessKeyId"]
    dry = asked(authority.environment, "sessions", "end", key, "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert f"{key}  would be ended  user/ann" in dry.stdout
    assert "1 session would end; nothing was ended." in dry.stderr
    assert works(authority, crew.sessions[1])
    done = asked(authority.environment, "sessions", "end", key, "--reason", "leaked", "--yes")
    assert done.exit_code == 0, done.output
    assert f"{key}  ended   user/ann" in done.stdout
    assert done.stderr == "1 session ended.\n"
    assert [works(authority, session) for session in crew.sessions] == [True, False, True]
    with pytest.raises(ClientError, match="leaked"):
        authority.of("sts", crew.sessions[1]).get_caller_identity()
    [row] = rows(authority, "list", "--state", "ended")
    assert (row["access_key_id"], row["state"], row["reason"]) == (key, "ended", "leaked")
    assert row["ended_by"] == f"arn:aws:iam::{authority.account_id}:user/admin"
    shown = answered(authority.environment, "sessions", "show", key)
    assert "state        ended\n" in shown
    assert f"by arn:aws:iam::{authority.account_id}:user/admin" in shown
    assert "because      leaked" in shown


def test_a_result_for_each_key(authority: Authority, crew: Crew) -> None:
    unknown = "ASIAIOSFODNN7EXAMPLE"
    answered(authority.environment, "sessions", "end", crew.keys[0], "--yes")
    done = asked(authority.environment, "sessions", "end", crew.keys[0], crew.keys[1], unknown, "--yes", "--json")
    assert (done.exit_code, f"known by {unknown}" in done.stderr) == (1, True), "a mistyped key must not pass for ended"
    told = json.loads(done.stdout)
    assert (told["dry_run"], told["count"], len(told["ending_ids"])) == (False, 1, 1)
    found = {row["access_key_id"]: row["result"] for row in told["sessions"]}
    assert found == {
        crew.keys[0]: "was ended just now by user/admin",
        crew.keys[1]: "ended",
        unknown: "unknown",
    }
    again = asked(authority.environment, "sessions", "end", crew.keys[1], "--yes")
    assert again.exit_code == 0
    assert "no live session matches; nothing was ended" in again.stderr
    elsewhere = asked(authority.environment, "sessions", "end", crew.keys[2], "--user", "admin", "--yes")
    assert f"{crew.keys[2]}  does not match" in elsewhere.stdout
    assert works(authority, crew.sessions[0])


def test_end_many(authority: Authority, crew: Crew) -> None:
    child = crew.assume("child", by=crew.sessions[0])
    other = authority.client("sts").get_session_token()["Credentials"]
    told = json.loads(
        answered(authority.environment, "sessions", "end", "--session-name", "build-0", "--yes", "--json")
    )
    assert {row["access_key_id"] for row in told["sessions"]} == {crew.keys[2], child["AccessKeyId"]}
    assert not works(authority, child)
    done = asked(authority.environment, "sessions", "end", "--role", "ops", "--yes")
    assert done.stderr == "2 sessions ended.\n"
    assert not any(works(authority, session) for session in crew.sessions)
    assert works(authority, other)
    assert works(authority, crew.assume("new"))
    nobody = asked(authority.environment, "sessions", "end", "--role", "nobody", "--yes")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "There is no role `nobody`" in nobody.stderr


def test_end_what_is_old(authority: Authority, crew: Crew) -> None:
    authority.advance(1_800)
    late = crew.assume("late")
    done = asked(authority.environment, "sessions", "end", "--before", "15m", "--yes")
    assert done.stderr == "3 sessions ended.\n", done.output
    assert works(authority, late)


def test_keys_from_standard_input(authority: Authority, crew: Crew) -> None:
    more = [crew.assume(f"more-{number}")["AccessKeyId"] for number in range(110)]
    environment = authority.environment
    text = "\n".join([*more, *more[:5]])
    assert with_input(environment, text, "end", "-").exit_code == 2
    done = with_input(environment, text, "end", "-", "--yes", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["count"], len(told["ending_ids"])) == (110, 2)
    assert {row["access_key_id"] for row in told["sessions"] if row["result"] == "ended"} == set(more)
    assert listed(authority) == crew.keys


def test_nobody_to_ask(authority: Authority, crew: Crew) -> None:
    done = asked(authority.environment, "sessions", "end", "--role", "ops")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "`--yes`" in done.stderr
    assert listed(authority) == crew.keys


def test_without_rights(authority: Authority, crew: Crew) -> None:
    environment = signing(authority.environment, crew.ann)
    key = crew.keys[0]
    for words, action in (
        (("list",), "ListSessions"),
        (("show", key), "GetSession"),
        (("end", key, "--yes"), "EndSessions"),
        (("end", "--role", "ops", "--dry-run"), "EndSessions"),
        (("end", "--role", "ops", "--every", "0 20 * * *"), "PutSchedule"),
        (("block", "x", "--role", "ops", "--for", "1h"), "PutBlock"),
        (("blocks",), "ListBlocks"),
        (("unblock", "x"), "DeleteBlock"),
        (("schedules",), "ListSchedules"),
        (("unschedule", "x"), "DeleteSchedule"),
        (("watch",), "ListSessions"),
    ):
        done = asked(environment, "sessions", *words)
        assert (done.exit_code, done.stdout) == (5, ""), (words, done.output)
        assert f"watchword:{action}" in done.stderr, words
        assert len(done.stderr.splitlines()) == 1, words
    assert listed(authority) == crew.keys


def test_ones_own_session(authority: Authority, crew: Crew) -> None:
    environment = signing(authority.environment, crew.sessions[0])
    for words in (
        (crew.keys[2],),
        ("--role", "ops"),
        ("--user", "ann"),
        ("--key", crew.ann["AccessKeyId"]),
        ("--before", "0s"),
    ):
        done = asked(environment, "sessions", "end", *words, "--dry-run")
        assert done.exit_code == 0, done.output
        if words != ("--before", "0s"):  # those of this very second are not among them
            assert "Your own session is among them" in done.stderr, words
    other = asked(environment, "sessions", "end", crew.keys[0], "--dry-run")
    assert "Your own" not in other.stderr
    assert "your own" in asked(environment, "sessions", "list").stdout
    assert "Your own" not in asked(authority.environment, "sessions", "end", "--role", "ops", "--dry-run").stderr
    cut = asked(environment, "sessions", "block", "x", "--role", "ops", "--for", "1h")
    assert "Your own session is among them" in cut.stderr
    assert asked(environment, "sessions", "list").exit_code == 5


def test_block(authority: Authority, crew: Crew) -> None:
    words = ("block", "incident", "--role", "ops", "--for", "2h", "--reason", "stolen laptop")
    done = asked(authority.environment, "sessions", *words)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("incident: refuses role ops until ")
    assert "watchword sessions unblock incident" in done.stderr
    assert not works(authority, crew.sessions[0])
    assert listed(authority) == []
    assert listed(authority, "--state", "blocked") == crew.keys
    [row] = rows(authority, "blocks")
    assert (row["name"], row["role"], row["reason"], row["source_ips"]) == ("incident", "ops", "stolen laptop", [])
    assert "role ops  in 2h (" in answered(authority.environment, "sessions", "blocks")
    assert "blocked: refused while the block stands" in answered(
        authority.environment, "sessions", "show", crew.keys[0]
    )
    answered(authority.environment, "sessions", "unblock", "incident")
    assert works(authority, crew.sessions[0])
    gone = asked(authority.environment, "sessions", "unblock", "incident")
    assert (gone.exit_code, gone.stdout) == (1, "")
    assert "`watchword sessions blocks`" in gone.stderr


def test_block_addresses(authority: Authority) -> None:
    until = ("--for", "30d")
    made = rows(authority, "block", "net", "--ip", "10.0.0.0/8", "--ip", "192.0.2.1", *until)
    assert made["source_ips"] == ["10.0.0.0/8", "192.0.2.1/32"]  # type: ignore[call-overload]  # one object
    assert "from 10.0.0.0/8 or 192.0.2.1/32" in answered(authority.environment, "sessions", "blocks")
    far = asked(authority.environment, "sessions", "block", "net", "--ip", "10.0.0.0/8", "--until", "2199-01-01")
    assert far.exit_code == 1
    assert "more than a year from now" in far.stderr


def test_schedule(authority: Authority, crew: Crew) -> None:
    words = ("end", "--role", "ops", "--every", "0 20 * * *", "--timezone", "Europe/Berlin", "--older-than", "8h")
    done = asked(authority.environment, "sessions", *words, "--reason", "night")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(
        "end-Role-ops-older-8h: ends role ops, older than 8h at `0 20 * * *` Europe/Berlin, next "
    )
    assert listed(authority) == crew.keys
    [row] = rows(authority, "schedules")
    assert (row["role"], row["older_than_seconds"], row["last_run"]) == ("ops", 28_800, None)
    assert row["next_run"].endswith("19:00:00Z") or row["next_run"].endswith("18:00:00Z")
    assert "never  night" in answered(authority.environment, "sessions", "schedules")
    named = rows(authority, "end", "--user", "ann", "--every", "0 6 * * 1", "--name", "monday")
    assert (named["name"], named["time_zone"]) == ("monday", "UTC")  # type: ignore[call-overload]  # one object
    assert [row["name"] for row in rows(authority, "schedules")] == ["end-Role-ops-older-8h", "monday"]
    answered(authority.environment, "sessions", "unschedule", "monday")
    again = asked(authority.environment, "sessions", "unschedule", "monday")
    assert again.exit_code == 1
    assert "`watchword sessions schedules`" in again.stderr
    wrong = asked(authority.environment, "sessions", "end", "--role", "ops", "--every", "never at all")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert len(wrong.stderr.splitlines()) == 1


def test_the_way_that_aws_has(authority: Authority, crew: Crew) -> None:
    authority.advance(60)
    done = asked(authority.environment, "sessions", "end", "--role", "ops", "--aws-policy")
    assert done.exit_code == 0, done.output
    assert works_in_iam(authority, crew.sessions[0])
    line = done.stderr.splitlines()[-1].removeprefix("aws ")
    subprocess.run(
        ["sh", "-c", f"'{AWS}' {line}"], env=authority.environment, check=True, timeout=60, capture_output=True
    )
    assert not works_in_iam(authority, crew.sessions[0])
    authority.advance(60)
    assert works_in_iam(authority, crew.assume("new"))


def works_in_iam(authority: Authority, session: dict[str, Any]) -> bool:
    try:
        authority.of("iam", session).list_users()
    except ClientError as error:
        if error.response["Error"]["Code"] == "AccessDenied":
            return False
        raise
    return True


def test_the_peer_is_no_authority(peer: dict[str, str]) -> None:
    done = asked(peer | {"AWS_MAX_ATTEMPTS": "1"}, "sessions", "blocks")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "it is no Watchword authority" in done.stderr
    assert "--aws-policy" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    policy = asked(peer, "sessions", "end", "--role", "ops", "--aws-policy")
    assert policy.exit_code == 0
    assert json.loads(policy.stdout)["Version"] == "2012-10-17"


def test_asked_for_one(authority: Authority, crew: Crew) -> None:
    with terminal(authority, "end", crew.keys[0], columns=180) as talk:
        talk.expect("would end")
        talk.expect("End it? [y/N]:")
        talk.send("n")
        assert talk.finish() == 1
    assert "nothing was ended" in talk.output
    assert works(authority, crew.sessions[2])
    with terminal(authority, "end", crew.keys[0], "--json", piped=True) as talk:
        talk.expect("End it? [y/N]:")
        talk.send("y")
        assert talk.finish() == 0
    assert json.loads(talk.data)["count"] == 1
    assert not works(authority, crew.sessions[2])


def test_asked_for_more(authority: Authority, crew: Crew) -> None:
    with terminal(authority, "end", "--role", "ops", columns=180) as talk:
        shown = talk.expect("Type 3 to end them:")
        assert all(key in shown for key in crew.keys)
        talk.send("yes")
        assert talk.finish() == 1
    assert listed(authority) == crew.keys
    with terminal(authority, "end", "--role", "ops") as talk:
        talk.expect("Type 3 to end them:")
        talk.interrupt()
        assert talk.finish() == 1
    assert "nothing was ended" in talk.output
    assert "Traceback" not in talk.output
    assert listed(authority) == crew.keys
    with terminal(authority, "end", "--role", "ops") as talk:
        talk.expect("Type 3 to end them:")
        talk.send("3")
        assert talk.finish() == 0
    assert "3 sessions ended." in talk.output
    assert listed(authority) == []


def test_watch_on_a_terminal(authority: Authority, crew: Crew) -> None:
    with terminal(authority, "watch", "--every", "0.5", columns=160) as talk:
        talk.expect("3 live at ")
        assert all(key in talk.output for key in crew.keys)
        new = crew.assume("new")["AccessKeyId"]
        talk.expect(f"began      {new}")
        talk.expect("4 live at ")
        answered(authority.environment, "sessions", "end", new, "--yes", "--reason", "leaked")
        talk.expect(f"ended      {new}")
        talk.expect("3 live at ")
        talk.interrupt()
        assert talk.finish() == 0
    assert "Traceback" not in talk.output
    assert "\x1b[?25h" in talk.output  # the cursor is there again


def test_watch_without_a_terminal(authority: Authority, crew: Crew) -> None:
    words = [*WATCHWORD, "sessions", "watch", "--every", "0.5", "--json"]
    with subprocess.Popen(
        words, env=authority.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout is not None
        assert watching.stderr is not None
        try:
            assert watching.stderr.readline() == "3 live; what changes is told from here on\n"
            answered(authority.environment, "sessions", "end", crew.keys[0], "--yes", "--reason", "leaked")
            line = watching.stdout.readline()
            watching.send_signal(signal.SIGINT)
            assert watching.wait(20) == 0
        finally:
            watching.kill()
        assert watching.stdout.read() + watching.stderr.read() == ""
    change = json.loads(line)
    assert (change["event"], change["access_key_id"], change["reason"]) == ("ended", crew.keys[0], "leaked")


def test_plain_where_there_is_no_terminal(authority: Authority, crew: Crew) -> None:
    done = subprocess.run(
        [*WATCHWORD, "sessions", "list"], env=authority.environment, capture_output=True, timeout=60, check=True
    )
    assert b"\x1b" not in done.stdout + done.stderr
    assert all(key.encode() in done.stdout for key in crew.keys)
    with terminal(authority, "list", columns=180) as talk:
        assert talk.finish() == 0
    assert all(key in talk.output for key in crew.keys)
