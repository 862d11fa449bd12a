"""What botocore signs is accepted; any one changed byte of it is refused."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.crypto.sigv4.signing import HOST, KEY_ID, by_header, by_query, check, with_header
from watchword.crypto.sigv4 import S3, Form, SignatureDoesNotMatch, derive
from watchword.domain.http import HttpRequest
from watchword.domain.refusal import Refusal
from watchword.domain.secret import Secret

METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD")
segments = st.one_of(st.sampled_from(("", ".", "a", "a.b", "..x")), st.text(max_size=6)).filter(lambda s: s != "..")
paths = st.lists(segments, max_size=4).map(lambda parts: "/" + "/".join(quote(part, safe="") for part in parts))
queries = st.lists(st.tuples(st.text(max_size=6), st.text(max_size=8)), max_size=4).map(
    lambda pairs: "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)
)
printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
headers = st.lists(st.tuples(st.from_regex(r"x-h[a-z0-9-]{0,3}", fullmatch=True), printable), max_size=4).map(tuple)
tokens = st.none() | st.from_regex(r"[A-Za-z0-9/+=]{1,40}", fullmatch=True)


def target(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def signed_by_header() -> st.SearchStrategy[HttpRequest]:
    targets = st.builds(target, paths, queries)
    return st.builds(by_header, st.sampled_from(METHODS), targets, headers, st.binary(max_size=40), tokens)


def signed_by_query() -> st.SearchStrategy[HttpRequest]:
    return st.builds(by_query, st.sampled_from(METHODS), st.builds(target, paths, queries), headers, tokens)


signed = st.one_of(signed_by_header(), signed_by_query())


@given(signed)
def test_what_botocore_signs_is_accepted(request_: HttpRequest) -> None:
    assert check(request_).access_key_id == KEY_ID


def changed(text: bytes, place: int) -> bytes:
    """Change one byte to one that no spelling makes equal again."""
    other = b"Z" if text[place : place + 1] != b"Z" else b"Y"
    return text[:place] + other + text[place + 1 :]


def place_in(text: bytes, data: st.DataObject) -> int:
    return data.draw(st.integers(0, len(text) - 1))


def refused(request: HttpRequest, *, at: float) -> None:
    with pytest.raises(Refusal) as caught:
        check(request, at=at)
    assert caught.value.status < 500


@given(signed, st.data())
def test_another_method_path_or_query_is_refused(request_: HttpRequest, data: st.DataObject) -> None:
    at = check(request_).timestamp
    refused(replace(request_, method=request_.method + "X"), at=at)
    refused(replace(request_, path=changed(request_.path, place_in(request_.path, data))), at=at)
    if request_.query:
        refused(replace(request_, query=changed(request_.query, place_in(request_.query, data))), at=at)
    refused(replace(request_, query=request_.query + b"&more=1" if request_.query else b"more=1"), at=at)


@given(signed, st.data())
def test_another_header_value_or_body_is_refused(request_: HttpRequest, data: st.DataObject) -> None:
    claim = check(request_)
    for name in set(claim.signed_headers):
        value = request_.header(name)
        assert value is not None
        if value.strip():
            place = data.draw(st.sampled_from([i for i, byte in enumerate(value) if byte != 0x20]))
            refused(with_header(request_, name, changed(value, place)), at=claim.timestamp)
        refused(with_header(request_, name, None), at=claim.timestamp)
    refused(replace(request_, body=request_.body + b"\x00"), at=claim.timestamp)
    if request_.body:
        refused(replace(request_, body=changed(request_.body, place_in(request_.body, data))), at=claim.timestamp)


@given(signed_by_header(), st.data())
def test_another_scope_or_signature_is_refused(request_: HttpRequest, data: st.DataObject) -> None:
    authorization, at = request_.header(b"authorization") or b"", check(request_).timestamp
    # The access key id is in no signature: another id is another secret, and so another key.
    start = authorization.index(b"/") + 1
    place = start + place_in(authorization[start:], data)
    refused(with_header(request_, b"authorization", changed(authorization, place)), at=at)


def test_another_secret_is_refused() -> None:
    with pytest.raises(SignatureDoesNotMatch, match="The request signature we calculated does not match"):
        check(by_header(), secret="another")


def test_an_upper_case_signature_is_refused() -> None:
    request = by_header()
    head, _, signature = (request.header(b"authorization") or b"").rpartition(b"=")
    upper = signature.upper()
    assert upper != signature
    with pytest.raises(SignatureDoesNotMatch):
        check(with_header(request, b"authorization", head + b"=" + upper))


def test_a_sent_body_hash_must_be_the_bodys() -> None:
    request = by_header(body=b"Action=GetCallerIdentity", signer=S3SigV4Auth)
    assert request.header(b"x-amz-content-sha256")
    check(request)
    with pytest.raises(SignatureDoesNotMatch):
        check(replace(request, body=b"Action=DeleteUser"))


@pytest.mark.parametrize("path", ["/", "/a//b", "/a/../b", "/a%20b", "/a%2Fb", "/%E1%88%B4"])
def test_s3_rules(path: str) -> None:
    check(by_header("PUT", path, body=b"x", signer=S3SigV4Auth), S3)
    check(by_query("GET", path, signer=S3SigV4QueryAuth), S3)


def test_an_unsigned_payload_is_for_s3_alone() -> None:
    presigned = by_query(signer=S3SigV4QueryAuth)
    check(replace(presigned, body=b"any"), S3)
    with pytest.raises(SignatureDoesNotMatch):
        check(presigned)
    declared = by_header(headers=(("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),), body=b"x")
    check(declared, S3)
    with pytest.raises(SignatureDoesNotMatch):
        check(declared)
    streamed = by_header(headers=(("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),), body=b"x")
    with pytest.raises(SignatureDoesNotMatch):
        check(streamed, S3)


def test_a_token_added_after_signing_is_read() -> None:
    in_header = with_header(by_header(), b"x-amz-security-token", b"later")
    assert check(in_header).session_token == "later"
    presigned = by_query()
    in_query = replace(presigned, query=presigned.query + b"&X-Amz-Security-Token=la%2Fter")
    claim = check(in_query)
    assert (claim.form, claim.session_token) == (Form.QUERY, "la/ter")


def test_a_date_header_serves_where_no_other_does() -> None:
    request = by_header(headers=(("Date", "any"),))
    assert request.header(b"x-amz-date") is None
    check(request)
    assert check(request).amz_date.endswith("Z")


def test_the_derived_key_is_awss() -> None:
    # Source: AWS General Reference, "Examples of how to derive a signing key for Signature Version 4".
    key = derive(Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), date="20120215", region="us-east-1", service="iam")
    assert key.hex() == "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d"


def test_the_host_is_the_one_sent() -> None:
    request = by_header()
    check(request)
    with pytest.raises(SignatureDoesNotMatch):
        check(with_header(request, b"host", HOST.replace("4567", "4568").encode()))
