"""One user, read from an IAM that fails in every way: what could not be read is never taken for a no."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from watchword.rotation.inventory import look_at_user
from watchword.rotation.inventory.users import TRACKED
from watchword.rotation.rules import Rules
from watchword.rotation.seen import Account, Known

OLD, NEW = (datetime(year, 1, 1, tzinfo=UTC) for year in (2014, 2020))


class Iam:
    """One user with a key; each operation may be made to fail."""

    def __init__(self, created: datetime = NEW, used: dict[str, Any] | None = None, **failures: Exception) -> None:
        self.created, self.used, self.failures = created, used or {}, failures

    def answer(self, operation: str, answer: dict[str, Any]) -> dict[str, Any]:
        if operation in self.failures:
            raise self.failures[operation]
        return answer

    def get_user(self, UserName: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        arn = f"arn:aws-us-gov:iam::1:user/{UserName}"
        told = {"UserName": UserName, "UserId": "AIDA1", "Arn": arn, "Path": "/", "CreateDate": NEW}
        return self.answer("get_user", {"User": told})

    def get_access_key_last_used(self, AccessKeyId: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        told = {"ServiceName": "N/A", "Region": "N/A", **self.used}
        return self.answer("get_access_key_last_used", {"UserName": AccessKeyId, "AccessKeyLastUsed": told})

    def get_paginator(self, operation: str) -> Any:
        key = {"AccessKeyId": "AKIA1", "Status": "Active", "CreateDate": self.created}
        pages: dict[str, dict[str, Any]] = {
            "list_access_keys": {"AccessKeyMetadata": [key]},
            "list_attached_user_policies": {"AttachedPolicies": [{"PolicyName": "ReadOnly", "PolicyArn": "x"}]},
            "list_groups_for_user": {"Groups": [{"GroupName": "others"}]},
        }
        return SimpleNamespace(paginate=lambda **_: iter([self.answer(operation, pages[operation])]))


def refused(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


def read(iam: Iam) -> Any:
    member: Any = SimpleNamespace(account=Account("1"), iam=iam, partition="aws-us-gov")
    return look_at_user(member, "ann", Rules())


def test_all_is_well() -> None:
    user = read(Iam(used={"LastUsedDate": NEW, "ServiceName": "s3", "Region": "us-gov-west-1"}))
    assert (user.unread, user.exempt_group, user.quarantined) == ((), "", "")
    use = user.keys[0].use
    assert (use.known, use.at, use.service, use.region) == (Known.AT, NEW.timestamp(), "s3", "us-gov-west-1")


@pytest.mark.parametrize("operation", ["list_access_keys", "list_attached_user_policies", "list_groups_for_user"])
@pytest.mark.parametrize(
    "failure", [refused("Throttling", "X"), refused("AccessDenied", "X"), ReadTimeoutError(endpoint_url="http://x")]
)
def test_what_fails_is_put_down(operation: str, failure: Exception) -> None:
    iam = Iam()
    iam.failures[operation] = failure
    user = read(iam)
    assert len(user.unread) == 1
    assert user.exempt_group == ""
    assert bool(user.keys) is (operation != "list_access_keys")


@pytest.mark.parametrize(
    "failure", [refused("Throttling", "X"), refused("AccessDenied", "X"), ReadTimeoutError(endpoint_url="http://x")]
)
def test_a_last_use_that_cannot_be_read_is_not_known(failure: Exception) -> None:
    use = read(Iam(get_access_key_last_used=failure)).keys[0].use
    assert use.known is Known.UNKNOWN
    assert use.why


def test_no_date_means_never_only_for_keys_that_aws_has_watched_from_the_first() -> None:
    assert read(Iam(NEW)).keys[0].use.known is Known.NEVER
    use = read(Iam(OLD)).keys[0].use
    assert OLD.timestamp() < TRACKED
    assert use.known is Known.UNKNOWN
    assert "2015-04-22" in use.why


def test_a_user_that_is_gone_is_none_and_one_that_cannot_be_told_is_an_error() -> None:
    assert read(Iam(get_user=refused("NoSuchEntity", "GetUser"))) is None
    with pytest.raises(ClientError, match="Throttling"):
        read(Iam(get_user=refused("Throttling", "GetUser")))
