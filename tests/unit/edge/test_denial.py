"""What a denial seals for those who may decode it, and what it keeps from them."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from tests.unit.edge.asked import ACCOUNT, ANN, ANN_ARN, NOW, ROLE_ARN, TOOLS, asking, declared, holder, session
from watchword.domain.principal import ANONYMOUS
from watchword.edge.denial import LONGEST_TEXT, MOST_STATEMENTS, MOST_VALUES, Denied, sealed_reasons
from watchword.policy import Kind, Policies, PolicySet, Request, compile_policy, parse
from watchword.services.deciding.context import Connection, RequestContext
from watchword.services.operation import Caller, Target
from watchword.services.sts.authorization_reasons import Reasons

OTHER = "999988887777"
THEIR_ROLE = f"arn:aws:iam::{OTHER}:role/Reader"
CONNECTION = Connection("192.0.2.7", "aws-cli/1", secure=True, region="eu-central-1")
ALLOW = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DENY = {"Sid": "No", "Effect": "Deny", "Action": ["iam:List*"], "Resource": "*"}


def layer(kind: Kind, *statements: dict[str, Any]) -> PolicySet:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return PolicySet.of([compile_policy(parse(text, kind), "own")])


def text_of(
    policies: Policies,
    *,
    caller: Caller = ANN,
    resource: str = "*",
    account: str = ACCOUNT,
    trust: bool = False,
    **connection: Any,
) -> str:
    target = Target(resource, account, tags=lambda: {"team": "blue"}, policy=None)
    told = Connection(**{"source_ip": "192.0.2.7", "user_agent": "cli", "secure": True, "region": "", **connection})
    context = RequestContext(told, asking(caller), declared(), target, {"team": "red"})
    action = "sts:AssumeRole" if trust else "iam:ListUsers"
    request = Request(caller.principal, action, resource, context, account)
    return sealed_reasons(request, policies, context, "r-1", trust=trust)


def reasons(policies: Policies, **more: Any) -> Reasons:
    opened = TOOLS.messages.open_message(text_of(policies, **more), account=ACCOUNT)
    return msgspec.json.decode(opened, type=Reasons)


def test_nothing_allows() -> None:
    told = reasons(Policies(identity=layer(Kind.IDENTITY, {**ALLOW, "Action": "sqs:*"})))
    assert (told.layer, told.explicit, told.matched, told.left_out) == ("identity", False, (), 0)
    assert (told.principal_id, told.name, told.arn) == ("AIDAANN", "ann", ANN_ARN)
    assert (told.action, told.resource, told.request_id, told.at) == ("iam:ListUsers", "*", "r-1", int(NOW))
    assert told.conditions == {
        "aws:CurrentTime": "2023-11-14T22:13:20Z",
        "aws:SecureTransport": "true",
        "aws:SourceIp": "192.0.2.7",
        "aws:UserAgent": "cli",
    }


def test_a_deny_is_told_as_it_is_written() -> None:
    asks = {"StringEquals": {"aws:PrincipalTag/Team": "red"}, "StringNotEquals": {"aws:ResourceTag/Team": "x"}}
    own = layer(Kind.IDENTITY, ALLOW, {**DENY, "Condition": asks})
    told = reasons(Policies(identity=own))
    (matched,) = told.matched
    assert (told.explicit, matched.policy, matched.sid) == (True, "own", "No")
    assert (matched.excepts_actions, matched.actions, matched.resources) == (False, ("iam:List*",), ("*",))
    assert matched.conditions == (
        ("StringEquals aws:PrincipalTag/Team", ("red",)),
        ("StringNotEquals aws:ResourceTag/Team", ("x",)),
    )
    assert told.conditions["aws:principaltag/team"] == "red"
    assert told.conditions["aws:resourcetag/team"] == "blue"


@pytest.mark.parametrize(
    ("policies", "found"),
    [
        (Policies(identity=layer(Kind.IDENTITY, ALLOW), boundary=layer(Kind.BOUNDARY, DENY)), "boundary"),
        (Policies(identity=layer(Kind.IDENTITY, ALLOW), boundary=PolicySet.of(())), "boundary"),
        (Policies(identity=layer(Kind.IDENTITY, ALLOW), session=PolicySet.of(())), "session"),
        (Policies(identity=layer(Kind.IDENTITY, ALLOW), scp=(PolicySet.of(()),)), "scp"),
    ],
)
def test_the_layer_that_settled_it(policies: Policies, found: str) -> None:
    assert reasons(policies).layer == found


def test_a_session_is_told_with_its_keys() -> None:
    told = reasons(Policies(), caller=holder(session(source_identity="ann")))
    assert told.conditions["aws:SourceIdentity"] == "ann"
    assert told.conditions["aws:MultiFactorAuthPresent"] == "false"


def test_another_account_s_policies_are_not_told() -> None:
    """Nor whether it has such a role, nor what its trust policy asks for: the texts are of one length, too."""
    own = Policies(identity=layer(Kind.IDENTITY, ALLOW))
    asks = {"StringEquals": {"sts:ExternalId": "x", "aws:PrincipalTag/Team": "x"}}
    trusts = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": asks}
    refuses = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    found = own._replace(resource=layer(Kind.TRUST, trusts, refuses))
    more: Any = {"resource": THEIR_ROLE, "account": OTHER, "trust": True}
    assert reasons(found, **more) == reasons(own, **more)
    assert (reasons(own, **more).layer, reasons(own, **more).explicit) == ("trust", False)
    assert len(text_of(found, **more)) == len(text_of(own, **more))
    mine = reasons(Policies(identity=layer(Kind.IDENTITY, {**DENY, "Action": "sts:*"})), **more)
    assert (mine.layer, mine.explicit, len(mine.matched)) == ("identity", True, 1)


def test_another_account_s_tags_are_not_told() -> None:
    """Whoever writes a policy at home could else ask it for the tags of any role whose name he guesses."""
    asks = {"StringEquals": {"aws:ResourceTag/Team": "x", "aws:ResourceOrgID": "x"}}
    guesses = {"StringEquals": {"aws:ResourceTag/Team": "blue"}}
    more: Any = {"resource": THEIR_ROLE, "account": OTHER, "trust": True}
    told = reasons(Policies(identity=layer(Kind.IDENTITY, {**ALLOW, "Condition": asks})), **more)
    assert not [key for key in told.conditions if key.lower().startswith("aws:resource")]
    guessed = reasons(Policies(identity=layer(Kind.IDENTITY, {**ALLOW, "Condition": guesses})), **more)
    assert guessed == told


def test_one_s_own_trust_policy_is_told() -> None:
    refuses = {"Sid": "Never", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    told = reasons(Policies(resource=layer(Kind.TRUST, refuses)), resource=ROLE_ARN, trust=True)
    assert (told.layer, told.matched[0].sid, told.matched[0].resources) == ("trust", "Never", ())


def test_nobody_can_make_it_long() -> None:
    actions = ["iam:List*", *(f"iam:{number}{'x' * 300}" for number in range(50))]
    many = [{**DENY, "Sid": f"No{number}", "Action": actions} for number in range(10)]
    told = reasons(Policies(identity=layer(Kind.IDENTITY, *many)), user_agent="x" * 10_000)
    assert (len(told.matched), told.left_out) == (MOST_STATEMENTS, 10 - MOST_STATEMENTS)
    assert len(told.matched[0].actions) == MOST_VALUES + 1
    assert told.matched[0].actions[-1] == "… and 41 more"
    assert told.conditions["aws:UserAgent"] == "x" * LONGEST_TEXT
    assert len(text_of(Policies(identity=layer(Kind.IDENTITY, *many)), user_agent="x" * 10_000)) < 13_000


def test_who_has_no_account_is_told_nothing() -> None:
    assert text_of(Policies(), caller=Caller(ANONYMOUS, "")) == ""
    assert Denied("no").message == Denied("no").words == "no"
    told = Denied("no", "abc")
    assert (told.message, told.words) == ("no Encoded authorization failure message: abc", "no")
    assert (told.code, told.status, told.json_code) == ("AccessDenied", 403, "AccessDeniedException")
