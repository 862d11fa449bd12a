"""Decisions explained in a store, without a server: whom they are about, what they act on, what is known of both."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.support.stores import ACCOUNT, StoreInHand
from tests.unit.services.iam.documents import trusting
from tests.unit.services.iam.house import ALLOWED, ROOT, House, as_user, house_on, refused
from watchword.domain.arn import iam_arn
from watchword.services.directory import Directory
from watchword.services.memory import Memory
from watchword.services.operation import OPERATIONS, Asking, Call, Caller, Target
from watchword.services.sts import caller_identity, session_token
from watchword.services.watchword.explain_decision import explain_decision
from watchword.services.watchword.refusals import InvalidParameter, NotFound
from watchword.services.watchword.supposed import asked_about
from watchword.store.tx import Tx

BLUE = [{"Key": "team", "Value": "blue"}]


@pytest.fixture
def house(store: StoreInHand) -> House:
    return house_on(store)


def document(**statement: Any) -> str:
    written = {"Effect": "Allow", "Action": "*", "Resource": "*", **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [written]})


def asked(house: House, caller: Caller, parameters: dict[str, Any], tx: Tx) -> Asking:
    directory = Directory(Memory(), house.tools.vaults).reading(tx, remember=False)
    return Asking(caller, parameters, directory, house.tools, house.tools.clock.now(), tx, "192.0.2.7")


def told(house: House, action: str, *, caller: Caller = ROOT, **parameters: Any) -> Any:
    given = {"action": action, **parameters}

    def answer(tx: Tx) -> Any:
        asking = asked(house, caller, given, tx)
        return explain_decision(Call(ALLOWED, asking, asked_about(asking), "request"), **given)

    return house.store.read(answer)


def target(house: House, *, caller: Caller = ROOT, **parameters: Any) -> Target:
    def find(tx: Tx) -> Target:
        found = asked_about(asked(house, caller, parameters, tx))
        return replace(found, tags=dict(found.tags()).copy)

    return house.store.read(find)


def ann(house: House, **statement: Any) -> dict[str, Any]:
    user: dict[str, Any] = house.ask("create_user", user_name="ann", path="/people/", tags=BLUE)["User"]
    if statement:
        house.ask("put_user_policy", user_name="ann", policy_name="own", policy_document=document(**statement))
    return user


def test_the_principal_is_the_resource_with_its_tags(house: House) -> None:
    user = ann(house)
    for about in (target(house, principal_arn=user["Arn"]), target(house, caller=as_user(user))):
        assert (about.arn, about.account, about.tags()) == (user["Arn"], ACCOUNT, {"team": "blue"})
    role = house.ask("create_role", role_name="Reader", assume_role_policy_document=trusting(user["Arn"]))["Role"]
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/run-7"
    assert target(house, principal_arn=session).arn == role["Arn"]
    assert target(house).arn == iam_arn(ACCOUNT, "root")


@pytest.mark.parametrize("name", ["user/ann", "user/People/ann", "role/people/ann", "user/people/bob"])
def test_whom_the_whole_arn_does_not_name_is_not_there(house: House, name: str) -> None:
    ann(house)
    with refused(NotFound, f"There is no principal `{iam_arn(ACCOUNT, name)}` in this account."):
        told(house, "iam:ListUsers", principal_arn=iam_arn(ACCOUNT, name))


def test_of_a_user_its_names_and_tags_are_known(house: House) -> None:
    user = ann(house, Condition={"StringEquals": {"aws:username": "ann", "aws:PrincipalTag/Team": "blue"}})
    assert told(house, "s3:GetObject", principal_arn=user["Arn"])["Allowed"]
    assert told(house, "s3:GetObject", caller=as_user(user))["Allowed"]


def test_the_caller_s_own_address_is_known(house: House) -> None:
    user = ann(house, Condition={"IpAddress": {"aws:SourceIp": "192.0.2.7"}})
    assert told(house, "s3:GetObject", caller=as_user(user))["Allowed"]
    assert not told(house, "s3:GetObject", principal_arn=user["Arn"])["Allowed"]


@pytest.mark.parametrize(
    ("make", "arn"),
    [
        (("create_policy", {"policy_name": "p", "policy_document": document()}), "policy/p"),
        (("create_instance_profile", {"instance_profile_name": "p"}), "instance-profile/p"),
        (("create_virtual_mfa_device", {"virtual_mfa_device_name": "p"}), "mfa/p"),
        (
            ("create_role", {"role_name": "p", "assume_role_policy_document": trusting(iam_arn(ACCOUNT, "root"))}),
            "role/p",
        ),
        (("create_user", {"user_name": "p"}), "user/p"),
        (
            ("create_open_id_connect_provider", {"url": "https://p.example", "thumbprint_list": ["a" * 40]}),
            "oidc-provider/p.example",
        ),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_the_tags_of_what_is_held_here_are_known(house: House, make: tuple[str, dict[str, Any]], arn: str) -> None:
    user = ann(house, Condition={"StringEquals": {"aws:ResourceTag/team": "blue"}})
    operation, parameters = make
    asked = {"principal_arn": user["Arn"], "resource_arn": iam_arn(ACCOUNT, arn)}
    assert not told(house, "iam:GetSomething", **asked)["Allowed"]
    house.ask(operation, **parameters, tags=BLUE)
    assert told(house, "iam:GetSomething", **asked)["Allowed"]
    elsewhere = iam_arn("999988887777", arn)
    assert not told(house, "iam:GetSomething", principal_arn=user["Arn"], resource_arn=elsewhere)["Allowed"]


def test_the_boundary_of_a_user_is_known(house: House) -> None:
    policy = house.ask("create_policy", policy_name="Edge", policy_document=document())["Policy"]["Arn"]
    user = ann(house, Condition={"StringEquals": {"iam:PermissionsBoundary": policy}})
    bob = house.ask("create_user", user_name="bob", permissions_boundary=policy)["User"]["Arn"]
    assert told(house, "iam:PutUserPolicy", principal_arn=user["Arn"], resource_arn=bob)["Allowed"]
    assert not told(house, "iam:PutUserPolicy", principal_arn=user["Arn"], resource_arn=user["Arn"])["Allowed"]


def test_a_trust_policy_decides_who_assumes(house: House) -> None:
    user = ann(house)
    role = house.ask("create_role", role_name="Reader", assume_role_policy_document=trusting(user["Arn"]))["Role"][
        "Arn"
    ]
    let_in = told(house, "sts:assumerole", principal_arn=user["Arn"], resource_arn=role)
    assert [(reason["Layer"], reason["Effect"]) for reason in let_in["Reasons"]] == [("trust", "Allow")]
    bob = house.ask("create_user", user_name="bob")["User"]["Arn"]
    kept_out = told(house, "sts:AssumeRole", principal_arn=bob, resource_arn=role)
    assert kept_out["Reasons"][0]["Layer"] == "trust"
    assert kept_out["Message"] == f"User: {bob} is not authorized to perform: sts:AssumeRole on resource: {role}"
    root = told(house, "sts:AssumeRole", principal_arn=iam_arn(ACCOUNT, "root"), resource_arn=role)
    assert not root["Allowed"]


def test_what_no_policy_can_forbid_is_allowed(house: House) -> None:
    assert ("sts", caller_identity.get_caller_identity.__name__) in OPERATIONS
    assert ("sts", session_token.get_session_token.__name__) in OPERATIONS
    user = ann(house, Effect="Deny")
    for action in ("sts:GetCallerIdentity", "STS:getsessiontoken"):
        assert told(house, action, principal_arn=user["Arn"])["Allowed"]
    assert not told(house, "iam:GetUser", principal_arn=user["Arn"])["Allowed"]


def test_only_so_many_reasons_are_told(house: House) -> None:
    arn = house.ask("create_user", user_name="many")["User"]["Arn"]
    text = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}] * 60})
    policy = house.ask("create_policy", policy_name="No", policy_document=text)["Policy"]["Arn"]
    house.ask("attach_user_policy", user_name="many", policy_arn=policy)
    assert len(told(house, "a:B", principal_arn=arn)["Reasons"]) == 50


@pytest.mark.parametrize("arn", ["*", "ann", "arn:aws:iam::111122223333:group/g", "arn:aws:sts::1:assumed-role/a/b"])
def test_what_names_no_principal_is_refused(house: House, arn: str) -> None:
    with refused(InvalidParameter):
        told(house, "iam:ListUsers", principal_arn=arn)
