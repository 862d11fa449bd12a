"""Somebody joins a team, looks after their own credentials, and leaves."""

from __future__ import annotations

from typing import Any

from tests.api.phone import Phone
from tests.stories.company import Actor, Company, allow, deny, document
from tests.support.authority import Authority
from tests.support.refusals import refused
from tests.unit.services.iam.signing_material import certificate, ssh_line

SELF = "arn:aws:iam::*:user/${aws:username}"
CREATE_OWN_KEYS = allow("iam:CreateAccessKey", "iam:GetUser", "iam:ListAccessKeys", "iam:TagUser", on=SELF)
MANAGE_OWN_KEYS = allow(
    "iam:CreateAccessKey",
    "iam:DeleteAccessKey",
    "iam:GetAccessKeyLastUsed",
    "iam:GetUser",
    "iam:ListAccessKeys",
    "iam:TagUser",
    "iam:UpdateAccessKey",
    on=SELF,
)
"""Source: IAM User Guide, "Manage access keys for IAM users", CreateOwnAccessKeys and ManageOwnAccessKeys."""
FIRST, SECOND = "Correct-horse-1", "Battery-staple-2"


def test_a_team_moves_in(company: Company) -> None:
    iam = company.iam
    reading = company.policy("Reading", allow("iam:ListUsers", "iam:ListRoles"))
    iam.create_group(GroupName="developers")
    iam.attach_group_policy(GroupName="developers", PolicyArn=reading)
    iam.put_group_policy(
        GroupName="developers", PolicyName="own-password", PolicyDocument=document(allow("iam:ChangePassword", on=SELF))
    )
    ann = company.hire("ann")
    with refused("AccessDenied"):
        ann.iam.list_users()
    iam.create_login_profile(UserName="ann", Password=FIRST, PasswordResetRequired=True)
    iam.add_user_to_group(GroupName="developers", UserName="ann")

    assert [user["UserName"] for user in ann.iam.list_users()["Users"]] == ["admin", "ann"]
    ann.iam.change_password(OldPassword=FIRST, NewPassword=SECOND)
    assert iam.get_login_profile(UserName="ann")["LoginProfile"]["PasswordResetRequired"] is False
    with refused("AccessDenied"):
        ann.iam.create_role(RoleName="mine", AssumeRolePolicyDocument="{}")

    iam.create_policy_version(PolicyArn=reading, PolicyDocument=document(allow("iam:ListRoles")), SetAsDefault=True)
    with refused("AccessDenied"):  # the whole team has the new version at once
        ann.iam.list_users()
    ann.iam.list_roles()
    iam.remove_user_from_group(GroupName="developers", UserName="ann")
    for gone in (ann.iam.list_roles, lambda: ann.iam.change_password(OldPassword=SECOND, NewPassword=FIRST)):
        with refused("AccessDenied"):
            gone()


def test_everybody_makes_their_own_keys_at_the_terminal(company: Company) -> None:
    ann, bob = company.hire("ann", CREATE_OWN_KEYS), company.hire("bob")
    second = ann.terminal.aws("iam", "create-access-key")["AccessKey"]
    assert Actor(ann.authority, second).identity() == company.arn("user/ann")
    ann.iam.tag_user(UserName="ann", Tags=[{"Key": second["AccessKeyId"], "Value": "laptop"}])
    for stranger in (
        lambda: ann.iam.create_access_key(UserName="bob"),
        lambda: ann.iam.create_access_key(UserName="nobody"),
        lambda: ann.iam.list_access_keys(UserName="bob"),
        lambda: ann.iam.tag_user(UserName="bob", Tags=[{"Key": "a", "Value": "b"}]),
        lambda: ann.iam.delete_access_key(UserName="bob", AccessKeyId=bob.key_id),
        lambda: ann.iam.delete_access_key(AccessKeyId=second["AccessKeyId"]),  # making is not managing
        bob.iam.create_access_key,
    ):
        with refused("AccessDenied"):
            stranger()
    told = ann.terminal.refused("AccessDenied", "iam", "create-access-key", "--user-name", "bob")
    assert told == (
        f"User: {company.arn('user/ann')} is not authorized to perform: iam:CreateAccessKey "
        f"on resource: {company.arn('user/bob')} "
        "because no identity-based policy allows the iam:CreateAccessKey action"
    )


