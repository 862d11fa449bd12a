"""Keys found in the report by their second of creation, and asked for one by one where that does not tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watchword.cli import inventory
from watchword.cli.credential_report import Slot
from watchword.cli.inventory import Owner
from watchword.cli.uses import Known, Use

THEN = datetime(2026, 1, 1, tzinfo=UTC)
LATER = THEN + timedelta(days=1)
NEVER = Use(Known.NEVER)
ASKED = Use(Known.USED, LATER, "s3", "us-east-1")


class Iam:
    """One user's keys; tells how often it was asked for a last use."""

    def __init__(self, *created: datetime) -> None:
        self.created = created
        self.asked: list[str] = []

    def get_paginator(self, operation: str) -> Iam:
        assert operation == "list_access_keys"
        return self

    def paginate(self, UserName: str) -> list[dict[str, Any]]:  # noqa: ARG002, N803 - as AWS calls it
        return [
            {"AccessKeyMetadata": [{"AccessKeyId": f"K{place}", "Status": "Active", "CreateDate": created}]}
            for place, created in enumerate(self.created)
        ]

    def get_access_key_last_used(self, AccessKeyId: str) -> dict[str, Any]:  # noqa: N803 - likewise
        self.asked.append(AccessKeyId)
        return {"AccessKeyLastUsed": {"LastUsedDate": LATER, "ServiceName": "s3", "Region": "us-east-1"}}


@pytest.mark.parametrize(
    ("created", "slots", "asked"),
    [
        ((THEN, LATER), (THEN, LATER), []),
        ((THEN + timedelta(microseconds=5),), (THEN,), []),
        ((THEN, LATER), (THEN,), ["K1"]),
        ((THEN, THEN), (THEN, THEN), ["K0", "K1"]),
        ((THEN, THEN), (THEN,), ["K0", "K1"]),
        ((LATER,), (THEN,), ["K0"]),
    ],
)
def test_the_report_is_believed_only_of_the_key_it_speaks_of(
    created: tuple[datetime, ...], slots: tuple[datetime, ...], asked: list[str]
) -> None:
    iam = Iam(*created)
    owner = Owner("ann", "arn", tuple(Slot(active=True, created=each, use=NEVER) for each in slots))
    keys = inventory._listed(iam, owner)
    assert iam.asked == asked
    assert [key.use for key in keys] == [ASKED if key.id in asked else NEVER for key in keys]
