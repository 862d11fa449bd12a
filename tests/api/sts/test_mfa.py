"""The second factor: who shows a code gets what asks for one; no code is good twice, and none is guessed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.phone import Phone
from tests.api.sts.people import EVERYTHING, People, Role, User
from tests.api.test_concurrency import all_at_once, counted, crowd, two_workers
from tests.support.authority import Authority
from tests.support.refusals import refused
from tests.support.wire import signed
from watchword.services import mfa_codes

INVALID = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
UNKNOWN = (
    "MultiFactorAuthentication failed, unable to validate MFA code.  "
    "Please verify your MFA serial number is valid and associated with this user."
)
WITH_MFA: dict[str, Any] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
__all__ = ["crowd", "two_workers"]


@pytest.fixture
def ann(people: People) -> User:
    return people.user(EVERYTHING)


@pytest.fixture
def phone(authority: Authority, ann: User) -> Phone:
    return Phone.new(authority, ann.iam).enable(ann.iam, ann.name)


def guarded(people: People, **conditions: Any) -> Role:
    return people.role(trusts=people.trust(**conditions or WITH_MFA))


def session_name(role: Role) -> dict[str, Any]:
    return {"RoleArn": role.arn, "RoleSessionName": "RoleSession1"}


def test_a_session_with_mfa_opens_what_asks_for_it(people: People, ann: User, phone: Phone) -> None:
    only = {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*", "Condition": WITH_MFA}
    people.iam.put_user_policy(UserName=ann.name, PolicyName="may", PolicyDocument=document(only))
    with refused("AccessDenied"):
        ann.iam.list_users()
    proven = people.iam_of(ann.sts.get_session_token(**phone.proof())["Credentials"])
    assert proven.list_users()["Users"]
    unproven = people.iam_of(ann.sts.get_session_token()["Credentials"])
    with refused("InvalidClientTokenId", status=403):
        unproven.list_users()


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_a_role_that_asks_for_mfa_opens_for_a_code_or_a_session_with_one(
    people: People, ann: User, phone: Phone
) -> None:
    role = guarded(people)
    with refused("AccessDenied"):
        ann.sts.assume_role(**session_name(role))
    with refused("AccessDenied"):
        people.sts_of(ann.sts.get_session_token()["Credentials"]).assume_role(**session_name(role))
    ann.sts.assume_role(**session_name(role), **phone.proof())
    people.sts_of(ann.sts.get_session_token(**phone.proof())["Credentials"]).assume_role(**session_name(role))


def test_a_second_factor_ages(people: People, ann: User, phone: Phone) -> None:
    young = guarded(people, NumericLessThan={"aws:MultiFactorAuthAge": "300"})
    with refused("AccessDenied"):
        ann.sts.assume_role(**session_name(young))
    ann.sts.assume_role(**session_name(young), **phone.proof())
    own = people.sts_of(ann.sts.get_session_token(**phone.proof())["Credentials"])
    own.assume_role(**session_name(young))
    phone.authority.advance(300)
    with refused("AccessDenied"):
        own.assume_role(**session_name(young))
    own.assume_role(**session_name(young), **phone.proof())


def test_a_role_session_does_not_have_the_second_factor(people: People, ann: User, phone: Phone) -> None:
    role = people.role(
        {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*", "Condition": WITH_MFA},
        {"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"},
        trusts=people.trust(**WITH_MFA),
    )
    given = ann.sts.assume_role(**session_name(role), **phone.proof())["Credentials"]
    people.iam_of(given).list_roles()
    with refused("AccessDenied"):
        people.iam_of(given).list_users()
    with refused("AccessDenied", message=UNKNOWN):
        people.sts_of(given).assume_role(**session_name(role), **phone.proof())


def test_a_code_is_good_once(people: People, ann: User, phone: Phone) -> None:
    proof = phone.proof()
    ann.sts.get_session_token(**proof)
    for _ in range(mfa_codes.WRONG_CODES + 1):  # used codes are no guesses
        with refused("AccessDenied", status=403, message=INVALID):
            ann.sts.get_session_token(**proof)
    with refused("AccessDenied", message=INVALID):
        ann.sts.assume_role(**session_name(guarded(people)), **proof)
    ann.sts.get_session_token(**phone.proof())


def test_a_code_is_spent_though_the_request_is_denied(people: People, ann: User, phone: Phone) -> None:
    other = people.role(trusts=people.trust(arn=people.user().arn))
    proof = phone.proof()
    with refused("AccessDenied", message=None):
        ann.sts.assume_role(**session_name(other), **proof)
    with refused("AccessDenied", message=INVALID):
        ann.sts.get_session_token(**proof)


def test_a_code_counts_for_its_owner_alone(authority: Authority, people: People, ann: User, phone: Phone) -> None:
    bob = people.user(EVERYTHING)
    idle = Phone.new(authority, ann.iam, "idle")
    for who, serial_number in (
        (bob, phone.serial_number),
        (ann, idle.serial_number),
        (ann, f"{phone.serial_number}2"),
        (ann, "GAHT12345678"),
    ):
        with refused("AccessDenied", status=403, message=UNKNOWN):
            who.sts.get_session_token(SerialNumber=serial_number, TokenCode=phone.code())
    ann.iam.deactivate_mfa_device(UserName=ann.name, SerialNumber=phone.serial_number)
    with refused("AccessDenied", message=UNKNOWN):
        ann.sts.get_session_token(**phone.proof())


def test_a_device_needs_its_code_and_a_code_its_device(people: People, ann: User, phone: Phone) -> None:
    role = session_name(people.role())
    halves: tuple[dict[str, Any], ...] = ({"SerialNumber": phone.serial_number}, {"TokenCode": "123456"})
    for half in halves:
        with refused("ValidationError", status=400):
            ann.sts.get_session_token(**half)
        with refused("ValidationError", status=400):
            ann.sts.assume_role(**role, **half)


def test_codes_are_not_guessed_with_whatever_credential(people: People, ann: User, phone: Phone) -> None:
    role = session_name(people.role())
    key = ann.iam.create_access_key(UserName=ann.name)["AccessKey"]
    tablet = Phone.new(phone.authority, ann.iam, "tablet", Path="/second/")
    tablet.enable(ann.iam, ann.name)
    askers = [ann.sts, phone.authority.of("sts", dict(key))]
    askers += [people.sts_of(ann.sts.get_session_token()["Credentials"]) for _ in range(3)]
    for number, asker in enumerate(askers):
        device = (phone, tablet)[number % 2]
        with refused("AccessDenied", message=INVALID):
            asker.assume_role(**role, SerialNumber=device.serial_number, TokenCode=device.wrong_code())
    refusal = "too many wrong MFA codes were given for this user: wait 5 minutes, then give a new one"
    for device in (phone, tablet):
        with refused("AccessDenied", status=403, message=refusal):
            ann.sts.get_session_token(**device.proof())
    people.user(EVERYTHING).sts.get_session_token()
    phone.authority.advance(mfa_codes.PATIENCE)
    ann.sts.get_session_token(**phone.proof())


def test_two_hundred_requests_with_one_code_make_one_session(crowd: Authority) -> None:
    iam = crowd.client("iam")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    phone = Phone.new(crowd, iam).enable(iam, "ann")
    asked = signed(crowd, "sts", {"Action": "GetSessionToken", **phone.proof()}, credentials=key)
    answers = all_at_once(crowd, [asked] * 200)
    assert counted(answers) == {(200, None): 1, (403, "AccessDenied"): 199}


def test_wrong_codes_at_once_are_all_counted(crowd: Authority) -> None:
    iam = crowd.client("iam")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    phone = Phone.new(crowd, iam).enable(iam, "ann")
    wrong = {"SerialNumber": phone.serial_number, "TokenCode": phone.wrong_code()}
    asked = signed(crowd, "sts", {"Action": "GetSessionToken", **wrong}, credentials=key)
    answers = all_at_once(crowd, [asked] * 40)
    assert sum(answer.message == INVALID for answer in answers) == mfa_codes.WRONG_CODES
    assert sum("too many wrong" in (answer.message or "") for answer in answers) == 40 - mfa_codes.WRONG_CODES
