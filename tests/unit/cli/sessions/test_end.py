"""What is refused before anything is asked, what more keys than one request takes, and what AWS has instead."""

from __future__ import annotations

import json
import os
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result

from tests.unit.cli.sessions.telling import NOW, ended, key_id, told
from watchword.cli.exits import Stop
from watchword.cli.main import main
from watchword.cli.sessions import ending
from watchword.cli.sessions.authority import others_told
from watchword.cli.sessions.criteria import Criteria
from watchword.cli.sessions.ending import Wish

AWS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "nothing+is+ever+asked+with+it",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def sessions(*words: str, stdin: str | None = None) -> Result:
    with patch.dict(os.environ, AWS, clear=True):
        return CliRunner().invoke(main, ["sessions", *words], input=stdin)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("end",), "say which sessions are to end"),
        (("end", "--role", "ops"), "nobody can be asked here whether they are to end; say `--yes`"),
        (("end", key_id(1)), "nobody can be asked here"),
        (("end", "AKIAIOSFODNN7EXAMPLE", "--yes"), "`--key AKIAIOSFODNN7EXAMPLE`"),
        (("end", "AROAIOSFODNN7EXAMPLE", "--yes"), "begins with ASIA"),
        (("end", SECRET, "--yes"), "that looks like a secret access key"),
        (("end", "--role", "arn:aws:iam::123456789012:role/ops", "--yes"), "`--role` takes a name alone"),
        (("end", "--role", "ops", "--name", "x", "--yes"), "`--name` goes with `--every`"),
        (("end", key_id(1), "--every", "0 20 * * *"), "`KEY_ID` does not go with `--every`"),
        (("end", "--role", "ops", "--before", "1h", "--every", "0 20 * * *"), "say `--older-than 8h`"),
        (("end", "--role", "ops", "--every", "daily"), "`daily` is no time for `--every`; write `0 20 * * *`"),
        (("end", "--every", "0 20 * * *"), "say which sessions are to end"),
        (("end", "--every", "0 20 * * *", "--older-than", "36h"), "no session is older than 36h"),
        (("end", "--role", "ops", "--aws-policy", "--yes"), "`--yes` does not go with `--aws-policy`"),
        (("end", "--user", "ann", "--aws-policy"), "give `--role`"),
        (("end", "--role", "ops", "--user", "ann", "--aws-policy"), "give `--role`, and no other"),
    ],
)
def test_usage(words: tuple[str, ...], why: str) -> None:
    done = sessions(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert why in done.stderr
    assert SECRET not in done.output


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("block", "x", "--for", "2h"), "say which sessions are to be refused"),
        (("block", "x", "--role", "ops"), "say when it lifts"),
        (("block", "x", "--role", "ops", "--for", "2h", "--until", "2026-01-31"), "say when it lifts"),
        (("block", "x", "--role", "ops", "--until", "2h"), "say `--for 2h`"),
        (("block", "x", "--role", "ops", "--until", "2026-01-31"), "that is over"),
        (("show", "AKIAIOSFODNN7EXAMPLE"), "is a long-term key, not a session's"),
        (("list", "--since", "1h", "--before", "2h"), "exchange them"),
    ],
)
def test_usage_of_others(words: tuple[str, ...], why: str) -> None:
    done = sessions(*words, "--endpoint-url", "http://127.0.0.1:1")
    assert (done.exit_code, done.stdout) == (2, "")
    assert why in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("show", key_id(1)),
        ("end", key_id(1), "--yes"),
        ("end", "--role", "ops", "--every", "0 20 * * *"),
        ("watch",),
        ("blocks",),
        ("block", "x", "--role", "ops", "--for", "2h"),
        ("unblock", "x"),
        ("schedules",),
        ("unschedule", "x"),
    ],
)
def test_aws_has_none_of_it(words: tuple[str, ...]) -> None:
    done = sessions(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "AWS has no way to list or end sessions" in done.stderr
    assert "watchword sessions end --role ROLE --aws-policy" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_way_that_aws_has() -> None:
    done = sessions("end", "--role", "ops", "--before", "2026-01-31T09:00Z", "--aws-policy")
    assert done.exit_code == 0, done.output
    [statement] = json.loads(done.stdout)["Statement"]
    assert statement == {
        "Effect": "Deny",
        "Action": ["*"],
        "Resource": ["*"],
        "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-01-31T09:00:00Z"}},
    }
    line = done.stderr.splitlines()[-1]
    assert line.startswith("aws iam put-role-policy --role-name ops --policy-name AWSRevokeOlderSessions --policy-doc")
    whole = json.loads(sessions("end", "--role", "ops", "--before", "2026-01-31", "--aws-policy", "--json").stdout)
    assert (whole["policy_name"], whole["document"]["Version"]) == ("AWSRevokeOlderSessions", "2012-10-17")


