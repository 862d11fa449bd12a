"""SARIF 2.1.0: one result for every finding, at the logical location of the user's ARN.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
"""

from __future__ import annotations

import hashlib

import msgspec

from watchword.rotation.audit import RULES, Finding, Rule, Severity
from watchword.rotation.reporting.contents import Contents, written

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.LOW: "note", Severity.MEDIUM: "warning", Severity.HIGH: "error", Severity.CRITICAL: "error"}
SCORES = {Severity.LOW: "3.0", Severity.MEDIUM: "5.5", Severity.HIGH: "8.0", Severity.CRITICAL: "9.5"}
"""The `security-severity` that code scanning sorts by, on the scale of CVSS."""


def render(contents: Contents) -> str:
    """Write the log, of one run."""
    used = {one.rule.id for one in contents.findings}
    rules = [rule for rule in RULES if rule.id in used]
    places = {rule.id: place for place, rule in enumerate(rules)}
    run = contents.run
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "Watchword rotation", "rules": [_rule(rule) for rule in rules]}},
                "automationDetails": {"id": f"watchword-rotation/{run.id}"},
                "invocations": [
                    {
                        "executionSuccessful": not run.failed,
                        "startTimeUtc": written(run.started_at),
                        "endTimeUtc": written(run.ended_at),
                        "toolExecutionNotifications": _notifications(contents),
                    }
                ],
                "results": [_result(one, places[one.rule.id]) for one in contents.findings],
            }
        ],
    }
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "help": {"text": f"What to do: {rule.mend}."},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"security-severity": SCORES[rule.severity], "tags": ["security"]},
    }


def _result(one: Finding, place: int) -> dict[str, object]:
    where = one.resource
    same = hashlib.sha256(f"{one.rule.id}/{one.account}/{one.resource}/{one.key}".encode()).hexdigest()
    return {
        "ruleId": one.rule.id,
        "ruleIndex": place,
        "level": LEVELS[one.severity],
        "message": {"text": f"{one.key or 'Credential'} of {one.user} in {one.account}: {one.said}"},
        "locations": [
            {"logicalLocations": [{"name": one.user, "fullyQualifiedName": where, "kind": "resource"}]},
        ],
        "partialFingerprints": {"watchwordKey/v1": same},
        "properties": {"account": one.account, "accessKeyId": one.key},
    }


def _notifications(contents: Contents) -> list[dict[str, object]]:
    failed = [(one.account, one.failed) for one in contents.run.accounts if one.failed]
    failed += [(f"{line.account} {line.user} {line.key}", line.error) for line in contents.lines if line.error]
    return [{"level": "error", "message": {"text": f"{where}: {why}"}} for where, why in failed]
