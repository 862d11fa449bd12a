"""The credential report of an account: AWS's CSV, byte for byte, kept for four hours.

An account of up to SLICE users is reported on at once. A larger one is made a slice at each request for it, so that
nobody's change waits long; whoever asks until it is complete, as AWS's clients do, has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from watchword.domain.clock import iso8601
from watchword.services.iam.report_refusals import ReportExpired, ReportInProgress, ReportNotPresent
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import credential_rows, password_policy, reports
from watchword.store.credential_rows import Certificate, Credentials, Key, Password
from watchword.store.password_policy import PasswordPolicy
from watchword.store.reports import Kind, Report
from watchword.store.tx import Tx

KEPT_SECONDS = 4 * 3600
"""Source: IAM User Guide, "Generate credential reports for your AWS account"."""
SLICE = 5_000
"""Users in one part: as many as AWS lets an account have unless it asks for more, so that few reports have two."""
STARTING = "No report exists. Starting a new report generation task"
"""Source: recorded from AWS, GenerateCredentialReport. Of a report that has expired AWS's words are not known."""
SLOTS = 2
"""Access keys and certificates that a row has room for."""
NONE, UNKNOWN, NEVER_ASKED = "N/A", "no_information", "not_supported"

COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(
        f"access_key_{slot}_{of}"
        for slot in (1, 2)
        for of in ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
    ),
    *(f"cert_{slot}_{of}" for slot in (1, 2) for of in ("active", "last_rotated")),
)
"""Source: recorded from AWS, GetCredentialReport; the guide's `additional_credentials_info` was not there."""
ROOT = "<root_account>"


class _Part(msgspec.Struct, frozen=True):
    """The rows of some users, without a line end after the last, and the lower-case name that they end with."""

    past: str
    lines: bytes


@operation("iam", way=Way.CHANGE)
def generate_credential_report(call: Call) -> Reply:
    """Have a credential report made, or go on making it; one that is younger than four hours stays.

    Source: IAM API, GenerateCredentialReport.
    """
    report = reports.find(call.tx, call.account, Kind.CREDENTIALS, call.account)
    if report is not None and not _expired(report, call.now):
        done = report.completed_at is not None or _go_on(call)
        return {"State": "COMPLETE" if done else "INPROGRESS"}
    for kind in (Kind.CREDENTIALS, Kind.CREDENTIALS_PART):
        reports.remove_all(call.tx, call.account, kind)
    reports.add(call.tx, Report(call.account, call.account, Kind.CREDENTIALS, call.now))
    _go_on(call)
    return {"State": "STARTED", "Description": STARTING} if report is None else {"State": "STARTED"}


@operation("iam", way=Way.READ, raises=(ReportNotPresent, ReportExpired, ReportInProgress))
def get_credential_report(call: Call) -> Reply:
    """Give the report as it was made, whatever has changed since.

    Raises ReportNotPresent, ReportExpired, ReportInProgress.   Source: IAM API, GetCredentialReport.
    """
    report = reports.find(call.tx, call.account, Kind.CREDENTIALS, call.account)
    if report is None:
        raise ReportNotPresent
    if _expired(report, call.now):
        raise ReportExpired
    if report.completed_at is None:
        raise ReportInProgress
    parts = reports.contents(call.tx, call.account, Kind.CREDENTIALS_PART)
    lines = (msgspec.msgpack.decode(part, type=_Part).lines for part in parts)
    content = b"\n".join([",".join(COLUMNS).encode(), *filter(None, lines)])
    return {"Content": content, "ReportFormat": "text/csv", "GeneratedTime": report.completed_at}


def live_report(tx: Tx, account: str) -> Iterator[tuple[str, ...]]:
    """Give the report's rows as things are now, root's first, each in the order of `COLUMNS`; nothing is kept."""
    return _rows(credential_rows.live(tx, account), password_policy.of(tx, account))


def _expired(report: Report, now: int) -> bool:
    """Whether a report is too old, or one is still being made that nobody has gone on asking for."""
    made_at = report.requested_at if report.completed_at is None else report.completed_at
    return now - made_at > KEPT_SECONDS


def _go_on(call: Call) -> bool:
    """Make one more part; tells whether it is the last."""
    number, past = _reached(call.tx, call.account)
    found = credential_rows.page(call.tx, call.account, after=past, limit=SLICE + 1)
    users = found[:SLICE]
    first = [] if number else [credential_rows.root(call.tx, call.account)]
    rows = _rows([*first, *users], password_policy.of(call.tx, call.account))
    lines = "\n".join([",".join([_quoted(value) for value in row]) for row in rows]).encode()
    content = msgspec.msgpack.encode(_Part((users[-1].name or "").lower() if users else past, lines))
    part_id = f"{call.account}/{number:06}"
    reports.add(call.tx, Report(part_id, call.account, Kind.CREDENTIALS_PART, call.now, call.now, content))
    if len(found) > SLICE:
        return False
    reports.complete(call.tx, call.account, at=call.now)
    return True


def _reached(tx: Tx, account: str) -> tuple[int, str]:
    """Tell which part is next, and past which name it begins."""
    newest = reports.newest_of(tx, account, Kind.CREDENTIALS_PART)
    if newest is None:
        return 0, ""
    return int(newest.id.partition("/")[2]) + 1, msgspec.msgpack.decode(newest.content or b"", type=_Part).past


def _rows(found: Iterable[Credentials], policy: PasswordPolicy | None) -> Iterator[tuple[str, ...]]:
    policy = policy or PasswordPolicy()
    for one in found:
        row = [
            one.name or ROOT,
            one.arn,
            iso8601(one.created_at),
            *_password(one.password, policy, root=one.name is None),
            _told(one.mfa),
        ]
        for slot in range(SLOTS):
            row += _key(one.keys[slot] if slot < len(one.keys) else None)
        for slot in range(SLOTS):
            row += _certificate(one.certificates[slot] if slot < len(one.certificates) else None)
        yield tuple(row)


def _password(password: Password | None, policy: PasswordPolicy, *, root: bool) -> tuple[str, str, str, str]:
    if password is None:
        return "false", NONE, NONE, NEVER_ASKED if root else NONE
    used = UNKNOWN if password.used_at is None else iso8601(password.used_at)
    due = policy.expires_at(password.changed_at)
    rotation = NONE if due is None else iso8601(due)
    return "true", used, iso8601(password.changed_at), NEVER_ASKED if root else rotation


def _key(key: Key | None) -> tuple[str, str, str, str, str]:
    if key is None:
        return "false", NONE, NONE, NONE, NONE
    used = (NONE, NONE, NONE) if key.used is None else (iso8601(key.used.at), key.used.region, key.used.service)
    return _told(key.active), iso8601(key.created_at), *used


def _certificate(certificate: Certificate | None) -> tuple[str, str]:
    if certificate is None:
        return "false", NONE
    return _told(certificate.active), iso8601(certificate.uploaded_at)


def _told(value: bool) -> str:  # noqa: FBT001 - it is the value that is told
    return "true" if value else "false"


def _quoted(value: str) -> str:
    """Write one value as CSV has it: names and paths may hold commas and quotes.  Source: RFC 4180 §2."""
    return f'"{value.replace(chr(34), chr(34) * 2)}"' if "," in value or '"' in value else value
