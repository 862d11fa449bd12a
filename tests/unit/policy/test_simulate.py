"""A simulation decides as `evaluate` does, whatever the policies, and what it tells adds up to that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.unit.policy.asking import HOME, PRINCIPALS, compiled
from tests.unit.policy.test_against_oracle import ASKED, LAYERS, levels
from tests.unit.policy.test_against_oracle import compiled as compiled_documents
from watchword.policy import Kind, Outcome, Policies, Request, Say, compile_policy, evaluate, parse, simulate

BUCKET = "arn:aws:s3:::home/ann/x"
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
ALL = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(asked=ASKED, layers=LAYERS)
def test_it_agrees_with_evaluate(asked: dict[str, Any], layers: dict[str, Any]) -> None:
    trust = asked["trust"]
    policies = Policies(
        identity=compiled_documents(layers.get("identity"), Kind.IDENTITY),
        resource=compiled_documents(layers.get("resource"), Kind.TRUST if trust else Kind.RESOURCE),
        boundary=compiled_documents(layers.get("boundary"), Kind.BOUNDARY),
        session=compiled_documents(layers.get("session"), Kind.SESSION),
        scp=levels(layers.get("scp"), Kind.SCP),
        rcp=levels(layers.get("rcp"), Kind.RCP),
    )
    context = asked["context"].get
    request = Request(asked["principal"], asked["action"], asked["resource"], context, asked["resource_account"])
    decided, told = evaluate(request, policies, trust=trust), simulate(request, policies, trust=trust)
    assert told.decision == decided
    one = (told.identity, told.resource, told.boundary, told.session)
    says = [*(say for say in one if say is not None), *(told.scp or ()), *(told.rcp or ())]
    assert (decided.outcome is Outcome.EXPLICIT_DENY) is any(say.denies for say in says)
    assert all(statement.denies is not decided.allowed for statement in told.matched)
    if decided.statement is not None and decided.layer not in {Kind.SCP, Kind.RCP}:
        assert decided.statement in told.matched
    if decided.outcome is Outcome.IMPLICIT_DENY:
        assert told.matched == ()
    if decided.allowed:
        assert all(level.outcome is Outcome.ALLOW for level in told.scp or ())


def nothing(_key: str) -> None:
    """A request that tells nothing."""


def asked(**more: Any) -> Request:
    return Request(PRINCIPALS["user"], "s3:GetObject", BUCKET, nothing, **more)


def test_every_statement_that_allows_is_told() -> None:
    told = simulate(asked(), Policies(identity=compiled([READ, ALL, {**READ, "Action": "sqs:*"}], Kind.IDENTITY)))
    assert [statement.policy for statement in told.matched] == ["P0", "P1"]
    assert told.identity.outcome is Outcome.ALLOW
    assert (told.boundary, told.session, told.resource, told.scp) == (None, None, None, None)


def test_a_deny_is_told_alone() -> None:
    told = simulate(asked(), Policies(identity=compiled([READ, DENY], Kind.IDENTITY)))
    assert [statement.policy for statement in told.matched] == ["P1"]


def test_where_nothing_allows_nothing_matches() -> None:
    boundary = compiled([{**READ, "Action": "sqs:*"}], Kind.BOUNDARY)
    told = simulate(asked(), Policies(identity=compiled([READ], Kind.IDENTITY), boundary=boundary))
    assert told.matched == ()
    assert told.identity.allows
    assert told.boundary == Say()


def test_not_principal_spares_nobody_who_is_bounded() -> None:
    mine = {"AWS": PRINCIPALS["user"].arn}
    resource = compiled([{**DENY, "NotPrincipal": mine}], Kind.RESOURCE)
    policies = Policies(identity=compiled([READ], Kind.IDENTITY), resource=resource)
    assert simulate(asked(), policies).resource == Say()
    bounded = simulate(asked(), policies._replace(boundary=compiled([ALL], Kind.BOUNDARY)))
    assert bounded.resource is not None
    assert bounded.resource.denies == bounded.matched != ()


def test_each_side_of_two_accounts_is_told() -> None:
    named = compiled([{**READ, "Principal": {"AWS": HOME}}], Kind.RESOURCE)
    told = simulate(asked(resource_account="222222222222"), Policies(resource=named))
    assert told.resource is not None
    assert (told.decision.outcome, told.identity.outcome, told.resource.outcome) == (
        Outcome.IMPLICIT_DENY,
        Outcome.IMPLICIT_DENY,
        Outcome.ALLOW,
    )


@pytest.mark.parametrize("who", ["linked", "anonymous"])
def test_a_layer_that_does_not_reach_the_principal_is_not_told(who: str) -> None:
    request = Request(PRINCIPALS[who], "s3:GetObject", BUCKET, nothing)
    assert simulate(request, Policies(scp=(compiled([DENY], Kind.SCP),))).scp is None


def test_a_statement_keeps_how_it_was_written() -> None:
    document = parse(json.dumps({"Statement": [{**READ, "Sid": "Read"}]}), Kind.IDENTITY)
    assert compile_policy(document).statements[0].clause is document.clauses[0]
