"""`watchword policy`: decisions and checks offline, line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from watchword.cli.policy import policy

USER = "arn:aws:iam::111111111111:user/ann"
ALLOW = {"Version": "2012-10-17", "Statement": {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}}
DENY = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
FEDERATED = "arn:aws:sts::111111111111:federated-user/ann"
ROLE = "arn:aws:iam::111111111111:role/Target"


def to(principal: Any, action: str = "*") -> dict[str, Any]:
    return {"Statement": {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}}


def line(policies: dict[str, Any] | None = None, **asked: Any) -> str:
    request = {"principal": USER, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", **asked}
    return json.dumps({"request": request, **({} if policies is None else {"policies": policies})})


def ask(*lines: str | bytes) -> tuple[list[Any], int]:
    raw = b"\n".join(one if isinstance(one, bytes) else one.encode() for one in lines)
    result = CliRunner().invoke(policy, ["evaluate"], input=raw)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return [json.loads(one) for one in result.stdout.splitlines()], result.exit_code


def decided(policies: dict[str, Any] | None = None, **asked: Any) -> str:
    answers, code = ask(line(policies, **asked))
    assert code == 0, answers
    return str(answers[0]["decision"])


def test_a_decision_and_what_settled_it() -> None:
    answers, code = ask(line({"identity": [ALLOW]}))
    assert code == 0
    because = answers[0].pop("because")
    assert answers == [{"decision": "Allow", "allowed": True}]
    assert (because[0]["layer"], because[0]["policy"], because[0]["statement"]) == ("identity", "1", "All")


def test_near_misses_follow_an_implicit_deny() -> None:
    statement = {**ALLOW["Statement"], "Condition": {"Bool": {"aws:SecureTransport": "true"}}}  # type: ignore[dict-item]
    answers, _code = ask(line({"identity": [{"Version": "2012-10-17", "Statement": statement}]}))
    notes = [reason["note"] for reason in answers[0]["because"]]
    assert notes == ["no identity-based policy allows it", "does not apply: Bool aws:SecureTransport does not hold"]


@pytest.mark.parametrize(
    ("policies", "asked", "expect"),
    [
        (None, {}, "ImplicitDeny"),
        ({}, {}, "ImplicitDeny"),
        ({"identity": []}, {}, "ImplicitDeny"),
        ({"identity": ALLOW}, {}, "Allow"),
        ({"identity": [json.dumps(ALLOW)]}, {}, "Allow"),
        ({"identity": json.dumps(ALLOW)}, {}, "Allow"),
        ({"identity": [ALLOW, DENY]}, {}, "ExplicitDeny"),
        ({"identity": [ALLOW], **dict.fromkeys(["boundary", "session", "scp", "rcp", "resource"])}, {}, "Allow"),
        ({"identity": [ALLOW], "boundary": [], "scp": [], "rcp": [], "session": []}, {}, "Allow"),
        ({"identity": [ALLOW], "boundary": [DENY]}, {}, "ExplicitDeny"),
        ({"identity": [ALLOW], "session": ALLOW}, {}, "Allow"),
        ({"identity": [ALLOW], "session": [DENY]}, {}, "ExplicitDeny"),
        ({"identity": [ALLOW], "session": {"Statement": []}}, {}, "ImplicitDeny"),
        ({"identity": [ALLOW], "boundary": [{"Statement": []}]}, {}, "ImplicitDeny"),
        ({"identity": [ALLOW], "scp": [[ALLOW], []]}, {}, "ImplicitDeny"),
        ({"identity": [ALLOW], "scp": [[ALLOW], [{"Statement": []}]]}, {}, "ImplicitDeny"),
        ({"identity": [ALLOW], "rcp": [[to("*")]]}, {}, "Allow"),
        ({"identity": [ALLOW]}, {"resource_account": "222222222222"}, "ImplicitDeny"),
        ({"identity": [ALLOW]}, {"resource": "arn:aws:sqs:us-east-1:222222222222:q"}, "ImplicitDeny"),
        ({"identity": [ALLOW]}, {"resource": "arn:aws:sqs:us-east-1:111111111111:q"}, "Allow"),
        ({"identity": [ALLOW], "resource": to({"AWS": "111111111111"})}, {"resource_account": "222222222222"}, "Allow"),
        ({"resource": to("*")}, {"principal": "*"}, "Allow"),
        ({"resource": to("*")}, {"principal": None}, "Allow"),
        ({"resource": to("*")}, {"principal": {"type": "Anonymous"}}, "Allow"),
        ({"identity": [ALLOW]}, {"principal": "*"}, "ImplicitDeny"),
        ({}, {"principal": "arn:aws:iam::111111111111:root"}, "Allow"),
        ({"resource": to({"Service": "s3.amazonaws.com"})}, {"principal": "s3.amazonaws.com"}, "Allow"),
        ({"identity": [ALLOW]}, {"principal": FEDERATED}, "ImplicitDeny"),
        ({"identity": [ALLOW], "session": ALLOW}, {"principal": FEDERATED}, "Allow"),
        ({"resource": to({"AWS": USER}), "session": ALLOW}, {"principal": FEDERATED}, "Allow"),
        ({"resource": to({"AWS": ROLE})}, {"principal": "arn:aws:sts::111111111111:assumed-role/Target/s"}, "Allow"),
        ({"resource": to({"AWS": ROLE})}, {"principal": ROLE}, "Allow"),
        ({"resource": to(ROLE)}, {"principal": ROLE}, "Allow"),
        ({"resource": to({"AWS": "AIDAANN"})}, {"principal": {"arn": USER, "unique_id": "AIDAANN"}}, "Allow"),
        ({"identity": [DENY]}, {"action": "sts:GetCallerIdentity", "resource": "*"}, "Allow"),
        ({}, {"action": "sts:GetCallerIdentity", "resource": "*", "principal": "*"}, "ImplicitDeny"),
        ({"identity": [ALLOW]}, {"action": "sts:AssumeRole", "resource": ROLE}, "ImplicitDeny"),
        ({"resource": to({"AWS": USER}, "sts:*")}, {"action": "sts:TagSession", "resource": ROLE}, "Allow"),
        ({"resource": to("*")}, {"action": "sts:AssumeRole", "resource": ROLE, "principal": None}, "ImplicitDeny"),
    ],
)  # fmt: skip
def test_shapes_of_policies_and_principals(policies: Any, asked: dict[str, Any], expect: str) -> None:
    assert decided(policies, **asked) == expect


@pytest.mark.parametrize(
    ("condition", "context", "holds"),
    [
        ({"StringEquals": {"aws:username": "ann"}}, {"AWS:UserName": "ann"}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, {"aws:SecureTransport": True}, True),
        ({"NumericLessThan": {"s3:max-keys": "10"}}, {"s3:max-keys": 9.5}, True),
        ({"StringEquals": {"k:n": "10.0"}}, {"k:n": 10.0}, True),
        ({"StringEquals": {"k:n": 10.0}}, {"k:n": "10.0"}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": "b"}}, {"aws:TagKeys": ["a", "b"]}, True),
        ({"ForAllValues:NumericEquals": {"k:n": ["1", "2"]}}, {"k:n": [1, 2]}, True),
        ({"Null": {"k:n": "true"}}, {"k:n": None}, True),
        ({"Null": {"k:n": "true"}}, {}, True),
        ({"StringEquals": {"k:n": "é"}}, {"k:n": "é"}, True),
        ({"StringEquals": {"k:n": "a"}}, {"k:n": ["a"]}, False),
    ],
)
def test_context_values(condition: dict[str, Any], context: dict[str, Any], holds: bool) -> None:  # noqa: FBT001
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    assert decided({"identity": [{"Statement": statement}]}, context=context) == ("Allow" if holds else "ImplicitDeny")


BAD = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringIs": {"k:a": "b"}}}


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b"hello", "JSON is malformed"),
        (b"[]", "Expected `object`"),
        (b"{}", "required field `request`"),
        (b'{"request": {"action": 7}}', "Expected `str`"),
        (b'{"request": {}}', "required field `action`"),
        (b'{"request": {"action": "\xff"}}', "utf-8"),
        (b'{"request": {"action": "a:b", "prinzipal": "x"}}', "unknown field `prinzipal`"),
        (line({"identitty": []}), "unknown field `identitty`"),
        (line({"scp": [ALLOW]}), "list of levels"),
        (line({"scp": ALLOW}), "Expected `array"),
        (line({"identity": [{"Statement": BAD}]}), "identity policy 1, line 1, column"),
        (line({"identity": ["no json"]}), "identity policy 1, line 1, column 1"),
        (line({"identity": 7}), "Syntax errors in policy."),
        (line({"identity": [{"Statement": {"Effect": "Allow", "Action": "*"}}]}), "must contain resources"),
        (line({"identity": ['{"Id": "", "Id": ""}']}), "a key stands twice"),
        (line(context={"a:b": "1", "A:B": "2"}), "stands twice"),
        (line(context={"a:b": {"c": 1}}), "context key `a:b`"),
        (line(context={"a:b": [["c"]]}), "context key `a:b`"),
        (line(context={"a:b": [None]}), "context key `a:b`"),
        (line(principal="ann"), "`ann` is no principal"),
        (line(principal={"type": "User"}), "needs its `arn`"),
        (line(principal={"arn": "arn:aws:iam::x:user/y", "type": "User"}), "names no account"),
        (line(principal={"arn": USER, "type": "Robot"}), "Robot"),
        (b'{"request": ' + b"[" * 5000, ""),
        (b'{"request": {"action": "a:b"}, "policies": {"identity": ' + b"[" * 5000 + b"]" * 5000 + b"}}", ""),
        (b'{"request": {"action": "a:b", "principal": "\\ud800"}}', ""),
        (b'{"request": {"action": "a:b", "context": {"a:b": "\\ud800"}}}', ""),
        (b'{"request": {"action": "a:b"}, "policies": {"identity": ["\\ud800"]}}', ""),
        (b'{"request": {"action": "a:b"}, "policies": {"identity": [{"Id": "\xff", "Statement": []}]}}', ""),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_understood_gets_an_error_and_never_a_decision(bad: str | bytes, message: str) -> None:
    answers, code = ask(line({"identity": [ALLOW]}), bad, line({"identity": [ALLOW]}))
    assert code == 1
    assert [answer.get("decision") for answer in answers] == ["Allow", None, "Allow"]
    assert answers[1]["error"]["line"] == 2
    assert message in answers[1]["error"]["message"]


def test_empty_lines_are_passed_over_and_counted() -> None:
    answers, code = ask(b"", line({"identity": [ALLOW]}), b"  ", b"x", b"")
    assert code == 1
    assert answers[0]["allowed"] is True
    assert answers[1]["error"]["line"] == 4


def test_members_beside_the_two_are_the_writers_own() -> None:
    assert ask(b'{"name": "case 1", "request": {"action": "a:b"}}')[0][0]["decision"] == "ImplicitDeny"


def check(*arguments: str, text: str = "") -> tuple[str, int]:
    result = CliRunner().invoke(policy, ["validate", *arguments], input=text)
    return result.output, result.exit_code


def test_a_good_document_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "good.json"
    file.write_text(json.dumps(ALLOW))
    assert check(str(file)) == ("", 0)


def test_a_bad_document_says_where(tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    statement = '{"Effect": "Allow", "Action": "x", "Resource": "y"}'
    file.write_text(f'{{\n  "Version": "2012-10-17",\n  "Statement": {statement}\n}}')
    output, code = check(str(file), str(file))
    assert code == 1
    first = f"{file}:3:46: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
    assert output.splitlines() == [first, f'{file}:3:63: Resource y must be in ARN format or "*".'] * 2


def test_standard_input_and_json() -> None:
    output, code = check("--json", "--type", "trust", "-", text=json.dumps(ALLOW))
    told = json.loads(output)
    assert code == 1
    assert {problem["file"] for problem in told} == {"-"}
    assert [problem["statement"] for problem in told] == [0, 0, 0]
    assert "Has prohibited field Resource." in [problem["message"] for problem in told]
    assert check("--json", "-", text=json.dumps(ALLOW)) == ("[]\n", 0)


def test_bytes_that_are_no_text_are_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "bytes"
    file.write_bytes(b'{\n "\xff": 1}')
    assert check(str(file)) == (f"{file}:2:3: the text is not UTF-8\n", 1)


@pytest.mark.parametrize("arguments", [[], ["/no/such/file"], ["--type", "moral", "-"]])
def test_wrong_usage_is_told(arguments: list[str]) -> None:
    assert check(*arguments)[1] == 2
