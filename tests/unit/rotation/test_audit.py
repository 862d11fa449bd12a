from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.rotation.telling import scenes
from tests.unit.rotation.telling.scenes import ACCOUNT, NOW
from watchword.rotation.audit import RULES, Severity, audit, findings, of_other
from watchword.rotation.results import Line, Other
from watchword.rotation.seen import Known
from watchword.rotation.steps import Do, Why
from watchword.rotation.terms import DAY, Terms

TERMS = Terms(unused_after=45 * DAY)


def rules(*lines: Line, terms: Terms = TERMS) -> list[tuple[str, str]]:
    return [(one.rule.id, one.key) for one in findings(lines, terms, NOW)]


def key(name: str = "AKIAEXAMPLEAAAAAAAAA", *, days: float, used: float | None = 1, **values: Any) -> Line:
    use: dict[str, Any] = (
        {"used": Known.NEVER, "used_at": 0.0} if used is None else {"used": Known.AT, "used_at": NOW - used * DAY}
    )
    return scenes.line(key=name, created=NOW - days * DAY, **use, **values)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (key(days=89.9), []),
        (key(days=90), ["key-too-old"]),
        (key(days=60, used=44.9), []),
        (key(days=60, used=45), ["key-unused"]),
        (key(days=29.9, used=None), []),
        (key(days=30, used=None), ["key-never-used"]),
        (key(days=100, used=None), ["key-too-old", "key-never-used"]),
        (key(days=100, used=90), ["key-too-old", "key-unused"]),
        (key(days=400, used=None, active=False), []),
        (key(days=400, do=Do.EXEMPT), []),
        (key(days=40, used=None, do=Do.REPORT, why=Why.NEVER_USED, finding=True), ["key-never-used"]),
        (key(days=10, do=Do.BLOCKED, why=Why.UNREAD, finding=True), ["unread"]),
    ],
)
def test_a_key_by_its_age_and_use(line: Line, expected: Sequence[str]) -> None:
    assert [rule for rule, _ in rules(line)] == expected


def test_a_threshold_that_is_off_finds_nothing() -> None:
    assert rules(key(days=80, used=79), terms=Terms(unused_after=None)) == []
    assert rules(key(days=80, used=None), terms=Terms(never_used_after=None)) == []


def test_two_active_keys_are_named_each_unless_one_replaces_the_other() -> None:
    two = key(days=10), key("AKIAEXAMPLEBBBBBBBBB", days=20)
    assert rules(*two) == [("two-active-keys", two[0].key), ("two-active-keys", two[1].key)]
    replacing = (key(days=10, rotation="rot-1"), key("AKIAEXAMPLEBBBBBBBBB", days=20, rotation="rot-1"))
    assert rules(*replacing) == []
    assert rules(key(days=10), key("AKIAEXAMPLEBBBBBBBBB", days=20, active=False)) == []


def test_an_old_key_past_its_limit_is_graver() -> None:
    assert [one.severity for one in findings([key(days=181)], TERMS, NOW)] == [Severity.HIGH]


def test_root_keys_and_other_credentials() -> None:
    root = Other(account=ACCOUNT, user="<root_account>", what="root access key")
    assert [one.severity for one in of_other(root)] == [Severity.CRITICAL]
    password = Other(account=ACCOUNT, user="ann", what="password")
    assert list(of_other(password)) == []
    bedrock = Other(account=ACCOUNT, user="ann", what="service-specific credential", id="ACCA1", finding="expired")
    assert [(one.rule.id, one.key, one.said) for one in of_other(bedrock)] == [("other-credential", "ACCA1", "expired")]


def test_an_audit_has_the_gravest_first_and_every_finding_a_rule() -> None:
    found = audit(scenes.many_things(), Terms(), NOW)
    grave = [list(Severity).index(one.severity) for one in found]
    assert grave == sorted(grave, reverse=True)
    assert found[0].rule.id == "root-key"
    assert {one.rule for one in found} <= set(RULES)
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(one.key.startswith("AKIA") for one in found if one.rule.id not in {"root-key", "other-credential"})
