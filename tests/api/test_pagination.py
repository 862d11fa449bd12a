"""Listings: page by page, every listing tells each thing once and in order, and takes no marker but its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore import xform_name
from botocore.config import Config

from tests.api.full_account import FIRST, NAMES, READING, SERVICES, fill
from tests.support.authority import ONE_TRY, Authority, botocore_session
from tests.support.refusals import refused
from watchword.compose import offer
from watchword.services.operation import OPERATIONS
from watchword.wire.names import snake

Full = tuple[Any, Mapping[str, str]]
"""IAM of a full account, and what `fill` gave."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing: its own parameters, the reply's lists in their order, and what tells an element from another.

    Parameters may name what `fill` gave. Without `told`, an element is told by the whole of it.
    """

    parameters: Mapping[str, Any]
    members: tuple[str, ...]
    told: str = ""
    expected: tuple[str, ...] = ()
    in_order: bool = field(default=True, kw_only=True)
    """Whether its pages together have the order of the whole; else each page is sorted by itself."""
    refusal: str = field(default="Invalid Marker: {marker}", kw_only=True)


@pytest.fixture(scope="module")
def full(sandbox_authority: Authority) -> Iterator[Full]:
    iam = sandbox_authority.client("iam", config=ONE_TRY.merge(Config(parameter_validation=False)))
    yield iam, fill(sandbox_authority, iam)
    sandbox_authority.reset()


USER, GROUP, ROLE, POLICY = {"UserName": FIRST}, {"GroupName": FIRST}, {"RoleName": FIRST}, {"PolicyArn": "{policy}"}
PROFILE, CERTIFICATE = {"InstanceProfileName": FIRST}, {"ServerCertificateName": FIRST}
HOLDERS = ("PolicyGroups", "PolicyRoles", "PolicyUsers")
DETAILS = ("UserDetailList", "RoleDetailList", "GroupDetailList", "Policies")
INLINE = tuple(sorted(NAMES))
"""Names of inline policies are told apart by case."""
ACTIONS = tuple(f"iam:Get{name}" for name in ("User", "Role", "Group", "Policy", "MFADevice"))
LISTINGS = {
    "list_users": Listing({"PathPrefix": "/people/"}, ("Users",), "UserName", NAMES),
    "list_groups": Listing({}, ("Groups",), "GroupName", NAMES),
    "list_roles": Listing({}, ("Roles",), "RoleName", NAMES),
    "list_policies": Listing({"Scope": "Local", "OnlyAttached": "true"}, ("Policies",), "PolicyName", NAMES),
    "get_group": Listing(GROUP, ("Users",), "UserName", NAMES, in_order=False),
    "list_groups_for_user": Listing(USER, ("Groups",), "GroupName", NAMES),
    "list_user_policies": Listing(USER, ("PolicyNames",), "", INLINE),
    "list_group_policies": Listing(GROUP, ("PolicyNames",), "", INLINE),
    "list_role_policies": Listing(ROLE, ("PolicyNames",), "", INLINE),
    "list_attached_user_policies": Listing(USER, ("AttachedPolicies",), "PolicyName", NAMES),
    "list_attached_group_policies": Listing(GROUP, ("AttachedPolicies",), "PolicyName", NAMES),
    "list_attached_role_policies": Listing(ROLE, ("AttachedPolicies",), "PolicyName", NAMES),
    "list_policy_versions": Listing(POLICY, ("Versions",), "VersionId", ("v5", "v4", "v3", "v2", "v1")),
    "list_entities_for_policy": Listing(POLICY, HOLDERS, in_order=False),
    "list_user_tags": Listing(USER, ("Tags",), "Key", NAMES),
    "list_role_tags": Listing(ROLE, ("Tags",), "Key", NAMES),
    "list_policy_tags": Listing(POLICY, ("Tags",), "Key", NAMES),
    "list_instance_profile_tags": Listing(PROFILE, ("Tags",), "Key", NAMES),
    "list_server_certificate_tags": Listing(CERTIFICATE, ("Tags",), "Key", NAMES),
    "list_mfa_device_tags": Listing({"SerialNumber": "{device}"}, ("Tags",), "Key", NAMES),
    "list_saml_provider_tags": Listing({"SAMLProviderArn": "{saml}"}, ("Tags",), "Key", NAMES),
    "list_open_id_connect_provider_tags": Listing({"OpenIDConnectProviderArn": "{oidc}"}, ("Tags",), "Key", NAMES),
    "list_instance_profiles": Listing({}, ("InstanceProfiles",), "InstanceProfileName", NAMES),
    "list_instance_profiles_for_role": Listing(ROLE, ("InstanceProfiles",), "InstanceProfileName", NAMES),
    "list_server_certificates": Listing({}, ("ServerCertificateMetadataList",), "ServerCertificateName", NAMES),
    "list_access_keys": Listing(USER, ("AccessKeyMetadata",), "AccessKeyId"),
    "list_signing_certificates": Listing(USER, ("Certificates",), "CertificateId"),
    "list_ssh_public_keys": Listing(USER, ("SSHPublicKeys",), "SSHPublicKeyId"),
    "list_service_specific_credentials": Listing(
        {"AllUsers": "true"}, ("ServiceSpecificCredentials",), "ServiceSpecificCredentialId"
    ),
    "list_mfa_devices": Listing(USER, ("MFADevices",), "SerialNumber"),
    "list_virtual_mfa_devices": Listing({}, ("VirtualMFADevices",), "SerialNumber"),
    "get_service_last_accessed_details": Listing(
        {"JobId": "{job}"}, ("ServicesLastAccessed",), "ServiceNamespace", SERVICES
    ),
    "get_service_last_accessed_details_with_entities": Listing(
        {"JobId": "{held}", "ServiceNamespace": "iam"}, ("EntityDetailsList",)
    ),
    "get_account_authorization_details": Listing({}, DETAILS, refusal="Marker and Filter do not match"),
    "simulate_custom_policy": Listing(
        {"PolicyInputList": [READING], "ActionNames": ACTIONS}, ("EvaluationResults",), "EvalActionName", ACTIONS
    ),
    "simulate_principal_policy": Listing(
        {"PolicySourceArn": "{user}", "ActionNames": ACTIONS}, ("EvaluationResults",), "EvalActionName", ACTIONS
    ),
}
ELSEWHERE = {
    "list_account_aliases": "an account has one at most: there is no second page",
    "list_policies_granting_service_access": "takes no MaxItems; its pages of a hundred are tested with the handler",
}

every = pytest.mark.parametrize("name", LISTINGS)


def given(name: str, made: Mapping[str, str]) -> dict[str, Any]:
    asked = LISTINGS[name].parameters.items()
    return {key: value.format_map(made) if isinstance(value, str) else value for key, value in asked}


def elements(name: str, reply: dict[str, Any]) -> list[Any]:
    listing = LISTINGS[name]
    found = [(member, element) for member in listing.members for element in reply[member]]
    if not listing.told:
        return [element if isinstance(element, str) else (member, *element.values()) for member, element in found]
    return [element[listing.told] for _, element in found]


def walk(iam: Any, name: str, asked: dict[str, Any], size: int) -> list[dict[str, Any]]:
    pages = [getattr(iam, name)(**asked, MaxItems=size)]
    while pages[-1]["IsTruncated"]:
        pages.append(getattr(iam, name)(**asked, MaxItems=size, Marker=pages[-1]["Marker"]))
    return pages


def test_every_listing_is_here() -> None:
    offer(["iam"])
    model = botocore_session().get_service_model("iam")
    paged = {
        name
        for name in model.operation_names
        if (shape := model.operation_model(name).input_shape) and "Marker" in shape.members
    }
    assert {xform_name(name) for name in paged if ("iam", snake(name)) in OPERATIONS} == LISTINGS.keys() | ELSEWHERE


@every
@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_pages_together_are_the_whole(full: Full, name: str, size: int) -> None:
    iam, made = full
    listing, asked = LISTINGS[name], given(name, made)
    whole = getattr(iam, name)(**asked)
    assert whole["IsTruncated"] is False
    assert "Marker" not in whole
    if listing.expected:
        assert elements(name, whole) == list(listing.expected)
    pages = walk(iam, name, asked, size)
    together = [element for page in pages for element in elements(name, page)]
    assert together == elements(name, whole) if listing.in_order else sorted(together) == sorted(elements(name, whole))
    assert all(len(elements(name, page)) <= size for page in pages)
    assert all("Marker" not in page for page in pages[-1:])


@every
def test_a_marker_of_another_listing_is_refused(full: Full, name: str) -> None:
    iam, made = full
    other = "list_users" if name != "list_users" else "list_groups"
    foreign = getattr(iam, other)(**given(other, made), MaxItems=1)["Marker"]
    own = getattr(iam, name)(**given(name, made), MaxItems=1)["Marker"]
    bent = own[:-2] + ("AA" if own[-2:] != "AA" else "BB")
    for marker in (foreign, bent, own + "A", own[:20], "alpha", "0"):
        with refused("ValidationError", status=400, message=LISTINGS[name].refusal.format(marker=marker)):
            getattr(iam, name)(**given(name, made), Marker=marker)
    assert elements(name, getattr(iam, name)(**given(name, made), Marker=own, MaxItems=1))


@every
def test_a_page_has_one_to_a_thousand(full: Full, name: str) -> None:
    iam, made = full
    for size in (0, -1, 1001):
        with refused("ValidationError", status=400):
            getattr(iam, name)(**given(name, made), MaxItems=size)


def test_a_marker_of_another_user_is_refused(full: Full) -> None:
    iam, _ = full
    marker = iam.list_groups_for_user(UserName="alpha", MaxItems=1)["Marker"]
    with refused("ValidationError", status=400):
        iam.list_groups_for_user(UserName="Beta", Marker=marker)


def test_what_comes_and_goes_between_pages_spoils_nothing(full: Full) -> None:
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
