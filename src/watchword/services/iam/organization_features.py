"""What IAM does for an organization: sessions of its members' roots, and the care of their roots' credentials."""

from __future__ import annotations

from watchword.domain.refusal import Refusal
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import organizations
from watchword.store.organizations import ROOT_CREDENTIALS, ROOT_SESSIONS, Organization


class NoOrganization(Refusal):
    """Source: iam model, OrganizationNotFoundException."""

    code, text = "OrganizationNotFoundException", "The account is not a member of an organization."


class NotManagement(Refusal):
    """Source: iam model, AccountNotManagementOrDelegatedAdministratorException."""

    code = "AccountNotManagementOrDelegatedAdministratorException"
    text = "The account is not the management account of its organization, nor a delegated administrator for IAM."


@operation("iam", way=Way.READ, raises=(NoOrganization, NotManagement))
def list_organizations_features(call: Call) -> Reply:
    """Tell which of these features the caller's organization has enabled.

    Raises NoOrganization, NotManagement.   Source: IAM API, ListOrganizationsFeatures.
    """
    return _told(_managed(call))


@operation("iam", way=Way.CHANGE, raises=(NoOrganization, NotManagement))
def enable_organizations_root_sessions(call: Call) -> Reply:
    """Let the management account assume the roots of its members for a task.

    Raises NoOrganization, NotManagement.   Source: IAM API, EnableOrganizationsRootSessions; AssumeRoot.
    """
    return _switch(call, ROOT_SESSIONS, on=True)


@operation("iam", way=Way.CHANGE, raises=(NoOrganization, NotManagement))
def disable_organizations_root_sessions(call: Call) -> Reply:
    """Let no member's root be assumed any more. Sessions that were given go on until they expire.

    Raises NoOrganization, NotManagement.   Source: IAM API, DisableOrganizationsRootSessions.
    """
    return _switch(call, ROOT_SESSIONS, on=False)


@operation("iam", way=Way.CHANGE, raises=(NoOrganization, NotManagement))
def enable_organizations_root_credentials_management(call: Call) -> Reply:
    """Let the management account care for its members' root credentials.

    Raises NoOrganization, NotManagement.   Source: IAM API, EnableOrganizationsRootCredentialsManagement.
    """
    return _switch(call, ROOT_CREDENTIALS, on=True)


@operation("iam", way=Way.CHANGE, raises=(NoOrganization, NotManagement))
def disable_organizations_root_credentials_management(call: Call) -> Reply:
    """Leave the members' root credentials to the members.

    Raises NoOrganization, NotManagement.   Source: IAM API, DisableOrganizationsRootCredentialsManagement.
    """
    return _switch(call, ROOT_CREDENTIALS, on=False)


def _managed(call: Call) -> Organization:
    """Give the organization that the caller's account manages.

    Raises NoOrganization, NotManagement.
    """
    organization = organizations.of(call.tx, call.account)
    if organization is None:
        raise NoOrganization
    if organization.management_account != call.account:
        raise NotManagement
    return organization


def _switch(call: Call, feature: str, *, on: bool) -> Reply:
    organization = _managed(call)
    kept = tuple(sorted({*organization.features, feature} if on else {*organization.features} - {feature}))
    organizations.set_features(call.tx, organization, kept)
    return {"OrganizationId": organization.id, "EnabledFeatures": kept}


def _told(organization: Organization) -> Reply:
    return {"OrganizationId": organization.id, "EnabledFeatures": organization.features}
