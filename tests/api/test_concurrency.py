"""Many at once: quotas and names hold however requests fall together, with one worker and with two."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.authority import Authority, initialise, serving
from tests.support.wire import Answer, Raw, send, signed

AT_ONCE = 32
READING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}]}
)
TRUST = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
)


@pytest.fixture(scope="session")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    data = tmp_path_factory.mktemp("two-workers") / "data"
    with serving(data, initialise(data, "--sandbox"), "--workers", "2") as authority:
        yield authority


@pytest.fixture(params=["one worker", "two workers"])
def crowd(request: pytest.FixtureRequest) -> Iterator[Authority]:
    """A running sandbox, once with one worker and once with two."""
    name = "sandbox_authority" if request.param == "one worker" else "two_workers"
    authority: Authority = request.getfixturevalue(name)
    yield authority
    authority.reset()


def asked(authority: Authority, action: str, **parameters: str) -> Raw:
    return signed(authority, "iam", {"Action": action, **parameters})


def all_at_once(authority: Authority, requests: Sequence[Raw]) -> list[Answer]:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda raw: send(authority, raw), requests))


def counted(answers: Sequence[Answer]) -> Counter[tuple[int, str | None]]:
    return Counter((answer.status, answer.code) for answer in answers)


def test_two_hundred_requests_leave_two_keys(crowd: Authority) -> None:
    iam = crowd.client("iam")
    iam.create_user(UserName="ann")
    answers = all_at_once(crowd, [asked(crowd, "CreateAccessKey", UserName="ann")] * 200)
    assert counted(answers) == {(200, None): 2, (409, "LimitExceeded"): 198}
    told = {answer.text("AccessKeyId") for answer in answers if answer.status == 200}
    assert {key["AccessKeyId"] for key in iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]} == told
    for answer in answers:
        if answer.status == 200:
            key = {name: answer.text(name) for name in ("AccessKeyId", "SecretAccessKey")}
            assert crowd.of("sts", key).get_caller_identity()["Arn"].endswith(":user/ann")


Make = Callable[[Authority, str], Raw]
MAKERS: dict[str, Make] = {
    "user": lambda crowd, name: asked(crowd, "CreateUser", UserName=name),
    "group": lambda crowd, name: asked(crowd, "CreateGroup", GroupName=name),
    "role": lambda crowd, name: asked(crowd, "CreateRole", RoleName=name, AssumeRolePolicyDocument=TRUST),
    "policy": lambda crowd, name: asked(crowd, "CreatePolicy", PolicyName=name, PolicyDocument=READING),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_name_is_given_once_in_any_case(crowd: Authority, kind: str) -> None:
    names = ["ann", "Ann", "ANN", "aNN"] * 10
    answers = all_at_once(crowd, [MAKERS[kind](crowd, name) for name in names])
    assert counted(answers) == {(200, None): 1, (409, "EntityAlreadyExists"): 39}


def test_a_policy_has_five_versions_at_most(crowd: Authority) -> None:
    iam = crowd.client("iam")
    arn = iam.create_policy(PolicyName="Read", PolicyDocument=READING)["Policy"]["Arn"]
    request = asked(crowd, "CreatePolicyVersion", PolicyArn=arn, PolicyDocument=READING, SetAsDefault="true")
    answers = all_at_once(crowd, [request] * 40)
    assert counted(answers) == {(200, None): 4, (409, "LimitExceeded"): 36}
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [version["VersionId"] for version in versions] == ["v5", "v4", "v3", "v2", "v1"]
    assert [version["IsDefaultVersion"] for version in versions] == [True, False, False, False, False]


def test_a_user_holds_ten_policies_at_most(crowd: Authority) -> None:
    iam = crowd.client("iam")
    iam.create_user(UserName="ann")
    made = all_at_once(crowd, [MAKERS["policy"](crowd, f"policy-{number}") for number in range(20)])
    arns = [answer.text("Arn") or "" for answer in made]
    attach = [asked(crowd, "AttachUserPolicy", UserName="ann", PolicyArn=arn) for arn in arns]
    assert counted(all_at_once(crowd, attach)) == {(200, None): 10, (409, "LimitExceeded"): 10}
    assert len(iam.list_attached_user_policies(UserName="ann")["AttachedPolicies"]) == 10


def test_deleting_and_filling_a_user_never_leaves_an_orphan(crowd: Authority) -> None:
    iam = crowd.client("iam")
    for number in range(4):
        name = f"ann-{number}"
        iam.create_user(UserName=name)
        filling = [asked(crowd, "PutUserPolicy", UserName=name, PolicyName="own", PolicyDocument=READING)] * 4
        deleting = [asked(crowd, "DeleteUser", UserName=name)] * 4
        known = {(200, None), (404, "NoSuchEntity"), (409, "DeleteConflict")}
        assert counted(all_at_once(crowd, [*filling, *deleting])).keys() <= known
        held = iam.list_user_policies(UserName=name)["PolicyNames"] if exists(iam, name) else []
        assert exists(iam, name) is bool(held)


def exists(iam: Any, name: str) -> bool:
    return name in {user["UserName"] for user in iam.list_users()["Users"]}


def test_a_change_is_seen_whichever_worker_answers(crowd: Authority) -> None:
    iam = crowd.client("iam")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    who = signed(crowd, "sts", {"Action": "GetCallerIdentity"}, credentials=key)
    for status, expected in (("Inactive", 403), ("Active", 200)) * 5:
        iam.update_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"], Status=status)
        assert {answer.status for answer in all_at_once(crowd, [who] * 16)} == {expected}
