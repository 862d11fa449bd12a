"""Conditions and variables: the vectors, and what follows from a table of operators for every modifier."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest

from tests.unit.policy.vectors import FOLDER, vectors
from watchword.policy import Kind, MalformedPolicy, compile_policy, parse
from watchword.policy.comparisons import COMPARISONS

TABLE = tomllib.loads((FOLDER / "conditions.toml").read_text("utf-8"))["operator"]
Value = str | tuple[str, ...] | None


def answers(
    operator: str,
    values: Any,
    given: Value,
    *,
    more: dict[str, Any] | None = None,
    effect: str = "Allow",
    version: str = "2012-10-17",
) -> bool:
    statement = {"Effect": effect, "Action": "*", "Resource": "*", "Condition": {operator: {"Test:Key": values}}}
    document: dict[str, Any] = {"Statement": statement, **({"Version": version} if version else {})}
    policy = compile_policy(parse(json.dumps(document), Kind.IDENTITY, lenient=True))
    context = {name: tuple(value) if isinstance(value, list) else value for name, value in (more or {}).items()}
    if given is not None:
        context["test:key"] = given
    return policy.statements[0].takes_in("", "", context.get)


@pytest.mark.parametrize("case", [*vectors("conditions"), *vectors("variables")])
def test_vectors(case: dict[str, Any]) -> None:
    given = case.get("context")
    found = answers(
        case["operator"],
        case["policy"],
        tuple(given) if isinstance(given, list) else given,
        more=case.get("more"),
        effect=case.get("effect", "Allow"),
        version=case.get("version", "2012-10-17"),
    )
    assert found is case["expect"], case["source"]


def test_the_table_has_every_operator() -> None:
    assert {row["name"] for row in TABLE} == COMPARISONS.keys()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["name"])
@pytest.mark.parametrize("suffix", ["", "IfExists"])
class TestEveryOperator:
    def test_alone(self, row: dict[str, Any], suffix: str) -> None:
        name, values = row["name"] + suffix, row["policy"]
        assert answers(name, values, row["fits"])
        assert not answers(name, values, row["misses"])
        assert answers(name, values, None) is ("Not" in name or bool(suffix))
        assert not answers(name, values, (row["fits"],))

    def test_for_all_values(self, row: dict[str, Any], suffix: str) -> None:
        name, values = f"ForAllValues:{row['name']}{suffix}", row["policy"]
        assert answers(name, values, None)
        assert answers(name, values, ())
        assert answers(name, values, row["fits"])
        assert answers(name, values, (row["fits"], row["fits"]))
        assert not answers(name, values, (row["fits"], row["misses"]))

    def test_for_any_value(self, row: dict[str, Any], suffix: str) -> None:
        name, values = f"ForAnyValue:{row['name']}{suffix}", row["policy"]
        assert not answers(name, values, None)
        assert not answers(name, values, ())
        assert answers(name, values, row["fits"])
        assert answers(name, values, (row["misses"], row["fits"]))
        assert not answers(name, values, (row["misses"],))

    def test_another_type_decides_against_the_caller(self, row: dict[str, Any], suffix: str) -> None:
        foreign = row.get("foreign")
        if foreign is None:
            return
        name, values = row["name"] + suffix, row["policy"]
        assert not answers(name, values, foreign)
        assert answers(name, values, foreign, effect="Deny") is ("Not" in name)


def test_operators_and_keys_are_joined_by_and() -> None:
    condition = {"StringEquals": {"k:a": "1", "k:b": "2"}, "Bool": {"k:c": "true"}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    policy = compile_policy(parse(json.dumps({"Statement": statement}), Kind.IDENTITY))
    context = {"k:a": "1", "k:b": "2", "k:c": "true"}
    assert policy.statements[0].takes_in("", "", context.get)
    for key in context:
        changed = {**context, key: "x"}
        assert not policy.statements[0].takes_in("", "", changed.get)


@pytest.mark.parametrize("operator", ["StringIs", "NullIfExists", "ForSomeValues:StringEquals", "IfExists", "", "Not"])
def test_an_unknown_operator_is_refused_by_every_reader(operator: str) -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {operator: {"k:a": "1"}}}
    for lenient in (False, True):
        with pytest.raises(MalformedPolicy, match="Syntax errors in policy"):
            parse(json.dumps({"Statement": statement}), Kind.IDENTITY, lenient=lenient)


def test_an_unknown_operator_that_says_nothing_is_taken() -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringIs": {}}}
    assert compile_policy(parse(json.dumps({"Statement": statement}), Kind.IDENTITY)).statements[0].condition is None
