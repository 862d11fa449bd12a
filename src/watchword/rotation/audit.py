"""The audit: what is wrong with the keys that a run has found, each by its own id. Pure.

The rules are those of the usual audits (age, unused, never used, two active keys, root's), with the terms' thresholds,
beside whatever the machine itself holds for a finding. A key that was never used is judged too, whether or not its user
has a password, once it is old enough that somebody should have used it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from watchword.rotation.results import Line, Other, Run
from watchword.rotation.seen import Known
from watchword.rotation.steps import Do, Why
from watchword.rotation.terms import DAY, Terms


class Severity(StrEnum):
    """How bad a finding is, from the least on."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for."""

    id: str
    title: str
    severity: Severity
    mend: str
    """What a person can do about it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with one key, or another credential."""

    rule: Rule
    account: str
    account_name: str
    user: str
    resource: str
    """The user's ARN; what stands for it, where there is none."""
    key: str
    """An AccessKeyId, or another credential's id; empty where that is not known."""
    said: str
    severity: Severity


OLD = Rule("key-too-old", "Access key is older than its period", Severity.MEDIUM, "replace it")
UNUSED = Rule("key-unused", "Access key has not been used for long", Severity.MEDIUM, "deactivate it")
NEVER_USED = Rule("key-never-used", "Access key was never used", Severity.MEDIUM, "deactivate it")
TWO_ACTIVE = Rule(
    "two-active-keys", "User has two active access keys", Severity.LOW, "remove the one that is not needed"
)
ROOT = Rule("root-key", "Root has an access key", Severity.CRITICAL, "delete it, and use roles")
OTHER = Rule("other-credential", "A long-term credential needs attention", Severity.MEDIUM, "see what is said of it")
GRAVE = {Why.QUARANTINED: Severity.CRITICAL, Why.ORPHAN_USED: Severity.CRITICAL, Why.STRANGER: Severity.HIGH,
         Why.TWO_KEYS: Severity.HIGH, Why.UNREAD: Severity.HIGH, Why.USE_UNKNOWN: Severity.HIGH}  # fmt: skip
SAME = {Why.NEVER_USED: NEVER_USED.id, Why.UNUSED: UNUSED.id}
"""Reasons of the machine that say what a rule above says already."""


def rule_of(why: Why) -> Rule:
    """Give the rule for one of the machine's own reasons."""
    title = str(why)
    severity = GRAVE.get(why, Severity.MEDIUM)
    return Rule(why.name.lower().replace("_", "-"), title[:1].upper() + title[1:], severity, "see the note")


RULES = (OLD, UNUSED, NEVER_USED, TWO_ACTIVE, ROOT, OTHER, *(rule_of(why) for why in Why if why not in SAME))
"""Every rule that a finding can name."""


def audit(run: Run, terms: Terms, now: float) -> tuple[Finding, ...]:
    """Judge every credential of a run; the gravest first, then by account and user."""
    found: list[Finding] = []
    for account in run.accounts:
        for _, lines in groupby(sorted(account.lines, key=_user), key=_user):
            found += findings(tuple(lines), terms, now)
        found += [one for other in account.others for one in of_other(other, account.name)]
    grave = list(Severity)
    return tuple(
        sorted(found, key=lambda one: (-grave.index(one.severity), one.account, one.user, one.key, one.rule.id))
    )


def findings(lines: Sequence[Line], terms: Terms, now: float) -> Iterator[Finding]:
    """Judge the keys of one user."""
    active = {line.key for line in lines if line.active and line.key}
    for line in lines:
        rules: set[str] = set()
        for rule, said in (*_by_age_and_use(line, terms, now), *_by_number(line, active)):
            rules.add(rule.id)
            past = rule is OLD and now - line.created >= terms.limit
            yield _finding(line, rule, said, Severity.HIGH if past else None)
        if line.finding and SAME.get(line.why) not in rules:
            own = next((one for one in RULES if one.id == SAME.get(line.why)), None) or rule_of(line.why)
            note = f" ({line.note})" if line.note else ""
            yield _finding(line, own, f"{own.title}{note}.")


def of_other(other: Other, account_name: str = "") -> Iterator[Finding]:
    """Judge a credential that is no access key of a user."""
    root = other.what == "root access key"
    if (root and other.active) or other.finding:
        rule = ROOT if root else OTHER
        said = other.finding or rule.title
        resource = f"{other.account}/{other.user}/{other.what}"
        yield Finding(rule, other.account, account_name, other.user, resource, other.id, said, rule.severity)


def _by_age_and_use(line: Line, terms: Terms, now: float) -> Iterator[tuple[Rule, str]]:
    if not line.active or line.do is Do.EXEMPT:
        return
    age = now - line.created
    if age >= terms.replace_after:
        yield OLD, f"It is {age // DAY:.0f} days old; its period is {terms.replace_after / DAY:g} days."
    if line.used is Known.NEVER and terms.never_used_after is not None and age >= terms.never_used_after:
        yield NEVER_USED, f"It was made {age // DAY:.0f} days ago and never used."
    if line.used is Known.AT and terms.unused_after is not None and now - line.used_at >= terms.unused_after:
        yield UNUSED, f"It was last used {(now - line.used_at) // DAY:.0f} days ago."


def _by_number(line: Line, active: set[str]) -> Iterable[tuple[Rule, str]]:
    """Two active keys are no fault while one replaces the other."""
    others = sorted(active - {line.key})
    if line.key in active and others and not line.rotation:
        return ((TWO_ACTIVE, f"The user's other active key is {', '.join(others)}."),)
    return ()


def _finding(line: Line, rule: Rule, said: str, severity: Severity | None = None) -> Finding:
    resource = line.arn or f"{line.account}/{line.user}"
    return Finding(
        rule, line.account, line.account_name, line.user, resource, line.key, said, severity or rule.severity
    )


def _user(line: Line) -> tuple[str, str]:
    return line.account, line.user_id
