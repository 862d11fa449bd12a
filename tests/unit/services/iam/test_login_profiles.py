"""Passwords that are given, changed and taken away. Hashes are as dear as in earnest: few are made here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.house import ROLE_SESSION, ROOT, House, as_user, refused
from watchword.crypto.tokens import Session
from watchword.domain.arn import iam_arn
from watchword.domain.principal import PrincipalType
from watchword.services.iam.account_refusals import (
    LoginProfileExists,
    NoLoginProfile,
    PasswordNeeded,
    PasswordNotTaken,
    PasswordPolicyViolation,
    WrongPassword,
    WrongUserType,
)
from watchword.services.iam.hashing import HASHES, Recipe, Wanted
from watchword.services.iam.passwords import to_change, to_choose
from watchword.services.iam.refusals import NamelessCaller, NoSuchUser
from watchword.services.operation import OPERATIONS, Caller, Outside
from watchword.store import login_profiles
from watchword.store.login_profiles import LoginProfile

FIRST, SECOND, THIRD = "Correct-horse-1", "Battery-staple-2", "M\u00fcnchen is 3\n"


def ann(house: House) -> Caller:
    return as_user(house.ask("create_user", user_name="Ann")["User"])


def kept(house: House, caller: Caller) -> LoginProfile:
    profile = house.store.read(lambda tx: login_profiles.of(tx, caller.principal.unique_id))
    assert profile is not None
    return profile


def matches(password: str, made: str) -> bool:
    try:
        return PasswordHasher().verify(made, password)
    except VerifyMismatchError:
        return False


def for_a_task(account: str = ACCOUNT) -> Caller:
    """Root, in a session of AssumeRoot."""
    policies = ("arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword",)
    root = iam_arn(account, "root")
    session = Session("ASIAROOT", PrincipalType.ROOT, account, account, root, "", NOW, NOW + 900, ())
    return replace(ROOT, session=Session(**{**_fields(session), "policy_arns": policies}))


def _fields(session: Session) -> dict[str, Any]:
    return {name: getattr(session, name) for name in session.__struct_fields__}


def test_a_password_is_given_once_and_kept_as_a_hash(house: House) -> None:
    caller = ann(house)
    with refused(NoLoginProfile, "Login Profile for User Ann cannot be found."):
        house.ask("get_login_profile", user_name="ann")
    with refused(PasswordNeeded):
        house.ask("create_login_profile", user_name="ann")
    told = house.ask("create_login_profile", user_name="ann", password=FIRST)
    assert told == {"LoginProfile": {"UserName": "Ann", "CreateDate": NOW, "PasswordResetRequired": False}}
    assert house.ask("get_login_profile", caller=caller) == told
    assert matches(FIRST, kept(house, caller).password_hash)
    with refused(LoginProfileExists, "Login Profile for user Ann already exists."):
        house.ask("create_login_profile", user_name="ann", password=SECOND)
    house.ask("delete_login_profile", user_name="ANN")
    for name in ("get_login_profile", "delete_login_profile", "update_login_profile"):
        with refused(NoLoginProfile):
            house.ask(name, user_name="ann")


def test_an_administrator_sets_another_password_or_asks_for_one(house: House) -> None:
    caller = ann(house)
    house.ask("create_login_profile", user_name="ann", password=FIRST, password_reset_required=True)
    later = house.at(NOW + 60)
    later.ask("update_login_profile", user_name="ann", password=SECOND)
    profile = kept(house, caller)
    assert matches(SECOND, profile.password_hash)
    assert (profile.created_at, profile.changed_at, profile.reset_required) == (NOW, NOW + 60, True)
    later.ask("update_login_profile", user_name="ann", password_reset_required=False)
    assert kept(house, caller) == replace(profile, reset_required=False)
    with refused(PasswordPolicyViolation, "Password should have a minimum length of 8"):
        later.ask("update_login_profile", user_name="ann", password="Short-1")


def test_a_user_changes_its_own_password(house: House) -> None:
    caller = ann(house)
    with refused(NoLoginProfile):
        house.ask("change_password", caller=caller, old_password=FIRST, new_password=SECOND)
    house.ask("create_login_profile", user_name="ann", password=FIRST, password_reset_required=True)
    with refused(WrongPassword):
        house.ask("change_password", caller=caller, old_password=SECOND, new_password=FIRST)
    with refused(PasswordPolicyViolation):
        house.ask("change_password", caller=caller, old_password=FIRST, new_password="short")
    house.at(NOW + 9).ask("change_password", caller=caller, old_password=FIRST, new_password=THIRD)
    profile = kept(house, caller)
    assert matches(THIRD, profile.password_hash)
    assert (profile.changed_at, profile.reset_required) == (NOW + 9, False)
    with refused(WrongPassword):
        house.ask("change_password", caller=caller, old_password=FIRST, new_password=SECOND)


def test_only_users_change_passwords(house: House) -> None:
    for caller in (ROOT, ROLE_SESSION):
        with refused(WrongUserType, "Only IAM Users can change their own password"):
            house.ask("change_password", caller=caller, old_password=FIRST, new_password=SECOND)
    gone = ann(house)
    house.ask("delete_user", user_name="ann")
    with refused(NoSuchUser):
        house.ask("change_password", caller=gone, old_password=FIRST, new_password=SECOND)


def test_passwords_are_not_used_again(house: House) -> None:
    caller = ann(house)
    house.ask("update_account_password_policy", password_reuse_prevention=2)
    house.ask("create_login_profile", user_name="ann", password=FIRST)
    with refused(PasswordPolicyViolation, "Password should not be one of the last 1 passwords"):
        house.ask("change_password", caller=caller, old_password=FIRST, new_password=FIRST)
    house.ask("change_password", caller=caller, old_password=FIRST, new_password=SECOND)
    for reused in (FIRST, SECOND):
        with refused(PasswordPolicyViolation, "Password should not be one of the last 2 passwords"):
            house.ask("update_login_profile", user_name="ann", password=reused)
    house.ask("change_password", caller=caller, old_password=SECOND, new_password=THIRD)
    house.ask("change_password", caller=caller, old_password=THIRD, new_password=FIRST)
    house.ask("update_account_password_policy")
    house.ask("change_password", caller=caller, old_password=FIRST, new_password=FIRST)


def test_a_users_passwords_have_one_salt_and_another_users_have_another(house: House) -> None:
    caller = ann(house)
    bob = as_user(house.ask("create_user", user_name="bob")["User"])
    house.ask("create_login_profile", user_name="ann", password=FIRST)
    house.ask("create_login_profile", user_name="bob", password=FIRST)
    before = kept(house, caller).password_hash
    assert kept(house, bob).password_hash != before
    house.ask("update_login_profile", user_name="ann", password=SECOND)
    assert Recipe.of(kept(house, caller).password_hash) == Recipe.of(before)


def wanted(house: House, name: str, caller: Caller, **parameters: Any) -> list[Wanted]:
    def run(tx: Any) -> list[Wanted]:
        asking = house._asking(tx, caller, parameters)
        needed: Iterator[Wanted] = (to_change if name == "change_password" else to_choose)(asking)
        return list(needed)

    return house.store.read(run)


def make_first(house: House, name: str, caller: Caller, parameters: dict[str, Any]) -> None:
    """Do what the pipeline does before an operation that needs hashes."""
    ready = OPERATIONS["iam", name].asks
    assert ready is not None
    with pytest.raises(Outside) as sent:
        house.store.read(lambda tx: ready(house._asking(tx, caller, parameters)))
    sent.value.fetch()


def test_every_hash_that_an_operation_needs_is_made_first(house: House) -> None:
    house = house.at(NOW + 1 + house.store.opened.on_sqlite)  # requests of their own on either database
    caller = ann(house)
    house.ask("update_account_password_policy", password_reuse_prevention=24)
    steps: list[tuple[str, dict[str, Any]]] = [
        ("create_login_profile", {"user_name": "ann", "password": FIRST}),
        ("update_login_profile", {"user_name": "ann", "password": SECOND}),
        ("change_password", {"old_password": SECOND, "new_password": THIRD}),
    ]
    for name, parameters in steps:
        make_first(house, name, caller, parameters)
        made = set(HASHES._made)
        house.ask(name, caller=caller, **parameters)
        assert set(HASHES._made) == made, f"{name} made a hash in its transaction"
    assert matches(THIRD, kept(house, caller).password_hash)


def test_what_is_made_first_is_one_hash_whoever_it_is_for(house: House) -> None:
    caller = ann(house)
    assert len(wanted(house, "create_login_profile", ROOT, user_name="nobody", password=FIRST)) == 1
    assert len(wanted(house, "create_login_profile", ROOT, user_name="ann", password=FIRST)) == 1
    assert len(wanted(house, "create_login_profile", ROLE_SESSION, password=FIRST)) == 1
    assert wanted(house, "update_login_profile", ROOT, user_name="ann") == []
    assert wanted(house, "change_password", caller, old_password=FIRST, new_password=SECOND) == []
    assert wanted(house, "change_password", ROOT, old_password=FIRST, new_password=SECOND) == []


def test_roots_password_is_only_root_to_set(house: House) -> None:
    task = for_a_task()
    for caller in (ROOT, ROLE_SESSION):
        with refused(NamelessCaller):
            house.ask("create_login_profile", caller=caller)
    with refused(NoLoginProfile, "Login Profile for User root cannot be found."):
        house.ask("get_login_profile", caller=task)
    with refused(PasswordNotTaken):
        house.ask("create_login_profile", caller=task, password=FIRST)
    told = house.ask("create_login_profile", caller=task)
    assert told == {"LoginProfile": {"UserName": "root", "CreateDate": NOW, "PasswordResetRequired": False}}
    assert house.ask("get_login_profile", caller=task) == told
    with refused(LoginProfileExists):
        house.ask("create_login_profile", caller=task)
    assert house.ask("get_account_summary")["SummaryMap"]["AccountPasswordPresent"] == 1
    house.ask("delete_login_profile", caller=task)
    with refused(NoLoginProfile):
        house.ask("delete_login_profile", caller=task)
    assert house.ask("get_account_summary")["SummaryMap"]["AccountPasswordPresent"] == 0


@pytest.mark.parametrize(
    "name", ["create_login_profile", "get_login_profile", "update_login_profile", "delete_login_profile"]
)
def test_nobody_has_no_password(house: House, name: str) -> None:
    with refused(NoSuchUser, "The user with name nobody cannot be found."):
        house.ask(name, user_name="nobody")
