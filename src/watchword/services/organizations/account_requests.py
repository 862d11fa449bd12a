"""Requests for accounts, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import membership, paging
from watchword.services.organizations.refusals import InvalidNextToken, NoOrganization, NoSuchRequest, NotManagement
from watchword.store import organizations
from watchword.store.organizations import FAILED, SUCCEEDED, AccountRequest


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading(),
    journal=("create_account_request_id",),
    raises=(NoOrganization, NotManagement, NoSuchRequest),
)
def describe_create_account_status(call: Call, *, create_account_request_id: str) -> Reply:
    """Tell what became of a request for an account.

    Raises NoOrganization, NotManagement, NoSuchRequest.
    Source: Organizations API, DescribeCreateAccountStatus.
    """
    organization = membership.readable(call)
    request = organizations.request(call.tx, organization.id, create_account_request_id)
    if request is None:
        raise NoSuchRequest
    return {"CreateAccountStatus": told(request)}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading(),
    journal=("states", "next_token", "max_results"),
    raises=(NoOrganization, NotManagement, InvalidNextToken),
)
def list_create_account_status(
    call: Call,
    *,
    states: Sequence[str] | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Reply:
    """List requests for accounts by their ids: those in some states, or all.

    Raises NoOrganization, NotManagement, InvalidNextToken.   Source: Organizations API, ListCreateAccountStatus.
    """
    organization = membership.readable(call)
    wanted = sorted(set(states or (FAILED, SUCCEEDED)))
    page = paging.page(call, f"account requests {wanted}", next_token, max_results)
    found = organizations.requests(call.tx, organization.id, states=wanted, after=page.after, limit=page.fetch)
    return page.reply("CreateAccountStatuses", found, tell=told, position=lambda one: one.id)


def told(request: AccountRequest) -> dict[str, Any]:
    """Write a request as replies hold it."""
    outcome = {
        "Id": request.id,
        "AccountName": request.account_name,
        "State": request.state,
        "RequestedTimestamp": request.requested_at,
        "CompletedTimestamp": request.requested_at,
        "AccountId": request.account_id,
        "FailureReason": request.failure,
    }
    return {name: value for name, value in outcome.items() if value is not None}
