"""An organization, the accounts in it and their places, who joins it and who leaves; its members' roots, and tokens."""

from __future__ import annotations

import json
from typing import Any

from tests.api.answers import Watched
from tests.support.refusals import refused

ELSEWHERE = {
    ("sts", "AssumeRole", "AccessDenied"),  # as AssumeRole
    ("sts", "GetWebIdentityToken", "InvalidParameterValue"),  # tags, as recorded from AWS for AssumeRole
}
AUDIT = {"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"}
SERVICE = "access-analyzer.amazonaws.com"
TEAM = [{"Key": "team", "Value": "blue"}]
WAIT = 4 * 86_400
"""Seconds that a new account stays where it was made."""


def tell(watched: Watched) -> None:
    watched.authority.reset()  # an account that another chapter has made stays where it is for days
    organizations = watched.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    organizations.describe_organization()
    root = organizations.list_roots()["Roots"][0]["Id"]
    made = organizations.create_account(Email="ops@example.com", AccountName="ops", Tags=TEAM)["CreateAccountStatus"]
    organizations.describe_create_account_status(CreateAccountRequestId=made["Id"])
    organizations.list_create_account_status(MaxResults=1)
    organizations.describe_account(AccountId=made["AccountId"])
    organizations.list_accounts(MaxResults=1)
    with refused("HandshakeConstraintViolationException"):  # there is nothing to enable, ever
        organizations.enable_all_features()
    watched.called.add(("organizations", "EnableAllFeatures"))
    places(organizations, root, made["AccountId"])
    tags(organizations, made["AccountId"])
    delegation(organizations, made["AccountId"])
    features(watched, made["AccountId"])
    comings_and_goings(watched, made["AccountId"])
    organizations.delete_organization()
    tokens(watched)
    watched.authority.reset()  # months have gone by


def places(organizations: Any, root: str, account: str) -> None:
    unit = organizations.create_organizational_unit(ParentId=root, Name="é", Tags=TEAM)["OrganizationalUnit"]["Id"]
    organizations.update_organizational_unit(OrganizationalUnitId=unit, Name="ops")
    organizations.describe_organizational_unit(OrganizationalUnitId=unit)
    organizations.list_organizational_units_for_parent(ParentId=root, MaxResults=1)
    organizations.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
    organizations.list_parents(ChildId=account)
    organizations.list_children(ParentId=root, ChildType="ORGANIZATIONAL_UNIT")
    organizations.list_accounts_for_parent(ParentId=unit)
    organizations.move_account(AccountId=account, SourceParentId=unit, DestinationParentId=root)
    organizations.delete_organizational_unit(OrganizationalUnitId=unit)


def tags(organizations: Any, account: str) -> None:
    organizations.tag_resource(ResourceId=account, Tags=[{"Key": "more", "Value": "é"}])
    organizations.list_tags_for_resource(ResourceId=account)
    organizations.untag_resource(ResourceId=account, TagKeys=["more"])


def delegation(organizations: Any, account: str) -> None:
    organizations.enable_aws_service_access(ServicePrincipal=SERVICE)
    organizations.list_aws_service_access_for_organization()
    organizations.register_delegated_administrator(AccountId=account, ServicePrincipal=SERVICE)
    organizations.list_delegated_administrators(ServicePrincipal=SERVICE)
    organizations.list_delegated_services_for_account(AccountId=account)
    organizations.deregister_delegated_administrator(AccountId=account, ServicePrincipal=SERVICE)
    organizations.disable_aws_service_access(ServicePrincipal=SERVICE)
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": account},
        "Action": "organizations:ListAccounts",
        "Resource": "*",
    }
    content = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    organizations.put_resource_policy(Content=content, Tags=TEAM)
    organizations.describe_resource_policy()
    organizations.delete_resource_policy()


def features(watched: Watched, member: str) -> None:
    iam = watched.client("iam")
    iam.enable_organizations_root_sessions()
    iam.enable_organizations_root_credentials_management()
    iam.list_organizations_features()
    root = watched.client("sts").assume_root(TargetPrincipal=member, TaskPolicyArn=AUDIT, DurationSeconds=300)
    watched.client("sts", root["Credentials"]).get_caller_identity()
    iam.disable_organizations_root_credentials_management()
    iam.disable_organizations_root_sessions()


def comings_and_goings(watched: Watched, account: str) -> None:
    organizations = watched.client("organizations")
    watched.authority.advance(WAIT)
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    session = watched.client("sts").assume_role(RoleArn=role, RoleSessionName="story")["Credentials"]
    theirs = watched.client("organizations", session)
    theirs.leave_organization()
    for answer in (theirs.decline_handshake, organizations.cancel_handshake, theirs.accept_handshake):
        target = {"Type": "EMAIL", "Id": "ops@example.com"}
        sent = organizations.invite_account_to_organization(Target=target, Notes="<&> é", Tags=TEAM)["Handshake"]["Id"]
        theirs.describe_handshake(HandshakeId=sent)
        answer(HandshakeId=sent)
    theirs.list_handshakes_for_account(MaxResults=1)
    organizations.list_handshakes_for_organization(MaxResults=1)
    organizations.remove_account_from_organization(AccountId=account)
    made = organizations.create_account(Email="gone@example.com", AccountName="gone")["CreateAccountStatus"]
    organizations.close_account(AccountId=made["AccountId"])
    organizations.describe_account(AccountId=made["AccountId"])
    watched.authority.advance(90 * 86_400)


def tokens(watched: Watched) -> None:
    iam, sts = watched.client("iam"), watched.client("sts")
    iam.enable_outbound_web_identity_federation()
    iam.get_outbound_web_identity_federation_info()
    for algorithm in ("RS256", "ES384"):
        sts.get_web_identity_token(Audience=["https://api.example"], SigningAlgorithm=algorithm)
    iam.disable_outbound_web_identity_federation()
