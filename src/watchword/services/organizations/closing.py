"""Closing an account: nothing in it opens anything any more, and after ninety days it is no member either."""

from __future__ import annotations

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import departing, membership
from watchword.services.organizations.belongings import DAY, REINSTATED_FOR
from watchword.services.organizations.refusals import (
    AccountAlreadyClosed,
    CannotCloseManagement,
    NoOrganization,
    NoSuchAccount,
    NotManagement,
    TooManyClosed,
)
from watchword.store import accounts, organization_accounts, organizations
from watchword.store.organizations import Organization

ROLLING = 30 * DAY
CLOSED_AT_LEAST, CLOSED_SHARE, CLOSED_AT_MOST = 250, 0.2, 1_000
"""How many may be closed within thirty days: the higher of these two, up to the third.  Source: likewise."""


def over_by(call: Call) -> int:
    """Give the instant by which accounts were closed whose ninety days are over."""
    return call.now - REINSTATED_FOR


def let_go(call: Call, organization: Organization) -> None:
    """Let accounts whose ninety days are over leave the organization."""
    for account in organization_accounts.over(call.tx, organization.id, over_by(call)):
        departing.depart(call, organization, account)


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management("account_id"),
    journal=("account_id",),
    raises=(NoOrganization, NotManagement, NoSuchAccount, CannotCloseManagement, AccountAlreadyClosed, TooManyClosed),
)
def close_account(call: Call, *, account_id: str) -> Reply:
    """Close a member account. It is closed when this answers: AWS says so only later.

    Raises NoOrganization, NotManagement, NoSuchAccount, CannotCloseManagement, AccountAlreadyClosed, TooManyClosed.
    Source: Organizations API, CloseAccount.
    """
    organization = membership.managed(call)
    found = organization_accounts.by_id(call.tx, organization.id, account_id, over_by(call))
    if found is None:
        raise NoSuchAccount
    if account_id == organization.management_account:
        raise CannotCloseManagement
    if found.closed_at is not None:
        raise AccountAlreadyClosed
    share = int(CLOSED_SHARE * organizations.count(call.tx, organization.id))
    allowed = min(max(CLOSED_AT_LEAST, share), CLOSED_AT_MOST)
    if organizations.closed_since(call.tx, organization.id, call.now - ROLLING) >= allowed:
        raise TooManyClosed
    accounts.close(call.tx, account_id, call.now)
    return {}
