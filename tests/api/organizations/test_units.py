"""Organizational units: a tree, told page by page, in which accounts are moved."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from tests.api.organizations.organization import Organized
from tests.api.organizations.reasons import refused_for
from tests.support.accounts import ADMINISTRATOR, trusting
from tests.support.refusals import refused

NOBODYS = "ou-none-12345678"


def every(client: Any, operation: str, member: str, **more: Any) -> list[Any]:
    """List everything, one on a page."""
    pages = client.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1}, **more)
    return [one for page in pages for one in page[member]]


def test_a_unit_is_made_told_renamed_and_dropped(organized: Organized) -> None:
    client, root = organized.client, organized.root
    organization = client.describe_organization()["Organization"]
    made = client.create_organizational_unit(ParentId=root, Name="Prüfung & <b>")["OrganizationalUnit"]
    assert re.fullmatch(f"ou-{root[2:]}-[a-z0-9]{{8,32}}", made["Id"])
    assert made["Arn"] == (
        f"arn:aws:organizations::{organized.authority.account_id}:ou/{organization['Id']}/{made['Id']}"
    )
    assert made["Path"] == f"{organization['Id']}/{root}/{made['Id']}/"
    assert client.describe_organizational_unit(OrganizationalUnitId=made["Id"])["OrganizationalUnit"] == made
    renamed = client.update_organizational_unit(OrganizationalUnitId=made["Id"], Name="new")["OrganizationalUnit"]
    assert renamed == made | {"Name": "new"}
    assert client.update_organizational_unit(OrganizationalUnitId=made["Id"])["OrganizationalUnit"] == renamed
    client.delete_organizational_unit(OrganizationalUnitId=made["Id"])
    for operation in (client.describe_organizational_unit, client.delete_organizational_unit):
        with refused("OrganizationalUnitNotFoundException"):
            operation(OrganizationalUnitId=made["Id"])
    with refused("OrganizationalUnitNotFoundException"):
        client.update_organizational_unit(OrganizationalUnitId=made["Id"], Name="x")


def test_a_name_is_taken_once_in_one_place(organized: Organized) -> None:
    first, second = organized.unit("one"), organized.unit("two")
    with refused("DuplicateOrganizationalUnitException"):
        organized.unit("one")
    with refused("DuplicateOrganizationalUnitException"):
        organized.client.update_organizational_unit(OrganizationalUnitId=second, Name="one")
    organized.unit("one", first)
    with refused("ParentNotFoundException"):
        organized.unit("one", NOBODYS)


def test_two_who_ask_for_a_name_at_once_get_it_once(organized: Organized) -> None:
    def make(_: int) -> str:
        try:
            return organized.unit("same")
        except ClientError as error:
            return str(error.response["Error"]["Code"])

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(make, range(8)))
    assert answers.count("DuplicateOrganizationalUnitException") == 7


def test_units_stand_five_deep(organized: Organized) -> None:
    parent = organized.root
    for level in range(5):
        parent = organized.unit(f"level {level}", parent)
    with refused_for("OU_DEPTH_LIMIT_EXCEEDED"):
        organized.unit("too deep", parent)


def test_an_account_is_moved_and_told_where_it_stands(organized: Organized) -> None:
    client, root, account = organized.client, organized.root, organized.member.account_id
    above = organized.unit("above")
    below = organized.unit("below", above)
    organized.move(root, below)
    told = client.describe_account(AccountId=account)["Account"]
    organization = client.describe_organization()["Organization"]["Id"]
    assert told["Paths"] == [f"{organization}/{root}/{above}/{below}/{account}/"]
    assert client.list_parents(ChildId=account)["Parents"] == [{"Id": below, "Type": "ORGANIZATIONAL_UNIT"}]
    assert client.list_parents(ChildId=above)["Parents"] == [{"Id": root, "Type": "ROOT"}]
    assert client.list_accounts_for_parent(ParentId=below)["Accounts"] == [told]
    assert client.list_accounts_for_parent(ParentId=above)["Accounts"] == []
    assert client.list_children(ParentId=below, ChildType="ACCOUNT")["Children"] == [{"Id": account, "Type": "ACCOUNT"}]
    with refused("OrganizationalUnitNotEmptyException"):
        client.delete_organizational_unit(OrganizationalUnitId=below)
    with refused("OrganizationalUnitNotEmptyException"):
        client.delete_organizational_unit(OrganizationalUnitId=above)


def test_where_an_account_stands_can_be_asked_for_in_a_policy(organized: Organized) -> None:
    unit = organized.unit("one")
    organization = organized.client.describe_organization()["Organization"]["Id"]
    below: Any = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{organization}/{organized.root}/{unit}/*"}}
    trust = trusting(organized.member.account_id, **below)
    organized.member.client("iam").create_role(RoleName="shared", AssumeRolePolicyDocument=trust)
    bea = organized.authority.of("sts", organized.member.user("bea", ADMINISTRATOR))
    role = {"RoleArn": f"arn:aws:iam::{organized.member.account_id}:role/shared", "RoleSessionName": "run"}
    with refused("AccessDenied"):
        bea.assume_role(**role)
    organized.move(organized.root, unit)
    bea.assume_role(**role)


def test_a_move_says_truly_whence_and_where_to(organized: Organized) -> None:
    root, unit = organized.root, organized.unit("one")
    with refused("DuplicateAccountException"):
        organized.move(root, root)
    other = organized.unit("two")
    with refused("SourceParentNotFoundException"):
        organized.move(unit, other)
    with refused("SourceParentNotFoundException"):
        organized.move(NOBODYS, unit)
    with refused("DestinationParentNotFoundException"):
        organized.move(root, NOBODYS)
    with refused("AccountNotFoundException"):
        organized.client.move_account(AccountId="999999999999", SourceParentId=root, DestinationParentId=unit)
    organized.client.move_account(
        AccountId=organized.authority.account_id, SourceParentId=root, DestinationParentId=unit
    )


def test_listings_go_on_from_page_to_page(organized: Organized) -> None:
    client, root = organized.client, organized.root
    units = sorted(organized.unit(f"unit {number}") for number in range(3))
    listed = every(client, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=root)
    assert [unit["Id"] for unit in listed] == units
    children = every(client, "list_children", "Children", ParentId=root, ChildType="ORGANIZATIONAL_UNIT")
    assert children == [{"Id": unit, "Type": "ORGANIZATIONAL_UNIT"} for unit in units]
    accounts = sorted((organized.authority.account_id, organized.member.account_id))
    listed = every(client, "list_accounts_for_parent", "Accounts", ParentId=root)
    assert [account["Id"] for account in listed] == accounts
    token = client.list_children(ParentId=root, ChildType="ACCOUNT", MaxResults=1)["NextToken"]
    with refused_for("INVALID_NEXT_TOKEN", "InvalidInputException"):
        client.list_children(ParentId=root, ChildType="ORGANIZATIONAL_UNIT", NextToken=token)
    for operation in (client.list_organizational_units_for_parent, client.list_accounts_for_parent):
        with refused("ParentNotFoundException"):
            operation(ParentId=NOBODYS)
    for child in (NOBODYS, "999999999999"):
        with refused("ChildNotFoundException"):
            client.list_parents(ChildId=child)


def test_the_tree_is_the_management_accounts(organized: Organized) -> None:
    theirs = organized.member.client("organizations")
    with refused("AccessDeniedException", message="You don't have permissions to access this resource."):
        theirs.create_organizational_unit(ParentId=organized.root, Name="mine")
    with refused("AccessDeniedException"):
        theirs.list_children(ParentId=organized.root, ChildType="ACCOUNT")
