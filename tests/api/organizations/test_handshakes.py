"""Invitations: sent by an organization, found by who is asked, and answered once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.api.organizations.organization import Organized
from tests.api.organizations.reasons import refused_for
from tests.support.accounts import ADMINISTRATOR
from tests.support.authority import Authority
from tests.support.refusals import refused

DAY = 86_400
CONSTRAINT, INPUT = "HandshakeConstraintViolationException", "InvalidInputException"


@dataclass(frozen=True, slots=True)
class Alone:
    """An account that stands alone, beside the administrator's organization."""

    organized: Organized
    client: Any
    account_id: str

    @property
    def sender(self) -> Any:
        return self.organized.client

    @property
    def authority(self) -> Authority:
        return self.organized.authority

    def invited(self, kind: str = "ACCOUNT", party: str = "", **more: Any) -> dict[str, Any]:
        """Invite the account, or another party."""
        target = {"Type": kind, "Id": party or self.account_id}
        handshake: dict[str, Any] = self.sender.invite_account_to_organization(Target=target, **more)["Handshake"]
        return handshake


@pytest.fixture
def alone(organized: Organized) -> Alone:
    """A member that has left, with a long-term key of its administrator."""
    client = organized.authority.of("organizations", organized.member.user("bea", ADMINISTRATOR))
    organized.authority.advance(4 * DAY)
    client.leave_organization()
    return Alone(organized, client, organized.member.account_id)


def test_an_invitation_is_accepted(alone: Alone) -> None:
    sent = alone.invited(Notes="come", Tags=[{"Key": "team", "Value": "blue"}])
    organization = alone.sender.describe_organization()["Organization"]
    assert (sent["State"], sent["Action"]) == ("OPEN", "INVITE")
    assert sent["Arn"] == (
        f"arn:aws:organizations::{alone.authority.account_id}:handshake/{organization['Id']}/invite/{sent['Id']}"
    )
    assert sent["Parties"] == [
        {"Id": organization["Id"], "Type": "ORGANIZATION"},
        {"Id": alone.account_id, "Type": "ACCOUNT"},
    ]
    assert {"Type": "NOTES", "Value": "come"} in sent["Resources"]
    assert (sent["ExpirationTimestamp"] - sent["RequestedTimestamp"]).total_seconds() == 15 * DAY
    assert alone.client.list_handshakes_for_account()["Handshakes"] == [sent]
    assert alone.sender.list_handshakes_for_organization()["Handshakes"] == [sent]
    for side in (alone.client, alone.sender):
        assert side.describe_handshake(HandshakeId=sent["Id"])["Handshake"] == sent
    done = alone.client.accept_handshake(HandshakeId=sent["Id"])["Handshake"]
    assert done == sent | {"State": "ACCEPTED"}
    told = alone.sender.describe_account(AccountId=alone.account_id)["Account"]
    assert (told["JoinedMethod"], told["Name"], told["Email"]) == ("INVITED", "other", "other@example.com")
    assert alone.sender.list_parents(ChildId=alone.account_id)["Parents"][0]["Id"] == alone.organized.root
    tags = alone.sender.list_tags_for_resource(ResourceId=alone.account_id)["Tags"]
    assert tags == [{"Key": "team", "Value": "blue"}]
    alone.client.leave_organization()  # who was invited waits for nothing


def test_an_address_finds_its_account(alone: Alone) -> None:
    sent = alone.invited("EMAIL", "Other@Example.com")
    assert {"Type": "EMAIL", "Value": "Other@Example.com"} in sent["Resources"]
    with refused("DuplicateHandshakeException"):
        alone.invited()
    alone.client.accept_handshake(HandshakeId=sent["Id"])
    with refused_for("ALREADY_IN_AN_ORGANIZATION", CONSTRAINT):
        alone.invited()


def test_an_answer_is_given_once(alone: Alone) -> None:
    sent = alone.invited()["Id"]
    assert alone.client.decline_handshake(HandshakeId=sent)["Handshake"]["State"] == "DECLINED"
    with refused("HandshakeAlreadyInStateException"):
        alone.client.decline_handshake(HandshakeId=sent)
    with refused("InvalidHandshakeTransitionException"):
        alone.client.accept_handshake(HandshakeId=sent)
    with refused("InvalidHandshakeTransitionException"):
        alone.sender.cancel_handshake(HandshakeId=sent)
    again = alone.invited()["Id"]
    assert alone.sender.cancel_handshake(HandshakeId=again)["Handshake"]["State"] == "CANCELED"
    with refused("InvalidHandshakeTransitionException"):
        alone.client.accept_handshake(HandshakeId=again)


