"""Reaching accounts: each role's ARN is made of what we found out on signing in, in whichever partition that was."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ProfileNotFound

from watchword.rotation.access import Calls, Hub, Unreachable, open_hub
from watchword.rotation.access.signing_in import Clients, SignedIn
from watchword.rotation.rules import Aws
from watchword.rotation.seen import Account

SESSION = botocore.session.Session()
OWN, OTHER = "111122223333", "444455556666"
KEY = "<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
CREDENTIALS = f"<Credentials>{KEY}<SessionToken>t</SessionToken></Credentials>"


class Answers:
    """What is answered to each operation, and what was asked."""

    def __init__(self, **answers: tuple[int, str]) -> None:
        self.answers, self.asked = answers, list[str]()

    def reply(self, request: Any, event_name: str, **_more: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        self.asked.append(str(request.body))
        status, body = self.answers[operation]
        text = f"<R><{operation}Result>{body}</{operation}Result></R>" if status == 200 else body
        return AWSResponse(request.url, status, HTTPHeaders(), Raw(text.encode()))


class Raw(BytesIO):
    def stream(self, **_more: Any) -> Any:
        yield self.read()


class Faked(Clients):
    answers: Answers

    def make(self, service: str, credentials: SignedIn | None = None, region: str = "") -> Any:
        made = super().make(service, credentials or SignedIn("AKIA", "s"), region)
        made.meta.events.register_last("before-send", self.answers.reply)
        return made


def hub(arn: str, aws: Aws, answers: Answers) -> Hub:
    clients = Faked(SESSION, aws)
    clients.answers = answers
    _, partition, _, _, account, _ = arn.split(":", 5)
    calls, sts = Calls(), clients.make("sts")
    calls.attach(sts, "hub")
    return Hub(aws, account, partition, arn, calls, clients, lambda: 1.0, lambda: 0.0, sts)


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
def test_a_role_is_assumed_in_its_own_partition(partition: str) -> None:
    aws = Aws(
        endpoint_url="http://there",
        region="x-y-1",
        role_name="R",
        role_path="/a/",
        external_id="e-1",
        session_name="s-1",
    )
    answers = Answers(AssumeRole=(200, CREDENTIALS))
    member = hub(f"arn:{partition}:iam::{OWN}:user/ann", aws, answers).member(Account(OTHER))
    assert member.principal == f"arn:{partition}:iam::{OTHER}:role/a/R"
    (asked,) = answers.asked
    told = dict(pair.split("=") for pair in asked.split("&"))
    assert told["RoleArn"].replace("%3A", ":").replace("%2F", "/") == member.principal
    assert (told["ExternalId"], told["RoleSessionName"], told["DurationSeconds"]) == ("e-1", "s-1", "3600")
    assert member.calls.by_operation(OTHER) == {"sts:AssumeRole": 1}


def test_what_refuses_is_the_reason() -> None:
    refusal = "<E><Error><Code>AccessDenied</Code><Message>not\n you</Message></Error></E>"
    reached = hub(f"arn:aws:iam::{OWN}:user/ann", Aws(endpoint_url="http://there"), Answers(AssumeRole=(403, refusal)))
    with pytest.raises(Unreachable) as told:
        reached.member(Account(OTHER))
    assert (told.value.account, told.value.reason) == (OTHER, "AssumeRole: AccessDenied: not you")


def test_in_its_own_account_the_tool_acts_as_itself_unless_told() -> None:
    answers = Answers(AssumeRole=(200, CREDENTIALS))
    arn = f"arn:aws:iam::{OWN}:user/ann"
    assert hub(arn, Aws(endpoint_url="http://there"), answers).member(Account(OWN)).principal == arn
    assert answers.asked == []
    assuming = Aws(endpoint_url="http://there", assume_in_management=True)
    assert hub(arn, assuming, answers).member(Account(OWN)).principal == f"arn:aws:iam::{OWN}:role/WatchwordRotation"
    assert len(answers.asked) == 1


@pytest.mark.parametrize(
    ("answer", "principal"),
    [
        ((200, f"<Role><Arn>arn:aws:iam::{OWN}:role/aws-reserved/R</Arn></Role>"), "role/aws-reserved/R"),
        ((403, "<E><Error><Code>AccessDenied</Code><Message>no</Message></Error></E>"), "role/R"),
    ],
)
def test_a_sessions_role_is_looked_up_for_its_path(answer: tuple[int, str], principal: str) -> None:
    arn = f"arn:aws:sts::{OWN}:assumed-role/R/session"
    member = hub(arn, Aws(endpoint_url="http://there"), Answers(GetRole=answer)).member(Account(OWN))
    assert member.principal == f"arn:aws:iam::{OWN}:{principal}"


def test_a_profile_that_is_not_there_is_told_on_signing_in() -> None:
    with pytest.raises(ProfileNotFound):
        open_hub(Aws(profile="no-such-profile"))
