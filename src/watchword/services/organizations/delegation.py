"""Delegated administrators: members that may read the organization for the sake of a service."""

from __future__ import annotations

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import account_told, closing, membership, paging, trusted_access
from watchword.services.organizations.refusals import (
    AccountAlreadyRegistered,
    AccountNotRegistered,
    InvalidNextToken,
    ManagementCannotBeDelegated,
    NoOrganization,
    NoSuchAccount,
    NotManagement,
    ServiceNotTrusted,
    SuspendedCannotBeDelegated,
    UnrecognizedService,
)
from watchword.store import delegated_administrators, organization_accounts, organizations, trusted_services


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management("account_id"),
    journal=("account_id", "service_principal"),
    keys=trusted_access.KEYS,
    raises=(
        NoOrganization,
        NotManagement,
        UnrecognizedService,
        NoSuchAccount,
        ManagementCannotBeDelegated,
        SuspendedCannotBeDelegated,
        ServiceNotTrusted,
        AccountAlreadyRegistered,
    ),
)
def register_delegated_administrator(call: Call, *, account_id: str, service_principal: str) -> Reply:
    """Make a member an administrator of a service: it may read the organization from then on.

    Raises NoOrganization, NotManagement, UnrecognizedService, NoSuchAccount, ManagementCannotBeDelegated,
    SuspendedCannotBeDelegated, ServiceNotTrusted, AccountAlreadyRegistered.
    Source: Organizations API, RegisterDelegatedAdministrator.
    """
    organization = membership.managed(call)
    trusted_access.check(service_principal)
    found = organization_accounts.by_id(call.tx, organization.id, account_id, closing.over_by(call))
    if found is None:
        raise NoSuchAccount
    if account_id == organization.management_account:
        raise ManagementCannotBeDelegated
    if found.closed_at is not None:
        raise SuspendedCannotBeDelegated
    if not trusted_services.is_trusted(call.tx, organization.id, service_principal):
        raise ServiceNotTrusted
    if delegated_administrators.is_one(call.tx, organization.id, account_id, service_principal):
        raise AccountAlreadyRegistered
    delegated_administrators.add(call.tx, organization.id, account_id, service_principal, call.now)
    return {}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management("account_id"),
    journal=("account_id", "service_principal"),
    keys=trusted_access.KEYS,
    raises=(NoOrganization, NotManagement, UnrecognizedService, NoSuchAccount, AccountNotRegistered),
)
def deregister_delegated_administrator(call: Call, *, account_id: str, service_principal: str) -> Reply:
    """Make a member no administrator of a service any more.

    Raises NoOrganization, NotManagement, UnrecognizedService, NoSuchAccount, AccountNotRegistered.
    Source: Organizations API, DeregisterDelegatedAdministrator.
    """
    organization = membership.managed(call)
    trusted_access.check(service_principal)
    if organizations.member(call.tx, organization.id, account_id) is None:
        raise NoSuchAccount
    if not delegated_administrators.is_one(call.tx, organization.id, account_id, service_principal):
        raise AccountNotRegistered
    delegated_administrators.remove(call.tx, organization.id, account_id, service_principal)
    return {}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading(),
    journal=("service_principal", "next_token", "max_results"),
    keys=trusted_access.KEYS,
    raises=(NoOrganization, NotManagement, InvalidNextToken),
)
def list_delegated_administrators(
    call: Call,
    *,
    service_principal: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Reply:
    """List the accounts that are administrators of a service, or of any, by number.

    Raises NoOrganization, NotManagement, InvalidNextToken.
    Source: Organizations API, ListDelegatedAdministrators.
    """
    organization = membership.readable(call)
    page = paging.page(call, f"administrators of {service_principal or 'any'}", next_token, max_results)
    found = delegated_administrators.page(
        call.tx, organization.id, service_principal, after=page.after, limit=page.fetch
    )
    names = [one.name for one in found[: page.size]]
    known = organization_accounts.these(call.tx, organization.id, names, closing.over_by(call))
    reply = page.reply("DelegatedAdministrators", found, tell=lambda one: one, position=lambda one: one.name)
    reply["DelegatedAdministrators"] = [
        account_told.brief(organization, known[one.name]) | {"DelegationEnabledDate": one.enabled_at}
        for one in found[: page.size]
        if one.name in known
    ]
    return reply


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading("account_id"),
    journal=("account_id", "next_token", "max_results"),
    raises=(NoOrganization, NotManagement, NoSuchAccount, AccountNotRegistered, InvalidNextToken),
)
def list_delegated_services_for_account(
    call: Call, *, account_id: str, next_token: str | None = None, max_results: int | None = None
) -> Reply:
    """List the services that an account is an administrator of.

    Raises NoOrganization, NotManagement, NoSuchAccount, AccountNotRegistered, InvalidNextToken.
    Source: Organizations API, ListDelegatedServicesForAccount.
    """
    organization = membership.readable(call)
    if organizations.member(call.tx, organization.id, account_id) is None:
        raise NoSuchAccount
    page = paging.page(call, f"services of {account_id}", next_token, max_results)
    found = delegated_administrators.services(call.tx, organization.id, account_id, after=page.after, limit=page.fetch)
    if not found and not page.after:
        raise AccountNotRegistered
    return page.reply(
        "DelegatedServices",
        found,
        tell=lambda one: {"ServicePrincipal": one.name, "DelegationEnabledDate": one.enabled_at},
        position=lambda one: one.name,
    )
