"""GetCallerIdentity, GetAccessKeyInfo, DecodeAuthorizationMessage; and what all of STS has in common."""

import inspect
import json

import botocore.session
import msgspec
import pytest
from botocore import xform_name

from tests.unit.services.sts.world import ACCOUNT, NOW, OTHER, ROLE_ARN, World, role, root, user
from watchword.crypto.messages import InvalidAuthorizationMessage
from watchword.domain.ids import Prefix, mint_key_id
from watchword.services.operation import OPERATIONS, Way
from watchword.services.sts import (
    access_key_info,
    assume_role,
    authorization_message,
    caller_identity,
    federation_token,
    refusals,
    session_token,
)
from watchword.services.sts.authorization_reasons import Matched, Reasons

OFFERED = (
    access_key_info.get_access_key_info,
    assume_role.assume_role,
    authorization_message.decode_authorization_message,
    caller_identity.get_caller_identity,
    federation_token.get_federation_token,
    session_token.get_session_token,
)


def test_everyone_may_know_who_they_are() -> None:
    world = World(role())
    guest = world.holder(world.ask("get_federation_token", user(), name="Bob"))
    assumed = world.holder(world.ask("assume_role", user(), role_arn=ROLE_ARN, role_session_name="RoleSession1"))
    told = {
        "user": (user(), f"arn:aws:iam::{ACCOUNT}:user/ann", "AIDA1"),
        "root": (root(), f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT),
        "assumed": (
            assumed,
            f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/RoleSession1",
            "AROAReader:RoleSession1",
        ),
        "guest": (guest, f"arn:aws:sts::{ACCOUNT}:federated-user/Bob", f"{ACCOUNT}:Bob"),
    }
    for caller, arn, user_id in told.values():
        assert world.ask("get_caller_identity", caller) == {"Account": ACCOUNT, "Arn": arn, "UserId": user_id}


@pytest.mark.parametrize(
    ("key_id", "account"),
    [("ASIAY34FZKBOKMUTVV7A", "609629065308"), (mint_key_id(Prefix.LONG_TERM_KEY, OTHER, bytes), OTHER)],
)
def test_a_key_id_tells_its_account(key_id: str, account: str) -> None:
    assert World().ask("get_access_key_info", user(), access_key_id=key_id) == {"Account": account}


@pytest.mark.parametrize(
    "key_id",
    [
        "AIDAY34FZKBOKMUTVV7A",
        "ASIAy34fzkbokmutvv7a",
        "ASIAY34FZKBOKMUTVV7",
        "ASIA1111111111111111",
        "AKIAAAAAAAAAAAAAAAAA",
    ],
)
def test_what_carries_no_account_is_refused(key_id: str) -> None:
    with pytest.raises(refusals.AccessKeyIdInvalid):
        World().ask("get_access_key_info", user(), access_key_id=key_id)


def test_a_message_is_decoded_by_its_own_account_alone() -> None:
    world = World()
    deny = Matched(
        policy="own",
        sid="No",
        excepts_actions=False,
        actions=("s3:*",),
        excepts_resources=True,
        resources=("arn:aws:s3:::box",),
        conditions=(("Bool aws:SecureTransport", ("false",)),),
    )
    message = msgspec.json.encode(
        Reasons(
            request_id="r-1",
            at=int(NOW),
            layer="identity",
            explicit=True,
            principal_id="AIDA1",
            name="ann",
            arn=f"arn:aws:iam::{ACCOUNT}:user/ann",
            action="s3:GetObject",
            resource="*",
            matched=(deny,),
            left_out=2,
            conditions={"aws:SourceIp": "192.0.2.7", "aws:TagKeys": ("a", "b")},
        )
    )
    sealed = world.messages.seal_message(message, account=ACCOUNT)
    reply = world.ask("decode_authorization_message", user(), encoded_message=sealed)
    assert json.loads(reply["DecodedMessage"]) == {
        "allowed": False,
        "explicitDeny": True,
        "matchedStatements": {
            "items": [
                {
                    "statementId": "No",
                    "effect": "DENY",
                    "sourcePolicyId": "own",
                    "principals": {"items": [{"value": "AIDA1"}]},
                    "principalGroups": {"items": []},
                    "actions": {"items": [{"value": "s3:*"}]},
                    "notResources": {"items": [{"value": "arn:aws:s3:::box"}]},
                    "conditions": {
                        "items": [{"key": "Bool aws:SecureTransport", "values": {"items": [{"value": "false"}]}}]
                    },
                }
            ]
        },
        "failures": {"items": []},
        "context": {
            "principal": {"id": "AIDA1", "name": "ann", "arn": f"arn:aws:iam::{ACCOUNT}:user/ann"},
            "action": "s3:GetObject",
            "resource": "*",
            "conditions": {
                "items": [
                    {"key": "aws:SourceIp", "values": {"items": [{"value": "192.0.2.7"}]}},
                    {"key": "aws:TagKeys", "values": {"items": [{"value": "a"}, {"value": "b"}]}},
                ]
            },
        },
        "watchword": {
            "layer": "identity",
            "requestId": "r-1",
            "time": "2023-11-14T22:13:20Z",
            "statementsLeftOut": 2,
        },
    }
    others = [world.messages.seal_message(message, account=OTHER)]
    others += [world.messages.seal_message(text, account=ACCOUNT) for text in (b"", b"{}", b"[2]", b'[1,"r-1"]')]
    for text in (*others, sealed[:-2], sealed + "\n", "garbage", "é"):
        with pytest.raises(InvalidAuthorizationMessage):
            world.ask("decode_authorization_message", user(), encoded_message=text)


def test_nothing_here_needs_the_store() -> None:
    assert {OPERATIONS["sts", handler.__name__].way for handler in OFFERED} == {Way.MEMORY}


def test_parameters_are_the_model_s_members() -> None:
    model = botocore.session.get_session().get_service_model("sts")
    by_name = {xform_name(name): model.operation_model(name) for name in model.operation_names}
    for handler in OFFERED:
        shape = by_name[handler.__name__].input_shape
        members = {xform_name(member) for member in shape.members} if shape else set()
        taken = set(inspect.signature(handler).parameters) - {"call"}
        assert taken == members, handler.__name__


def test_no_code_and_no_secret_is_kept_on_record() -> None:
    for handler in OFFERED:
        operation = OPERATIONS["sts", handler.__name__]
        assert not {"token_code", "encoded_message"} & set(operation.journal)
        assert not [path for path in operation.told if "Secret" in path or "Token" in path]
