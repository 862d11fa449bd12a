"""Requests that no client sends: told apart from good ones by status, with nothing done and the server still there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.plain import Plain, connect, exchange, head
from tests.support.authority import Authority
from tests.support.refusals import refused
from tests.support.wire import FORM, Raw, presigned, send, signed

WHO = {"Action": "GetCallerIdentity"}
LIMIT = 1_048_576


@pytest.fixture
def authority(sandbox_authority: Authority) -> Authority:
    """A running sandbox; nothing here changes it, so that it need not be reset."""
    return sandbox_authority


def who_with_length(authority: Authority) -> tuple[Raw, tuple[str, str]]:
    raw = signed(authority, "sts", WHO)
    return raw, ("Content-Length", str(len(raw.body)))


def padded(size: int) -> bytes:
    """A good body of so many bytes, most of them a parameter that nobody reads."""
    start = b"Action=GetCallerIdentity&Version=2011-06-15&Padding="
    return start + b"x" * (size - len(start))


def test_a_body_of_exactly_the_limit_is_taken(authority: Authority) -> None:
    assert send(authority, signed(authority, "sts", body=padded(LIMIT))).status == 200


@pytest.mark.parametrize("size", [LIMIT + 1, 5_000_000])
def test_a_larger_body_is_refused(authority: Authority, sts: Any, size: int) -> None:
    answer = send(authority, signed(authority, "sts", body=padded(size)))
    assert (answer.status, answer.code) == (413, "RequestEntityTooLarge")
    assert answer.text("RequestId") == answer.headers["x-amzn-requestid"]
    assert sts.get_caller_identity()["Account"] == authority.account_id


def test_a_client_is_told_that_its_body_is_too_large(authority: Authority, iam: Any) -> None:
    with refused("RequestEntityTooLarge", status=413):
        iam.create_policy(PolicyName="Large", PolicyDocument="{}", Description="x" * LIMIT)
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_a_larger_body_in_chunks_is_refused(authority: Authority) -> None:
    raw = signed(authority, "sts", WHO)
    chunk = b"%x\r\n" % 100_000 + b"x" * 100_000 + b"\r\n"
    sent = head(raw, ("Transfer-Encoding", "chunked")) + chunk * 50 + b"0\r\n\r\n"
    assert exchange(authority, sent).status == 413


def test_a_body_in_chunks_is_read_as_one(authority: Authority) -> None:
    raw = signed(authority, "sts", WHO)
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in raw.body) + b"0\r\n\r\n"
    assert exchange(authority, head(raw, ("Transfer-Encoding", "chunked")) + chunks).status == 200


def test_a_body_is_sent_once_the_server_says_go_on(authority: Authority) -> None:
    raw, length = who_with_length(authority)
    with connect(authority) as connection:
        connection.sendall(head(raw, length, ("Expect", "100-continue")))
        assert connection.recv(1_000).startswith(b"HTTP/1.1 100 ")
        connection.sendall(raw.body)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_a_body_of_two_lengths_is_refused(authority: Authority) -> None:
    raw, length = who_with_length(authority)
    for more in (("Content-Length", "5"), ("Transfer-Encoding", "chunked")):
        assert exchange(authority, head(raw, length, more) + raw.body).status == 400


def test_half_a_request_disturbs_nobody(authority: Authority, sts: Any) -> None:
    raw, length = who_with_length(authority)
    whole = head(raw, length) + raw.body
    for part in (1, 20, len(whole) - len(raw.body), len(whole) - 1):
        with connect(authority) as connection:
            connection.sendall(whole[:part])
    assert sts.get_caller_identity()["Account"] == authority.account_id


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "NONSENSE"])
def test_another_method_is_not_what_was_signed(authority: Authority, method: str) -> None:
    raw, length = who_with_length(authority)
    assert exchange(authority, head(raw, length, method=method) + raw.body).status in {400, 403}


def test_a_head_request_is_answered_without_a_body(authority: Authority) -> None:
    raw, length = who_with_length(authority)
    answer = exchange(authority, head(raw, length, method="HEAD") + raw.body)
    assert answer.status == 403
    assert answer.rest.endswith(b"\r\n\r\n")


def test_a_head_request_leaves_the_connection_usable(authority: Authority) -> None:
    raw, length = who_with_length(authority)
    with connect(authority, timeout=2) as connection:
        for method, status in (("HEAD", b"403"), ("POST", b"200")):
            sent = head(raw, length, method=method).replace(b"Connection: close\r\n", b"") + raw.body
            connection.sendall(sent)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 " + status)


def test_a_get_with_a_body_answers_what_the_query_asks(authority: Authority) -> None:
    raw = presigned(authority, "sts", WHO)
    unread = exchange(authority, head(raw, ("Content-Length", "3"), ("Content-Type", "text/plain")) + b"a=b")
    assert unread.status in {200, 403}
    twice = head(raw, ("Content-Length", "21"), ("Content-Type", FORM)) + b"Action=GetSessionToken"[:21]
    assert exchange(authority, twice).status in {400, 403}


@pytest.mark.parametrize(
    ("target", "statuses"),
    [
        ("{endpoint}/", {200}),
        ("http://example.com/elsewhere", {400, 403}),
        ("*", {400}),
        ("/%zz", {400}),
        ("/%00", {400, 403}),
        ("/../../etc/passwd", {400, 403}),
        ("/%ff%fe", {400, 403}),
        ("//", {200}),  # a path is signed in its normal form
        ("/?Action=ListUsers", {400, 403}),
        ("/?&&&=&==", {400, 403}),
        ("/?a=%zz", {400, 403}),
        ("/" + "a" * 60_000, {400, 403, 414}),
        ("/?a=" + "a" * 60_000, {400, 403, 414}),
        ("/" + "a" * 2_000_000, {400, 414, 431}),
        ("/#fragment", {200, 400, 403}),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_a_strange_target(authority: Authority, target: str, statuses: set[int]) -> None:
    raw, length = who_with_length(authority)
    sent = head(raw, length, target=target.format(endpoint=authority.endpoint)) + raw.body
    assert exchange(authority, sent).status in statuses


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\xff\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        bytes.fromhex("16030100a5010000a10303") + b"x" * 200,
        b"POST / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"POST /\xff\xfe HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x10\r\n\r\n",
        b"POST / HTTP/1.1\r\nHo st: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: \x00\r\n\r\n",
        b"GET /\r\n\r\n",
    ],
    ids=repr,
)
def test_what_is_not_http_is_refused(authority: Authority, sent: bytes) -> None:
    assert exchange(authority, sent).status == 400


Bend = Callable[[list[tuple[str, str]]], list[tuple[str, str]]]
BENT: dict[str, tuple[Bend, set[str]]] = {
    "no host": (lambda given: [h for h in given if h[0] != "Host"], {"SignatureDoesNotMatch"}),
    "two hosts": (lambda given: [*given, ("Host", "elsewhere")], {"SignatureDoesNotMatch"}),
    "two dates": (
        lambda given: [*given, ("X-Amz-Date", "20200101T000000Z")],
        {"SignatureDoesNotMatch", "IncompleteSignature"},
    ),
    "a date that is none": (
        lambda given: [(k, "today" if k == "X-Amz-Date" else v) for k, v in given],
        {"IncompleteSignature"},
    ),
    "no date": (lambda given: [h for h in given if h[0] != "X-Amz-Date"], {"IncompleteSignature"}),
    "another scheme": (
        lambda given: [(k, "Bearer x" if k == "Authorization" else v) for k, v in given],
        {"IncompleteSignature", "MissingAuthenticationToken"},
    ),
    "an empty authorization": (
        lambda given: [(k, "" if k == "Authorization" else v) for k, v in given],
        {"IncompleteSignature", "MissingAuthenticationToken"},
    ),
    "a scheme alone": (
        lambda given: [(k, "AWS4-HMAC-SHA256" if k == "Authorization" else v) for k, v in given],
        {"IncompleteSignature"},
    ),
    "a part twice": (  # the last is taken, as AWS does
        lambda given: [(k, f"{v}, Signature={'0' * 64}" if k == "Authorization" else v) for k, v in given],
        {"SignatureDoesNotMatch"},
    ),
    "a scope twice": (  # whatever is taken, the service is one
        lambda given: [
            (k, f"{v}, {v.partition(' ')[2].replace('/sts/', '/iam/')}" if k == "Authorization" else v)
            for k, v in given
        ],
        {"SignatureDoesNotMatch", "InvalidAction"},
    ),
    "a long authorization": (
        lambda given: [(k, f"{v}{'0' * 50_000}" if k == "Authorization" else v) for k, v in given],
        {"SignatureDoesNotMatch", "IncompleteSignature"},
    ),
    "two tokens": (
        lambda given: [*given, ("X-Amz-Security-Token", "a"), ("X-Amz-Security-Token", "b")],
        {"InvalidClientTokenId"},
    ),
    "an empty token": (lambda given: [*given, ("X-Amz-Security-Token", "")], {"InvalidClientTokenId"}),
    "another content": (
        lambda given: [(k, "text/xml" if k == "Content-Type" else v) for k, v in given],
        {"MissingAction", "InvalidAction", "SignatureDoesNotMatch"},
    ),
    "an unknown target": (
        lambda given: [*given, ("X-Amz-Target", "Nobody.DoesThis")],
        {"UnknownOperationException"},
    ),
    "a target of another service": (
        lambda given: [*given, ("X-Amz-Target", "Watchword.GetServerInformation")],
        {"InvalidSignatureException"},
    ),
}


@pytest.mark.parametrize("bend", BENT)
def test_a_signed_request_with_bent_headers(authority: Authority, bend: str) -> None:
    raw = signed(authority, "sts", WHO)
    change, codes = BENT[bend]
    answer = send(authority, Raw(raw.method, raw.target, change(raw.headers), raw.body))
    assert answer.status in {400, 403}
    assert answer.headers["x-amzn-requestid"]
    assert any(code.encode() in answer.body for code in codes), answer.body


def test_more_headers_than_anyone_needs(authority: Authority) -> None:
    raw, length = who_with_length(authority)
    many = [(f"X-Number-{number}", "x") for number in range(1_000)]
    answer: Plain = exchange(authority, head(raw, length, *many) + raw.body)
    assert answer.status in {200, 400, 431}


@pytest.mark.parametrize("line", [b"X: " + b"x" * 10_000 + b"\r\n", b"x" * 10_000])
def test_a_head_without_end_is_refused(authority: Authority, line: bytes) -> None:
    began = b"POST / HTTP/1.1\r\nHost: x\r\nX: "
    assert exchange(authority, began + line * 100).status == 400


def test_a_large_body_does_not_count_as_head(authority: Authority) -> None:
    with connect(authority) as connection:
        for _ in range(2):
            raw = signed(authority, "sts", body=padded(LIMIT))
            length = ("Content-Length", str(len(raw.body)))
            connection.sendall(head(raw, length).replace(b"Connection: close\r\n", b"") + raw.body)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_what_trails_a_body_is_no_header(authority: Authority) -> None:
    raw = signed(authority, "sts", WHO)
    body = b"%x\r\n%s\r\n0\r\nX-Amz-Security-Token: x\r\n\r\n" % (len(raw.body), raw.body)
    assert exchange(authority, head(raw, ("Transfer-Encoding", "chunked")) + body).status == 200


def test_an_upgrade_is_not_taken(authority: Authority) -> None:
    raw, length = who_with_length(authority)
    for protocol in ("websocket", "h2c"):
        more = ("Upgrade", protocol), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        assert exchange(authority, head(raw, length, *more) + raw.body).status == 200


def test_health_is_two_questions(authority: Authority) -> None:
    for path, status in {"/health/live": 200, "/health/ready": 200, "/health/": 404, "/health/../live": 404}.items():
        assert send(authority, Raw("GET", path, [("Host", "x")], b"")).status == status
