"""The policy simulator: what it answers, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.stores import ACCOUNT
from tests.unit.policy.test_against_oracle import ACTIONS, RESOURCES, documents
from tests.unit.services.iam.house import House, house_on, refused
from watchword.domain.principal import Principal, PrincipalType
from watchword.policy import Kind, Outcome, Policies, PolicySet, Request, compile_policy, evaluate, parse
from watchword.services.iam import simulation_stage
from watchword.services.iam.refusals import InvalidMarker
from watchword.services.iam.simulation_refusals import (
    ActionInvalid,
    CallerInvalid,
    CallerMissing,
    ContextInvalid,
    HandlingUnknown,
    PolicyInapplicable,
    PolicyInvalid,
    ResourceInvalid,
    ResourceMissing,
    ResourceOwnerInvalid,
    TooLarge,
    TooManyBoundaries,
    UnclearEntity,
)

OTHER = "999988887777"
OBJECT = "arn:aws:s3:::box/a"
ANN = f"arn:aws:iam::{ACCOUNT}:user/ann"
BOB = f"arn:aws:iam::{OTHER}:user/bob"
TOLD = {"allowed": Outcome.ALLOW, "implicitDeny": Outcome.IMPLICIT_DENY, "explicitDeny": Outcome.EXPLICIT_DENY}


def policy(*statements: dict[str, Any], **more: Any) -> str:
    filled = [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **statement} for statement in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": filled}, **more)


ALLOW, DENY = policy({}), policy({"Effect": "Deny"})


class NoStore:
    """SimulateCustomPolicy reads nothing, so its tests open nothing."""

    touched = ()

    def read(self, fn: Any) -> Any:
        return fn(self)


@pytest.fixture(scope="module")
def bare() -> House:
    store: Any = NoStore()
    return house_on(store)


def custom(house: House, *policies: str, actions: tuple[str, ...] = ("s3:GetObject",), **more: Any) -> Any:
    return house.ask("simulate_custom_policy", policy_input_list=policies, action_names=actions, **more)


def one(house: House, *policies: str, **more: Any) -> Any:
    (result,) = custom(house, *policies, **more)["EvaluationResults"]
    return result


def entry(name: str, *values: str, sort: str | None = "string") -> dict[str, Any]:
    return {"ContextKeyName": name, "ContextKeyValues": list(values), "ContextKeyType": sort}


# What is answered


def test_an_allow_names_its_statement_and_its_place(bare: House) -> None:
    assert custom(bare, DENY.replace("s3:", "sqs:"), ALLOW) == {
        "EvaluationResults": [
            {
                "EvalActionName": "s3:GetObject",
                "EvalResourceName": "*",
                "EvalDecision": "allowed",
                "MatchedStatements": [
                    {
                        "SourcePolicyId": "PolicyInputList.2",
                        "SourcePolicyType": "none",
                        "StartPosition": {"Line": 1, "Column": 41},
                        "EndPosition": {"Line": 1, "Column": 103},
                    }
                ],
                "MissingContextValues": [],
            }
        ],
        "IsTruncated": False,
    }


def test_a_deny_is_told_alone_and_an_implicit_one_has_nothing_to_tell(bare: House) -> None:
    denied = one(bare, ALLOW, DENY)
    assert denied["EvalDecision"] == "explicitDeny"
    assert [told["SourcePolicyId"] for told in denied["MatchedStatements"]] == ["PolicyInputList.2"]
    silent = one(bare, ALLOW, actions=("s3:PutObject",))
    assert (silent["EvalDecision"], silent["MatchedStatements"]) == ("implicitDeny", [])
    assert one(bare)["EvalDecision"] == "implicitDeny"


def test_named_resources_have_results_of_their_own_and_the_strictest_stands_for_all(bare: House) -> None:
    mixed = policy({"Resource": "arn:aws:s3:::box/*"}, {"Effect": "Deny", "Resource": "arn:aws:s3:::box/secret"})
    whole = one(bare, mixed, resource_arns=[OBJECT, "arn:aws:s3:::box/secret", "arn:aws:s3:::elsewhere/a", OBJECT])
    assert whole["EvalDecision"] == "explicitDeny"
    assert len(whole["MatchedStatements"]) == 1
    assert whole["EvalDecisionDetails"] == {}
    assert [(told["EvalResourceName"], told["EvalResourceDecision"]) for told in whole["ResourceSpecificResults"]] == [
        (OBJECT, "allowed"),
        ("arn:aws:s3:::box/secret", "explicitDeny"),
        ("arn:aws:s3:::elsewhere/a", "implicitDeny"),
    ]
    assert whole["ResourceSpecificResults"][0].keys() == {
        "EvalResourceName",
        "EvalResourceDecision",
        "MatchedStatements",
        "MissingContextValues",
    }


def test_a_boundary_limits_and_says_so(bare: House) -> None:
    within = one(bare, ALLOW, permissions_boundary_policy_input_list=[policy({"Action": "s3:*"})])
    assert (within["EvalDecision"], within["PermissionsBoundaryDecisionDetail"]) == (
        "allowed",
        {"AllowedByPermissionsBoundary": True},
    )
    outside = one(bare, ALLOW, permissions_boundary_policy_input_list=[policy({"Action": "sqs:*"})])
    assert (outside["EvalDecision"], outside["PermissionsBoundaryDecisionDetail"]) == (
        "implicitDeny",
        {"AllowedByPermissionsBoundary": False},
    )
    denied = one(bare, ALLOW, permissions_boundary_policy_input_list=[DENY], resource_arns=[OBJECT])
    assert denied["EvalDecision"] == "explicitDeny"
    assert denied["MatchedStatements"][0]["SourcePolicyId"] == "PermissionsBoundaryPolicyInputList.1"
    assert not denied["ResourceSpecificResults"][0]["PermissionsBoundaryDecisionDetail"]["AllowedByPermissionsBoundary"]


@pytest.mark.parametrize(
    ("levels", "decision"),
    [
        ([[ALLOW], [ALLOW, DENY.replace("s3:", "sqs:")]], "allowed"),
        ([[ALLOW], [DENY]], "explicitDeny"),
        ([[ALLOW], []], "implicitDeny"),
        ([[ALLOW], None], "implicitDeny"),
    ],
)
def test_service_control_policies_level_by_level(bare: House, levels: list[Any], decision: str) -> None:
    given = [{} if level is None else {"ServiceControlPolicyInputList": level} for level in levels]
    told = one(bare, ALLOW, ordered_organization_policy_input_list=given, resource_arns=[OBJECT])
    assert told["EvalDecision"] == decision
    allowed = decision == "allowed"
    assert told["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": allowed}
    assert bool(told["MatchedStatements"]) is allowed
    assert ("EvalDecisionDetails" in told) is allowed


def test_the_context_is_what_the_request_tells(bare: House) -> None:
    asks = policy(
        {
            "Resource": "arn:aws:s3:::${aws:username}/*",
            "Condition": {
                "StringEquals": {"aws:PrincipalTag/team": "red"},
                "NumericLessThan": {"s3:max-keys": "10"},
                "IpAddress": {"aws:SourceIp": "10.0.0.0/8"},
                "Bool": {"aws:SecureTransport": "true"},
                "DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"},
                "ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]},
            },
        }
    )
    told = [
        entry("AWS:UserName", "box"),
        entry("aws:principaltag/Team", "red"),
        entry("s3:max-keys", "9", sort="numeric"),
        entry("aws:SourceIp", "10.1.2.3", sort="ip"),
        entry("aws:SecureTransport", "True", sort="boolean"),
        entry("aws:CurrentTime", "2024-01-01", sort="date"),
        entry("aws:TagKeys", "b", "a", sort="stringList"),
    ]
    result = one(bare, asks, context_entries=told, resource_arns=[OBJECT])
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("allowed", [])
    lacking = one(bare, asks, context_entries=[*told[2:], entry("aws:username", sort=None)], resource_arns=[OBJECT])
    assert lacking["EvalDecision"] == "implicitDeny"
    assert lacking["MissingContextValues"] == ["aws:username", "aws:PrincipalTag/team"]
    assert lacking["ResourceSpecificResults"][0]["MissingContextValues"] == lacking["MissingContextValues"]


def test_keys_of_actions_that_are_not_asked_are_missing_too(bare: House) -> None:
    """Recorded: boto3 issue 3111."""
    other = policy({"Action": "sqs:*", "Condition": {"Null": {"aws:TokenIssueTime": "true"}}})
    assert one(bare, ALLOW, other)["MissingContextValues"] == ["aws:TokenIssueTime"]


def test_a_caller_tells_what_its_arn_tells(bare: House) -> None:
    mine = policy({"Resource": "arn:aws:s3:::${aws:username}/*", "Condition": {"StringEquals": {"aws:userid": "x"}}})
    told = one(bare, mine, caller_arn=f"arn:aws:iam::{ACCOUNT}:user/p/ann", resource_arns=["arn:aws:s3:::ann/x"])
    assert told["MissingContextValues"] == ["aws:userid"]
    role = policy({"Condition": {"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/R"}}})
    assert one(bare, role, caller_arn=f"arn:aws:iam::{ACCOUNT}:role/R")["EvalDecision"] == "allowed"
    group = one(bare, role, caller_arn=f"arn:aws:iam::{ACCOUNT}:group/R")
    assert (group["EvalDecision"], group["MissingContextValues"]) == ("implicitDeny", ["aws:PrincipalArn"])


# Resource policies and other accounts


def bucket_policy(principal: str, effect: str = "Allow") -> str:
    return policy({"Effect": effect, "Principal": {"AWS": principal}, "Resource": "arn:aws:s3:::box/*"})


def test_a_resource_policy_may_grant_alone_within_an_account(bare: House) -> None:
    told = one(bare, caller_arn=ANN, resource_policy=bucket_policy(ANN), resource_arns=[OBJECT])
    assert told["EvalDecision"] == "allowed"
    (statement,) = told["MatchedStatements"]
    assert (statement["SourcePolicyId"], statement["SourcePolicyType"]) == ("ResourcePolicy", "resource")
    denied = one(bare, ALLOW, caller_arn=ANN, resource_policy=bucket_policy(ACCOUNT, "Deny"), resource_arns=[OBJECT])
    assert denied["EvalDecision"] == "explicitDeny"
    assert denied["MatchedStatements"][0]["SourcePolicyId"] == "ResourcePolicy"


@pytest.mark.parametrize(
    ("policies", "resource", "decision", "sides"),
    [
        ([ALLOW], bucket_policy(BOB), "allowed", ("allowed", "allowed")),
        ([], bucket_policy(BOB), "implicitDeny", ("implicitDeny", "allowed")),
        ([ALLOW], bucket_policy(ANN), "implicitDeny", ("allowed", "implicitDeny")),
        ([ALLOW], None, "implicitDeny", ("allowed", "implicitDeny")),
        ([ALLOW], bucket_policy(OTHER, "Deny"), "explicitDeny", ("allowed", "explicitDeny")),
    ],
)
def test_both_accounts_must_allow(
    bare: House, policies: list[str], resource: str | None, decision: str, sides: tuple[str, str]
) -> None:
    told = one(
        bare,
        *policies,
        caller_arn=BOB,
        resource_owner=f"arn:aws:iam::{ACCOUNT}:root",
        resource_policy=resource,
        resource_arns=[OBJECT],
    )
    assert told["EvalDecision"] == decision
    assert told["EvalDecisionDetails"] == dict(zip(("IAM Policy", "Resource Policy"), sides, strict=True))
    assert told["ResourceSpecificResults"][0]["EvalDecisionDetails"] == told["EvalDecisionDetails"]


def test_an_owner_in_the_arn_counts_before_the_one_that_is_told(bare: House) -> None:
    queue, asks = f"arn:aws:sqs:eu-west-1:{OTHER}:q", policy({"Action": "sqs:*"})
    more: Any = {"actions": ("sqs:SendMessage",), "resource_arns": [queue], "caller_arn": ANN}
    told = one(bare, asks, resource_owner=f"arn:aws:iam::{ACCOUNT}:root", **more)
    assert told["EvalDecision"] == "implicitDeny"
    bounded = one(bare, asks, permissions_boundary_policy_input_list=[asks], **more)
    assert bounded["EvalDecisionDetails"]["Permissions Boundary Policy"] == "allowed"
    nobody = one(bare, asks, actions=("sqs:SendMessage",), resource_arns=[queue])
    assert (nobody["EvalDecision"], nobody["EvalDecisionDetails"]) == ("allowed", {})


def test_a_trust_policy_is_asked_as_one(bare: House) -> None:
    role = f"arn:aws:iam::{OTHER}:role/R"
    trust = json.dumps(
        {
            "Statement": {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"},
            "Version": "2012-10-17",
        }
    )
    may = policy({"Action": "sts:AssumeRole"})
    more: Any = {"actions": ("sts:AssumeRole",), "resource_arns": [role], "caller_arn": ANN}
    assert one(bare, may, resource_policy=trust, **more)["EvalDecision"] == "allowed"
    assert one(bare, may, resource_policy=trust.replace(ACCOUNT, OTHER), **more)["EvalDecision"] == "implicitDeny"
    with refused(PolicyInvalid):
        one(bare, may, resource_policy=trust, actions=("s3:GetObject",), resource_arns=[OBJECT], caller_arn=ANN)


# What is refused


@pytest.mark.parametrize(
    ("more", "kind", "message"),
    [
        ({"resource_arns": ["box"]}, ResourceInvalid, "ResourceNames are not in a valid ARN format: box."),
        ({"resource_arns": ["*", OBJECT]}, ResourceInvalid, "ResourceNames are not in a valid ARN format: *."),
        ({"resource_arns": ["arn:aws:s3::"]}, ResourceInvalid, None),
        ({"resource_owner": ACCOUNT}, ResourceOwnerInvalid, f"'{ACCOUNT}' is not a valid as a Resource Owner."),
        ({"actions": ("GetObject",)}, ActionInvalid, None),
        ({"actions": ("s3:Get*",)}, ActionInvalid, None),
        ({"caller_arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/R/s"}, CallerInvalid, None),
        ({"caller_arn": f"arn:aws:iam::{ACCOUNT}:root"}, CallerInvalid, None),
        ({"resource_policy": ALLOW}, CallerMissing, "Invalid caller - Caller cannot be null or empty."),
        (
            {"resource_policy": bucket_policy(ANN), "caller_arn": ANN},
            UnclearEntity,
            "Invalid Entity Arn: * does not clearly define entity type and name.",
        ),
        (
            {"resource_policy": bucket_policy(ANN), "caller_arn": ANN, "resource_arns": ["arn:aws:sqs:::q"]},
            PolicyInapplicable,
            "ResourcePolicy is not applicable to the resource arn:aws:sqs:::q.",
        ),
        ({"resource_policy": ALLOW, "caller_arn": ANN, "resource_arns": [OBJECT]}, PolicyInvalid, None),
        ({"permissions_boundary_policy_input_list": [ALLOW, ALLOW]}, TooManyBoundaries, None),
        ({"permissions_boundary_policy_input_list": ["{}"]}, PolicyInvalid, None),
        ({"ordered_organization_policy_input_list": [{"ServiceControlPolicyInputList": ["x"]}]}, PolicyInvalid, None),
        ({"resource_handling_option": "EC2-Classic-EBS"}, HandlingUnknown, None),
        ({"resource_handling_option": "EC2-VPC-EBS"}, ResourceMissing, None),
        ({"context_entries": [{}]}, ContextInvalid, None),
        ({"context_entries": [entry("a:bcd", "1"), entry("A:BCD", "1")]}, ContextInvalid, None),
        ({"context_entries": [entry("a:bcd", "1", "2")]}, ContextInvalid, None),
        *(
            ({"context_entries": [entry("a:bcd", "?", sort=sort)]}, ContextInvalid, None)
            for sort in ("numeric", "boolean", "ip", "binary", "date", "numericList", "dateList")
        ),
        ({"marker": "x"}, InvalidMarker, "Invalid Marker: x"),
    ],
)
def test_what_cannot_be_simulated_is_refused(bare: House, more: Any, kind: Any, message: str | None) -> None:
    with refused(kind, message):
        custom(bare, ALLOW, **more)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "Syntax errors in policy. (line 1, column 2)"),
        (policy({"Principal": "*"}), "Policy document should not specify a principal. (line 1, column 117)"),
    ],
)
def test_a_malformed_policy_is_named(bare: House, text: str, why: str) -> None:
    message = f"PolicyInputList.2 is not a valid policy: {why}"
    with refused(PolicyInvalid, message):
        custom(bare, ALLOW, text)
    with refused(PolicyInvalid, message):
        bare.ask("get_context_keys_for_custom_policy", policy_input_list=[ALLOW, text])


def test_a_scenario_with_its_resources_is_simulated(bare: House) -> None:
    sorts = ("instance", "image", "security-group", "network-interface", "volume")
    told = one(
        bare,
        policy({"Action": "ec2:RunInstances"}),
        actions=("ec2:RunInstances",),
        resource_arns=[f"arn:aws:ec2:eu-west-1:{ACCOUNT}:{sort}/x" for sort in sorts],
        resource_handling_option="EC2-VPC-EBS",
    )
    assert told["EvalDecision"] == "allowed"


# Pages


def test_results_come_in_pages_of_actions(bare: House) -> None:
    actions = ("s3:GetObject", "s3:PutObject", "s3:GetObject", "sqs:SendMessage", "iam:GetUser")
    first = custom(bare, ALLOW, actions=actions, max_items=3)
    assert [told["EvalActionName"] for told in first["EvaluationResults"]] == list(dict.fromkeys(actions))[:3]
    assert first["IsTruncated"]
    rest = custom(bare, ALLOW, actions=actions, max_items=3, marker=first["Marker"])
    assert [told["EvalActionName"] for told in rest["EvaluationResults"]] == ["iam:GetUser"]
    assert not rest["IsTruncated"]


def test_no_answer_takes_more_than_its_time(bare: House) -> None:
    many = policy(*[{"Action": "sqs:ListQueues"}] * 499)
    resources = [f"{OBJECT}{number}" for number in range(1_000)]
    assert len(resources) * 500 * 2 == simulation_stage.MOST_WORK
    told = custom(bare, many, actions=("s3:GetObject", "s3:PutObject", "a:b"), resource_arns=resources)
    assert (len(told["EvaluationResults"]), told["IsTruncated"]) == (2, True)
    with refused(TooLarge):
        custom(bare, many, many, many, resource_arns=resources)


@pytest.mark.parametrize(
    "statement",
    [
        {"Action": "*", "Resource": [f"arn:aws:s3:::b*{number}x" for number in range(5_000)]},
        {"Condition": {"StringLike": {"aws:UserAgent": [f"*{number}*" for number in range(5_000)]}}},
    ],
)
def test_what_a_statement_lists_is_work_too(bare: House, statement: dict[str, Any]) -> None:
    """Else one request of a megabyte kept a thread for minutes."""
    many, resources = policy(statement), [f"{OBJECT}{number}" for number in range(100)]
    told = custom(bare, many, actions=("s3:GetObject", "s3:PutObject", "s3:ListBucket"), resource_arns=resources)
    assert (len(told["EvaluationResults"]), told["IsTruncated"]) == (1, True)
    with refused(TooLarge):
        custom(bare, many, many, resource_arns=resources)


def test_no_answer_is_too_long_for_memory(bare: House) -> None:
    """Else a request of a hundred kilobytes had an answer of two hundred megabytes."""
    half = simulation_stage.MOST_TOLD // 2
    many = policy(*[{"Action": "*"}] * (half // 10), indent=None)
    told = custom(bare, many, actions=tuple(f"s3:Action{number}" for number in range(50)), max_items=1_000)
    assert (len(told["EvaluationResults"]), told["IsTruncated"]) == (10, True)
    rest = custom(bare, many, actions=tuple(f"s3:Action{number}" for number in range(50)), marker=told["Marker"])
    assert rest["EvaluationResults"][0]["EvalActionName"] == "s3:Action10"
    with refused(TooLarge):
        custom(bare, many, resource_arns=[f"{OBJECT}{number}" for number in range(20)])


def test_actions_that_policies_list_are_work_too(bare: House) -> None:
    many = policy({"Action": [f"s3:*a*{number}" for number in range(9_999)]})
    told = custom(bare, many, actions=tuple(f"s3:Action{number}" for number in range(600)), max_items=1_000)
    assert (len(told["EvaluationResults"]), told["IsTruncated"]) == (500, True)


# The law


USER = Principal(PrincipalType.USER, ACCOUNT, ANN, "", "", ANN, "ann")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(
    identity=st.lists(documents(), max_size=2),
    boundary=st.lists(documents(), max_size=1),
    resource=st.none() | documents(named=True),
    action=st.sampled_from(ACTIONS),
    arn=st.sampled_from([one for one in RESOURCES if one != "*"]),
)
def test_a_simulated_request_is_decided_as_a_real_one(  # noqa: PLR0917 - what hypothesis draws
    bare: House, identity: Any, boundary: Any, resource: Any, action: str, arn: str
) -> None:
    texts = {"identity": [json.dumps(one) for one in identity], "boundary": [json.dumps(one) for one in boundary]}
    try:
        told = one(
            bare,
            *texts["identity"],
            actions=(action,),
            permissions_boundary_policy_input_list=texts["boundary"] or None,
            resource_policy=None if resource is None else json.dumps(resource),
            caller_arn=ANN,
            resource_owner=f"arn:aws:iam::{OTHER}:root",
            resource_arns=[arn],
        )
    except (PolicyInvalid, PolicyInapplicable):
        return
    context: dict[str, str | tuple[str, ...]] = {
        "aws:username": "ann",
        "aws:principalarn": ANN,
        "aws:principalaccount": ACCOUNT,
        "aws:principaltype": "User",
    }
    layers = {
        name: PolicySet.of([compile_policy(parse(text, Kind(name))) for text in found]) for name, found in texts.items()
    }
    policies = Policies(
        identity=layers["identity"],
        boundary=layers["boundary"] if boundary else None,
        resource=None if resource is None else compile_policy(parse(json.dumps(resource), Kind.RESOURCE)),
    )
    account = arn.split(":")[4] or OTHER
    real = evaluate(Request(USER, action, arn, context.get, account), policies)
    assert TOLD[told["EvalDecision"]] is real.outcome