def test_each_side_does_its_own_part(alone: Alone) -> None:
    sent = alone.invited()["Id"]
    for operation in (alone.sender.accept_handshake, alone.sender.decline_handshake, alone.client.cancel_handshake):
        with refused("AccessDeniedException"):
            operation(HandshakeId=sent)
    for operation in (alone.client.accept_handshake, alone.sender.cancel_handshake, alone.client.describe_handshake):
        with refused("HandshakeNotFoundException"):
            operation(HandshakeId="h-nosuchhandshake")


def test_nobody_else_sees_an_invitation(alone: Alone) -> None:
    made = alone.sender.create_account(Email="c@example.com", AccountName="c")["CreateAccountStatus"]["AccountId"]
    role = f"arn:aws:iam::{made}:role/OrganizationAccountAccessRole"
    session = alone.authority.client("sts").assume_role(RoleArn=role, RoleSessionName="third")["Credentials"]
    third = alone.authority.of("organizations", session)
    sent = alone.invited()["Id"]
    for operation in (third.describe_handshake, third.accept_handshake, third.decline_handshake):
        with refused("HandshakeNotFoundException"):
            operation(HandshakeId=sent)
    assert third.list_handshakes_for_account()["Handshakes"] == []
    with refused("AccessDeniedException"):
        third.list_handshakes_for_organization()
    with refused("AccessDeniedException"):
        third.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": alone.account_id})


def test_an_invitation_expires_after_fifteen_days_and_is_forgotten_after_thirty_more(alone: Alone) -> None:
    sent = alone.invited()["Id"]
    alone.authority.advance(15 * DAY)
    assert alone.client.describe_handshake(HandshakeId=sent)["Handshake"]["State"] == "EXPIRED"
    with refused("InvalidHandshakeTransitionException"):
        alone.client.accept_handshake(HandshakeId=sent)
    again = alone.invited()["Id"]
    assert {one["Id"] for one in alone.sender.list_handshakes_for_organization()["Handshakes"]} == {sent, again}
    alone.authority.advance(30 * DAY)
    with refused("HandshakeNotFoundException"):
        alone.client.describe_handshake(HandshakeId=sent)
    assert [one["Id"] for one in alone.client.list_handshakes_for_account()["Handshakes"]] == [again]


def test_listings_are_filtered_and_go_on(alone: Alone) -> None:
    sent = []
    for _ in range(3):
        sent.append(alone.invited()["Id"])
        alone.client.decline_handshake(HandshakeId=sent[-1])
    for side, operation in (
        (alone.client, "list_handshakes_for_account"),
        (alone.sender, "list_handshakes_for_organization"),
    ):
        pages = side.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1})
        assert [one["Id"] for page in pages for one in page["Handshakes"]] == sorted(sent)
        ask = getattr(side, operation)
        assert len(ask(Filter={"ActionType": "INVITE"})["Handshakes"]) == 3
        assert ask(Filter={"ActionType": "ENABLE_ALL_FEATURES"})["Handshakes"] == []
        with refused_for("MAX_LIMIT_EXCEEDED_FILTER", INPUT):
            ask(Filter={"ActionType": "INVITE", "ParentHandshakeId": sent[0]})


@pytest.mark.parametrize(
    ("kind", "party", "reason"),
    [
        ("ORGANIZATION", "o-exampleorgid", "INVALID_PARTY_TYPE_TARGET"),
        ("ACCOUNT", "999999999999", "INVALID_PATTERN_TARGET_ID"),
        ("ACCOUNT", "nobody", "INVALID_PATTERN_TARGET_ID"),
        ("EMAIL", "nobody", "INVALID_EMAIL_ADDRESS_TARGET"),
    ],
)
def test_who_cannot_be_invited(organized: Organized, kind: str, party: str, reason: str) -> None:
    with refused_for(reason, INPUT):
        organized.client.invite_account_to_organization(Target={"Type": kind, "Id": party})


def test_a_member_of_another_organization_changes_over(alone: Alone) -> None:
    alone.client.create_organization()
    sent = alone.invited()["Id"]
    with refused("MasterCannotLeaveOrganizationException"):  # as long as it manages one of its own
        alone.client.accept_handshake(HandshakeId=sent)
    alone.client.delete_organization()
    alone.client.accept_handshake(HandshakeId=sent)


def test_all_features_are_there_from_the_first_day(organized: Organized) -> None:
    with refused_for("ORGANIZATION_ALREADY_HAS_ALL_FEATURES", CONSTRAINT):
        organized.client.enable_all_features()
