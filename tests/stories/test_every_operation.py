"""Every operation of IAM, asked by those who may not: without rights, from elsewhere, too late, and with odd values."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.stories.company import EVERYTHING, Actor, Company, document, trust
from tests.stories.specimens import GONE, ODD, Things, furnish, names_something, offered
from tests.support.authority import Authority
from tests.support.refusals import words
from watchword.wire.names import snake

NEEDED = re.compile(r" on resource: (?:access key )?(\S+) because no identity-based policy allows the (\S+) action$")
WIDE: dict[str, Any] = {"retries": {"total_max_attempts": 1}, "parameter_validation": False}
Told = tuple[int, str, str]


def ask(iam: Any, name: str, parameters: dict[str, Any]) -> Told:
    """Call an operation; gives status, code and words of the answer."""
    try:
        answer = getattr(iam, snake(name))(**parameters)
    except ClientError as error:
        refusal: Any = error.response
        status = refusal["ResponseMetadata"]["HTTPStatusCode"]
        return status, refusal["Error"]["Code"], words(refusal["Error"]["Message"])
    return 200, "", json.dumps(answer, default=str)


def state(company: Company) -> dict[str, Any]:
    """Give all that an account holds."""
    iam = company.iam
    asked = (
        iam.get_account_authorization_details,
        iam.get_account_summary,
        iam.list_open_id_connect_providers,
        iam.list_saml_providers,
        iam.list_server_certificates,
        iam.list_virtual_mfa_devices,
        iam.list_account_aliases,
    )
    return {one.__name__: {**one(), "ResponseMetadata": 0} for one in asked}


def test_who_has_no_rights_is_told_what_is_missing_and_nothing_else(company: Company) -> None:
    """Neither is whether it exists: what is here and what never was are denied in the same words."""
    here, gone = furnish(company), Things(company.account, GONE)
    nobody = company.hire("nobody").iam
    before = state(company)
    faults: list[Any] = []
    for name, model in offered().items():
        about_here = ask(nobody, name, here.parameters(model))
        about_gone = ask(nobody, name, gone.parameters(model))
        found = NEEDED.search(about_here[2])
        if about_here[:2] != (403, "AccessDenied") or found is None or found[2] != f"iam:{name}":
            faults.append((name, about_here))
        elif gone.named_as(here, about_gone[2]) != about_here[2]:
            faults.append((name, about_here, about_gone))
    assert not faults
    assert state(company) == before


def test_from_another_account_nothing_is_found(company: Company, other: Company) -> None:
    """Not by name, not by id, not by ARN, whatever an administrator elsewhere may do there."""
    here = furnish(company)
    before = state(company)
    marks = [*here.ids.values(), *unique_ids(before), company.arn("policy/")]
    faults: list[Any] = []
    for name, model in sorted(offered().items(), key=lambda one: not names_something(one[1])):
        told = ask(other.iam, name, here.parameters(model))
        found = told[0] == 200 and (names_something(model) or any(mark in told[2] for mark in marks))
        if found or told[0] >= 500:
            faults.append((name, told))
    assert not faults
    assert state(company) == before


def unique_ids(state: dict[str, Any]) -> set[str]:
    return set(re.findall(r"\bA(?:IDA|GPA|ROA|IPA)[A-Z2-7]{17}\b", json.dumps(state, default=str)))


def expired(company: Company, _ann: Actor) -> Actor:
    lent = company.administrator.take(company.role("lent", trust(company.account), EVERYTHING))
    lent.authority.advance(3_601)
    return lent


def deactivated(company: Company, ann: Actor) -> Actor:
    company.iam.update_access_key(UserName="ann", AccessKeyId=ann.key_id, Status="Inactive")
    return ann


def of_a_user_that_is_gone(company: Company, ann: Actor) -> Actor:
    company.iam.delete_access_key(UserName="ann", AccessKeyId=ann.key_id)
    company.iam.delete_user_policy(UserName="ann", PolicyName="may")
    company.iam.delete_user(UserName="ann")
    return ann


def without_its_token(company: Company, _ann: Actor) -> Actor:
    lent = company.administrator.take(company.role("lent", trust(company.account), EVERYTHING))
    return Actor(lent.authority, {**(lent.credentials or {}), "SessionToken": None})


def with_a_guessed_secret(_company: Company, ann: Actor) -> Actor:
    return Actor(ann.authority, {"AccessKeyId": ann.key_id, "SecretAccessKey": "guessed"})


def of_a_session_without_the_phone(_company: Company, ann: Actor) -> Actor:
    return ann.holding(ann.sts.get_session_token())


def of_a_federated_user(_company: Company, ann: Actor) -> Actor:
    return ann.holding(ann.sts.get_federation_token(Name="guest", Policy=document(EVERYTHING)))


@pytest.mark.parametrize(
    ("worthless", "code"),
    [
        (expired, "ExpiredToken"),
        (deactivated, "InvalidClientTokenId"),
        (of_a_user_that_is_gone, "InvalidClientTokenId"),
        (without_its_token, "InvalidClientTokenId"),
        (with_a_guessed_secret, "SignatureDoesNotMatch"),
        (of_a_session_without_the_phone, "InvalidClientTokenId"),
        (of_a_federated_user, "InvalidClientTokenId"),
    ],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_a_credential_that_opens_nothing(
    company: Company, worthless: Callable[[Company, Actor], Actor], code: str
) -> None:
    iam = worthless(company, company.hire("ann", EVERYTHING)).iam
    gone = Things(company.account, GONE)
    faults = []
    for name, model in offered().items():
        told = ask(iam, name, gone.parameters(model))
        if told[:2] != (403, code):
            faults.append((name, told))
    assert not faults


@pytest.mark.parametrize("kind", ODD)
def test_odd_values_are_never_a_fault_of_the_server(authority: Authority, company: Company, kind: str) -> None:
    """One parameter at a time is odd, all others are valid: huge, of other scripts, empty, and what XML cannot hold."""
    here = furnish(company)
    iam = authority.client("iam", config=Config(**WIDE))
    faults = []
    for name, model in offered().items():
        for odd in here.odd(model, kind):
            told = ask(iam, name, odd)
            if told[0] >= 500 or (not told[1] and told[0] != 200):
                faults.append((name, odd, told))
    assert not faults
    assert company.administrator.identity() == company.arn("user/admin")


TWICE = {
    "CreateUser": "EntityAlreadyExists",
    "CreateGroup": "EntityAlreadyExists",
    "CreateRole": "EntityAlreadyExists",
    "CreatePolicy": "EntityAlreadyExists",
    "CreateInstanceProfile": "EntityAlreadyExists",
    "CreateOpenIDConnectProvider": "EntityAlreadyExists",
    "CreateSAMLProvider": "EntityAlreadyExists",
    "CreateServiceLinkedRole": "InvalidInput",
    "CreateVirtualMFADevice": "EntityAlreadyExists",
    "CreateAccountAlias": "EntityAlreadyExists",
    "CreateLoginProfile": "EntityAlreadyExists",
    "UploadSSHPublicKey": "DuplicateSSHPublicKey",
}
"""What is there once at most, and how the second is refused."""


def test_of_many_at_once_one_makes_it(company: Company) -> None:
    things, iam = Things(company.account), company.iam
    with ThreadPoolExecutor(6) as pool:
        for name, code in TWICE.items():
            parameters = things.parameters(offered()[name])
            told = Counter(pool.map(lambda _, name=name, given=parameters: ask(iam, name, given)[1], range(6)))
            assert told == {"": 1, code: 5}, name


DELETIONS = {
    "DeleteUser": "DeleteConflict",
    "DeleteGroup": "DeleteConflict",
    "DeleteRole": "DeleteConflict",
    "DeletePolicy": "DeleteConflict",
    "DeleteInstanceProfile": "DeleteConflict",
}


def test_what_is_still_in_use_is_not_deleted(company: Company) -> None:
    here = furnish(company)
    for name, code in DELETIONS.items():
        status, told, message = ask(company.iam, name, here.parameters(offered()[name]))
        assert (status, told) == (409, code), (name, message)


def test_what_is_gone_is_not_deleted_again(company: Company) -> None:
    gone = Things(company.account, GONE)
    for name, model in offered().items():
        if name.startswith("Delete"):
            status, code, message = ask(company.iam, name, gone.parameters(model))
            assert (status, code) == (404, "NoSuchEntity"), (name, message)
