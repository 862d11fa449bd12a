"""The credential report: waited for with patience, and read strictly."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from watchword.rotation.inventory.report import WAITS, Slot, Unreadable, fetch, read

COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date"
)
ROOT = "<root_account>,arn:aws:iam::1:root,2020-01-01T00:00:00+00:00,not_supported,N/A,false,N/A,N/A,false,N/A,N/A"
ANN = (
    '"ann",arn:aws-cn:iam::1:user/a/b/ann,2020-01-01T00:00:00+00:00,true,no_information,'
    "true,2020-01-02T00:00:00Z,2020-01-03T00:00:00+00:00,FALSE,2020-01-04T00:00:00+00:00,N/A"
)


def instant(day: int) -> float:
    return datetime(2020, 1, day, tzinfo=UTC).timestamp()


def report(*lines: str) -> bytes:
    return "\n".join([COLUMNS, *lines]).encode()


def test_rows_are_read() -> None:
    found = read(report(ROOT, ANN), 7.0)
    assert found.root is not None
    assert not any(slot.is_taken for slot in found.root.slots)
    (ann,) = found.rows
    assert (ann.user, ann.path, ann.created) == ("ann", "/a/b/", instant(1))
    assert ann.slots == (
        Slot(active=True, changed=instant(2), used=instant(3)),
        Slot(active=False, changed=instant(4), used=None),
    )
    assert ann.flag("password_enabled")
    assert ann.instant("password_last_used") is None
    assert ann.instant("cert_1_last_rotated") is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "has no column"),
        (b"user,arn\n", "has no column `access_key_1_active`"),
        (report("ann,x"), "line 2 of the credential report has 2 values, not 11"),
        (report(ANN.replace("arn:aws-cn:iam::1:user/a/b/ann", "ann")), "line 2 of the credential report holds no ARN"),
        (report(ANN.replace("FALSE", "perhaps")), "says `perhaps` of whether a key is active"),
        (report(ANN.replace("2020-01-02T00:00:00Z", "yesterday")), "holds `yesterday` for an instant"),
        (report(ANN.replace("2020-01-02T00:00:00Z", "2020-01-02T00:00:00")), "without an offset"),
        (b"\xff", "cannot be read"),
        (report('"ann'), "cannot be read"),
    ],
)
def test_what_cannot_be_understood_is_no_report(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(content, 0.0)


class Iam:
    """Has the report after some refusals."""

    def __init__(self, *refusals: str) -> None:
        self.refusals, self.generated = list(refusals), 0

    def generate_credential_report(self) -> dict[str, str]:
        self.generated += 1
        return {"State": "STARTED"}

    def get_credential_report(self) -> dict[str, Any]:
        if self.refusals:
            raise ClientError({"Error": {"Code": self.refusals.pop(0), "Message": "no"}}, "GetCredentialReport")
        return {"Content": report(ANN), "GeneratedTime": datetime(2020, 1, 5, tzinfo=UTC)}


def test_a_report_that_is_not_ready_is_waited_for() -> None:
    iam = Iam("ReportInProgress", "ReportInProgress", "ReportExpired", "ReportNotPresent")
    waited: list[float] = []
    assert fetch(iam, waited.append).at == instant(5)  # type: ignore[arg-type]  # stands in
    assert waited == [1.0, 2.0, 3.0, 5.0]
    assert iam.generated == 3


def test_a_report_is_not_waited_for_for_ever() -> None:
    waited: list[float] = []
    with pytest.raises(Unreadable, match="not ready after 5 minutes"):
        fetch(Iam(*["ReportInProgress"] * 1000), waited.append)  # type: ignore[arg-type]  # stands in
    assert sum(waited) == sum(WAITS)


def test_any_other_refusal_is_raised() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        fetch(Iam("AccessDenied"), lambda _: None)  # type: ignore[arg-type]  # stands in
