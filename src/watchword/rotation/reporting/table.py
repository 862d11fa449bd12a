"""CSV: one row for every key. A cell can be no formula."""

from __future__ import annotations

import csv
import io

from watchword.rotation.reporting.contents import Contents, age, written
from watchword.rotation.results import Line

COLUMNS = (
    "account", "account_name", "user", "arn", "access_key_id", "active", "created", "age_days", "last_used",
    "last_used_at", "last_used_service", "do", "why", "at", "rotation", "state", "finding", "findings", "owners",
    "note", "done", "error",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula.  Source: OWASP, CSV Injection."""


def render(contents: Contents) -> str:
    """Write the table, its columns' names first."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    found: dict[tuple[str, str], list[str]] = {}
    for one in contents.findings:
        found.setdefault((one.account, one.key), []).append(one.rule.id)
    for line in contents.lines:
        rows.writerow([guarded(cell) for cell in _cells(line, contents.now, found.get((line.account, line.key), []))])
    return out.getvalue()


def guarded(cell: object) -> str:
    """Write a cell so that no spreadsheet calculates it."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _cells(line: Line, now: float, rules: list[str]) -> tuple[object, ...]:
    return (
        line.account, line.account_name, line.user, line.arn, line.key, str(line.active).lower(), written(line.created),
        age(line, now), line.used, written(line.used_at), line.used_service, line.do, line.why, written(line.at),
        line.rotation, line.state, str(line.finding).lower(), " ".join(rules), " ".join(line.owners), line.note,
        " ".join(line.done), line.error,
    )  # fmt: skip
