"""Events as CloudTrail writes them, for every kind of caller.

Source: IAM User Guide, "Logging IAM and AWS STS API calls with CloudTrail"; CloudTrail User Guide, "userIdentity
element"; LookupEvents' answers as recorded from AWS.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from watchword.domain.arn import iam_arn, sts_arn
from watchword.services.cloudtrail.elements import moment, request_parameters, response_elements
from watchword.services.cloudtrail.events import record, told
from watchword.services.cloudtrail.identity import user_identity
from watchword.store.journal import Entry, SessionContext
from watchword.store.journal_search import NOBODY, Found
from watchword.wire.model import read_model
from watchword.wire.names import camel, snake

ACCOUNT, OTHER = "111122223333", "444455556666"
AT = 1_720_539_697.25
ANN, ROLE = iam_arn(ACCOUNT, "user/people/ann"), iam_arn(ACCOUNT, "role/ops/Reader")
SESSION = sts_arn(ACCOUNT, "assumed-role/Reader/run-7")
PROVIDER = iam_arn(ACCOUNT, "oidc-provider/idp.example/a")
KEY, ISSUED = "AKIAIOSFODNN7EXAMPLE", "ASIAI44QH8DHBEXAMPLE"


def entry(**more: Any) -> Entry:
    plain: dict[str, Any] = {
        "request_id": "0a",
        "at": AT,
        "service": "sts",
        "event": "AssumeRole",
        "account": ACCOUNT,
        "principal_type": "User",
        "principal": ANN,
        "principal_id": "AIDAANN",
        "user_name": "ann",
        "access_key_id": KEY,
        "source_ip": "192.0.2.7",
        "user_agent": "aws-cli/2",
        "region": "eu-central-1",
        "read_only": True,
    }
    return Entry(**(plain | more))


def found(given: Entry, account: str = ACCOUNT) -> Found:
    return Found(given.request_id, account, given)


def session(**more: Any) -> SessionContext:
    return SessionContext(ROLE, AT - 60, "run-7", issuer_id="AROAREADER", **more)


def as_role(**more: Any) -> Entry:
    whom = {"principal_type": "AssumedRole", "principal": SESSION, "principal_id": "AROAREADER:run-7"}
    return entry(**whom, user_name="run-7", access_key_id=ISSUED, session=session(**more))


ASSUMED = {
    "request": {"role_arn": ROLE, "role_session_name": "run-7", "tags": [{"Key": "team", "Value": "blue"}]},
    "response": {
        "Credentials.AccessKeyId": ISSUED,
        "Credentials.Expiration": 1_720_543_297,
        "AssumedRoleUser.AssumedRoleId": "AROAREADER:run-7",
        "AssumedRoleUser.Arn": SESSION,
        "SourceIdentity": "ann",
    },
    "target": ROLE,
}


def test_a_whole_event() -> None:
    event = record(found(entry(**ASSUMED)), ACCOUNT)
    assert list(event)[:3] == ["eventVersion", "userIdentity", "eventTime"]
    assert event.pop("userIdentity")["type"] == "IAMUser"
    assert event == {
        "eventVersion": "1.11",
        "eventTime": "2024-07-09T15:41:37Z",
        "eventSource": "sts.amazonaws.com",
        "eventName": "AssumeRole",
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "aws-cli/2",
        "requestParameters": {
            "roleArn": ROLE,
            "roleSessionName": "run-7",
            "tags": [{"key": "team", "value": "blue"}],
        },
        "responseElements": {
            "credentials": {"accessKeyId": ISSUED, "expiration": "Jul 9, 2024, 4:41:37 PM"},
            "assumedRoleUser": {"assumedRoleId": "AROAREADER:run-7", "arn": SESSION},
            "sourceIdentity": "ann",
        },
        "requestID": "0a",
        "eventID": "0a",
        "readOnly": True,
        "resources": [{"accountId": ACCOUNT, "type": "AWS::IAM::Role", "ARN": ROLE}],
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }


def test_what_lookup_events_tells_beside_it() -> None:
    event = told(found(entry(**ASSUMED)), ACCOUNT)
    assert json.loads(event.pop("CloudTrailEvent")) == record(found(entry(**ASSUMED)), ACCOUNT)
    assert {"ResourceType": "AWS::IAM::AccessKey", "ResourceName": ISSUED} in event.pop("Resources")
    assert event == {
        "EventId": "0a",
        "EventName": "AssumeRole",
        "ReadOnly": "true",
        "AccessKeyId": KEY,
        "EventTime": int(AT),
        "EventSource": "sts.amazonaws.com",
        "Username": "ann",
    }


def test_an_iam_user() -> None:
    plain = {
        "type": "IAMUser",
        "principalId": "AIDAANN",
        "arn": ANN,
        "accountId": ACCOUNT,
        "accessKeyId": KEY,
        "userName": "ann",
    }
    assert user_identity(found(entry())) == plain
    with_token = entry(session=SessionContext(ANN, AT, mfa=True, issuer_id="AIDAANN"))
    attributes = {"creationDate": "2024-07-09T15:41:37Z", "mfaAuthenticated": "true"}
    assert user_identity(found(with_token)) == plain | {"sessionContext": {"attributes": attributes}}


def test_root() -> None:
    arn = iam_arn(ACCOUNT, "root")
    root = entry(principal_type="Account", principal=arn, principal_id=ACCOUNT, user_name="")
    expected = {"type": "Root", "principalId": ACCOUNT, "arn": arn, "accountId": ACCOUNT, "accessKeyId": KEY}
    assert user_identity(found(root)) == expected
    assert told(found(root), ACCOUNT)["Username"] == "root"


def test_an_assumed_role() -> None:
    assert user_identity(found(as_role(source_identity="ann"))) == {
        "type": "AssumedRole",
        "principalId": "AROAREADER:run-7",
        "arn": SESSION,
        "accountId": ACCOUNT,
        "accessKeyId": ISSUED,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAREADER",
                "arn": ROLE,
                "accountId": ACCOUNT,
                "userName": "Reader",
            },
            "attributes": {"creationDate": "2024-07-09T15:40:37Z", "mfaAuthenticated": "false"},
            "sourceIdentity": "ann",
        },
    }


def test_a_role_that_an_oidc_provider_vouched_for() -> None:
    context = user_identity(found(as_role(provider=PROVIDER, audience="app", subject="bob")))["sessionContext"]
    assert context["webIdFederationData"] == {
        "federatedProvider": PROVIDER,
        "attributes": {"idp.example/a:aud": "app", "idp.example/a:sub": "bob"},
    }
    saml = as_role(provider=iam_arn(ACCOUNT, "saml-provider/idp"), audience="app", subject="bob")
    assert "webIdFederationData" not in user_identity(found(saml))["sessionContext"]


@pytest.mark.parametrize(
    ("issuer", "issuer_id", "expected"),
    [
        (ANN, "AIDAANN", {"type": "IAMUser", "principalId": "AIDAANN", "userName": "ann"}),
        (iam_arn(ACCOUNT, "root"), ACCOUNT, {"type": "Root", "principalId": ACCOUNT}),
    ],
)
def test_a_federated_user(issuer: str, issuer_id: str, expected: dict[str, str]) -> None:
    arn = sts_arn(ACCOUNT, "federated-user/guest")
    guest = entry(
        principal_type="FederatedUser",
        principal=arn,
        principal_id=f"{ACCOUNT}:guest",
        user_name="guest",
        session=SessionContext(issuer, AT, "guest", issuer_id=issuer_id),
    )
    identity = user_identity(found(guest))
    assert (identity["type"], identity["arn"], identity["principalId"]) == ("FederatedUser", arn, f"{ACCOUNT}:guest")
    assert identity["sessionContext"]["sessionIssuer"] == expected | {"arn": issuer, "accountId": ACCOUNT}


def test_whom_a_provider_vouches_for() -> None:
    whom = {"account": "", "owner": ACCOUNT, "access_key_id": "", "user_name": "bob"}
    web = entry(**whom, principal_type="WebIdentityUser", principal=PROVIDER, principal_id=f"{PROVIDER}:app:bob")
    assert user_identity(found(web)) == {
        "type": "WebIdentityUser",
        "principalId": f"{PROVIDER}:app:bob",
        "userName": "bob",
        "identityProvider": PROVIDER,
    }
    saml = entry(**whom, principal_type="SAMLUser", principal="arn", principal_id="bdGOnTesti4+jEvs=:bob")
    assert user_identity(found(saml)) == {
        "type": "SAMLUser",
        "principalId": "bdGOnTesti4+jEvs=:bob",
        "userName": "bob",
        "identityProvider": "bdGOnTesti4+jEvs=",
    }
    event = told(found(web), ACCOUNT)
    assert (event["Username"], event["AccessKeyId"]) == ("bob", None)
    assert "sharedEventID" not in record(found(web), ACCOUNT), "it is in one account alone"


def test_a_caller_of_another_account() -> None:
    given = entry(**(ASSUMED | {"target": ROLE.replace(ACCOUNT, OTHER)}), owner=OTHER)
    copy = Found("0b", OTHER, given)
    identity = {"type": "AWSAccount", "principalId": "AIDAANN", "accountId": ACCOUNT}
    assert user_identity(copy) == identity
    mine, theirs = record(found(given), ACCOUNT), record(copy, OTHER)
    assert (mine["recipientAccountId"], theirs["recipientAccountId"]) == (ACCOUNT, OTHER)
    assert mine["sharedEventID"] == theirs["sharedEventID"] == "0a"
    assert (mine["eventID"], theirs["eventID"], theirs["requestID"]) == ("0a", "0b", "0a")
    event = told(copy, OTHER)
    assert (event["Username"], event["AccessKeyId"]) == (None, None)


def test_a_stranger() -> None:
    unknown = entry(account="", principal_type="Anonymous", principal="", principal_id="anonymous", user_name="")
    assert user_identity(found(unknown, NOBODY)) == {
        "type": "Unknown",
        "principalId": "Anonymous",
        "accessKeyId": KEY,
    }
    assert record(found(unknown, NOBODY), ACCOUNT)["recipientAccountId"] == ACCOUNT


def test_the_whole_chain() -> None:
    chain = ((ANN, KEY), (sts_arn(ACCOUNT, "assumed-role/First/one"), "ASIAFIRST"))
    event = record(found(as_role(chain=chain)), ACCOUNT)
    assert event["additionalEventData"] == {
        "chain": [
            {"arn": ANN, "accessKeyId": KEY},
            {"arn": sts_arn(ACCOUNT, "assumed-role/First/one"), "accessKeyId": "ASIAFIRST"},
        ]
    }
    assert "additionalEventData" not in record(found(entry()), ACCOUNT)


@pytest.mark.parametrize(
    ("service", "code", "name"),
    [
        ("iam", "NoSuchEntity", "NoSuchEntityException"),
        ("iam", "AccessDenied", "AccessDenied"),
        ("sts", "MalformedPolicyDocument", "MalformedPolicyDocumentException"),
        ("cloudtrail", "InvalidTimeRangeException", "InvalidTimeRangeException"),
    ],
)
def test_a_refusal_is_told_by_its_exception(service: str, code: str, name: str) -> None:
    event = record(found(entry(service=service, error=code, error_message="no")), ACCOUNT)
    assert (event["errorCode"], event["errorMessage"]) == (name, "no")
    assert event["responseElements"] is None


def test_global_services_are_at_home_in_one_region() -> None:
    assert record(found(entry(service="iam", event="GetUser")), ACCOUNT)["awsRegion"] == "us-east-1"
    assert record(found(entry(region="")), ACCOUNT)["awsRegion"] == "us-east-1"


@pytest.mark.parametrize("service", ["iam", "sts", "cloudtrail"])
def test_parameters_have_awss_names_again(service: str) -> None:
    model = read_model(service)
    for name, operation in model.operations.items():
        members = list(model.members(operation.input))
        written = request_parameters(service, name, {snake(member): "x" for member in members})
        assert list(written or ()) == [camel(member) for member in members]


def test_nothing_is_null() -> None:
    assert request_parameters("iam", "ListUsers", None) is None
    assert response_elements({}) is None


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (1_770_674_223, "Feb 9, 2026, 9:57:03 PM"),
        (1_720_483_200, "Jul 9, 2024, 12:00:00 AM"),
        (1_720_526_400.9, "Jul 9, 2024, 12:00:00 PM"),
    ],
)
def test_a_moment_within_elements(instant: float, text: str) -> None:
    assert moment(instant) == text
