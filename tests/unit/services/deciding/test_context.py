"""What conditions can ask of a request, key by key, and what is absent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.edge.asked import ACCOUNT, ANN, ANN_ARN, NOW, ROLE_ARN, asking, declared, holder, session
from watchword.domain.arn import iam_arn
from watchword.domain.principal import ANONYMOUS, Principal, PrincipalType
from watchword.services.deciding.context import GLOBAL_KEYS, Connection, RequestContext
from watchword.services.operation import Caller, Target

CONNECTION = Connection("192.0.2.7", "aws-cli/1", secure=True, region="eu-central-1")
ROOT_ARN = iam_arn(ACCOUNT, "root")
ROOT = Caller(Principal(PrincipalType.ROOT, ACCOUNT, ROOT_ARN, ACCOUNT, ACCOUNT, ROOT_ARN), "AKIAROOT")


def context(caller: Caller = ANN, *, target: Target | None = None, tags: Any = None, **parameters: Any) -> Any:
    operation = declared(keys={"sts:ExternalId": "external_id", "iam:PermissionsBoundary": "permissions_boundary"})
    target = target or Target("*", ACCOUNT)
    return RequestContext(CONNECTION, asking(caller, **parameters), operation, target, tags or {})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:currenttime", "2023-11-14T22:13:20Z"),
        ("aws:epochtime", "1700000000"),
        ("aws:principalaccount", ACCOUNT),
        ("aws:principalarn", ANN_ARN),
        ("aws:principaltype", "User"),
        ("aws:requestedregion", "eu-central-1"),
        ("aws:resourceaccount", ACCOUNT),
        ("aws:securetransport", "true"),
        ("aws:sourceip", "192.0.2.7"),
        ("aws:useragent", "aws-cli/1"),
        ("aws:userid", "AIDAANN"),
        ("aws:username", "ann"),
        ("aws:viaawsservice", "false"),
        ("aws:tokenissuetime", None),
        ("aws:multifactorauthpresent", None),
        ("aws:multifactorauthage", None),
        ("aws:sourceidentity", None),
        ("aws:tagkeys", None),
        ("aws:principaltag/team", None),
        ("aws:nosuchkey", None),
        ("nonsense", None),
        ("", None),
        ("/", None),
    ],
)
def test_a_user_with_a_long_term_key(key: str, value: str | None) -> None:
    assert context()(key) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:principalarn", ROLE_ARN),
        ("aws:principaltype", "AssumedRole"),
        ("aws:userid", "AROAREADER:run-7"),
        ("aws:username", None),
        ("aws:tokenissuetime", "2023-11-14T22:11:40Z"),
        ("aws:multifactorauthpresent", "false"),
        ("aws:multifactorauthage", None),
        ("aws:sourceidentity", "ann"),
    ],
)
def test_a_role_session(key: str, value: str | None) -> None:
    assert context(holder(session(source_identity="ann")))(key) == value


def test_a_second_factor_is_told_with_its_age() -> None:
    caller = holder(session(PrincipalType.USER, name="ann", mfa_at=int(NOW) - 30))
    assert context(caller)("aws:multifactorauthpresent") == "true"
    assert context(caller)("aws:multifactorauthage") == "30"
    assert context(caller)("aws:username") == "ann"


def test_root_has_no_user_name() -> None:
    assert context(ROOT)("aws:username") is None
    assert context(ROOT)("aws:principalarn") == ROOT_ARN
    assert context(ROOT)("aws:principaltype") == "Account"


def test_nobody_has_nothing() -> None:
    nobody = context(Caller(ANONYMOUS, ""))
    assert nobody("aws:principalarn") is None
    assert nobody("aws:principalaccount") is None


def test_tag_names_are_the_same_in_any_case() -> None:
    target = Target("*", ACCOUNT, tags=lambda: {"Team": "blue", "team ": "red"})
    asked = context(target=target, tags={"STAGE": "test"}, tags_given=None)
    assert asked("aws:resourcetag/team") == "blue"
    assert asked("iam:resourcetag/team") == "blue"
    assert asked("aws:principaltag/stage") == "test"
    assert asked("aws:requesttag/team") is None


def test_tags_of_a_target_are_read_only_when_asked_for() -> None:
    def tags() -> dict[str, str]:
        raise AssertionError

    asked = context(target=Target("*", ACCOUNT, tags=tags))
    assert asked("aws:username") == "ann"
    with pytest.raises(AssertionError):
        asked("aws:resourcetag/team")


def test_a_request_tells_its_tags_and_their_keys() -> None:
    tags = [{"Key": "Team", "Value": "blue"}, {"Key": "stage", "Value": ""}]
    parameters = {"tags": tags}
    operation, target = declared(), Target("*", ACCOUNT)
    asked = RequestContext(CONNECTION, asking(ANN, **parameters), operation, target, {})
    assert asked("aws:tagkeys") == ("Team", "stage")
    assert asked("aws:requesttag/team") == "blue"
    assert asked("aws:requesttag/stage") == ""
    assert context(tag_keys=["a", "b"])("aws:tagkeys") == ("a", "b")


def test_keys_of_a_service_come_from_parameters() -> None:
    assert context(external_id="x")("sts:externalid") == "x"
    assert context()("sts:externalid") is None
    assert context(external_id=["a", 1])("sts:externalid") == ("a", "1")
    assert context(external_id=True)("sts:externalid") == "true"
    assert context(external_id=7)("sts:externalid") == "7"


def test_keys_of_a_service_come_from_what_was_found_too() -> None:
    target = Target("*", ACCOUNT, keys=lambda: {"iam:permissionsboundary": "arn:kept"})
    assert context(target=target)("iam:permissionsboundary") in {None, "arn:kept"}
    operation = declared()
    asked = RequestContext(CONNECTION, asking(ANN), operation, target, {})
    assert asked("iam:permissionsboundary") == "arn:kept"


def test_every_key_is_written_as_it_is_looked_up() -> None:
    assert all(key == key.lower() for key in GLOBAL_KEYS)
