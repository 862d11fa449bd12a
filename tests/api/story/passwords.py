"""Passwords, the password policy, and what an account tells of itself."""

from __future__ import annotations

from tests.api.answers import Watched


def tell(watched: Watched) -> None:
    iam = watched.client("iam")
    iam.update_account_password_policy(
        MinimumPasswordLength=10, MaxPasswordAge=90, PasswordReusePrevention=2, AllowUsersToChangePassword=True
    )
    iam.get_account_password_policy()
    iam.create_user(UserName="paula")
    key = iam.create_access_key(UserName="paula")["AccessKey"]
    iam.create_login_profile(UserName="paula", Password="correct horse", PasswordResetRequired=True)
    iam.get_login_profile(UserName="paula")
    iam.update_login_profile(UserName="paula", Password="battery staple")
    watched.client("iam", key).change_password(OldPassword="battery staple", NewPassword="m\u00fcnchen by night")
    iam.delete_login_profile(UserName="paula")
    iam.delete_access_key(UserName="paula", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="paula")
    iam.delete_account_password_policy()
    iam.create_account_alias(AccountAlias="blue-team")
    iam.list_account_aliases()
    iam.delete_account_alias(AccountAlias="blue-team")
    iam.set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
    iam.put_account_properties(Properties={"RoleManager/Enabled": "false"})
    iam.get_account_properties()
    iam.get_account_summary()
