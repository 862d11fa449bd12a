from __future__ import annotations

from typing import Any

import pytest

from tests.unit.wire.oracle import REQUEST_ID, catalog, seen
from watchword.domain.http import HttpRequest
from watchword.domain.refusal import AccessDenied
from watchword.wire import MalformedInput, UnknownOperation, rest
from watchword.wire.model import read_model
from watchword.wire.results import ResultError

SCOPE = (b"authorization", b"AWS4-HMAC-SHA256 Credential=A/20261122/us-east-1/rolesanywhere/aws4_request, Signature=0")


def request(method: str, path: bytes, query: bytes = b"", body: bytes = b"") -> HttpRequest:
    return HttpRequest(method, path, query, (SCOPE,), body)


def test_labels_and_query_strings_are_unescaped() -> None:
    asked = request("DELETE", b"/attribute-mappings", b"")
    with pytest.raises(UnknownOperation):
        catalog().route(asked)
    found = catalog().route(request("GET", b"/crl/a%2Fb%20%C3%A9"))
    assert found.name == "GetCrl"
    assert found.read(request("GET", b"/crl/a%2Fb%20%C3%A9")) == {"crl_id": "a/b é"}
    listing = request("GET", b"/crls", b"pageSize=5&nextToken=a%2Bb&unknown=1")
    assert catalog().route(listing).read(listing) == {"page_size": 5, "next_token": "a+b"}


@pytest.mark.parametrize(
    "asked",
    [
        request("GET", b"/crls", b"pageSize=x"),
        request("GET", b"/crls", b"pageSize=1&pageSize=2"),
        request("GET", b"/crls", b"pageSize=%"),
        request("GET", b"/crl/%FF"),
        request("GET", b"/crl/%zz"),
        request("GET", b"/crl/a%00"),
        request("POST", b"/crls", b"", b"[1]"),
        request("POST", b"/crls", b"", b'{"name": 1}'),
    ],
)
def test_what_cannot_be_read_is_refused(asked: HttpRequest) -> None:
    with pytest.raises(MalformedInput):
        catalog().route(asked).read(asked)


def test_refusals_name_their_code_in_a_header() -> None:
    reply = catalog().services["rolesanywhere"].encode_refusal(AccessDenied(message="no"), REQUEST_ID)
    parsed = seen("rolesanywhere", "GetCrl", reply)
    assert parsed["Error"] == {"Code": "AccessDeniedException", "Message": "no"}
    assert parsed["ResponseMetadata"]["RequestId"] == REQUEST_ID


def test_literals_of_a_query_string_tell_operations_apart() -> None:
    model = read_model("sso-oidc")
    with_iam = rest.Route(model.operations["CreateTokenWithIAM"])
    plain = rest.Route(model.operations["CreateToken"])
    asked = HttpRequest("POST", b"/token", b"aws_iam=t", (), b"")
    assert with_iam.match(asked) == {}
    assert with_iam.match(HttpRequest("POST", b"/token", b"", (), b"")) is None
    assert with_iam.weight < plain.weight


def glacier(name: str, result: dict[str, Any]) -> Any:
    model = read_model("glacier")
    return rest.writer(model, model.operations[name])(result, REQUEST_ID)


def test_headers_and_payloads_hold_their_members() -> None:
    reply = glacier("UploadArchive", {"location": "/a", "archiveId": "b"})
    assert (b"location", b"/a") in reply.headers
    assert (reply.status, reply.body) == (201, b"{}")
    assert glacier("GetVaultAccessPolicy", {"policy": {"Policy": "p"}}).body == b'{"Policy":"p"}'


def test_a_header_cannot_be_split() -> None:
    with pytest.raises(ResultError):
        glacier("UploadArchive", {"location": "/a\r\nset-cookie: b"})


def test_headers_are_read_by_type() -> None:
    model = read_model("lambda")
    read = rest.reader(model, model.operations["InvokeAsync"])
    asked = HttpRequest("POST", b"/2014-11-13/functions/f/invoke-async", b"", (), b"raw")
    assert read(asked) == {"function_name": "f", "invoke_args": b"raw"}
    invoke = rest.reader(model, model.operations["Invoke"])
    headers = ((b"x-amz-invocation-type", b"Event"),)
    asked = HttpRequest("POST", b"/2015-03-31/functions/f/invocations", b"Qualifier=1", headers, b"{}")
    expected = {"function_name": "f", "invocation_type": "Event", "qualifier": "1", "payload": b"{}"}
    assert invoke(asked) == expected
