"""Whatever the policies and the request: the compiled evaluator and the plain one decide alike."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.unit.policy import oracle
from watchword.domain.principal import ANONYMOUS, Principal, PrincipalType
from watchword.policy import Kind, Policies, PolicySet, Request, compile_policy, evaluate, parse
from watchword.policy.match import glob

HOME, AWAY = "111111111111", "222222222222"


def person(kind: PrincipalType, arn: str, unique_id: str, issuer: str = "") -> Principal:
    return Principal(kind, arn.split(":")[4], arn, unique_id, unique_id, issuer or arn)


PRINCIPALS = [
    person(PrincipalType.USER, f"arn:aws:iam::{HOME}:user/team/ann", "AIDAANN"),
    person(
        PrincipalType.ASSUMED_ROLE, f"arn:aws:sts::{HOME}:assumed-role/R/s", "AROAR", f"arn:aws:iam::{HOME}:role/p/R"
    ),
    person(
        PrincipalType.ASSUMED_ROLE,
        f"arn:aws:sts::{HOME}:assumed-role/L/s",
        "AROAL",
        f"arn:aws:iam::{HOME}:role/aws-service-role/x.amazonaws.com/L",
    ),
    person(
        PrincipalType.FEDERATED_USER,
        f"arn:aws:sts::{HOME}:federated-user/bob",
        "AIDAANN",
        f"arn:aws:iam::{HOME}:user/team/ann",
    ),
    person(PrincipalType.FEDERATED_USER, f"arn:aws:sts::{HOME}:federated-user/top", HOME, f"arn:aws:iam::{HOME}:root"),
    person(PrincipalType.ROOT, f"arn:aws:iam::{HOME}:root", HOME),
    ANONYMOUS,
]
NAMES = [
    "*",
    HOME,
    AWAY,
    f"arn:aws:iam::{HOME}:root",
    f"arn:aws:iam::{HOME}:user/team/ann",
    f"arn:aws:iam::{HOME}:role/R",
    f"arn:aws:iam::{AWAY}:role/R",
    f"arn:aws:sts::{HOME}:assumed-role/R/s",
    f"arn:aws:sts::{HOME}:federated-user/bob",
    "AIDAANN",
    "AROAR",
]
ACTIONS = ["s3:GetObject", "s3:PutObject", "iam:CreateUser", "kms:Decrypt"]
ACTION_VALUES = ["*", "s3:*", "s3:Get*", "s3:getobject", "S3:?etObject", "iam:*User", "kms:*", "s3: GetObject", "s3:"]
RESOURCES = [
    "*",
    "arn:aws:s3:::home/ann/x",
    "arn:aws:s3:::home/*/x",
    f"arn:aws:iam::{HOME}:user/ann",
    f"arn:aws:kms:eu-west-1:{HOME}:key/1",
]
RESOURCE_VALUES = [
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::home/ann/*",
    "arn:aws:s3:::home/${aws:username}/*",
    "arn:aws:s3:::home/${aws:username, 'ann'}/?",
    "arn:aws:s3:::home/${*}/x",
    "arn:*:iam::*:user/${aws:principaltag/name}",
    f"arn:aws:iam::{HOME}:user/a*",
    f"arn:aws:kms:*:{HOME}:key/*",
]
TEXTS = st.sampled_from(
    ["", "ann", "ANN", "a*", "10", "10.0", "9", "true", "False", "10.0.0.1", "10.0.0.0/8", "::1",
     "2024-01-01T00:00:00Z", "1704067200", "arn:aws:iam::111111111111:user/ann", "arn:aws:iam::*:user/*",
     "aGk=", "${aws:username}", "${*}",
     "${no:key}", "${no:key, 'ann'}"]
)  # fmt: skip
KEYS = ["aws:username", "aws:PrincipalTag/Name", "k:one", "k:many"]
BASES = [
    *(
        f"String{name}"
        for name in ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")
    ),
    *(
        f"{kind}{name}"
        for kind in ("Numeric", "Date")
        for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ),
    *("Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"),
]
OPERATORS = [f"{prefix}{base}{suffix}" for prefix in ("", "ForAllValues:", "ForAnyValue:") for base in BASES
             for suffix in ("", "IfExists")] + ["Null", "ForAllValues:Null", "ForAnyValue:Null"]  # fmt: skip


def one_or_more(values: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.one_of(values, st.lists(values, min_size=1, max_size=3))


@st.composite
def statements(draw: st.DrawFn, *, named: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    made[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(one_or_more(st.sampled_from(ACTION_VALUES)))
    made[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(
        one_or_more(st.sampled_from(RESOURCE_VALUES))
    )
    if named:
        made[draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"]))] = {
            "AWS": draw(one_or_more(st.sampled_from(NAMES)))
        }
    if draw(st.booleans()):
        keys = st.dictionaries(st.sampled_from(KEYS), one_or_more(TEXTS), min_size=1, max_size=2)
        made["Condition"] = draw(st.dictionaries(st.sampled_from(OPERATORS), keys, min_size=1, max_size=2))
    return made


def documents(*, named: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(statements(named=named), min_size=1, max_size=3)
    return st.fixed_dictionaries({"Version": st.sampled_from(["2012-10-17", "2008-10-17"]), "Statement": several})


FULL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def sets(most: int = 2) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.one_of(st.just(FULL), documents()), max_size=most)


LAYERS = st.fixed_dictionaries(
    {},
    optional={
        "identity": sets(),
        "resource": documents(named=True),
        "boundary": sets(1),
        "session": sets(),
        "scp": st.lists(sets(), min_size=1, max_size=2),
        "rcp": st.lists(sets(1), min_size=1, max_size=1),
    },
)
VALUES = st.one_of(TEXTS, st.lists(TEXTS, max_size=3).map(tuple))
ASKED = st.fixed_dictionaries(
    {
        "principal": st.sampled_from(PRINCIPALS),
        "action": st.sampled_from(ACTIONS),
        "resource": st.sampled_from(RESOURCES),
        "resource_account": st.sampled_from(["", HOME, AWAY]),
        "trust": st.booleans(),
        "context": st.dictionaries(st.sampled_from([key.lower() for key in KEYS]), VALUES),
    }
)


def compiled(documents: Any, kind: Kind) -> PolicySet | None:
    if documents is None:
        return None
    listed = documents if isinstance(documents, list) else [documents]
    return PolicySet.of([compile_policy(parse(json.dumps(one), kind, lenient=True)) for one in listed])


def levels(documents: Any, kind: Kind) -> tuple[PolicySet, ...] | None:
    made = [compiled(level, kind) for level in documents or []]
    return tuple(level for level in made if level is not None) or None


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(asked=ASKED, layers=LAYERS)
def test_the_compiled_evaluator_decides_as_the_plain_one(asked: dict[str, Any], layers: dict[str, Any]) -> None:
    policies = Policies(
        identity=compiled(layers.get("identity"), Kind.IDENTITY),
        resource=compiled(layers.get("resource"), Kind.TRUST if asked["trust"] else Kind.RESOURCE),
        boundary=compiled(layers.get("boundary"), Kind.BOUNDARY),
        session=compiled(layers.get("session"), Kind.SESSION),
        scp=levels(layers.get("scp"), Kind.SCP),
        rcp=levels(layers.get("rcp"), Kind.RCP),
    )
    context = asked["context"]
    request = Request(asked["principal"], asked["action"], asked["resource"], context.get, asked["resource_account"])
    decision = evaluate(request, policies, trust=asked["trust"])
    assert decision.outcome == oracle.decide(asked, layers)
    assert decision.because


@given(pattern=st.text("ab*?", max_size=12), text=st.text("ab", max_size=12))
@example(pattern="a*a", text="a")
@example(pattern="a?*?b*", text="aab")
@example(pattern="*?*", text="")
def test_globs_match_as_the_table_does(pattern: str, text: str) -> None:
    assert glob(pattern)(text) is oracle.glob(list(pattern), text)
