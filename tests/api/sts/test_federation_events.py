"""What LookupEvents tells of those whom an identity provider vouches for, and of what they do afterwards."""

from __future__ import annotations

import json
from typing import Any

from tests.api.sts.federation import Federated, federated, known_authority, trusting_authority
from tests.api.sts.test_saml import Corp, corp
from tests.support.authority import Authority
from tests.support.refusals import refused

__all__ = ["corp", "federated", "known_authority", "trusting_authority"]


def by(authority: Authority, key: str, value: str) -> list[dict[str, Any]]:
    trail = authority.client("cloudtrail")
    found = trail.lookup_events(LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}])["Events"]
    return [json.loads(event["CloudTrailEvent"]) for event in found]


def test_a_web_identity_is_told_where_the_role_is(federated: Federated) -> None:
    given = federated.exchange(federated.role())
    (event,) = by(federated.authority, "ResourceName", given["Credentials"]["AccessKeyId"])
    assert event["userIdentity"] == {
        "type": "WebIdentityUser",
        "principalId": f"{federated.arn}:app:person-7",
        "userName": "person-7",
        "identityProvider": federated.arn,
    }
    assert (event["recipientAccountId"], event["readOnly"]) == (federated.people.account, True)
    assert event["responseElements"]["subjectFromWebIdentityToken"] == "person-7"
    assert event["responseElements"]["provider"] == federated.arn
    assert "sharedEventID" not in event
    assert federated.issuer.token()[:20] not in json.dumps(event)


def test_what_a_web_identity_does_later_leads_back_to_it(federated: Federated) -> None:
    given = federated.exchange(federated.role())["Credentials"]
    federated.people.iam_of(given).list_users()
    (event,) = by(federated.authority, "AccessKeyId", given["AccessKeyId"])
    address = federated.arn.partition(":oidc-provider/")[2]
    assert event["userIdentity"]["sessionContext"]["webIdFederationData"] == {
        "federatedProvider": federated.arn,
        "attributes": {f"{address}:aud": "app", f"{address}:sub": "person-7"},
    }


def test_a_web_identity_that_may_not_is_seen_too(federated: Federated) -> None:
    role = federated.people.role()
    with refused("AccessDenied"):
        federated.exchange(role)
    denied = [event for event in by(federated.authority, "ResourceName", role.name) if "errorCode" in event]
    assert [(event["eventName"], event["userIdentity"]["type"]) for event in denied] == [
        ("AssumeRoleWithWebIdentity", "WebIdentityUser")
    ]


def test_who_is_vouched_for_by_nobody_writes_no_accounts_history(federated: Federated) -> None:
    role = federated.role()
    with refused("InvalidIdentityToken"):
        federated.exchange(role, "no.token.atall")
    assert [event for event in by(federated.authority, "ResourceName", role.name) if "errorCode" in event] == []


def test_a_saml_user(corp: Corp) -> None:
    given = corp.assume()["Credentials"]
    (event,) = by(corp.authority, "ResourceName", given["AccessKeyId"])
    identity = event["userIdentity"]
    assert (identity["type"], list(identity)) == ("SAMLUser", ["type", "principalId", "userName", "identityProvider"])
    assert identity["principalId"] == f"{identity['identityProvider']}:{identity['userName']}"
    assert {"AWS::IAM::Role", "AWS::IAM::SAMLProvider"} == {one["type"] for one in event["resources"]}
    assert "sAMLAssertion" not in event["requestParameters"]
    corp.authority.of("sts", given).get_caller_identity()
    (later,) = by(corp.authority, "AccessKeyId", given["AccessKeyId"])
    assert "webIdFederationData" not in later["userIdentity"]["sessionContext"]
