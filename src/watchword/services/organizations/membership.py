"""Which organization a request is about: the caller's own."""

from __future__ import annotations

from watchword.services.operation import Asking, Call, Target
from watchword.services.organizations.refusals import NoOrganization, NotManagement
from watchword.store import organizations
from watchword.store.organizations import Organization


def own(call: Call) -> Organization:
    """Give the organization that the caller's account belongs to.

    Raises NoOrganization.
    """
    found = organizations.of(call.tx, call.account)
    if found is None:
        raise NoOrganization
    return found


def managed(call: Call) -> Organization:
    """Give the organization that the caller's account manages.

    Raises NoOrganization, NotManagement.
    """
    found = own(call)
    if found.management_account != call.account:
        raise NotManagement
    return found


def account_named(asking: Asking) -> Target:
    """The account that `AccountId` names.  Source: Service Authorization Reference, Organizations, `account`."""
    named, caller = asking.parameters["account_id"], asking.caller.account
    found = organizations.of(asking.tx, caller)
    return Target("*" if found is None else account_arn(found, named), caller)


def arn(organization: Organization, kind: str, name: str = "") -> str:
    """Write an ARN of the organization: `kind` is `organization`, `account` or `root`."""
    path = f"{organization.id}/{name}" if name else organization.id
    return f"arn:aws:organizations::{organization.management_account}:{kind}/{path}"


def account_arn(organization: Organization, account: str) -> str:
    """Write the ARN of a member account."""
    return arn(organization, "account", account)
