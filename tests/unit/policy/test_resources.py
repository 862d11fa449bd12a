"""Resource elements against requests, by vectors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.policy.vectors import vectors
from watchword.policy import Kind, compile_policy, parse
from watchword.policy.resources import split_resource


@pytest.mark.parametrize("case", vectors("resources"))
def test_vectors(case: dict[str, Any]) -> None:
    kind = Kind(case["kind"])
    statement = {"Effect": case["effect"], "Action": "*", case["element"]: case["values"]}
    if kind in {Kind.RESOURCE, Kind.RCP}:
        statement["Principal"] = "*"
    document = {"Version": case.get("version", "2012-10-17"), "Statement": statement}
    policy = compile_policy(parse(json.dumps(document), kind, lenient=True))
    context = {
        name: tuple(value) if isinstance(value, list) else value for name, value in case.get("context", {}).items()
    }
    head, tail = split_resource(case["resource"])
    assert policy.statements[0].takes_in(head, tail, context.get) is case["expect"], case["source"]
