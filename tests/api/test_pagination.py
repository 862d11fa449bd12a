"""Listings: page by page, every listing tells each thing once and in order, and takes no marker but its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.config import Config

from tests.support.authority import ONE_TRY, Authority
from tests.support.refusals import refused
from watchword.compose import offer
from watchword.services.operation import OPERATIONS
from watchword.wire.names import snake

READING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}]}
)
TRUST = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
)
NAMES = ("alpha", "Beta", "beta-2", "delta_", "Zeta")
"""As listings give them: by name, without regard to case."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing: its own parameters, the reply's lists, and what tells an element from another."""

    parameters: dict[str, str]
    members: tuple[str, ...]
    told: str
    expected: tuple[str, ...]


@pytest.fixture(scope="module")
def full(sandbox_authority: Authority) -> Iterator[tuple[Any, str]]:
    """IAM of an account that has five of everything, and the ARN of a policy that all of them hold."""
    iam = sandbox_authority.client("iam", config=ONE_TRY.merge(Config(parameter_validation=False)))
    arns = [iam.create_policy(PolicyName=name, PolicyDocument=READING)["Policy"]["Arn"] for name in NAMES]
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arns[0], PolicyDocument=READING)
    tags = [{"Key": name, "Value": ""} for name in NAMES]
    iam.tag_policy(PolicyArn=arns[0], Tags=tags)
    for name in NAMES:
        iam.create_group(GroupName=name)
        iam.create_user(UserName=name, Path="/people/", Tags=tags)
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Tags=tags)
    hold(iam, arns)
    yield iam, arns[0]
    sandbox_authority.reset()


def hold(iam: Any, arns: list[str]) -> None:
    """Let the first user, group and role hold five of everything, and the others the first policy."""
    first = NAMES[0]
    for name, arn in zip(NAMES, arns, strict=True):
        iam.put_user_policy(UserName=first, PolicyName=name, PolicyDocument=READING)
        iam.put_group_policy(GroupName=first, PolicyName=name, PolicyDocument=READING)
        iam.put_role_policy(RoleName=first, PolicyName=name, PolicyDocument=READING)
        iam.attach_user_policy(UserName=first, PolicyArn=arn)
        iam.attach_group_policy(GroupName=first, PolicyArn=arn)
        iam.attach_role_policy(RoleName=first, PolicyArn=arn)
        iam.attach_user_policy(UserName=name, PolicyArn=arns[0])
        iam.attach_group_policy(GroupName=name, PolicyArn=arns[0])
        iam.attach_role_policy(RoleName=name, PolicyArn=arns[0])
        iam.add_user_to_group(GroupName=first, UserName=name)
        iam.add_user_to_group(GroupName=name, UserName=first)
    for _ in range(2):
        iam.create_access_key(UserName=first)


USER, GROUP, ROLE, POLICY = {"UserName": "alpha"}, {"GroupName": "alpha"}, {"RoleName": "alpha"}, {"PolicyArn": ""}
HOLDERS = ("PolicyGroups", "PolicyRoles", "PolicyUsers")
INLINE = tuple(sorted(NAMES))
"""Names of inline policies are told apart by case."""
LISTINGS = {
    "list_users": Listing({"PathPrefix": "/people/"}, ("Users",), "UserName", NAMES),
    "list_groups": Listing({}, ("Groups",), "GroupName", NAMES),
    "list_roles": Listing({}, ("Roles",), "RoleName", NAMES),
    "list_policies": Listing({"Scope": "Local"}, ("Policies",), "PolicyName", NAMES),
    "get_group": Listing(GROUP, ("Users",), "UserName", NAMES),
    "list_groups_for_user": Listing(USER, ("Groups",), "GroupName", NAMES),
    "list_user_policies": Listing(USER, ("PolicyNames",), "", INLINE),
    "list_group_policies": Listing(GROUP, ("PolicyNames",), "", INLINE),
    "list_role_policies": Listing(ROLE, ("PolicyNames",), "", INLINE),
    "list_attached_user_policies": Listing(USER, ("AttachedPolicies",), "PolicyName", NAMES),
    "list_attached_group_policies": Listing(GROUP, ("AttachedPolicies",), "PolicyName", NAMES),
    "list_attached_role_policies": Listing(ROLE, ("AttachedPolicies",), "PolicyName", NAMES),
    "list_policy_versions": Listing(POLICY, ("Versions",), "VersionId", ("v5", "v4", "v3", "v2", "v1")),
    "list_user_tags": Listing(USER, ("Tags",), "Key", NAMES),
    "list_role_tags": Listing(ROLE, ("Tags",), "Key", NAMES),
    "list_policy_tags": Listing(POLICY, ("Tags",), "Key", NAMES),
    "list_access_keys": Listing(USER, ("AccessKeyMetadata",), "AccessKeyId", ()),
    "list_entities_for_policy": Listing(POLICY, HOLDERS, "", ()),
}

