"""The Lambda handler, given events as EventBridge gives them, against an organization of the authority's.

Parameters are read from moto's server, which has SSM; its own next invocation is received by a server of the test's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import chain, repeat
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
from cfnlint.api import lint_all  # type: ignore[import-untyped]  # has no stubs

from tests.clients.peer import peer
from tests.support.accounts import Member, member_of
from tests.support.authority import Authority
from watchword.rotation import aws_lambda
from watchword.rotation.ledger import Ledger

__all__ = ["peer"]

TEMPLATE = Path(__file__).parents[2] / "deploy" / "aws" / "rotation.yaml"
RULES = (
    '[aws]\nrole_name = "OrganizationAccountAccessRole"\nconcurrency = 1\ncalls_per_second = 1000\nskip = ["{own}"]\n'
)
PARAMETER = "/watchword/rotation/rules"
LONG = 900_000


@dataclass
class Context:
    """What Lambda tells a function; `left` are the milliseconds that it has at each question."""

    left: Iterator[int] = field(default_factory=lambda: repeat(LONG))
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:111122223333:function:sweep"
    aws_request_id: str = "5b7a4a11-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return next(self.left)


@dataclass
class Deployed:
    """A deployed function: its members, its ledger, and what it invoked."""

    members: list[Member]
    ledger_url: str
    invoked: list[dict[str, Any]]

    def keys(self, number: int) -> list[str]:
        told = self.members[number].client("iam").list_access_keys(UserName="bot")["AccessKeyMetadata"]
        return [key["AccessKeyId"] for key in told]


@pytest.fixture
def deployed(
    authority: Authority, peer: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Deployed]:
    authority.client("organizations").create_organization()
    members = [member_of(authority, name) for name in ("one", "two")]
    for member in members:
        member.client("iam").create_user(UserName="bot")
        member.client("iam").create_access_key(UserName="bot")
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    secret = authority.client("secretsmanager").create_secret(Name="ledger", SecretString=url)["ARN"]
    given = {
        "AWS_ENDPOINT_URL": authority.endpoint,
        "AWS_ENDPOINT_URL_SSM": peer["AWS_ENDPOINT_URL"],
        "AWS_ACCESS_KEY_ID": authority.access_key_id,
        "AWS_SECRET_ACCESS_KEY": authority.secret_access_key,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        aws_lambda.RULES: PARAMETER,
        aws_lambda.LEDGER: secret,
        aws_lambda.MODE: "apply",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    rules = RULES.format(own=authority.account_id)
    boto3.Session().client("ssm").put_parameter(Name=PARAMETER, Value=rules, Type="String", Overwrite=True)
    with _receiving() as (endpoint, invoked):
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", endpoint)
        yield Deployed(members, url, invoked)


class _receiving:  # noqa: N801 - a context, used as a function
    """A server that takes invocations of functions."""

    def __enter__(self) -> tuple[str, list[dict[str, Any]]]:
        invoked: list[dict[str, Any]] = []

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                invoked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                """Keep the test's output clean."""

        self.server = HTTPServer(("127.0.0.1", 0), Taking)
        Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}", invoked

    def __exit__(self, *_raised: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_the_schedules_event_sweeps_every_account(deployed: Deployed) -> None:
    told = aws_lambda.handler({}, Context())
    assert (told["accounts"], told["left"], told["findings"]) == (2, 0, False)
    ledger = Ledger.open(deployed.ledger_url)
    assert [run.id for run in ledger.runs(5)] == [told["run"]]
    ledger.close()


def test_a_key_is_replaced_and_kept(deployed: Deployed) -> None:
    [old] = deployed.keys(0)
    one = deployed.members[0]
    aws_lambda.handler({"accounts": [one.account_id], "forced": ["bot"]}, Context())
    assert len(deployed.keys(0)) == 2
    assert len(deployed.keys(1)) == 1
    name = f"Account_{one.account_id}_User_bot_AccessKey"
    value = json.loads(one.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])
    assert value["AccessKeyId"] in set(deployed.keys(0)) - {old}


def test_what_there_is_no_time_for_is_handed_on(deployed: Deployed) -> None:
    told = aws_lambda.handler({"mode": "plan"}, Context(left=chain([LONG], repeat(0))))
    assert (told["accounts"], told["left"]) == (1, 1)
    [event] = deployed.invoked
    assert event["mode"] == "plan"
    assert len(event["accounts"]) == 1
    assert aws_lambda.handler(event, Context())["accounts"] == 1


def test_a_function_that_can_begin_nothing_does_not_invoke_itself_for_ever(deployed: Deployed) -> None:
    with pytest.raises(aws_lambda.Failed, match="no account could be begun"):
        aws_lambda.handler({}, Context(left=repeat(0)))
    assert not deployed.invoked


def test_a_failed_account_fails_the_invocation(deployed: Deployed) -> None:
    one = deployed.members[0]
    one.client("iam").update_assume_role_policy(
        RoleName="OrganizationAccountAccessRole",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
            }
        ),
    )
    with pytest.raises(aws_lambda.Failed, match=one.account_id):
        aws_lambda.handler({}, Context())


@pytest.mark.parametrize("event", [{"Mode": "plan"}, {"mode": "delete"}, {"accounts": "all"}])
def test_an_event_that_is_not_understood_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not understood"):
        aws_lambda.handler(event, Context())


def test_an_event_cannot_ask_for_more_than_is_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(aws_lambda.MODE, "plan")
    with pytest.raises(ValueError, match="asks to apply"):
        aws_lambda.handler({"mode": "apply"}, Context())


def test_the_template_is_valid() -> None:
    found = lint_all(TEMPLATE.read_text())
    assert not [match for match in found if match.rule.severity != "informational"]
