"""`watchword policy why`, as somebody asks it who wants to know what a policy is good for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.support.authority import Authority
from watchword.cli.main import main

ONLY_WITH_TEAMS = {
    "Sid": "Teams",
    "Effect": "Allow",
    "Action": "s3:Get*",
    "Resource": "arn:aws:s3:::box/*",
    "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}},
}


def why(authority: Authority, *words: str) -> Result:
    environment = {name: value for name, value in authority.environment.items() if name.startswith("AWS_")}
    return CliRunner().invoke(main, ["policy", "why", *words], env=environment)


@pytest.fixture
def ann(iam: Any) -> str:
    arn: str = iam.create_user(UserName="ann")["User"]["Arn"]
    document = json.dumps({"Version": "2012-10-17", "Statement": [ONLY_WITH_TEAMS]})
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document)
    return arn


def test_it_says_who_may_what_and_by_what(authority: Authority, ann: str) -> None:
    done = why(authority, "iam:ListUsers")
    assert done.exit_code == 0, done.output
    who = f"arn:aws:iam::{authority.account_id}:user/admin"
    assert done.stdout.splitlines()[0] == f"{who}: iam:ListUsers on * is allowed"
    assert "an identity-based policy allows it (" in done.stdout


def test_it_says_what_is_in_the_way(authority: Authority, ann: str) -> None:
    done = why(authority, "s3:GetObject", "arn:aws:s3:::box/a", "--principal", ann)
    assert done.exit_code == 0, done.output
    first, none, miss, told = done.stdout.splitlines()
    assert first == f"{ann}: s3:GetObject on arn:aws:s3:::box/a is refused"
    assert none == "  identity  no identity-based policy allows it"
    assert miss.startswith("  identity  does not apply: ")
    assert miss.endswith(" (own, statement Teams)")
    assert told.startswith(f"It would be told: User: {ann} is not authorized to perform: s3:GetObject")


def test_context_may_have_several_values(authority: Authority, ann: str) -> None:
    asked = ("s3:GetObject", "arn:aws:s3:::box/a", "--principal", ann, "--check", "--json")
    assert why(authority, *asked, "--context", "aws:TagKeys=cost").exit_code == 3
    done = why(authority, *asked, "--context", "aws:TagKeys=cost", "--context", "aws:tagkeys=team")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert list(told) == ["outcome", "allowed", "principal", "action", "resource", "message", "reasons"]
    assert (told["outcome"], told["message"]) == ("Allow", None)
    assert told["reasons"] == [
        {
            "layer": "identity",
            "effect": "Allow",
            "policy": "own",
            "statement": "Teams",
            "detail": "an identity-based policy allows it",
        }
    ]


def test_a_session_is_asked_about_by_its_key_id(authority: Authority, sts: Any) -> None:
    deny = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    key_id = sts.get_federation_token(Name="guest", Policy=deny)["Credentials"]["AccessKeyId"]
    done = why(authority, "s3:GetObject", "--session", key_id)
    assert done.stdout.startswith(f"arn:aws:sts::{authority.account_id}:federated-user/guest: s3:GetObject on * is ")
    assert "explicit deny in a session policy (its own, statement 1)" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("iam:GetUser", "--principal", "a", "--session", "b"), "not both"),
        (("iam:GetUser", "--context", "aws:SourceIp"), "write `aws:SourceIp=192.0.2.7`"),
        (("iam:GetUser", "--context", "colour=blue"), "write `aws:SourceIp=192.0.2.7`"),
        ((), "Missing argument 'ACTION'"),
    ],
)
def test_what_cannot_be_asked(words: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(main, ["policy", "why", *words])
    assert done.exit_code == 2
    assert said in done.stderr


def test_refusals_are_one_line(authority: Authority) -> None:
    done = why(authority, "iam:*")
    assert done.exit_code == 1
    assert "`iam:*` is no action" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_aws_has_no_such_thing() -> None:
    environment = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "none", "AWS_PROFILE": None}
    done = CliRunner().invoke(main, ["policy", "why", "iam:GetUser"], env={**environment, "AWS_ENDPOINT_URL": None})
    assert done.exit_code == 1
    assert "simulate-principal-policy" in done.stderr
