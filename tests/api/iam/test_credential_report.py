"""The credential report, through the SDK."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from typing import Any

from mypy_boto3_iam import IAMClient

from tests.support.authority import Authority
from tests.support.refusals import refused

FOUR_HOURS = 4 * 3600


def rows(iam: IAMClient) -> dict[str, dict[str, str]]:
    """Read a report that is there, by user."""
    content = iam.get_credential_report()["Content"].decode()
    assert not content.endswith("\n")
    return {row["user"]: row for row in csv.DictReader(content.split("\n"))}


def acting(authority: Authority, iam: IAMClient, name: str, *actions: str) -> Any:
    """Make a user that may do these things, and give IAM as that user."""
    iam.create_user(UserName=name)
    if actions:
        statement = {"Effect": "Allow", "Action": [*actions], "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=document)
    return authority.of("iam", dict(iam.create_access_key(UserName=name)["AccessKey"]))


def test_a_report_from_asking_to_its_end(iam: IAMClient, authority: Authority) -> None:
    with refused("ReportNotPresent", status=410):
        iam.get_credential_report()
    iam.create_user(UserName="Zoe", Path="/p/")
    first = iam.generate_credential_report()
    assert (first["State"], first["Description"]) == (
        "STARTED",
        "No report exists. Starting a new report generation task",
    )
    again = iam.generate_credential_report()
    assert (again["State"], "Description" in again) == ("COMPLETE", False)
    told = iam.get_credential_report()
    assert told["ReportFormat"] == "text/csv"
    assert (
        abs((datetime.now(UTC) - told["GeneratedTime"]).total_seconds()) < 3 * 86_400
    )  # a sandbox's clock may run ahead
    found = rows(iam)
    assert [*found] == ["<root_account>", *sorted({authority.user_name, "Zoe"}, key=str.lower)]
    administrator = found[authority.user_name]
    assert administrator["access_key_1_active"] == "true"
    assert administrator["access_key_1_last_used_service"] == "iam"
    iam.delete_user(UserName="Zoe")
    assert "Zoe" in rows(iam)


def test_a_report_expires(iam: IAMClient, authority: Authority) -> None:
    iam.generate_credential_report()
    authority.advance(FOUR_HOURS + 60)
    with refused("ReportExpired", status=410):
        iam.get_credential_report()
    iam.create_user(UserName="late")
    assert iam.generate_credential_report()["State"] == "STARTED"
    assert "late" in rows(iam)


def test_whoever_may_not_is_told_so(iam: IAMClient, authority: Authority) -> None:
    arn = f"arn:aws:iam::{authority.account_id}:user/ann"
    ann = acting(authority, iam, "ann")
    because = "because no identity-based policy allows the iam:"
    for name in ("GenerateCredentialReport", "GetCredentialReport"):
        words = f"User: {arn} is not authorized to perform: iam:{name} on resource: * {because}{name} action"
        with refused("AccessDenied", status=403, message=words):
            getattr(ann, name.replace("CredentialReport", "").lower() + "_credential_report")()
    bob = acting(authority, iam, "bob", "iam:*CredentialReport")
    bob.generate_credential_report()
    assert b"\nbob," in bob.get_credential_report()["Content"]


def test_a_key_that_was_never_used_and_one_that_was(iam: IAMClient, authority: Authority) -> None:
    iam.create_user(UserName="ann")
    keys = [iam.create_access_key(UserName="ann")["AccessKey"] for _ in range(2)]
    iam.update_access_key(UserName="ann", AccessKeyId=keys[0]["AccessKeyId"], Status="Inactive")
    authority.of("sts", dict(keys[1])).get_caller_identity()
    never = iam.get_access_key_last_used(AccessKeyId=keys[0]["AccessKeyId"])["AccessKeyLastUsed"]
    assert never == {"ServiceName": "N/A", "Region": "N/A"}
    iam.generate_credential_report()
    ann = rows(iam)["ann"]
    used, unused = ("1", "2") if keys[1]["AccessKeyId"] < keys[0]["AccessKeyId"] else ("2", "1")
    assert (ann[f"access_key_{used}_active"], ann[f"access_key_{used}_last_used_service"]) == ("true", "sts")
    assert ann[f"access_key_{unused}_active"] == "false"
    assert ann[f"access_key_{unused}_last_rotated"] != "N/A"
    assert ann[f"access_key_{unused}_last_used_date"] == "N/A"
