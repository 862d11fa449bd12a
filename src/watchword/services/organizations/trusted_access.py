"""Trusted access: services of AWS that may see the organization."""

from __future__ import annotations

import re
from typing import Any

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import membership, paging
from watchword.services.organizations.refusals import (
    InvalidNextToken,
    NoOrganization,
    NotManagement,
    UnrecognizedService,
)
from watchword.store import trusted_services
from watchword.store.trusted_services import TrustedService

_SERVICE = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.amazonaws\.com(\.cn)?")
KEYS = {"organizations:ServicePrincipal": "service_principal"}


def check(service_principal: str) -> None:
    """See that a text is a service's principal. Which services there are is not known here.

    Raises UnrecognizedService.
    """
    if _SERVICE.fullmatch(service_principal) is None:
        raise UnrecognizedService


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management(),
    journal=("service_principal",),
    keys=KEYS,
    raises=(NoOrganization, NotManagement, UnrecognizedService),
)
def enable_aws_service_access(call: Call, *, service_principal: str) -> Reply:
    """Trust a service; one that is trusted already stays so.

    Raises NoOrganization, NotManagement, UnrecognizedService.   Source: Organizations API, EnableAWSServiceAccess.
    """
    organization = membership.managed(call)
    check(service_principal)
    trusted_services.add(call.tx, organization.id, service_principal, call.now)
    return {}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management(),
    journal=("service_principal",),
    keys=KEYS,
    raises=(NoOrganization, NotManagement, UnrecognizedService),
)
def disable_aws_service_access(call: Call, *, service_principal: str) -> Reply:
    """Trust a service no more; one that is not trusted is passed over.

    Raises NoOrganization, NotManagement, UnrecognizedService.   Source: Organizations API, DisableAWSServiceAccess.
    """
    organization = membership.managed(call)
    check(service_principal)
    trusted_services.remove(call.tx, organization.id, service_principal)
    return {}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading(),
    journal=("next_token", "max_results"),
    raises=(NoOrganization, NotManagement, InvalidNextToken),
)
def list_aws_service_access_for_organization(
    call: Call, *, next_token: str | None = None, max_results: int | None = None
) -> Reply:
    """List the trusted services by name.

    Raises NoOrganization, NotManagement, InvalidNextToken.
    Source: Organizations API, ListAWSServiceAccessForOrganization.
    """
    organization = membership.readable(call)
    page = paging.page(call, "trusted services", next_token, max_results)
    found = trusted_services.page(call.tx, organization.id, after=page.after, limit=page.fetch)
    return page.reply("EnabledServicePrincipals", found, tell=_told, position=lambda one: one.service)


def _told(found: TrustedService) -> dict[str, Any]:
    return {"ServicePrincipal": found.service, "DateEnabled": found.enabled_at}
