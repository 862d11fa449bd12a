"""MFA devices through the SDK: who may do what with them, and AWS's own policy for people who manage theirs."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.api.phone import Phone
from tests.support.authority import Authority
from tests.support.refusals import refused

SELF_SERVICE = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AllowViewAccountInfo",
                "Effect": "Allow",
                "Action": "iam:ListVirtualMFADevices",
                "Resource": "*",
            },
            {
                "Sid": "AllowManageOwnVirtualMFADevice",
                "Effect": "Allow",
                "Action": "iam:CreateVirtualMFADevice",
                "Resource": "arn:aws:iam::*:mfa/*",
            },
            {
                "Sid": "AllowManageOwnUserMFA",
                "Effect": "Allow",
                "Action": [
                    "iam:DeactivateMFADevice",
                    "iam:EnableMFADevice",
                    "iam:GetUser",
                    "iam:GetMFADevice",
                    "iam:ListMFADevices",
                    "iam:ResyncMFADevice",
                ],
                "Resource": "arn:aws:iam::*:user/${aws:username}",
            },
            {
                "Sid": "DenyAllExceptListedIfNoMFA",
                "Effect": "Deny",
                "NotAction": [
                    "iam:CreateVirtualMFADevice",
                    "iam:EnableMFADevice",
                    "iam:GetUser",
                    "iam:ListMFADevices",
                    "iam:ListVirtualMFADevices",
                    "iam:ResyncMFADevice",
                    "sts:GetSessionToken",
                ],
                "Resource": "*",
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
            },
        ],
    }
)
"""Source: IAM User Guide, "Allows MFA-authenticated IAM users to manage their own MFA device"."""


@pytest.fixture
def ann(iam: Any) -> dict[str, str]:
    """A user's key; she may do nothing."""
    iam.create_user(UserName="ann")
    key: dict[str, str] = iam.create_access_key(UserName="ann")["AccessKey"]
    return key


def test_aws_s_self_service_policy_works(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=SELF_SERVICE)
    iam.put_user_policy(UserName="ann", PolicyName="work", PolicyDocument=allowing("iam:ListUsers", "*"))
    iam.create_user(UserName="bob")
    own = authority.of("iam", ann)
    phone = Phone.new(authority, own, "any-name")
    with refused("AccessDenied"):
        phone.enable(own, "bob")
    phone.enable(own, "ann")
    assert [one["SerialNumber"] for one in own.list_mfa_devices()["MFADevices"]] == [phone.serial_number]
    with refused("AccessDenied"):
        own.list_mfa_devices(UserName="bob")
    for denied in (own.list_users, lambda: own.get_mfa_device(SerialNumber=phone.serial_number)):
        with refused("AccessDenied", status=403):
            denied()
    with refused("AccessDenied", message=denied_with("DeactivateMFADevice", authority)):
        own.deactivate_mfa_device(UserName="ann", SerialNumber=phone.serial_number)
    proven = authority.of("sts", ann).get_session_token(**phone.proof())["Credentials"]
    with_mfa = authority.of("iam", proven)
    assert with_mfa.list_users()["Users"]
    assert with_mfa.get_mfa_device(SerialNumber=phone.serial_number)["UserName"] == "ann"
    with_mfa.deactivate_mfa_device(UserName="ann", SerialNumber=phone.serial_number)
    with refused("AccessDenied"):
        with_mfa.delete_virtual_mfa_device(SerialNumber=phone.serial_number)


