"""The credential report: waited for, and read with what it knows told apart from what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from watchword.cli import credential_report
from watchword.cli.exits import NotAllowed, Stop
from watchword.cli.uses import Known

MADE = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,mfa_active,"
    "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
    "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date"
)
REPORT = f"""{HEADER}
<root_account>,arn:aws:iam::123456789012:root,2015-01-01T00:00:00Z,not_supported,2026-01-01T09:00:00Z,not_supported,FALSE,FALSE,N/A,N/A,N/A,N/A,FALSE,N/A,N/A
ann,arn:aws:iam::123456789012:user/a/ann,2014-01-01T00:00:00+00:00,TRUE,no_information,2014-02-01T00:00:00Z,TRUE,TRUE,2015-04-21T00:00:00Z,N/A,N/A,N/A,TRUE,2015-04-22T00:00:00Z,N/A
bob,arn:aws:iam::123456789012:user/bob,2026-01-01T00:00:00Z,true,no_information,2026-01-01T00:00:00Z,false,FALSE,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,eu-west-1,s3,FALSE,N/A,N/A""".encode()


class Iam:
    """An account that answers as told, one answer after another."""

    def __init__(self, *states: str, get: str | None = None) -> None:
        self.states: Iterator[str] = iter(states)
        self.get = get

    def generate_credential_report(self) -> dict[str, Any]:
        state = next(self.states)
        if state.isupper():
            return {"State": state}
        raise ClientError({"Error": {"Code": state, "Message": "no"}}, "GenerateCredentialReport")

    def get_credential_report(self) -> dict[str, Any]:
        code, self.get = self.get, None
        if code:
            raise ClientError({"Error": {"Code": code, "Message": "not yet"}}, "GetCredentialReport")
        return {"Content": REPORT, "GeneratedTime": MADE}


def test_it_is_waited_for() -> None:
    waited: list[float] = []
    report = credential_report.fetch(Iam("STARTED", "INPROGRESS", "COMPLETE"), waited.append)
    assert (report.content, report.generated, report.count) == (REPORT, MADE, 3)
    assert waited == [1, 2]


@pytest.mark.parametrize("code", ["ReportInProgress", "ReportExpired", "ReportNotPresent"])
def test_it_may_vanish_between_two_questions(code: str) -> None:
    waited: list[float] = []
    assert credential_report.fetch(Iam("COMPLETE", "COMPLETE", get=code), waited.append).content == REPORT
    assert waited == [1]


def test_it_is_not_waited_for_for_ever() -> None:
    waited: list[float] = []
    with pytest.raises(Stop, match="not ready after 5 minutes"):
        credential_report.fetch(Iam(*["INPROGRESS"] * 100), waited.append)
    assert 300 <= sum(waited) <= 310


def test_a_denial_names_what_is_missing() -> None:
    with pytest.raises(NotAllowed) as caught:
        credential_report.fetch(Iam("AccessDenied"), print)
    assert (caught.value.action, caught.value.exit_code) == ("iam:GenerateCredentialReport", 5)
    with pytest.raises(NotAllowed) as caught:
        credential_report.fetch(Iam("COMPLETE", get="AccessDenied"), print)
    assert caught.value.action == "iam:GetCredentialReport"
    with pytest.raises(ClientError):
        credential_report.fetch(Iam("Throttling"), print)


def test_lines() -> None:
    root, ann, bob = credential_report.fetch(Iam("COMPLETE"), print).lines()
    assert (root.is_root, root.password, root.mfa, root.keys) == (True, None, False, ())
    assert root.password_use.known is Known.USED
    assert (ann.user, ann.mfa, ann.created) == ("ann", True, datetime(2014, 1, 1, tzinfo=UTC))
    assert ann.password_use.known is Known.UNKNOWN
    assert [key.use.known for key in ann.keys] == [Known.UNKNOWN, Known.NEVER]
    assert bob.password_use.known is Known.NEVER
    (key,) = bob.keys
    assert (key.active, key.use.service, key.use.region) == (False, "s3", "eu-west-1")
