from __future__ import annotations

from typing import Any

import pytest

from tests.unit.wire.oracle import REQUEST_ID, catalog, seen, service_model
from watchword.domain.http import HttpRequest
from watchword.domain.refusal import AccessDenied, InternalFailure, ValidationError
from watchword.wire import MalformedInput, query
from watchword.wire.model import read_model


def posted(body: bytes) -> HttpRequest:
    return HttpRequest("POST", b"/", b"", (), body)


def read(service: str, name: str, body: str) -> dict[str, Any]:
    return catalog().operation(service, name).read(posted(body.encode()))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Tags.member.10.Key=c&Tags.member.2.Key=b&Tags.member.1.Key=a", [{"Key": "a"}, {"Key": "b"}, {"Key": "c"}]),
        ("Tags.member.7.Key=a", [{"Key": "a"}]),
        ("Tags=", []),
        ("Tags", []),
    ],
)
def test_lists_go_by_index_and_gaps_close(body: str, expected: list[Any]) -> None:
    assert read("iam", "CreateUser", body) == {"tags": expected}


def test_what_the_model_does_not_name_is_ignored() -> None:
    assert read("iam", "CreateUser", "UserName=ann&X-Amz-Date=1&Other.member.1=2") == {"user_name": "ann"}


@pytest.mark.parametrize(
    "body",
    [
        "MaxSessionDuration=",
        "MaxSessionDuration=1.0",
        "MaxSessionDuration=0x10",
        "MaxSessionDuration=%D9%A1",
        "MaxSessionDuration=2147483648",
        "MaxSessionDuration=" + "9" * 5000,
        "MaxSessionDuration.member.1=3600",
        "RoleName.a=b",
        "Tags=a",
        "Tags.1.Key=a",
        "Tags.member=a",
        "Tags.member.0.Key=a",
        "Tags.member.01.Key=a",
        "Tags.member.x.Key=a",
        "Tags.member.-1.Key=a",
        "Tags.member.1=a",
        "Tags.member.%C2%B2.Key=a",
    ],
)
def test_a_parameter_of_another_type_is_refused(body: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        read("iam", "CreateRole", body)
    assert (refused.value.code, refused.value.status) == ("MalformedInput", 400)


def test_blobs_are_base64_and_a_bad_one_is_not_repeated() -> None:
    model = read_model("ses")
    parse = query.reader(model, model.operations["SendRawEmail"])
    assert parse(posted(b"RawMessage.Data=AP8%3D")) == {"raw_message": {"Data": b"\x00\xff"}}
    with pytest.raises(MalformedInput) as refused:
        parse(posted(b"RawMessage.Data=hunter2"))
    assert refused.value.message == "Invalid blob"


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False), ("1", True), ("0", False)])
def test_truth_values_are_those_of_xml_schema(text: str, value: object) -> None:
    assert read("iam", "ListPolicies", f"OnlyAttached={text}") == {"only_attached": value}


@pytest.mark.parametrize("text", ["", "yes", "True", "2"])
def test_other_truth_values_are_refused(text: str) -> None:
    with pytest.raises(MalformedInput):
        read("iam", "ListPolicies", f"OnlyAttached={text}")


def test_flattened_lists_and_maps_have_no_wrapper() -> None:
    model = read_model("sdb")
    parse = query.reader(model, model.operations["BatchDeleteAttributes"])
    body = b"DomainName=d&Item.2.ItemName=b&Item.1.ItemName=a&Item.1.Attribute.1.Name=n"
    items = [{"Name": "a", "Attributes": [{"Name": "n"}]}, {"Name": "b"}]
    assert parse(posted(body)) == {"domain_name": "d", "items": items}


def test_maps_are_numbered_entries() -> None:
    model = read_model("sns")
    parse = query.reader(model, model.operations["CreatePlatformEndpoint"])
    body = b"Attributes.entry.2.key=b&Attributes.entry.2.value=2&Attributes.entry.1.key=a&Attributes.entry.1.value=1"
    assert parse(posted(body)) == {"attributes": {"a": "1", "b": "2"}}
    for broken in (b"Attributes.entry.1.value=1", b"Attributes.entry.1.key=a&Attributes.entry.2.key=a"):
        with pytest.raises(MalformedInput):
            parse(posted(broken))


def test_an_answer_is_byte_for_byte_as_aws_writes_it() -> None:
    operation = catalog().operation("sts", "GetCallerIdentity")
    reply = operation.encode({"UserId": "AIDA", "Account": "123456789012", "Arn": "arn:aws:iam::1:user/a"}, REQUEST_ID)
    assert reply.body.decode() == (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        "<UserId>AIDA</UserId><Account>123456789012</Account><Arn>arn:aws:iam::1:user/a</Arn></GetCallerIdentityResult>"
        f"<ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )
    assert dict(reply.headers) == {b"content-type": b"text/xml", b"x-amzn-requestid": REQUEST_ID.encode()}


def test_an_operation_without_output_answers_its_request_id_alone() -> None:
    reply = catalog().operation("iam", "DeleteUser").encode({}, REQUEST_ID)
    assert seen("iam", "DeleteUser", reply)["ResponseMetadata"]["RequestId"] == REQUEST_ID
    assert b"Result" not in reply.body


@pytest.mark.parametrize("service", ["sts", "iam"])
@pytest.mark.parametrize(
    ("refusal", "side"),
    [
        (AccessDenied(message="no <b>&\x01\ud800"), "Sender"),
        (InternalFailure(), "Receiver"),
        (ValidationError(message="ü"), "Sender"),
    ],
)
def test_a_refusal_is_what_an_sdk_sees(service: str, refusal: Any, side: str) -> None:
    reply = catalog().services[service].encode_refusal(refusal, REQUEST_ID)
    parsed = seen(service, service_model(service).operation_names[0], reply)
    message = refusal.message.replace("\x01", "\ufffd").replace("\ud800", "\ufffd")
    assert parsed["Error"] == {"Type": side, "Code": refusal.code, "Message": message}
    assert parsed["ResponseMetadata"]["RequestId"] == REQUEST_ID
    assert parsed["ResponseMetadata"]["HTTPStatusCode"] == refusal.status