def test_keys_change_without_an_outage(company: Company) -> None:
    ann = company.hire("ann", MANAGE_OWN_KEYS)
    new = Actor(ann.authority, ann.iam.create_access_key()["AccessKey"])
    with refused("LimitExceeded", message="Cannot exceed quota for AccessKeysPerUser: 2"):
        new.iam.create_access_key()
    new.iam.get_user()
    new.iam.update_access_key(AccessKeyId=ann.key_id, Status="Inactive")
    with refused("InvalidClientTokenId"):
        ann.identity()
    new.iam.update_access_key(AccessKeyId=ann.key_id, Status="Active")  # something still needed it
    assert ann.identity() == new.identity()
    new.iam.update_access_key(AccessKeyId=ann.key_id, Status="Inactive")
    new.iam.delete_access_key(AccessKeyId=ann.key_id)
    assert [key["AccessKeyId"] for key in new.iam.list_access_keys()["AccessKeyMetadata"]] == [new.key_id]


def test_who_deletes_shows_the_phone_first(authority: Authority, company: Company) -> None:
    shown: Any = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    own_phone = allow("iam:EnableMFADevice", "iam:ListMFADevices", on=SELF)
    ann = company.hire(
        "ann",
        allow("iam:ListUsers", "sts:GetSessionToken"),
        allow("iam:CreateVirtualMFADevice", on="arn:aws:iam::*:mfa/${aws:username}"),
        own_phone,
        allow("iam:DeleteUser", **shown),
    )
    company.hire("temp")
    with refused("AccessDenied"):
        Phone.new(authority, ann.iam, "somebody-elses")
    phone = Phone.new(authority, ann.iam, "ann").enable(ann.iam, "ann")
    ann.iam.list_users()
    with refused("AccessDenied"):
        ann.iam.delete_user(UserName="temp")
    proof = phone.proof()
    lent = ann.terminal.aws(
        "sts", "get-session-token", "--serial-number", proof["SerialNumber"], "--token-code", proof["TokenCode"]
    )
    with_phone = ann.holding(lent)
    with refused("DeleteConflict", message="Cannot delete entity, must delete access keys first."):
        with_phone.iam.delete_user(UserName="temp")
    (key,) = company.iam.list_access_keys(UserName="temp")["AccessKeyMetadata"]
    company.iam.delete_access_key(UserName="temp", AccessKeyId=key["AccessKeyId"])
    with_phone.iam.delete_user(UserName="temp")
    with refused("AccessDenied"):  # a code is good once
        ann.sts.get_session_token(**proof)


def test_who_has_no_phone_can_do_nothing_but_get_one(authority: Authority, company: Company) -> None:
    setting_up = ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:GetUser", "sts:GetSessionToken"]
    without = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    ann = company.hire(
        "ann", allow("iam:*"), {"Effect": "Deny", "NotAction": setting_up, "Resource": "*"} | {"Condition": without}
    )
    for denied in (ann.iam.list_users, lambda: ann.iam.delete_user_policy(UserName="ann", PolicyName="may")):
        with refused("AccessDenied"):
            denied()
    phone = Phone.new(authority, ann.iam).enable(ann.iam, "ann")
    ann.holding(ann.sts.get_session_token(**phone.proof())).iam.list_users()


