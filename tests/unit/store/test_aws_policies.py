"""AWS's own managed policies: every one can be read, compiled and decided by, and gets its rows when it is held."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import func, select, update

from tests.support.stores import StoreInHand
from watchword.domain.principal import Principal, PrincipalType
from watchword.policy import Kind, Outcome, Policies, PolicySet, Request, compile_policy, evaluate, parse
from watchword.store import aws_policies, policies, policy_versions, schema
from watchword.store.opening import open_store
from watchword.store.policies import ManagedPolicy

EVERY = aws_policies.page(path_prefix="/", after="", limit=10_000)
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ANN = Principal(
    PrincipalType.USER, "123456789012", "arn:aws:iam::123456789012:user/ann", "AIDAANN", "AIDAANN", "", "ann"
)


def decided(policy: ManagedPolicy, action: str, resource: str = "*") -> Outcome:
    document = parse(aws_policies.version_of(policy).document, Kind.MANAGED)
    identity = PolicySet.of([compile_policy(document, policy.arn)])
    return evaluate(Request(ANN, action, resource, lambda _: None), Policies(identity=identity)).outcome


def test_there_are_as_many_as_in_aws() -> None:
    assert len(EVERY) > 1_400
    assert len({policy.id for policy in EVERY}) == len({policy.arn for policy in EVERY}) == len(EVERY)


@pytest.mark.parametrize("kind", [Kind.MANAGED, Kind.IDENTITY, Kind.BOUNDARY])
def test_every_one_is_taken_as_a_customers_would_be(kind: Kind) -> None:
    for policy in EVERY:
        compile_policy(parse(aws_policies.version_of(policy).document, kind), policy.arn)


def test_every_one_decides() -> None:
    assert {decided(policy, "nosuch:Action") for policy in EVERY} <= set(Outcome)
    named = {policy.name: policy for policy in EVERY}
    assert decided(named["AdministratorAccess"], "nosuch:Action") is Outcome.ALLOW
    assert decided(named["ReadOnlyAccess"], "iam:GetUser", ANN.arn) is Outcome.ALLOW
    assert decided(named["ReadOnlyAccess"], "iam:DeleteUser", ANN.arn) is Outcome.IMPLICIT_DENY
    assert decided(named["AWSDenyAll"], "iam:GetUser", ANN.arn) is Outcome.EXPLICIT_DENY
    assert decided(named["IAMUserChangePassword"], "iam:ChangePassword", ANN.arn) is Outcome.IMPLICIT_DENY  # no name


def test_they_are_listed_by_name_and_path() -> None:
    jobs = aws_policies.page(path_prefix="/job-function/", after="", limit=100)
    assert [policy.name for policy in jobs] == sorted((policy.name for policy in jobs), key=str.lower)
    assert "ViewOnlyAccess" in {policy.name for policy in jobs}
    assert aws_policies.page(path_prefix="/job-function/", after=jobs[0].name.lower(), limit=1) == jobs[1:2]


def test_one_gets_its_rows_once(store: StoreInHand) -> None:
    policy = aws_policies.by_arn(READ_ONLY)
    assert policy is not None
    assert store.read(lambda tx: policies.by_arn(tx, READ_ONLY)) is None
    for _ in range(2):
        store.change(lambda tx: aws_policies.keep(tx, policy))
    assert store.read(lambda tx: policies.by_arn(tx, READ_ONLY)) == policy
    version = store.read(lambda tx: policy_versions.numbered(tx, policy.id, policy.default_version))
    assert version == aws_policies.version_of(policy)


def test_a_newer_package_brings_the_rows_up_to_date(store: StoreInHand) -> None:
    policy = aws_policies.by_arn(READ_ONLY)
    assert policy is not None
    kept = schema.managed_policy
    store.change(lambda tx: aws_policies.keep(tx, policy))
    older = update(kept).where(kept.c.arn == READ_ONLY).values(default_version=1, updated_at=int(time.time()))
    store.change(lambda tx: tx.connection.execute(older))
    assert store.read(aws_policies.outdated) == [policy]
    seq = select(func.max(schema.change.c.seq))
    before = store.read(lambda tx: tx.connection.execute(seq).scalar())
    open_store(store.opened.url.render_as_string(hide_password=False)).close()
    assert store.read(aws_policies.outdated) == []
    assert store.read(lambda tx: policies.by_arn(tx, READ_ONLY)) == policy
    touched = select(schema.change.c.subject).where(schema.change.c.seq > before)
    assert store.read(lambda tx: tx.connection.execute(touched).scalars().all()) == [policy.id]
