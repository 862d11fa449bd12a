"""A broker of the company's own signs people in without users: GetFederationToken."""

from __future__ import annotations

import json
from typing import Any

from tests.stories.company import EVERYTHING, Actor, Company, allow, deny, document, trust
from tests.support.refusals import refused


def broker_of(company: Company) -> Actor:
    return company.hire("broker", allow("sts:GetFederationToken", "iam:*", "cloudtrail:*"))


def events(company: Company, key_id: str) -> list[dict[str, Any]]:
    attribute = [{"AttributeKey": "AccessKeyId", "AttributeValue": key_id}]
    return list(company.administrator.trail.lookup_events(LookupAttributes=attribute)["Events"])


def test_a_guest_has_what_the_broker_and_the_policy_both_allow(company: Company) -> None:
    broker = broker_of(company)
    guest = broker.holding(
        broker.sts.get_federation_token(Name="bob", Policy=document(allow("cloudtrail:*", "iam:*", "sts:*")))
    )
    assert guest.identity() == f"arn:aws:sts::{company.account}:federated-user/bob"
    guest.trail.lookup_events()
    with refused("InvalidClientTokenId"):  # never IAM, whatever the policies say
        guest.iam.list_users()
    company.allow("broker", allow("sts:GetFederationToken"))  # who lent it loses it
    with refused("AccessDeniedException"):
        guest.trail.lookup_events()


def test_a_guest_without_a_policy_has_nothing(company: Company) -> None:
    broker = broker_of(company)
    guest = broker.holding(broker.sts.get_federation_token(Name="bob"))
    assert guest.identity().endswith(":federated-user/bob")
    with refused("AccessDeniedException"):
        guest.trail.lookup_events()


def test_a_guest_goes_no_further(company: Company) -> None:
    broker = broker_of(company)
    company.allow("broker", EVERYTHING)
    role = company.role("open", trust("*"), EVERYTHING)
    guest = broker.holding(broker.sts.get_federation_token(Name="bob", Policy=document(EVERYTHING)))
    for further in (
        lambda: guest.take(role),
        guest.sts.get_session_token,
        lambda: guest.sts.get_federation_token(Name="eve"),
        lambda: guest.sts.get_access_key_info(AccessKeyId=guest.key_id),
    ):
        with refused("AccessDenied", status=403):
            further()


def test_a_guest_is_told_by_name_in_the_record(company: Company) -> None:
    broker = broker_of(company)
    lent = broker.terminal.aws(
        *("sts", "get-federation-token", "--name", "bob", "--duration-seconds", "900"),
        *("--policy", document(allow("cloudtrail:LookupEvents"))),
    )
    assert lent["FederatedUser"] == {
        "Arn": f"arn:aws:sts::{company.account}:federated-user/bob",
        "FederatedUserId": f"{company.account}:bob",
    }
    guest = broker.holding(lent)
    guest.trail.lookup_events()
    (event,) = events(company, guest.key_id)
    who = json.loads(event["CloudTrailEvent"])["userIdentity"]
    assert (event["EventName"], who["type"], who["arn"]) == (
        "LookupEvents",
        "FederatedUser",
        f"arn:aws:sts::{company.account}:federated-user/bob",
    )
    assert who["sessionContext"]["sessionIssuer"]["userName"] == "broker"
    company.administrator.authority.advance(901)
    with refused("ExpiredTokenException"):
        guest.trail.lookup_events()


def test_a_guest_outlives_its_broker_s_key_but_not_the_broker(company: Company) -> None:
    """Whoever stole a key may have made themselves guests: a deny on the broker, or its end, is what stops them."""
    broker = broker_of(company)
    guest = broker.holding(broker.sts.get_federation_token(Name="bob", Policy=document(allow("cloudtrail:*"))))
    company.iam.delete_access_key(UserName="broker", AccessKeyId=broker.key_id)
    guest.trail.lookup_events()
    company.allow("broker", EVERYTHING, deny("*"))
    with refused("AccessDeniedException"):
        guest.trail.lookup_events()
    company.iam.delete_user_policy(UserName="broker", PolicyName="may")
    company.iam.delete_user(UserName="broker")
    with refused("InvalidClientTokenId"):
        guest.identity()