def allowing(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def denied_with(action: str, authority: Authority) -> str:
    user = f"arn:aws:iam::{authority.account_id}:user/ann"
    return (
        f"User: {user} is not authorized to perform: iam:{action} on resource: {user} "
        "with an explicit deny in an identity-based policy"
    )


def test_who_has_no_rights_learns_nothing_of_devices(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    there = Phone.new(authority, iam).serial_number
    own = authority.of("iam", ann)
    user = f"arn:aws:iam::{authority.account_id}:user/ann"
    for serial_number in (there, f"{there}-not"):
        named: dict[str, Any] = {"SerialNumber": serial_number}
        proven = {"UserName": "ann", "AuthenticationCode1": "123456", "AuthenticationCode2": "234567", **named}
        asked: dict[str, tuple[str, Callable[[], Any]]] = {
            "DeleteVirtualMFADevice": (serial_number, partial(own.delete_virtual_mfa_device, **named)),
            "ListMFADeviceTags": (serial_number, partial(own.list_mfa_device_tags, **named)),
            "TagMFADevice": (serial_number, partial(own.tag_mfa_device, Tags=[], **named)),
            "UntagMFADevice": (serial_number, partial(own.untag_mfa_device, TagKeys=[], **named)),
            "GetMFADevice": (user, partial(own.get_mfa_device, **named)),
            "DeactivateMFADevice": (user, partial(own.deactivate_mfa_device, **named)),
            "EnableMFADevice": (user, partial(own.enable_mfa_device, **proven)),
            "ResyncMFADevice": (user, partial(own.resync_mfa_device, **proven)),
        }
        for action, (resource, ask) in asked.items():
            with refused("AccessDenied", status=403, message=not_allowed(user, action, resource)):
                ask()
    with refused("AccessDenied", message=not_allowed(user, "ListVirtualMFADevices", "*")):
        own.list_virtual_mfa_devices()
    elsewhere = there.replace(authority.account_id, "444455556666")
    with refused("AccessDenied"):
        iam.list_mfa_device_tags(SerialNumber=elsewhere)


def not_allowed(user: str, action: str, resource: str) -> str:
    return (
        f"User: {user} is not authorized to perform: iam:{action} on resource: {resource} "
        f"because no identity-based policy allows the iam:{action} action"
    )


def test_tagging_while_making_needs_its_own_leave(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    resource = f"arn:aws:iam::{authority.account_id}:mfa/*"
    iam.put_user_policy(
        UserName="ann", PolicyName="may", PolicyDocument=allowing("iam:CreateVirtualMFADevice", resource)
    )
    own = authority.of("iam", ann)
    Phone.new(authority, own)
    with refused("AccessDenied"):
        Phone.new(authority, own, "tablet", Tags=[{"Key": "team", "Value": "blue"}])


def test_devices_are_listed_page_by_page(authority: Authority, iam: Any) -> None:
    iam.create_user(UserName="ann")
    phones = [Phone.new(authority, iam, name, Path=f"/{'p' * 100}/{'q' * 90}/") for name in ("c", "a", "B", "d")]
    for phone in phones[:3]:
        phone.enable(iam, "ann")
    assert paged(iam.get_paginator("list_mfa_devices"), "MFADevices", UserName="ann") == ["a", "B", "c"]
    every = iam.get_paginator("list_virtual_mfa_devices")
    assert paged(every, "VirtualMFADevices") == ["a", "B", "c", "d"]
    assert paged(every, "VirtualMFADevices", AssignmentStatus="Any") == ["a", "B", "c", "d"]
    assert paged(every, "VirtualMFADevices", AssignmentStatus="Assigned") == ["a", "B", "c"]
    assert paged(every, "VirtualMFADevices", AssignmentStatus="Unassigned") == ["d"]
    with refused("ValidationError"):
        iam.list_virtual_mfa_devices(Marker="made-up")


def paged(paginator: Any, member: str, **asked: str) -> list[str]:
    pages = paginator.paginate(PaginationConfig={"PageSize": 1}, **asked)
    return [one["SerialNumber"].rpartition("/")[2] for page in pages for one in page[member]]


def test_bad_input_is_refused(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    phone = Phone.new(authority, iam)
    for codes in (("12345a", "123456"), ("١٢٣٤٥٦", "123456")):
        with refused("ValidationError", status=400):
            iam.enable_mfa_device(
                UserName="ann",
                SerialNumber=phone.serial_number,
                AuthenticationCode1=codes[0],
                AuthenticationCode2=codes[1],
            )
    with refused("ValidationError", status=400):
        iam.create_virtual_mfa_device(VirtualMFADeviceName="pho ne")
    with refused("EntityAlreadyExists", status=409):
        Phone.new(authority, iam, "PHONE")
    with refused("InvalidInput", status=400):
        Phone.new(authority, iam, "a" * 300)
    named = {"UserName": "ann", "SerialNumber": "GAHT12345678"}
    with refused("NoSuchEntity", status=404):
        iam.enable_mfa_device(**named, AuthenticationCode1="123456", AuthenticationCode2="234567")


def test_neither_seed_nor_codes_are_on_record(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    phone = Phone.new(authority, iam).enable(iam, "ann")
    proof = phone.proof()
    authority.of("sts", ann).get_session_token(**proof)
    kept = b"".join(path.read_bytes() for path in authority.data.glob("*.db*"))
    assert phone.serial_number.encode() in kept
    assert phone.seed.encode() not in kept
    assert f'"{proof["TokenCode"]}"'.encode() not in kept
