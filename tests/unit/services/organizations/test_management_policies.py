"""Management policies merged: AWS's own examples, and what operators may not do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from watchword.services.organizations.management_policies import ALLOWED, Block, NotAPolicyError, merged, read


def tags(key: str = "costcenter", **places: Any) -> str:
    return json.dumps({"tags": {key: places}})


def effective(*levels: list[str]) -> Any:
    found = merged(levels)
    return None if found is None else found["tags"]


A = tags(tag_key={"@@assign": "CostCenter"}, tag_value={"@@assign": ["Development", "Support"]})
B = tags(
    tag_key={"@@assign": "CostCenter"},
    tag_value={"@@assign": ["Sandbox"]},
    enforced_for={"@@assign": ["redshift:*", "dynamodb:table"]},
)
C = tags(
    tag_key={"@@assign": "CostCenter"},
    tag_value={"@@append": ["Marketing"]},
    enforced_for={"@@append": ["redshift:*", "dynamodb:table"]},
)
D = tags(
    tag_key={"@@assign": "CostCenter"},
    tag_value={"@@remove": ["Development", "Marketing"]},
    enforced_for={"@@remove": ["redshift:*", "dynamodb:table"]},
)
E = tags(
    "project",
    tag_key={ALLOWED: ["@@none"], "@@assign": "Project"},
    tag_value={ALLOWED: ["@@append"], "@@assign": ["Maintenance", "Escalations"]},
)
F = tags("project", tag_key={"@@assign": "PROJECT"}, tag_value={"@@append": ["Escalations - research"]})
G = tags("project", tag_value={ALLOWED: ["@@append"], "@@assign": ["Maintenance"]})
H = tags("project", tag_value={ALLOWED: ["@@append", "@@remove"]})
J = tags("project", tag_key={"@@assign": "PROJECT"}, tag_value={"@@append": ["Maintenance"]})
K = tags("project", tag_key={"@@assign": "project"}, tag_value={"@@append": ["Escalations"]})


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (
            [[A], [B], []],
            {
                "costcenter": {
                    "tag_key": "CostCenter",
                    "tag_value": ["Sandbox"],
                    "enforced_for": ["redshift:*", "dynamodb:table"],
                }
            },
        ),
        (
            [[A], [C]],
            {
                "costcenter": {
                    "tag_key": "CostCenter",
                    "tag_value": ["Development", "Support", "Marketing"],
                    "enforced_for": ["redshift:*", "dynamodb:table"],
                }
            },
        ),
        ([[A], [C], [D]], {"costcenter": {"tag_key": "CostCenter", "tag_value": ["Support"]}}),
        (
            [[E], [F]],
            {
                "project": {
                    "tag_key": "Project",
                    "tag_value": ["Maintenance", "Escalations", "Escalations - research"],
                }
            },
        ),
        (
            [[G, H], [tags("project", tag_value={"@@remove": ["Maintenance"]})]],
            {"project": {"tag_value": ["Maintenance"]}},
        ),
        (
            [[G, H], [tags("project", tag_value={"@@append": ["More"]})]],
            {"project": {"tag_value": ["Maintenance", "More"]}},
        ),
        ([[J, K]], {"project": {"tag_key": "PROJECT", "tag_value": ["Maintenance", "Escalations"]}}),
    ],
    ids=["overwrite", "append", "remove", "restrict", "intersection", "intersection-append", "first-attached"],
)
def test_the_examples_of_the_user_guide(levels: list[list[str]], expected: Block) -> None:
    """Source: Organizations User Guide, "Inheritance examples", 1 to 6."""
    assert effective(*levels) == expected


def test_nothing_attached_makes_nothing() -> None:
    assert merged([[], []]) is None
    assert merged([[tags(tag_value={"@@remove": ["x"]})]]) is None


def test_names_of_places_are_the_same_in_any_letter_case() -> None:
    assert effective([A], [tags("CostCenter", tag_value={"@@assign": ["One"]})]) == {
        "costcenter": {"tag_key": "CostCenter", "tag_value": ["One"]}
    }


def test_a_rule_holds_for_everything_below_it_but_where_that_has_its_own() -> None:
    locked = {
        ALLOWED: ["@@none"],
        "tag_key": {"@@assign": "x"},
        "tag_value": {ALLOWED: ["@@append"], "@@assign": ["1"]},
    }
    child = tags("x", tag_key={"@@assign": "X"}, tag_value={"@@append": ["2"]}, enforced_for={"@@assign": ["ec2:*"]})
    assert effective([json.dumps({"tags": {"x": locked}})], [child]) == {"x": {"tag_key": "x", "tag_value": ["1", "2"]}}


def test_what_is_forbidden_stays_forbidden() -> None:
    lifting = tags("project", tag_key={ALLOWED: ["@@all"]})
    assert effective([E], [lifting], [F])["project"]["tag_key"] == "Project"


def test_an_empty_list_that_is_assigned_is_told() -> None:
    text = json.dumps({"inspector": {"disable_in_regions": {"@@assign": []}}})
    assert merged([[text]]) == {"inspector": {"disable_in_regions": []}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "{",
        '"text"',
        '{"tags": "x"}',
        '{"tags": {"x": {"@@assign": {"deep": 1}}}}',
        '{"tags": {"x": {"@@assign": null}}}',
        '{"tags": {"x": {"@@assign": [["x"]]}}}',
        '{"tags": {"x": {"@@put": "x"}}}',
        '{"tags": {"x": {"@@assign": "x", "more": {"@@assign": "y"}}}}',
        '{"tags": {"x": {"@@operators_allowed_for_child_policies": "@@none"}}}',
        '{"tags": {"x": {"@@operators_allowed_for_child_policies": ["@@some"]}}}',
        "{" + '"a":{' * 40 + "}" * 40 + "}",
        '{"a":' * 5_000 + "1" + "}" * 5_000,
    ],
)
def test_what_is_no_management_policy_is_refused(text: str) -> None:
    with pytest.raises(NotAPolicyError):
        read(text)
