"""Which accounts are looked after, as organizations of old and new tell them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from watchword.rotation.access.selection import accounts
from watchword.rotation.rules import Aws
from watchword.rotation.seen import Account


class Organizations:
    """Answers as AWS does, from what it is given."""

    def __init__(self, *told: dict[str, str], refusal: str = "") -> None:
        self.told, self.refusal = told, refusal

    def describe_organization(self) -> dict[str, Any]:
        if self.refusal:
            raise ClientError({"Error": {"Code": self.refusal, "Message": "no"}}, "DescribeOrganization")
        return {"Organization": {"MasterAccountId": "1"}}

    def get_paginator(self, _name: str) -> Organizations:
        return self

    def paginate(self) -> Any:
        return ({"Accounts": [one]} for one in self.told)


def chosen(organizations: Organizations, **aws: Any) -> list[str]:
    return [account.id for account in accounts(organizations, "1", Aws(**aws))]  # type: ignore[arg-type]  # stands in


def test_state_counts_and_status_where_there_is_none() -> None:
    told = Organizations(
        {"Id": "1", "State": "ACTIVE"},
        {"Id": "2", "Status": "ACTIVE"},
        {"Id": "3", "State": "PENDING_ACTIVATION", "Status": "ACTIVE"},
        {"Id": "4", "State": "SUSPENDED"},
        {"Id": "5", "Status": "PENDING_CLOSURE"},
        {"Id": "6", "State": "CLOSED"},
        {"Id": "7"},
    )
    assert chosen(told) == ["1", "2"]
    assert chosen(told, skip=("1",)) == ["2"]


def test_named_accounts_are_looked_after_whether_or_not_they_are_told_of() -> None:
    told = Organizations({"Id": "2", "State": "ACTIVE", "Name": "two", "Email": "two@example.com"})
    assert accounts(told, "1", Aws(accounts=("3", "2"))) == [  # type: ignore[arg-type]  # stands in
        Account("2", "two", "two@example.com"),
        Account("3"),
    ]
    denied = Organizations(refusal="AccessDeniedException")
    assert chosen(denied, accounts=("3", "2")) == ["2", "3"]
    with pytest.raises(ClientError):
        chosen(denied)
    with pytest.raises(ClientError):
        chosen(denied, accounts=("2",), units=("r-ab12",))
    alone = Organizations(refusal="AWSOrganizationsNotInUseException")
    assert chosen(alone) == ["1"]
    assert chosen(alone, accounts=("2",)) == ["2"]
