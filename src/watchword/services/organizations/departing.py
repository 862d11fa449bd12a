"""Leaving an organization: the account stands alone afterwards, and nothing of the organization bears on it."""

from __future__ import annotations

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import membership
from watchword.services.organizations.belongings import DAY
from watchword.services.organizations.refusals import (
    IsDelegatedAdministrator,
    MasterCannotLeave,
    NoOrganization,
    NoSuchAccount,
    NotManagement,
    WaitPeriodActive,
)
from watchword.store import (
    delegated_administrators,
    organization_policy_attachments,
    organization_tags,
    organizations,
)
from watchword.store.organizations import CREATED, Member, Organization

WAIT = 4 * DAY
"""Seconds that a new account stays where it was made.  Source: Organizations API, LeaveOrganization."""


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management("account_id"),
    journal=("account_id",),
    raises=(
        NoOrganization,
        NotManagement,
        NoSuchAccount,
        MasterCannotLeave,
        IsDelegatedAdministrator,
        WaitPeriodActive,
    ),
)
def remove_account_from_organization(call: Call, *, account_id: str) -> Reply:
    """Let a member account stand alone.

    Raises NoOrganization, NotManagement, NoSuchAccount, MasterCannotLeave, IsDelegatedAdministrator, WaitPeriodActive.
    Source: Organizations API, RemoveAccountFromOrganization.
    """
    organization = membership.managed(call)
    let_leave(call, organization, account_id)
    return {}


@operation(
    "organizations",
    way=Way.CHANGE,
    raises=(NoOrganization, NoSuchAccount, MasterCannotLeave, IsDelegatedAdministrator, WaitPeriodActive),
)
def leave_organization(call: Call) -> Reply:
    """Let the caller's account stand alone.

    Raises NoOrganization, NoSuchAccount, MasterCannotLeave, IsDelegatedAdministrator, WaitPeriodActive.
    Source: Organizations API, LeaveOrganization.
    """
    let_leave(call, membership.own(call), call.account)
    return {}


def depart(call: Call, organization: Organization, account: str) -> None:
    """Take an account out of its organization, with everything that it had there."""
    for service in delegated_administrators.all_services(call.tx, organization.id, account):
        delegated_administrators.remove(call.tx, organization.id, account, service)
    organization_policy_attachments.end(call.tx, organization.id, account)
    organization_tags.clear(call.tx, account)
    organizations.leave(call.tx, account)


def let_leave(call: Call, organization: Organization, account: str) -> None:
    """Let a member stand alone, if it may.

    Raises NoSuchAccount, MasterCannotLeave, IsDelegatedAdministrator, WaitPeriodActive.
    """
    member = organizations.member(call.tx, organization.id, account)
    if member is None:
        raise NoSuchAccount
    if account == organization.management_account:
        raise MasterCannotLeave
    if delegated_administrators.is_one(call.tx, organization.id, account):
        raise IsDelegatedAdministrator
    if _waits(member, call.now):
        raise WaitPeriodActive
    depart(call, organization, account)


def _waits(member: Member, now: int) -> bool:
    return member.joined_method == CREATED and now < member.joined_at + WAIT
