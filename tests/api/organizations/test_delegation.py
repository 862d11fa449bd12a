"""Delegation: to administrators of services, who may read, and by the organization's own policy."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.api.organizations.organization import Organized
from tests.api.organizations.reasons import refused_for
from tests.support.accounts import ADMINISTRATOR, allowing
from tests.support.refusals import refused

SERVICE = "access-analyzer.amazonaws.com"
INPUT = "InvalidInputException"


@pytest.fixture
def theirs(organized: Organized) -> Any:
    """Organizations, as the member's administrator."""
    return organized.member.client("organizations")


def delegate(organized: Organized, service: str = SERVICE) -> None:
    organized.client.enable_aws_service_access(ServicePrincipal=service)
    organized.client.register_delegated_administrator(AccountId=organized.member.account_id, ServicePrincipal=service)


def granting(account: str, *actions: str, effect: str = "Allow", **more: Any) -> str:
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    statement = {"Effect": effect, "Principal": principal, "Action": list(actions), "Resource": "*"} | more
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_delegated_administrator_reads_and_changes_nothing(organized: Organized, theirs: Any) -> None:
    account, root = organized.member.account_id, organized.root
    unit = organized.unit("one")
    readings: list[tuple[Any, dict[str, str]]] = [
        (theirs.list_accounts, {}),
        (theirs.list_roots, {}),
        (theirs.list_children, {"ParentId": root, "ChildType": "ACCOUNT"}),
        (theirs.list_parents, {"ChildId": account}),
        (theirs.list_organizational_units_for_parent, {"ParentId": root}),
        (theirs.list_accounts_for_parent, {"ParentId": root}),
        (theirs.list_tags_for_resource, {"ResourceId": account}),
        (theirs.list_delegated_administrators, {}),
        (theirs.list_delegated_services_for_account, {"AccountId": account}),
        (theirs.list_aws_service_access_for_organization, {}),
        (theirs.list_create_account_status, {}),
        (theirs.list_handshakes_for_organization, {}),
        (theirs.describe_account, {"AccountId": account}),
        (theirs.describe_organizational_unit, {"OrganizationalUnitId": unit}),
    ]
    for ask, asked in readings:
        with refused("AccessDeniedException"):
            ask(**asked)
    delegate(organized)
    for ask, asked in readings:
        ask(**asked)
    changes: list[tuple[Any, dict[str, Any]]] = [
        (theirs.tag_resource, {"ResourceId": account, "Tags": [{"Key": "a", "Value": "b"}]}),
        (theirs.create_organizational_unit, {"ParentId": root, "Name": "mine"}),
        (theirs.close_account, {"AccountId": account}),
        (theirs.register_delegated_administrator, {"AccountId": account, "ServicePrincipal": "sso.amazonaws.com"}),
    ]
    for change, wanted in changes:
        with refused("AccessDeniedException"):
            change(**wanted)
    organized.client.deregister_delegated_administrator(AccountId=account, ServicePrincipal=SERVICE)
    with refused("AccessDeniedException"):
        theirs.list_accounts()


def test_a_delegated_administrators_user_needs_leave_at_home(organized: Organized) -> None:
    delegate(organized)
    ann = organized.authority.of("organizations", organized.member.user("ann"))
    with refused("AccessDeniedException"):
        ann.list_accounts()
    organized.member.client("iam").put_user_policy(
        UserName="ann", PolicyName="read", PolicyDocument=allowing("organizations:List*")
    )
    assert len(ann.list_accounts()["Accounts"]) == 2
    with refused("AccessDeniedException"):
        ann.describe_account(AccountId=organized.member.account_id)


def test_who_becomes_a_delegated_administrator(organized: Organized) -> None:
    client, account = organized.client, organized.member.account_id
    register, deregister = client.register_delegated_administrator, client.deregister_delegated_administrator
    with refused_for("SERVICE_ACCESS_NOT_ENABLED"):
        register(AccountId=account, ServicePrincipal=SERVICE)
    with refused_for("UNRECOGNIZED_SERVICE_PRINCIPAL", INPUT):
        register(AccountId=account, ServicePrincipal="somebody")
    with refused("AccountNotRegisteredException"):
        deregister(AccountId=account, ServicePrincipal=SERVICE)
    with refused("AccountNotRegisteredException"):
        client.list_delegated_services_for_account(AccountId=account)
    delegate(organized)
    with refused("AccountAlreadyRegisteredException"):
        register(AccountId=account, ServicePrincipal=SERVICE)
    with refused_for("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"):
        register(AccountId=organized.authority.account_id, ServicePrincipal=SERVICE)
    for ask in (register, deregister):
        with refused("AccountNotFoundException"):
            ask(AccountId="999999999999", ServicePrincipal=SERVICE)
    organized.authority.advance(4 * 86_400)
    with refused_for("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"):
        client.remove_account_from_organization(AccountId=account)
    deregister(AccountId=account, ServicePrincipal=SERVICE)
    client.close_account(AccountId=account)
    with refused_for("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR"):
        register(AccountId=account, ServicePrincipal=SERVICE)


