from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from tests.unit.wire.oracle import REQUEST_ID, catalog
from watchword.domain.http import Header, HttpRequest
from watchword.domain.refusal import Refusal
from watchword.wire import (
    Catalog,
    InvalidAction,
    MalformedInput,
    MissingAction,
    UnknownOperation,
    UnknownService,
    WrongScope,
)

FORM = (b"content-type", b"application/x-www-form-urlencoded")
JSON = (b"content-type", b"application/x-amz-json-1.1")


def signed(service: str) -> Header:
    scope = (
        f"AWS4-HMAC-SHA256 Credential=AKIA/20261122/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
    return (b"authorization", scope.encode())


def target(name: str) -> Header:
    return (b"x-amz-target", name.encode())


def post(body: bytes, *headers: Header, query: bytes = b"", path: bytes = b"/") -> HttpRequest:
    return HttpRequest("POST", path, query, headers, body)


WHO = b"Action=GetCallerIdentity&Version=2011-06-15"
PRESIGNED = (
    b"Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256"
    b"&X-Amz-Credential=AKIA%2F20261122%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Signature=0"
)


@pytest.mark.parametrize(
    ("request_", "service", "name"),
    [
        (post(WHO, FORM, signed("sts")), "sts", "GetCallerIdentity"),
        (post(b"Version=2010-05-08&Action=ListUsers", FORM, signed("iam")), "iam", "ListUsers"),
        (post(b"Version=2010-05-08&%41ction=ListUsers", FORM, signed("iam")), "iam", "ListUsers"),
        (post(b"Version=2010-05-08&X=1", FORM, signed("iam"), query=b"Action=ListUsers"), "iam", "ListUsers"),
        (HttpRequest("GET", b"/", PRESIGNED, (), b""), "sts", "GetCallerIdentity"),
        (post(WHO, FORM), "sts", "GetCallerIdentity"),
        (post(b"Action=ListUsers&Version=2010-05-08", FORM), "iam", "ListUsers"),
        (post(b"{}", JSON, target("Watchword.AdvanceClock"), signed("watchword")), "watchword", "AdvanceClock"),
        (post(b"{}", JSON, target("secretsmanager.GetSecretValue")), "secretsmanager", "GetSecretValue"),
        (HttpRequest("GET", b"/crls", b"", (signed("rolesanywhere"),), b""), "rolesanywhere", "ListCrls"),
        (HttpRequest("GET", b"/crls", b"", (), b""), "rolesanywhere", "ListCrls"),
    ],
)
def test_a_request_finds_its_operation(request_: HttpRequest, service: str, name: str) -> None:
    operation = catalog().route(request_)
    assert (operation.service.name, operation.name) == (service, name)


@pytest.mark.parametrize(
    ("request_", "refusal", "message"),
    [
        (post(b"", FORM, signed("sts")), MissingAction, "The request is missing an action or a required parameter."),
        (post(b"Action=&Version=2011-06-15", FORM, signed("sts")), MissingAction, "missing an action"),
        (post(b"", FORM), MissingAction, "missing an action"),
        (post(WHO, JSON, signed("sts")), MissingAction, "missing an action"),
        (HttpRequest("GET", b"/favicon.ico", b"", (), b""), MissingAction, "missing an action"),
        (
            post(b"Action=Nope&Version=2011-06-15", FORM, signed("sts")),
            InvalidAction,
            "Could not find operation Nope for version 2011-06-15",
        ),
        (
            post(b"Action=GetCallerIdentity", FORM, signed("sts")),
            InvalidAction,
            "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED",
        ),
        (post(b"Action=GetCallerIdentity&Version=2010-05-08", FORM, signed("sts")), InvalidAction, "2010-05-08"),
        (post(WHO, FORM, signed("iam")), InvalidAction, "Could not find operation GetCallerIdentity"),
        (post(b"Action=__class__&Version=2011-06-15", FORM), InvalidAction, "__class__"),
        (
            post(WHO, FORM, signed("ec2")),
            UnknownService,
            "the service `ec2` is not offered here; offered are: sts, iam",
        ),
        (post(b"{}", JSON, target("Watchword.Nope"), signed("watchword")), UnknownOperation, "`Watchword.Nope`"),
        (post(b"{}", JSON, target("Nope")), UnknownOperation, "`Nope`"),
        (post(b"{}", JSON, target("Nope.AdvanceClock")), UnknownOperation, "`Nope.AdvanceClock`"),
        (post(b"{}", JSON, signed("watchword")), UnknownOperation, "without X-Amz-Target"),
        (
            post(b"{}", JSON, target("Watchword.AdvanceClock"), signed("sts")),
            WrongScope,
            "Credential should be scoped to correct service: 'watchword'.",
        ),
        (post(b"Action=A%20B&Action=C", FORM, signed("sts")), MalformedInput, "more than once"),
        (post(b"", signed("rolesanywhere"), path=b"/nope"), UnknownOperation, "POST /nope"),
    ],
)
def test_a_request_that_names_no_operation_is_refused(
    request_: HttpRequest, refusal: type[Refusal], message: str
) -> None:
    with pytest.raises(refusal) as refused:
        catalog().route(request_)
    assert message in refused.value.message
    assert 400 <= catalog().encode_refusal(request_, refused.value, REQUEST_ID).status < 500


@pytest.mark.parametrize(
    "body",
    [
        b"Action=GetUser&Version=2010-05-08&Action=DeleteUser&UserName=ann",
        b"Action=GetUser&Version=2010-05-08&%41ction=DeleteUser&UserName=ann",
        b"Action=GetUser&Version=2010-05-08&Action.member.1=DeleteUser&UserName=ann",
    ],
)
def test_a_second_action_never_gets_past_the_parameters(body: bytes) -> None:
    request = post(body, FORM, signed("iam"))
    with pytest.raises(MalformedInput):
        catalog().route(request).parse(request)


@pytest.mark.parametrize(
    ("headers", "kind", "code"),
    [
        ([signed("sts")], b"text/xml", "InvalidAction"),
        ([], b"text/xml", "InvalidAction"),
        ([JSON], b"application/x-amz-json-1.1", "UnknownOperationException"),
        ([target("Nope.Nope")], b"application/x-amz-json-1.1", "UnknownOperationException"),
        ([signed("secretsmanager")], b"application/x-amz-json-1.1", "UnknownOperationException"),
        ([signed("rolesanywhere")], b"application/json", "UnknownOperationException"),
    ],
)
def test_a_lost_request_is_answered_in_its_own_protocol(headers: Sequence[Header], kind: bytes, code: str) -> None:
    request = HttpRequest("POST", b"/", b"", headers, b"")
    reply = catalog().encode_refusal(request, InvalidAction(action="a", version="b"), REQUEST_ID)
    assert reply.headers[0] == (b"content-type", kind)
    assert code.encode() in reply.body + b"".join(value for _, value in reply.headers)


def test_a_lost_json_request_is_told_in_json() -> None:
    reply = catalog().encode_refusal(post(b"", target("x.y")), UnknownOperation(what="é"), REQUEST_ID)
    assert json.loads(reply.body)["__type"] == "UnknownOperationException"


def test_services_are_found_by_name() -> None:
    small = Catalog.load(("sts",))
    assert small.operation_names("sts") == catalog().operation_names("sts")
    with pytest.raises(KeyError):
        small.operation("sts", "Nope")
    with pytest.raises(KeyError):
        small.operation("iam", "GetUser")
