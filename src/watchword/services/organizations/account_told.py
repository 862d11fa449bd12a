"""An account of an organization, as replies tell it."""

from __future__ import annotations

from typing import Any

from watchword.services.organizations import membership
from watchword.store.organization_accounts import OrganizationAccount
from watchword.store.organizations import Organization

ACTIVE, SUSPENDED, CLOSED = "ACTIVE", "SUSPENDED", "CLOSED"


def account(organization: Organization, found: OrganizationAccount) -> dict[str, Any]:
    """Write an account as DescribeAccount and the listings do."""
    return brief(organization, found) | {"Paths": [whole_path(organization, found.path, found.id)]}


def brief(organization: Organization, found: OrganizationAccount) -> dict[str, Any]:
    """Write an account without where it stands.

    A closed one is told as `SUSPENDED` by the older member and as `CLOSED` by the newer, for ninety days.
    Source: Organizations User Guide, "Monitor the state of your AWS accounts".
    """
    is_open = found.closed_at is None
    return {
        "Id": found.id,
        "Arn": membership.account_arn(organization, found.id),
        "Email": found.email,
        "Name": found.name,
        "Status": ACTIVE if is_open else SUSPENDED,
        "State": ACTIVE if is_open else CLOSED,
        "JoinedMethod": found.joined_method,
        "JoinedTimestamp": found.joined_at,
    }


def whole_path(organization: Organization, path: str, own: str = "") -> str:
    """Write a path from the organization down, with a slash at its end."""
    return "/".join(filter(None, (organization.id, path, own))) + "/"


def address(account: str) -> str:
    """Give an address for an account that has none; nothing can be sent there.  Source: RFC 2606 §2."""
    return f"account-{account}@watchword.invalid"
