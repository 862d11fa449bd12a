"""JSON: everything, for programs. What is there keeps its name and meaning as long as `format` stays the same."""

from __future__ import annotations

import msgspec

from watchword.rotation.audit import Finding
from watchword.rotation.reporting.contents import Contents, age, written
from watchword.rotation.results import Line, Other

FORMAT = "watchword-rotation-report/1"


def render(contents: Contents) -> str:
    """Write the document."""
    run = contents.run
    whole = {
        "format": FORMAT,
        "run": {
            "id": run.id, "mode": run.mode, "by": run.by, "started_at": written(run.started_at),
            "ended_at": written(run.ended_at),
        },
        "counts": contents.counts,
        "ages": [{"from": one.first, "to": one.end, "keys": one.keys} for one in contents.bands],
        "accounts": [
            {
                "account": one.account, "name": one.name, "failed": one.failed, "users": one.users, "calls": one.calls,
                "report_at": written(one.report_at),
            }
            for one in run.accounts
        ],
        "keys": [_key(line, contents.now) for line in contents.lines],
        "others": [_other(other) for other in contents.others],
        "findings": [_finding(one) for one in contents.findings],
        "history": [
            {
                "id": one.id, "mode": one.mode, "started_at": written(one.started_at),
                "ended_at": written(one.ended_at), "accounts": one.accounts, "failed": one.failed, "keys": one.keys,
                "findings": one.findings, "changes": one.changes,
            }
            for one in contents.history
        ],
    }  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"


def _key(line: Line, now: float) -> dict[str, object]:
    return {
        "account": line.account, "account_name": line.account_name, "user": line.user, "user_id": line.user_id,
        "arn": line.arn, "access_key_id": line.key, "active": line.active, "created": written(line.created),
        "age_days": age(line, now), "last_used": line.used, "last_used_at": written(line.used_at),
        "last_used_service": line.used_service, "do": line.do, "why": line.why.name, "reason": line.why,
        "at": written(line.at), "kind": line.kind, "rotation": line.rotation, "state": line.state, "note": line.note,
        "finding": line.finding, "owners": line.owners, "done": line.done, "error": line.error,
        "will": [{"do": one.do, "access_key_id": one.key} for one in line.will],
    }  # fmt: skip


def _other(other: Other) -> dict[str, object]:
    return {
        "account": other.account, "user": other.user, "what": other.what, "id": other.id, "active": other.active,
        "created": written(other.created), "expires": written(other.expires), "used_at": written(other.used_at),
        "service": other.service, "finding": other.finding,
    }  # fmt: skip


def _finding(one: Finding) -> dict[str, object]:
    return {
        "rule": one.rule.id, "severity": one.severity, "account": one.account, "user": one.user,
        "resource": one.resource, "access_key_id": one.key, "message": one.said,
    }  # fmt: skip
