"""Accounts: made in an organization, with a role by which the management account administers them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from watchword.domain.arn import iam_arn
from watchword.domain.ids import Prefix, mint_account_id, mint_unique_id
from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import membership, paging
from watchword.services.organizations.refusals import (
    InvalidNextToken,
    NoOrganization,
    NoSuchAccount,
    NoSuchRequest,
    NotManagement,
    TagsNotKept,
    TooManyAccounts,
)
from watchword.store import accounts, attachments, aws_policies, organizations, roles
from watchword.store.accounts import Account
from watchword.store.organizations import ACTIVE, CREATED, FAILED, SUCCEEDED, AccountRequest, Member, Organization
from watchword.store.roles import Role

ACCESS_ROLE = "OrganizationAccountAccessRole"
"""Source: Organizations API, CreateAccount, RoleName."""
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
SESSION_SECONDS = 3_600


@operation(
    "organizations",
    way=Way.CHANGE,
    journal=("role_name", "iam_user_access_to_billing"),
    told=("CreateAccountStatus.Id", "CreateAccountStatus.State", "CreateAccountStatus.AccountId"),
    raises=(NoOrganization, NotManagement, TagsNotKept, TooManyAccounts),
)
def create_account(
    call: Call,
    *,
    email: str,
    account_name: str,
    role_name: str | None = None,
    iam_user_access_to_billing: str | None = None,  # noqa: ARG001 - there are no bills
    tags: Sequence[Mapping[str, str]] | None = None,
) -> Reply:
    """Make a member account. It is there when this answers: AWS says so only later.

    Raises NoOrganization, NotManagement, TagsNotKept, TooManyAccounts.   Source: Organizations API, CreateAccount.
    """
    organization = membership.managed(call)
    if tags:
        raise TagsNotKept
    limit = call.quotas.accounts_per_organization
    if organizations.count(call.tx, organization.id) >= limit:
        raise TooManyAccounts(limit=limit)
    made, failure = None, None
    if organizations.is_taken(call.tx, email):
        failure = "EMAIL_ALREADY_EXISTS"
    else:
        made = _made(call, organization, account_name, email, role_name or ACCESS_ROLE)
    drawn = base64.b32encode(call.random(20)).decode("ascii").lower()
    state = FAILED if failure else SUCCEEDED
    request = AccountRequest(f"car-{drawn}", organization.id, account_name, made, state, failure, call.now)
    organizations.note(call.tx, request)
    return {"CreateAccountStatus": _outcome(request)}


@operation(
    "organizations",
    way=Way.READ,
    journal=("create_account_request_id",),
    raises=(NoOrganization, NotManagement, NoSuchRequest),
)
def describe_create_account_status(call: Call, *, create_account_request_id: str) -> Reply:
    """Tell what became of a request for an account.

    Raises NoOrganization, NotManagement, NoSuchRequest.
    Source: Organizations API, DescribeCreateAccountStatus.
    """
    organization = membership.managed(call)
    request = organizations.request(call.tx, organization.id, create_account_request_id)
    if request is None:
        raise NoSuchRequest
    return {"CreateAccountStatus": _outcome(request)}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.account_named,
    journal=("account_id",),
    raises=(NoOrganization, NotManagement, NoSuchAccount),
)
def describe_account(call: Call, *, account_id: str) -> Reply:
    """Tell of one member account.

    Raises NoOrganization, NotManagement, NoSuchAccount.   Source: Organizations API, DescribeAccount.
    """
    organization = membership.managed(call)
    member = organizations.member(call.tx, organization.id, account_id)
    if member is None:
        raise NoSuchAccount
    return {"Account": _told(organization, member)}


@operation(
    "organizations",
    way=Way.READ,
    journal=("next_token", "max_results"),
    raises=(NoOrganization, NotManagement, InvalidNextToken),
)
def list_accounts(call: Call, *, next_token: str | None = None, max_results: int | None = None) -> Reply:
    """List the organization's accounts by number.

    Raises NoOrganization, NotManagement, InvalidNextToken.   Source: Organizations API, ListAccounts.
    """
    organization = membership.managed(call)
    page = paging.page(call, "accounts", next_token, max_results)
    found = organizations.members(call.tx, organization.id, after=page.after, limit=page.size + 1)
    reply: dict[str, Any] = {"Accounts": [_told(organization, member) for member in found[: page.size]]}
    if len(found) > page.size:
        reply["NextToken"] = page.token(found[page.size - 1].account_id)
    return reply


def _made(call: Call, organization: Organization, name: str, email: str, role_name: str) -> str:
    account = mint_account_id(call.random)
    accounts.add(call.tx, Account(account, call.asking.tools.data_key(account), call.now))
    organizations.join(call.tx, Member(account, organization.id, name, email, ACTIVE, CREATED, call.now))
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": iam_arn(organization.management_account, "root")},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role_id = mint_unique_id(Prefix.ROLE, call.random)
    roles.add(call.tx, Role(role_id, account, role_name, "/", None, json.dumps(trust), SESSION_SECONDS, None, call.now))
    administrator = aws_policies.by_arn(ADMINISTRATOR)
    if administrator is None:
        msg = f"`{ADMINISTRATOR}` is not among AWS's policies"
        raise LookupError(msg)
    aws_policies.keep(call.tx, administrator)
    attachments.attach(call.tx, role_id, administrator.id)
    return account


def _outcome(request: AccountRequest) -> dict[str, Any]:
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


def _told(organization: Organization, member: Member) -> dict[str, Any]:
    return {
        "Id": member.account_id,
        "Arn": membership.account_arn(organization, member.account_id),
        "Email": member.email,
        "Name": member.name,
        "Status": member.status,
        "State": member.status,
        "JoinedMethod": member.joined_method,
        "JoinedTimestamp": member.joined_at,
    }