def test_a_leaver_is_taken_out_in_aws_s_order(authority: Authority, company: Company) -> None:
    iam, ann = company.iam, company.hire("ann", allow("iam:ListUsers"))
    everything_she_was_given(authority, company)
    (device,) = iam.list_mfa_devices(UserName="ann")["MFADevices"]
    phone = device["SerialNumber"]
    (signing,) = iam.list_signing_certificates(UserName="ann")["Certificates"]
    (ssh,) = iam.list_ssh_public_keys(UserName="ann")["SSHPublicKeys"]
    (git,) = iam.list_service_specific_credentials(UserName="ann")["ServiceSpecificCredentials"]
    steps: list[tuple[str, Any]] = [
        ("detach all policies", lambda: iam.detach_user_policy(UserName="ann", PolicyArn=company.arn("policy/Own"))),
        ("delete policies", lambda: iam.delete_user_policy(UserName="ann", PolicyName="may")),
        ("delete access keys", lambda: iam.delete_access_key(UserName="ann", AccessKeyId=ann.key_id)),
        ("remove users from group", lambda: iam.remove_user_from_group(UserName="ann", GroupName="team")),
        ("delete login profile", lambda: iam.delete_login_profile(UserName="ann")),
        ("delete MFA device", lambda: iam.deactivate_mfa_device(UserName="ann", SerialNumber=phone)),
        (
            "delete certificates",
            lambda: iam.delete_signing_certificate(UserName="ann", CertificateId=signing["CertificateId"]),
        ),
        (
            "delete SSH public keys",
            lambda: iam.delete_ssh_public_key(UserName="ann", SSHPublicKeyId=ssh["SSHPublicKeyId"]),
        ),
        (
            "remove referenced objects",
            lambda: iam.delete_service_specific_credential(
                UserName="ann", ServiceSpecificCredentialId=git["ServiceSpecificCredentialId"]
            ),
        ),
    ]
    for first, do in steps:
        with refused("DeleteConflict", status=409, message=f"Cannot delete entity, must {first} first."):
            iam.delete_user(UserName="ann")
        do()
    iam.delete_user(UserName="ann")
    iam.delete_virtual_mfa_device(SerialNumber=phone)
    with refused("NoSuchEntity"):
        iam.get_user(UserName="ann")


def everything_she_was_given(authority: Authority, company: Company) -> None:
    iam = company.iam
    iam.attach_user_policy(UserName="ann", PolicyArn=company.policy("Own", allow("iam:ListRoles")))
    iam.create_group(GroupName="team")
    iam.add_user_to_group(UserName="ann", GroupName="team")
    iam.create_login_profile(UserName="ann", Password=FIRST)
    Phone.new(authority, iam).enable(iam, "ann")
    iam.upload_signing_certificate(UserName="ann", CertificateBody=certificate("leaver"))
    iam.upload_ssh_public_key(UserName="ann", SSHPublicKeyBody=ssh_line())
    iam.create_service_specific_credential(UserName="ann", ServiceName="codecommit.amazonaws.com")


def test_a_leaver_s_credentials_open_nothing_any_more(company: Company) -> None:
    ann = company.hire("ann", allow("sts:*", "iam:ListUsers"))
    lent = ann.holding(ann.sts.get_session_token())
    guest = ann.holding(ann.sts.get_federation_token(Name="guest"))
    assert lent.identity() == company.arn("user/ann")
    company.iam.delete_user_policy(UserName="ann", PolicyName="may")
    company.iam.delete_access_key(UserName="ann", AccessKeyId=ann.key_id)
    company.iam.delete_user(UserName="ann")
    company.hire("ann", allow("*"))  # somebody else of the same name
    for gone in (ann, lent, guest):
        with refused("InvalidClientTokenId"):
            gone.identity()
    assert "(InvalidClientTokenId)" in ann.terminal.run("sts", "get-caller-identity").stderr


def test_a_quiet_leaver_is_shut_out_before_being_deleted(company: Company) -> None:
    """A deny is the quickest way: it also binds the sessions that are out already."""
    ann = company.hire("ann", allow("sts:*", "iam:ListUsers"))
    reader = company.role(
        "reader", {"Effect": "Allow", "Principal": {"AWS": company.account}, "Action": "sts:AssumeRole"}
    )
    ann.take(reader)
    lent = ann.holding(ann.sts.get_session_token())
    company.iam.put_user_policy(UserName="ann", PolicyName="out", PolicyDocument=document(deny("*")))
    for still in (ann, lent):
        with refused("AccessDenied"):
            still.take(reader)
    with refused("AccessDenied"):
        ann.iam.list_users()
