"""Whatever bytes come, they become parameters or a refusal that can be answered: never anything else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.wire.oracle import REQUEST_ID, catalog
from watchword.domain.http import HttpRequest
from watchword.domain.refusal import Refusal

FORM = (b"content-type", b"application/x-www-form-urlencoded")
PIECES = [
    b"&",
    b"=",
    b".",
    b"%",
    b"%FF",
    b"%00",
    b"%2",
    b"+",
    b"Tags",
    b".member.",
    b".1",
    b".Key=",
    b"Action",
    b"Version",
]
PIECES += [
    b"Policy=",
    b"DurationSeconds=",
    b"9" * 30,
    b"TransitiveTagKeys.member.1",
    b"PolicyArns.member.2.arn=",
    b"\xf0",
]
JSON = [
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b":",
    b",",
    b'"Name"',
    b'"Tags":',
    b"null",
    b"1e999",
    b"-",
    b"\\ud800",
    b"true",
    b"\xff",
]
PATHS = [b"/", b"crl", b"crls", b"profile", b"%2F", b"%", b"..", b"?", b"\x00", b"tags", b"\xff", b"enable"]


def glued(pieces: list[bytes]) -> st.SearchStrategy[bytes]:
    return st.lists(st.one_of(st.sampled_from(pieces), st.binary(max_size=3)), max_size=12).map(b"".join)


def survives(request: HttpRequest) -> None:
    try:
        catalog().route(request).parse(request)
    except Refusal as refusal:
        reply = catalog().encode_refusal(request, refusal, REQUEST_ID)
        assert 400 <= reply.status < 500
        assert REQUEST_ID.encode() in dict(reply.headers)[b"x-amzn-requestid"]


@settings(database=None, deadline=None)
@given(glued(PIECES), glued(PIECES), st.booleans())
def test_any_form_is_survived(body: bytes, query: bytes, named: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    head = b"Action=AssumeRole&Version=2011-06-15&" if named else b""
    survives(HttpRequest("POST", b"/", query, (FORM,), head + body))


@settings(database=None, deadline=None)
@given(glued(JSON))
def test_any_json_is_survived(body: bytes) -> None:
    for around in (body, b'{"Name":' + body + b"}", b'{"Tags":[{"Key":' + body + b"}]}"):
        survives(HttpRequest("POST", b"/", b"", ((b"x-amz-target", b"secretsmanager.CreateSecret"),), around))


@settings(database=None, deadline=None)
@given(glued(PATHS), glued(PIECES), glued(JSON), st.sampled_from(["GET", "POST", "PATCH", "DELETE", "X"]))
def test_any_path_is_survived(path: bytes, query: bytes, body: bytes, method: str) -> None:
    survives(HttpRequest(method, b"/" + path, query, (), body))


@settings(database=None, deadline=None)
@given(
    st.sampled_from([b"authorization", b"x-amz-target", b"content-type"]),
    glued([b"/", b"Credential=", b"aws4_request", b"sts"]),
)
def test_any_header_is_survived(name: bytes, value: bytes) -> None:
    survives(HttpRequest("POST", b"/", b"X-Amz-Credential=" + value, ((name, value),), b""))
    survives(HttpRequest("POST", b"/", b"X-Amz-Credential=" + value, (), b""))


@pytest.mark.parametrize("depth", [10, 1000, 400_000])
def test_depth_is_survived(depth: int) -> None:
    survives(HttpRequest("POST", b"/", b"", ((b"x-amz-target", b"secretsmanager.CreateSecret"),), b'{"Tags":' * depth))
    survives(
        HttpRequest("POST", b"/", b"", (FORM,), b"Action=AssumeRole&Version=2011-06-15&Tags" + b".member.1" * depth)
    )
