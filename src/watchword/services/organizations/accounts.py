"""Accounts: made in an organization, with a role by which the management account administers them, and told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from watchword.domain.arn import iam_arn
from watchword.domain.ids import Prefix, mint_account_id, mint_unique_id
from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import (
    account_requests,
    account_told,
    closing,
    drawing,
    membership,
    paging,
    tagging,
)
from watchword.services.organizations.refusals import (
    DuplicateTagKey,
    InvalidNextToken,
    InvalidRoleName,
    NoOrganization,
    NoSuchAccount,
    NotManagement,
    SystemTag,
    TooManyAccounts,
    TooManyTags,
)
from watchword.store import (
    account_contacts,
    accounts,
    attachments,
    aws_policies,
    organization_accounts,
    organization_policy_attachments,
    organizations,
    roles,
)
from watchword.store.account_contacts import Contact
from watchword.store.accounts import Account
from watchword.store.organizations import CREATED, FAILED, SUCCEEDED, AccountRequest, Member, Organization
from watchword.store.roles import Role

ACCESS_ROLE = "OrganizationAccountAccessRole"
"""Source: Organizations API, CreateAccount, RoleName."""
SERVICE_ROLE = "AWSServiceRoleFor"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
SESSION_SECONDS = 3_600


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management(),
    journal=("role_name", "iam_user_access_to_billing", "tags"),
    told=("CreateAccountStatus.Id", "CreateAccountStatus.State", "CreateAccountStatus.AccountId"),
    also=tagging.needed_to_tag(),
    raises=(
        NoOrganization,
        NotManagement,
        InvalidRoleName,
        TooManyAccounts,
        DuplicateTagKey,
        SystemTag,
        TooManyTags,
    ),
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

    Raises NoOrganization, NotManagement, InvalidRoleName, TooManyAccounts, DuplicateTagKey, SystemTag, TooManyTags.
    Source: Organizations API, CreateAccount.
    """
    organization = membership.managed(call)
    passed = tagging.read(call, tags)
    if role_name is not None and role_name.startswith(SERVICE_ROLE):
        raise InvalidRoleName
    closing.let_go(call, organization)
    limit = call.quotas.accounts_per_organization
    if organizations.count(call.tx, organization.id) >= limit:
        raise TooManyAccounts(limit=limit)
    made, failure = None, None
    if account_contacts.by_email(call.tx, email) is not None:
        failure = "EMAIL_ALREADY_EXISTS"
    else:
        made = _made(call, organization, account_name, email, role_name or ACCESS_ROLE)
        tagging.lay(call, made, passed)
    state, name = FAILED if failure else SUCCEEDED, f"car-{drawing.drawn(call.random, 32)}"
    request = AccountRequest(name, organization.id, account_name, made, state, failure, call.now)
    organizations.note(call.tx, request)
    return {"CreateAccountStatus": account_requests.told(request)}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading("account_id"),
    journal=("account_id",),
    raises=(NoOrganization, NotManagement, NoSuchAccount),
)
def describe_account(call: Call, *, account_id: str) -> Reply:
    """Tell of one member account.

    Raises NoOrganization, NotManagement, NoSuchAccount.   Source: Organizations API, DescribeAccount.
    """
    organization = membership.readable(call)
    found = organization_accounts.by_id(call.tx, organization.id, account_id, closing.over_by(call))
    if found is None:
        raise NoSuchAccount
    return {"Account": account_told.account(organization, found)}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading(),
    journal=("next_token", "max_results"),
    raises=(NoOrganization, NotManagement, InvalidNextToken),
)
def list_accounts(call: Call, *, next_token: str | None = None, max_results: int | None = None) -> Reply:
    """List the organization's accounts by number.

    Raises NoOrganization, NotManagement, InvalidNextToken.   Source: Organizations API, ListAccounts.
    """
    organization = membership.readable(call)
    page = paging.page(call, "accounts", next_token, max_results)
    since = closing.over_by(call)
    found = organization_accounts.page(call.tx, organization.id, since, after=page.after, limit=page.fetch)
    return page.reply(
        "Accounts", found, tell=lambda one: account_told.account(organization, one), position=lambda one: one.id
    )


def _made(call: Call, organization: Organization, name: str, email: str, role_name: str) -> str:
    account = mint_account_id(call.random)
    accounts.add(call.tx, Account(account, call.asking.tools.data_key(account), call.now))
    account_contacts.put(call.tx, Contact(account, name, email))
    organizations.join(call.tx, Member(account, organization.id, organization.root_id, CREATED, call.now))
    organization_policy_attachments.begin(call.tx, organization.id, account, call.now)
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
