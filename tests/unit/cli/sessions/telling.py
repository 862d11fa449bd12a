"""Sessions as an authority tells them, and one that tells those it was given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ACCOUNT = "123456789012"


def key_id(number: int) -> str:
    return f"ASIA{number:016}"


def told(number: int = 1, *, ago: int = 600, lasts: int = 3_600, **more: Any) -> dict[str, Any]:
    """Tell a role's session that Ann asked for so many seconds ago, and that lasts so many."""
    issued = NOW - timedelta(seconds=ago)
    return {
        "AccessKeyId": key_id(number),
        "State": "LIVE",
        "PrincipalType": "AssumedRole",
        "PrincipalArn": f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/build-{number}",
        "IssuerArn": f"arn:aws:iam::{ACCOUNT}:role/app/ops",
        "SessionName": f"build-{number}",
        "SourceIdentity": "ann",
        "IssuedAt": issued,
        "ExpiresAt": issued + timedelta(seconds=lasts),
        "RequesterArn": f"arn:aws:iam::{ACCOUNT}:user/ann",
        "IssuingAccessKeyId": "AKIAIOSFODNN7EXAMPLE",
        "SourceIp": "192.0.2.7",
        "UserAgent": "aws-cli/2",
        "MfaAuthenticated": False,
        "EventId": f"event-{number}",
        **more,
    }


def ended(session: Mapping[str, Any], state: str = "ENDED", reason: str = "leaked") -> dict[str, Any]:
    by = f"arn:aws:iam::{ACCOUNT}:user/admin"
    return {**session, "State": state, "Ending": {"EndingId": "e", "EndedAt": NOW, "EndedBy": by, "Reason": reason}}


class Listing:
    """An authority whose sessions change between two looks; two of them on a page."""

    def __init__(self, *looks: list[dict[str, Any]]) -> None:
        self.looks = list(looks)
        self.now: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []

    def list_sessions(self, **wanted: Any) -> dict[str, Any]:
        self.asked.append(wanted)
        state = wanted.get("State", "LIVE")
        start = int(wanted.get("NextToken", 0))
        if not start and state == "LIVE":
            self.now = self.looks.pop(0)
        fitting = [each for each in self.now if state in {"ALL", each["State"]}]
        more = {"NextToken": str(start + 2)} if len(fitting) > start + 2 else {}
        return {"Sessions": fitting[start : start + 2], **more}
