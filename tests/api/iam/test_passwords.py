"""Passwords and the settings of an account, through the SDK."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mypy_boto3_iam import IAMClient

from tests.support.authority import Authority
from tests.support.refusals import refused

FIRST, SECOND, THIRD = "Correct-horse-1", "Battery-staple-2", "M\u00fcnchen is 3"


def acting(authority: Authority, iam: IAMClient, name: str, action: str = "", resource: str = "*") -> IAMClient:
    """Make a user that may do one thing, or nothing, and give IAM as that user."""
    iam.create_user(UserName=name)
    if action:
        statement = {"Effect": "Allow", "Action": action, "Resource": resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=document)
    client: IAMClient = authority.of("iam", dict(iam.create_access_key(UserName=name)["AccessKey"]))
    return client


def test_the_life_of_a_password(iam: IAMClient, authority: Authority) -> None:
    ann = acting(authority, iam, "ann", "iam:*LoginProfile", "arn:aws:iam::*:user/${aws:username}")
    made = iam.create_login_profile(UserName="ann", Password=FIRST, PasswordResetRequired=True)["LoginProfile"]
    assert (made["UserName"], made["PasswordResetRequired"]) == ("ann", True)
    assert ann.get_login_profile()["LoginProfile"] == made
    with refused("EntityAlreadyExists", status=409, message="Login Profile for user ann already exists."):
        iam.create_login_profile(UserName="ann", Password=FIRST)
    ann.update_login_profile(UserName="ann", Password=SECOND, PasswordResetRequired=False)
    assert iam.get_login_profile(UserName="ann")["LoginProfile"]["PasswordResetRequired"] is False
    ann.delete_login_profile()
    with refused("NoSuchEntity", status=404, message="Login Profile for User ann cannot be found."):
        iam.get_login_profile(UserName="ann")
    with refused("AccessDenied", status=403):
        ann.get_login_profile(UserName=authority.user_name)
    with refused("AccessDenied", status=403):
        ann.create_login_profile(UserName="nobody", Password=FIRST)


def test_bad_passwords(iam: IAMClient) -> None:
    iam.create_user(UserName="ann")
    with refused("PasswordPolicyViolation", status=400, message="Password should have a minimum length of 8"):
        iam.create_login_profile(UserName="ann", Password="Short-1")
    with refused("ValidationError", status=400):
        iam.create_login_profile(UserName="ann")
    with refused("ValidationError", status=400):
        iam.create_login_profile(UserName="ann", Password="x" * 129)
    with pytest.raises(iam.exceptions.ClientError) as caught:
        iam.create_login_profile(UserName="ann", Password="Not-Latin-\u4e2d-1")
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert "\u4e2d" not in caught.value.response["Error"]["Message"], "a password is not told back"


def test_a_user_changes_its_own_password(iam: IAMClient, authority: Authority) -> None:
    own = "arn:aws:iam::*:user/staff/${aws:username}"
    ann = acting(authority, iam, "ann", "iam:ChangePassword", own)
    iam.create_login_profile(UserName="ann", Password=FIRST)
    with refused("AccessDenied", status=403):  # its path is another
        ann.change_password(OldPassword=FIRST, NewPassword=SECOND)
    iam.update_user(UserName="ann", NewPath="/staff/")
    with refused("AccessDenied", status=403, message="The old password was incorrect."):
        ann.change_password(OldPassword=SECOND, NewPassword=THIRD)
    ann.change_password(OldPassword=FIRST, NewPassword=SECOND)
    ann.change_password(OldPassword=SECOND, NewPassword=THIRD)
    with refused("AccessDenied", status=403, message="The old password was incorrect."):
        ann.change_password(OldPassword=FIRST, NewPassword=SECOND)


def test_only_users_change_passwords(iam: IAMClient, authority: Authority) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": authority.account_id}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="ops", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    session = authority.client("sts").assume_role(RoleArn=role, RoleSessionName="run")["Credentials"]
    with refused("InvalidUserType", status=400):
        authority.of("iam", session).change_password(OldPassword=FIRST, NewPassword=SECOND)


def test_the_policy_may_leave_their_own_password_to_users(iam: IAMClient, authority: Authority) -> None:
    ann = acting(authority, iam, "ann")
    iam.create_login_profile(UserName="ann", Password=FIRST)
    with refused("AccessDenied", status=403):
        ann.change_password(OldPassword=FIRST, NewPassword=SECOND)
    iam.update_account_password_policy(AllowUsersToChangePassword=True, PasswordReusePrevention=1)
    ann.change_password(OldPassword=FIRST, NewPassword=SECOND)
    assert ann.get_account_password_policy()["PasswordPolicy"]["AllowUsersToChangePassword"] is True
    with refused("PasswordPolicyViolation", status=400):
        ann.change_password(OldPassword=SECOND, NewPassword=SECOND)
    for forbidden in (ann.get_account_summary, ann.delete_account_password_policy, ann.get_login_profile):
        with refused("AccessDenied", status=403):
            forbidden()
    denied = {"Effect": "Deny", "Action": "iam:ChangePassword", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    iam.put_user_policy(UserName="ann", PolicyName="not", PolicyDocument=document)
    with refused("AccessDenied", status=403):
        ann.change_password(OldPassword=SECOND, NewPassword=THIRD)


def test_a_policy_out_of_bounds(iam: IAMClient, authority: Authority) -> None:
    with refused("ValidationError", status=400):
        iam.update_account_password_policy(MinimumPasswordLength=129)
    with refused("ValidationError", status=400):
        iam.update_account_password_policy(PasswordReusePrevention=25)
    none = f"The Password Policy with domain name {authority.account_id} cannot be found."
    with refused("NoSuchEntity", status=404, message=none):
        iam.get_account_password_policy()
    with refused("NoSuchEntity", status=404, message=none):
        iam.delete_account_password_policy()


def test_two_changes_at_once_do_not_both_hold_the_old_password(iam: IAMClient, authority: Authority) -> None:
    ann = acting(authority, iam, "ann", "iam:ChangePassword")
    iam.create_login_profile(UserName="ann", Password=FIRST)

    def change(new: str) -> bool:
        try:
            ann.change_password(OldPassword=FIRST, NewPassword=new)
        except ann.exceptions.ClientError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(change, [SECOND, THIRD])) == [False, True]


def test_no_password_is_on_record(iam: IAMClient, authority: Authority) -> None:
    ann = acting(authority, iam, "ann", "iam:ChangePassword")
    iam.create_login_profile(UserName="ann", Password=FIRST)
    iam.update_login_profile(UserName="ann", Password=SECOND)
    ann.change_password(OldPassword=SECOND, NewPassword=THIRD)
    stored = b"".join(path.read_bytes() for path in authority.data.iterdir() if path.is_file())
    for password in (FIRST, SECOND, THIRD):
        assert password.encode() not in stored


def test_aliases(iam: IAMClient, authority: Authority) -> None:
    iam.create_account_alias(AccountAlias="blue-team")
    iam.create_account_alias(AccountAlias="green-team")
    assert iam.list_account_aliases()["AccountAliases"] == ["green-team"]
    with refused("EntityAlreadyExists", status=409, message="The account alias green-team already exists."):
        iam.create_account_alias(AccountAlias="green-team")
    with refused("NoSuchEntity", status=404):
        iam.delete_account_alias(AccountAlias="blue-team")
    for none in ("a--b", "-ab", "Blue", "a" * 64, "bl\u00fce"):
        with refused("ValidationError", status=400):
            iam.create_account_alias(AccountAlias=none)
    with refused("ValidationError", status=400, message="Invalid Marker: forged"):
        iam.list_account_aliases(Marker="forged")
    ann = acting(authority, iam, "ann")
    who = f"User: arn:aws:iam::{authority.account_id}:user/ann"
    why = "on resource: * because no identity-based policy allows the iam:CreateAccountAlias action"
    told = f"{who} is not authorized to perform: iam:CreateAccountAlias {why}"
    with refused("AccessDenied", status=403, message=told):
        ann.create_account_alias(AccountAlias="red-team")


def test_the_summary_and_the_settings(iam: IAMClient, authority: Authority) -> None:
    before = iam.get_account_summary()["SummaryMap"]
    assert (before["Users"], before["GlobalEndpointTokenVersion"], before["UserPolicySizeQuota"]) == (1, 1, 2048)
    iam.set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
    assert iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"] == 2
    with refused("ValidationError", status=400):
        iam.set_security_token_service_preferences(GlobalEndpointTokenVersion="v3Token")  # type: ignore[arg-type] # no such version
    client: Any = iam
    client.put_account_properties(Properties={"RoleManager/Enabled": "true"})
    assert client.get_account_properties()["Properties"] == {"RoleManager/Enabled": "true"}
    with refused("InvalidInput", status=400):
        client.put_account_properties(Properties={"Mine/Enabled": "true"})