def test_nothing_on_standard_input() -> None:
    done = sessions("end", "-", "--yes", stdin="\n")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "no key id came on standard input; nothing was ended" in done.stderr


class Authority:
    """An authority that ends what it is told to, of the sessions that it knows."""

    def __init__(self, *sessions: dict[str, Any]) -> None:
        self.sessions = {session["AccessKeyId"]: session for session in sessions}
        self.asked: list[dict[str, Any]] = []

    def end_sessions(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        live = [s for name, s in self.sessions.items() if name in asked["AccessKeyIds"] and s["State"] == "LIVE"]
        return {"Count": len(live), "Sessions": live, "DryRun": asked["DryRun"], "EndingId": f"e{len(self.asked)}"}

    def get_session(self, *, AccessKeyId: str) -> dict[str, Any]:  # noqa: N803 - the operation's name for it
        if AccessKeyId == key_id(5):
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetSession")
        if AccessKeyId not in self.sessions:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSession")
        return {"Session": self.sessions[AccessKeyId]}


def test_more_keys_than_one_request_takes() -> None:
    ids = tuple(map(key_id, range(250)))
    client = Authority(*map(told, range(250)))
    wish = Wish(ids, Criteria(role="ops"), reason="leaked")
    outcome = ending.carried_out(client, wish, dry=False)
    assert (outcome.count, len(outcome.told), outcome.ending_ids) == (250, 250, ("e1", "e2", "e3"))
    assert [len(asked["AccessKeyIds"]) for asked in client.asked] == [100, 100, 50]
    assert all((asked["Role"], asked["Reason"], asked["DryRun"]) == ("ops", "leaked", False) for asked in client.asked)


def test_a_result_for_each_key() -> None:
    client = Authority(told(1), ended(told(2)), told(3, State="EXPIRED"))
    wish = Wish(tuple(map(key_id, (1, 2, 3, 4, 5))), Criteria())
    outcome = ending.carried_out(client, wish, dry=False)
    results = list(ending.results(client, wish, outcome, NOW, "", dry=False))
    assert [(result.access_key_id, result.result) for result in results] == [
        (key_id(1), "ended"),
        (key_id(2), "was ended just now by user/admin"),
        (key_id(3), "is expired already"),
        (key_id(4), "unknown"),
        (key_id(5), "no live session that matches"),
    ]
    records = list(map(ending.record, results))
    assert len({frozenset(record) for record in records}) == 1
    assert records[3]["session_name"] is None


@pytest.mark.parametrize(
    ("counts", "dry", "words"),
    [
        ([0], True, "0 sessions"),
        ([1], False, "1 session"),
        ([1_000, 234], True, "1,234 sessions"),
        ([4_999], False, "4,999 sessions"),
        ([5_000], False, "5,000 sessions or more"),
        ([9_999], True, "9,999 sessions"),
        ([10_000], True, "10,000 sessions or more"),
    ],
)
def test_how_many(counts: list[int], *, dry: bool, words: str) -> None:
    answers = iter(counts)

    class Counting:
        def end_sessions(self, **_: Any) -> dict[str, Any]:
            return {"Count": next(answers), "Sessions": []}

    ids = tuple(f"ASIA{number}" for number in range(100 * len(counts)))
    wish = ending.Wish(ids, Criteria())
    assert ending.carried_out(Counting(), wish, dry=dry).said == words


@pytest.mark.parametrize("code", ["500", "404", "UnknownOperationException"])
def test_who_is_no_authority(code: str) -> None:
    class Client:
        class meta:  # noqa: N801 - botocore's name for it
            endpoint_url = "http://127.0.0.1:4566"

    error = ClientError({"Error": {"Code": code, "Message": "<html>"}}, "ListSessions")
    with (
        pytest.raises(Stop, match=r"what answers at http://127\.0\.0\.1:4566 cannot list sessions") as caught,
        others_told(Client()),
    ):
        raise error
    assert "<html>" not in str(caught.value)
