from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.wire.oracle import REQUEST_ID, catalog, seen
from watchword.domain.http import HttpRequest
from watchword.domain.refusal import AccessDenied, ValidationError
from watchword.wire import MalformedInput, jsonrpc
from watchword.wire.results import ResultError


def read(name: str, body: bytes, service: str = "secretsmanager") -> dict[str, Any]:
    return catalog().operation(service, name).read(HttpRequest("POST", b"/", b"", (), body))


def test_nulls_and_unknown_members_are_as_if_they_were_not_there() -> None:
    body = b'{"Name": "a", "Description": null, "Other": {"a": [1]}, "Tags": [{"Key": "k", "Other": 1}]}'
    assert read("CreateSecret", body) == {"name": "a", "tags": [{"Key": "k"}]}


def test_an_empty_body_is_an_empty_object() -> None:
    assert read("ListSecrets", b"") == {}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"[]", "Start of structure or map not found where expected."),
        (b'"a"', "Start of structure or map not found where expected."),
        (b"{", "The request body is not valid JSON."),
        (b'{"Name": "\xff"}', "The request body is not valid JSON."),
        (b'{"Name": "\\ud800"}', "The request body is not valid JSON."),
        (b'{"a":' * 100_000, "The request body is not valid JSON."),
        (b"[" * 500_000, "The request body is not valid JSON."),
        (b'{"Name": 1}', "NUMBER_VALUE can not be converted to String"),
        (b'{"Name": true}', "BOOLEAN_VALUE can not be converted to String"),
        (b'{"Name": []}', "Start of structure or list found where a String is expected."),
        (b'{"Name": "a\\u0000b"}', "The request has a null character."),
        (b'{"Tags": {}}', "Start of list not found where expected."),
        (b'{"Tags": [1]}', "Start of structure or map not found where expected."),
        (b'{"ForceOverwriteReplicaSecret": "true"}', "STRING_VALUE can not be converted to Boolean"),
        (b'{"SecretBinary": "?"}', "A blob is not valid base64."),
    ],
)
def test_what_is_not_of_the_members_type_is_refused(body: bytes, message: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        read("CreateSecret", body)
    assert refused.value.message == message


@pytest.mark.parametrize("number", [b"1.0", b"1.5", b"1e3", b"9223372036854775808", b"true", b'"1"', b"1" + b"0" * 400])
def test_whole_numbers_are_whole_and_in_range(number: bytes) -> None:
    with pytest.raises(MalformedInput):
        read("AdvanceClock", b'{"Seconds": %s}' % number, "watchword")


@pytest.mark.parametrize(
    ("given", "instant"),
    [(b"1700000000", 1_700_000_000), (b"1700000000.25", 1_700_000_000.25), (b'"2023-11-14T22:13:20Z"', 1_700_000_000)],
)
def test_instants_come_as_numbers_or_text(given: bytes, instant: float) -> None:
    assert read("LookupEvents", b'{"StartTime": %s}' % given, "cloudtrail") == {"start_time": instant}


@pytest.mark.parametrize(
    "given", [b"1e400", b"1e18", b"true", b"{}", b'"soon"', b'"0001-01-01T00:00:00+23:59"', b'"9999999999999"']
)
def test_what_is_no_instant_is_refused(given: bytes) -> None:
    with pytest.raises(MalformedInput):
        read("LookupEvents", b'{"StartTime": %s}' % given, "cloudtrail")


def test_an_answer_carries_version_and_request_id() -> None:
    reply = catalog().operation("watchword", "ResetSandbox").encode({"Now": 1_700_000_000.0}, REQUEST_ID)
    assert reply.body == b'{"Now":1700000000}'
    headers = {b"content-type": b"application/x-amz-json-1.1", b"x-amzn-requestid": REQUEST_ID.encode()}
    assert dict(reply.headers) == headers


@pytest.mark.parametrize(
    "result",
    [
        {"Then": 1},
        {"Now": True},
        {"Now": "x"},
        {"Now": float("nan")},
        {"Now": 1, "AheadSeconds": 1.5},
        {"Now": 1, "Other": None},
    ],
)
def test_a_result_that_does_not_fit_is_told_and_not_sent(result: dict[str, Any]) -> None:
    with pytest.raises(ResultError):
        catalog().operation("watchword", "AdvanceClock").encode(result, REQUEST_ID)


def test_a_refusal_goes_by_its_json_name_and_status() -> None:
    refusal = AccessDenied(message="no\ud800")
    reply = catalog().services["secretsmanager"].encode_refusal(refusal, REQUEST_ID)
    assert json.loads(reply.body) == {"__type": "AccessDeniedException", "message": "no?"}
    parsed = seen("secretsmanager", "GetSecretValue", reply)
    assert parsed["Error"] == {"Code": "AccessDeniedException", "Message": "no?"}
    assert parsed["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert parsed["ResponseMetadata"]["RequestId"] == REQUEST_ID


def test_a_refusal_without_a_service_is_json_1_1() -> None:
    reply = jsonrpc.refuse(None, ValidationError(message="x"), REQUEST_ID)
    assert (reply.status, reply.headers[0][1]) == (400, b"application/x-amz-json-1.1")
