"""Who asks in the vectors, by name; and how a test compiles the layers of a case."""

from __future__ import annotations

import json
from typing import Any

from watchword.domain.principal import ANONYMOUS, Principal, PrincipalType
from watchword.policy import Kind, Policies, PolicySet, compile_policy, parse

HOME = "111111111111"
USER = f"arn:aws:iam::{HOME}:user/team/ann"
ROOT = f"arn:aws:iam::{HOME}:root"


def _session(role: str, name: str) -> Principal:
    arn = f"arn:aws:sts::{HOME}:assumed-role/{name}/s"
    unique_id = f"AROA{name.upper()}"
    return Principal(
        PrincipalType.ASSUMED_ROLE, HOME, arn, f"{unique_id}:s", unique_id, f"arn:aws:iam::{HOME}:{role}", "s"
    )


def _federated(name: str, unique_id: str, issuer: str) -> Principal:
    arn = f"arn:aws:sts::{HOME}:federated-user/{name}"
    return Principal(PrincipalType.FEDERATED_USER, HOME, arn, f"{HOME}:{name}", unique_id, issuer, name)


def _without_account(name: str) -> Principal:
    return Principal(PrincipalType.ANONYMOUS, "", name, name, "", "")


PRINCIPALS = {
    "user": Principal(PrincipalType.USER, HOME, USER, "AIDAANN", "AIDAANN", USER, "ann"),
    "session": _session("role/path/Reader", "Reader"),
    "linked": _session("role/aws-service-role/ecs.amazonaws.com/Linked", "Linked"),
    "posing": _session("role/x:role/aws-service-role/Posing", "Posing"),
    "federated": _federated("bob", "AIDAANN", USER),
    "federated_root": _federated("top", HOME, ROOT),
    "root": Principal(PrincipalType.ROOT, HOME, ROOT, HOME, HOME, ROOT),
    "anonymous": ANONYMOUS,
    "service": _without_account("s3.amazonaws.com"),
    "provider": _without_account(f"arn:aws:iam::{HOME}:saml-provider/P"),
}


def compiled(statements: list[dict[str, Any]], kind: Kind) -> PolicySet:
    """Compile each statement as a policy of its own, and merge them."""
    texts = [json.dumps({"Version": "2012-10-17", "Statement": [statement]}) for statement in statements]
    return PolicySet.of([compile_policy(parse(text, kind, lenient=True), f"P{at}") for at, text in enumerate(texts)])


def policies(case: dict[str, Any]) -> Policies:
    """Compile a case's layers."""
    resource = Kind.TRUST if case.get("trust") else Kind.RESOURCE
    one = {
        name: compiled(case[name], kind)
        for name, kind in (
            ("identity", Kind.IDENTITY),
            ("boundary", Kind.BOUNDARY),
            ("session", Kind.SESSION),
            ("resource", resource),
        )
        if name in case
    }
    many = {
        name: tuple(compiled(level, kind) for level in case[name])
        for name, kind in (("scp", Kind.SCP), ("rcp", Kind.RCP))
        if name in case
    }
    return Policies(
        identity=one.get("identity"),
        resource=one.get("resource"),
        boundary=one.get("boundary"),
        session=one.get("session"),
        scp=many.get("scp"),
        rcp=many.get("rcp"),
    )
