"""`watchword signature explain`: lines in, lines out."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from click.testing import CliRunner

from watchword.cli.signature import signature

# Source: AWS Signature Version 4 test suite, get-vanilla and post-sts-token, and their published signatures.
KEY = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
VANILLA = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
SCOPE = "20150830/us-east-1/service/aws4_request"


def question(**changes: Any) -> dict[str, Any]:
    authorization = (
        f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{SCOPE}, SignedHeaders=host;x-amz-date, Signature={VANILLA}"
    )
    asked = {
        "method": "GET",
        "target": "/",
        "headers": [
            ["Host", "example.amazonaws.com"],
            ["X-Amz-Date", "20150830T123600Z"],
            ["Authorization", authorization],
        ],
        "body": "",
    }
    plain = {
        "server_time": 1_440_938_160,
        "service": "service",
        "region": "us-east-1",
        "credentials": [KEY],
        "request": asked | changes.pop("request", {}),
    }
    return plain | changes


def explained(*lines: object, exit_code: int = 0) -> list[dict[str, Any]]:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    result = CliRunner().invoke(signature, ["explain"], input=text)
    assert result.exit_code == exit_code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_stock_request_is_valid_and_its_texts_are_told() -> None:
    [told] = explained(question())
    assert told == {
        "valid": True,
        "error": None,
        "canonical_request": (
            "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        ),
        "string_to_sign": (
            f"AWS4-HMAC-SHA256\n20150830T123600Z\n{SCOPE}\n"
            "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63"
        ),
    }


@pytest.mark.parametrize(
    "moment",
    [1_440_938_160.5, "2015-08-30T12:36:00Z", "20150830T123600Z", "2015-08-30T12:36:00", "2015-08-30T14:36+02:00"],
)
def test_time_in_any_of_its_forms(moment: object) -> None:
    assert explained(question(server_time=moment))[0]["valid"]


@pytest.mark.parametrize(
    "target", ["http://example.amazonaws.com/", "http://example.amazonaws.com", "", "/?", "/./", "/a/.."]
)
def test_other_ways_to_write_the_same_target(target: str) -> None:
    assert explained(question(request={"target": target}))[0]["valid"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"server_time": 1_440_938_160 + 901}, "SignatureDoesNotMatch"),
        ({"region": "eu-west-1"}, "SignatureDoesNotMatch"),
        ({"service": "iam", "credentials": []}, "SignatureDoesNotMatch"),
        ({"credentials": []}, "InvalidClientTokenId"),
        ({"credentials": [KEY | {"status": "Inactive"}]}, "InvalidClientTokenId"),
        ({"credentials": [KEY | {"session_token": "t"}]}, "InvalidClientTokenId"),
        ({"credentials": [KEY | {"secret_access_key": "another"}]}, "SignatureDoesNotMatch"),
        ({"request": {"body": "x"}}, "SignatureDoesNotMatch"),
    ],
)
def test_a_refused_request_still_has_its_texts(changes: dict[str, Any], error: str) -> None:
    [told] = explained(question(**changes))
    assert (told["valid"], told["error"]) == (False, error)
    assert told["canonical_request"].startswith("GET\n/\n")
    assert told["string_to_sign"].startswith("AWS4-HMAC-SHA256\n")


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"headers": []}, "MissingAuthenticationToken"),
        ({"target": "/../x"}, "InvalidURIPath"),
        ({"target": "/?a=%zz"}, "MalformedQueryString"),
        ({"headers": [["Authorization", "Bearer x"]]}, "IncompleteSignature"),
    ],
)
def test_texts_that_cannot_be_made_are_null(request_: dict[str, Any], error: str) -> None:
    assert explained(question(request=request_)) == [
        {"valid": False, "error": error, "canonical_request": None, "string_to_sign": None}
    ]


@pytest.mark.parametrize(
    ("token", "expires", "error"),
    [
        ("t0ken", None, None),
        ("t0ken", "2015-08-30T12:36:01Z", None),
        ("t0ken", 1_440_938_160, "ExpiredToken"),
        ("another", 1_440_938_160, "InvalidClientTokenId"),
        (None, None, "InvalidClientTokenId"),
    ],
)
def test_a_token_must_be_the_keys_own_and_in_time(token: str | None, expires: object, error: str | None) -> None:
    # Added after signing, so the signature stays the same: post-sts-header-after.
    asked = question(credentials=[KEY | {"session_token": token, "session_expires": expires}])
    asked["request"]["headers"].append(["X-Amz-Security-Token", "t0ken"])
    assert explained(asked)[0]["error"] == error


def test_bodies_that_are_not_text() -> None:
    raw = base64.b64encode(b"\xff\x00").decode()
    first, second, third = explained(
        question(request={"body": {"base64": raw}}),
        question(request={"body": None, "body_base64": raw}),
        question(request={"body": None}),
    )
    assert first["canonical_request"] == second["canonical_request"] != third["canonical_request"]
    assert third["valid"]


def test_s3_rules() -> None:
    encoded, decoded = explained(
        question(request={"target": "/a//b%20c"}),
        question(request={"target": "/a//b%20c"}, double_encode=False, normalize_path=False),
    )
    assert encoded["canonical_request"].split("\n")[1] == "/a/b%2520c"
    assert decoded["canonical_request"].split("\n")[1] == "/a//b%20c"


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "null",
        '"\\ud800"',
        "\x00",
        json.dumps(question(server_time="noon")),
        json.dumps(question(server_time=1e300)),
        json.dumps(question(service=None)),
        json.dumps(question(request={"body": {"base64": "?"}})),
        json.dumps(question(request={"method": 1})),
        json.dumps(question(credentials=[KEY | {"status": "Sleeping"}])),
        json.dumps(question(request={"target": "/\ud800"})),
    ],
)
def test_a_bad_line_is_told_and_the_next_is_answered(line: str) -> None:
    bad, good = explained(line, "", question(), exit_code=1)
    assert (bad["valid"], bad["error"]) == (False, "InvalidInput")
    assert bad["message"].startswith("line 1: ")
    assert good["valid"]


def test_no_lines_are_no_answers() -> None:
    assert explained() == []
