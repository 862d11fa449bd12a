"""Which accounts there are, as the organization tells them, and which of them the rules choose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from watchword.rotation.rules.shapes import Aws
from watchword.rotation.seen import Account

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient

ALONE = "AWSOrganizationsNotInUseException"
DENIED = frozenset({"AccessDeniedException", "AccessDenied", "UnrecognizedClientException"})


def accounts(organizations: OrganizationsClient, own: str, aws: Aws) -> list[Account]:
    """List the accounts that the rules choose, by number. Suspended, pending and closed ones are none of them.

    Where there is no organization, the tool's own account is all there is. An account that the rules name by number is
    looked after whether or not the organization tells of it: if it cannot be reached, that is told.

    Raises ClientError and BotoCoreError.
    """
    by_number = bool(aws.accounts) and not (aws.units or aws.account_tags or aws.needs_units)
    try:
        found = _of_organization(organizations, aws)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code != ALONE and not (by_number and code in DENIED):
            raise
        found = {} if aws.accounts else {own: Account(own)}
    if by_number:
        found = {number: found.get(number, Account(number)) for number in aws.accounts}
    chosen = [one for one in found.values() if _is_chosen(one, aws)]
    if aws.account_tags:
        tagged = [replace(one, tags=_tags(organizations, one.id)) for one in chosen]
        chosen = [one for one in tagged if _carries(one.tags, aws.account_tags)]
    return sorted(chosen, key=lambda one: one.id)


def _of_organization(organizations: OrganizationsClient, aws: Aws) -> dict[str, Account]:
    management = organizations.describe_organization()["Organization"].get("MasterAccountId", "")
    if aws.units or aws.needs_units:
        listed = _of_tree(organizations)
    else:
        pages = organizations.get_paginator("list_accounts").paginate()
        listed = ((one, ()) for page in pages for one in page["Accounts"])
    return {
        one["Id"]: Account(
            one["Id"], one.get("Name", ""), one.get("Email", ""), parents, management=one["Id"] == management
        )
        for one, parents in listed
        if _is_active(one)
    }


def _is_active(told: Mapping[str, Any]) -> bool:
    """`Status` is what older models tell; AWS retires it in favour of `State`.  Source: Organizations API, Account."""
    return bool((told.get("State") or told.get("Status")) == "ACTIVE")


def _of_tree(organizations: OrganizationsClient) -> Iterator[tuple[Mapping[str, Any], tuple[str, ...]]]:
    """Walk every unit: two calls for each, where asking for each account's parents would be one for each account."""
    pages = organizations.get_paginator("list_roots").paginate()
    waiting: list[tuple[str, ...]] = [(root["Id"],) for page in pages for root in page["Roots"]]
    while waiting:
        parents = waiting.pop()
        for page in organizations.get_paginator("list_accounts_for_parent").paginate(ParentId=parents[-1]):
            yield from ((one, parents) for one in page["Accounts"])
        inner = organizations.get_paginator("list_organizational_units_for_parent").paginate(ParentId=parents[-1])
        waiting += [(*parents, unit["Id"]) for page in inner for unit in page["OrganizationalUnits"]]


def _is_chosen(account: Account, aws: Aws) -> bool:
    return (
        account.id not in aws.skip
        and (not aws.accounts or account.id in aws.accounts)
        and (not aws.units or not set(aws.units).isdisjoint(account.parents))
    )


def _tags(organizations: OrganizationsClient, account: str) -> dict[str, str]:
    pages = organizations.get_paginator("list_tags_for_resource").paginate(ResourceId=account)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}


def _carries(tags: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(name in tags and fnmatchcase(tags[name], pattern) for name, pattern in wanted.items())