every = pytest.mark.parametrize("name", LISTINGS)


def given(name: str, arn: str) -> dict[str, str]:
    return {key: value or arn for key, value in LISTINGS[name].parameters.items()}


def elements(name: str, reply: dict[str, Any]) -> list[Any]:
    listing = LISTINGS[name]
    found = [(member, element) for member in listing.members for element in reply[member]]
    if not listing.told:
        return [element if isinstance(element, str) else (member, *element.values()) for member, element in found]
    return [element[listing.told] for _, element in found]


def test_every_listing_is_here() -> None:
    offer(["iam"])
    paged = {name for service, name in OPERATIONS if service == "iam" and "marker" in offered(name)}
    assert paged == set(LISTINGS)


def offered(name: str) -> set[str]:
    return set(OPERATIONS["iam", snake(name)].journal)


@every
@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_pages_together_are_the_whole(full: tuple[Any, str], name: str, size: int) -> None:
    iam, arn = full
    asked = given(name, arn)
    whole = getattr(iam, name)(**asked)
    assert whole["IsTruncated"] is False
    assert "Marker" not in whole
    expected = LISTINGS[name].expected
    if expected:
        assert elements(name, whole) == list(expected)
    pages = [*iam.get_paginator(name).paginate(**asked, PaginationConfig={"PageSize": size})]
    assert [element for page in pages for element in elements(name, page)] == elements(name, whole)
    assert all(len(elements(name, page)) <= size for page in pages)
    assert [page["IsTruncated"] for page in pages] == [True] * (len(pages) - 1) + [False]


@every
def test_a_marker_of_another_listing_is_refused(full: tuple[Any, str], name: str) -> None:
    iam, arn = full
    other = "list_users" if name != "list_users" else "list_groups"
    foreign = getattr(iam, other)(**given(other, arn), MaxItems=1)["Marker"]
    own = getattr(iam, name)(**given(name, arn), MaxItems=1)["Marker"]
    bent = own[:-2] + ("AA" if own[-2:] != "AA" else "BB")
    for marker in (foreign, bent, own + "A", own[:20], "alpha", "0"):
        with refused("ValidationError", status=400, message=f"Invalid Marker: {marker}"):
            getattr(iam, name)(**given(name, arn), Marker=marker)
    assert elements(name, getattr(iam, name)(**given(name, arn), Marker=own, MaxItems=1))


@every
def test_a_page_has_one_to_a_thousand(full: tuple[Any, str], name: str) -> None:
    iam, arn = full
    for size in (0, -1, 1001):
        with refused("ValidationError", status=400):
            getattr(iam, name)(**given(name, arn), MaxItems=size)


def test_a_marker_of_another_user_is_refused(full: tuple[Any, str]) -> None:
    iam, _ = full
    marker = iam.list_groups_for_user(UserName="alpha", MaxItems=1)["Marker"]
    with refused("ValidationError", status=400):
        iam.list_groups_for_user(UserName="Beta", Marker=marker)


def test_what_comes_and_goes_between_pages_spoils_nothing(full: tuple[Any, str]) -> None:
    iam, _ = full
    for name in ("m-a", "m-b", "m-c", "m-d"):
        iam.create_group(GroupName=name, Path="/moving/")
    page = iam.list_groups(PathPrefix="/moving/", MaxItems=2)
    iam.delete_group(GroupName="m-b")
    iam.create_group(GroupName="m-aa", Path="/moving/")
    iam.create_group(GroupName="m-bb", Path="/moving/")
    rest = iam.list_groups(PathPrefix="/moving/", Marker=page["Marker"])["Groups"]
    assert [group["GroupName"] for group in rest] == ["m-bb", "m-c", "m-d"]
    for group in iam.list_groups(PathPrefix="/moving/")["Groups"]:
        iam.delete_group(GroupName=group["GroupName"])