def test_administrators_and_their_services_are_listed(organized: Organized) -> None:
    client, account = organized.client, organized.member.account_id
    services = ["a.amazonaws.com", "b.amazonaws.com", "c.amazonaws.com"]
    for service in services:
        delegate(organized, service)
    delegate_told = client.list_delegated_administrators()["DelegatedAdministrators"]
    assert [(one["Id"], one["State"]) for one in delegate_told] == [(account, "ACTIVE")]
    assert delegate_told[0]["DelegationEnabledDate"]
    none = client.list_delegated_administrators(ServicePrincipal="d.amazonaws.com")
    assert none["DelegatedAdministrators"] == []
    pages = client.get_paginator("list_delegated_services_for_account").paginate(
        AccountId=account, PaginationConfig={"PageSize": 1}
    )
    assert [one["ServicePrincipal"] for page in pages for one in page["DelegatedServices"]] == services
    pages = client.get_paginator("list_aws_service_access_for_organization").paginate(PaginationConfig={"PageSize": 2})
    assert [one["ServicePrincipal"] for page in pages for one in page["EnabledServicePrincipals"]] == services
    client.disable_aws_service_access(ServicePrincipal=services[0])
    client.disable_aws_service_access(ServicePrincipal=services[0])
    trusted = client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert [one["ServicePrincipal"] for one in trusted] == services[1:]


def test_the_organizations_policy_lets_a_member_do_what_it_grants(organized: Organized, theirs: Any) -> None:
    client, account = organized.client, organized.member.account_id
    content = granting(account, "organizations:TagResource", "organizations:List*")
    put = client.put_resource_policy(Content=content)["ResourcePolicy"]
    assert client.describe_resource_policy()["ResourcePolicy"] == put
    assert put["Content"] == content
    assert put["ResourcePolicySummary"]["Arn"].endswith(f"/{put['ResourcePolicySummary']['Id']}")
    theirs.tag_resource(ResourceId=account, Tags=[{"Key": "team", "Value": "blue"}])
    assert theirs.list_tags_for_resource(ResourceId=account)["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert len(theirs.list_accounts()["Accounts"]) == 2
    denials: list[tuple[Any, dict[str, Any]]] = [
        (theirs.untag_resource, {"ResourceId": account, "TagKeys": ["team"]}),
        (theirs.describe_account, {"AccountId": account}),
        (theirs.close_account, {"AccountId": account}),
        (theirs.put_resource_policy, {"Content": content}),
        (theirs.delete_resource_policy, {}),
    ]
    for denied, asked in denials:
        with refused("AccessDeniedException"):
            denied(**asked)
    ann = organized.authority.of("organizations", organized.member.user("ann"))
    with refused("AccessDeniedException"):  # granted to the account, which grants it nobody here
        ann.list_accounts()
    client.delete_resource_policy()
    with refused("AccessDeniedException"):
        theirs.list_accounts()
    for ask in (client.describe_resource_policy, client.delete_resource_policy):
        with refused("ResourcePolicyNotFoundException"):
            ask()


def test_the_policy_is_asked_for_the_resource(organized: Organized, theirs: Any) -> None:
    account = organized.member.account_id
    unit = organized.unit("one")
    arn = organized.client.describe_organizational_unit(OrganizationalUnitId=unit)["OrganizationalUnit"]["Arn"]
    organized.client.put_resource_policy(Content=granting(account, "organizations:TagResource", Resource=arn))
    theirs.tag_resource(ResourceId=unit, Tags=[{"Key": "a", "Value": ""}])
    with refused("AccessDeniedException"):
        theirs.tag_resource(ResourceId=account, Tags=[{"Key": "a", "Value": ""}])


def test_the_policy_can_deny_a_delegated_administrator(organized: Organized, theirs: Any) -> None:
    delegate(organized)
    account = organized.member.account_id
    organized.client.put_resource_policy(Content=granting(account, "organizations:ListAccounts", effect="Deny"))
    with refused("AccessDeniedException"):
        theirs.list_accounts()
    theirs.list_roots()
    assert organized.client.list_accounts()["Accounts"]
    organized.client.put_resource_policy(Content=granting(account, "organizations:TagResource"))
    theirs.list_accounts()  # read as a delegated administrator; what the policy grants is granted besides
    theirs.tag_resource(ResourceId=account, Tags=[{"Key": "a", "Value": ""}])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "INVALID_RESOURCE_POLICY_JSON"),
        (granting("999999999999", "organizations:ListAccounts"), "INVALID_PRINCIPAL"),
        (granting("", "organizations:ListAccounts", Principal={"Service": "x.amazonaws.com"}), "INVALID_PRINCIPAL"),
        (granting("MEMBER", "organizations:CloseAccount"), "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"),
        (granting("MEMBER", "iam:*"), "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"),
    ],
)
def test_a_policy_that_is_none(organized: Organized, content: str, reason: str) -> None:
    with refused_for(reason, INPUT):
        organized.client.put_resource_policy(Content=content.replace("MEMBER", organized.member.account_id))


def test_only_delegable_things_are_opened_by_a_pattern(organized: Organized) -> None:
    account = organized.member.account_id
    organized.client.put_resource_policy(Content=granting(account, "organizations:*"))
    administrator = organized.authority.of("organizations", organized.member.user("bea", ADMINISTRATOR))
    administrator.tag_resource(ResourceId=account, Tags=[{"Key": "a", "Value": ""}])
    with pytest.raises(ClientError):
        administrator.close_account(AccountId=account)
    with refused("AccessDeniedException"):
        administrator.create_account(Email="x@example.com", AccountName="x")
