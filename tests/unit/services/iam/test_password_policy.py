from __future__ import annotations

from tests.support.stores import ACCOUNT
from tests.unit.services.iam.house import ROLE_SESSION, ROOT, House, as_user, refused
from watchword.services.iam.account_refusals import NoPasswordPolicy, PasswordPolicyViolation
from watchword.services.operation import OPERATIONS


def test_a_policy_is_set_whole_and_given_up(house: House) -> None:
    none = f"The Password Policy with domain name {ACCOUNT} cannot be found."
    for name in ("get_account_password_policy", "delete_account_password_policy"):
        with refused(NoPasswordPolicy, none):
            house.ask(name)
    house.ask(
        "update_account_password_policy",
        minimum_password_length=12,
        require_symbols=True,
        max_password_age=90,
        password_reuse_prevention=5,
        hard_expiry=False,
    )
    told = house.ask("get_account_password_policy")["PasswordPolicy"]
    assert told == {
        "MinimumPasswordLength": 12,
        "RequireSymbols": True,
        "RequireNumbers": False,
        "RequireUppercaseCharacters": False,
        "RequireLowercaseCharacters": False,
        "AllowUsersToChangePassword": False,
        "ExpirePasswords": True,
        "MaxPasswordAge": 90,
        "PasswordReusePrevention": 5,
        "HardExpiry": False,
    }
    house.ask("update_account_password_policy")
    told = house.ask("get_account_password_policy")["PasswordPolicy"]
    assert told["MinimumPasswordLength"] == 6
    assert told["ExpirePasswords"] is False
    assert told.keys().isdisjoint({"MaxPasswordAge", "PasswordReusePrevention", "HardExpiry"})
    house.ask("delete_account_password_policy")
    with refused(NoPasswordPolicy, none):
        house.ask("get_account_password_policy")


def test_the_default_policy_minds_what_the_account_is_called(house: House) -> None:
    house.ask("create_user", user_name="ann")
    house.ask("create_account_alias", account_alias="blue-team-1")
    with refused(PasswordPolicyViolation, "Password should not be identical to the account name or email address"):
        house.ask("create_login_profile", user_name="ann", password="Blue-Team-1")


def test_a_policy_may_leave_their_own_password_to_users(house: House) -> None:
    ann = as_user(house.ask("create_user", user_name="ann", path="/staff/")["User"])

    def left() -> list[bool]:
        own = house.target("change_password", caller=ann)
        assert own.arn == f"arn:aws:iam::{ACCOUNT}:user/staff/ann"
        reads = [house.target("get_account_password_policy", caller=caller) for caller in (ann, ROOT, ROLE_SESSION)]
        assert {target.arn for target in reads} == {"*"}
        return [target.policy is not None for target in (own, *reads)]

    assert left() == [False] * 4
    house.ask("update_account_password_policy", max_password_age=9)
    assert left() == [False] * 4
    house.ask("update_account_password_policy", allow_users_to_change_password=True)
    assert left() == [True, True, False, False]
    assert house.target("update_account_password_policy", caller=ann).policy is None
    assert house.target("update_login_profile", caller=ann, user_name="ann").policy is None


def test_no_password_is_journaled() -> None:
    for name in ("create_login_profile", "update_login_profile", "change_password"):
        assert not [kept for kept in OPERATIONS["iam", name].journal if kept.endswith("password")]
