"""One user, read from IAM. What cannot be read is put down with its reason, and never taken for a no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from watchword.rotation.access import Member, one_line
from watchword.rotation.inventory.report import Row
from watchword.rotation.seen import NEVER_USED, Key, Known, LastUse, User

if TYPE_CHECKING:
    from mypy_boto3_iam.type_defs import AccessKeyMetadataTypeDef

GONE = "NoSuchEntity"
QUARANTINE = "AWSCompromisedKeyQuarantine"
"""How the names of policies begin by which AWS quarantines a user.  Source: AWS managed policy reference."""
TRACKED = datetime(2015, 4, 22, tzinfo=UTC).timestamp()
"""Since when AWS keeps the use of keys.  Source: IAM API, AccessKeyLastUsed."""
FAILURES = (ClientError, BotoCoreError, ResponseParserError)
"""What a question may come to: refused, not answered, or answered with what is none of AWS's, as by a proxy."""


def is_gone(error: Exception) -> bool:
    """Whether what was asked about is not there."""
    return isinstance(error, ClientError) and error.response["Error"]["Code"] == GONE


@dataclass(slots=True)
class Reading:
    """One user that is being read."""

    member: Member
    name: str
    unread: list[str] = field(default_factory=list)

    def user(self) -> User | None:
        """Read who it is, and its tags. None when it is not there. Raises ClientError and BotoCoreError."""
        try:
            told = self.member.iam.get_user(UserName=self.name)["User"]
        except ClientError as error:
            if is_gone(error):
                return None
            raise
        return User(
            account=self.member.account.id,
            id=told["UserId"],
            name=told["UserName"],
            arn=told["Arn"],
            path=told["Path"],
            created=told["CreateDate"].timestamp(),
            tags={tag["Key"]: tag["Value"] for tag in told.get("Tags", ())},
        )

    def keys(self) -> tuple[Key, ...] | None:
        """Read its keys and their use; None when they cannot be listed."""
        try:
            pages = self.member.iam.get_paginator("list_access_keys").paginate(UserName=self.name)
            listed = [one for page in pages for one in page["AccessKeyMetadata"]]
        except FAILURES as error:
            if is_gone(error):
                return ()
            self.unread.append(one_line(error))
            return None
        return tuple(map(self._key, listed))

    def quarantined(self) -> str:
        """Name the policy by which AWS has quarantined it; empty when none has."""
        try:
            pages = self.member.iam.get_paginator("list_attached_user_policies").paginate(UserName=self.name)
            names = [one["PolicyName"] for page in pages for one in page["AttachedPolicies"]]
        except FAILURES as error:
            self.unread.append(one_line(error))
            return ""
        return next((name for name in names if name.startswith(QUARANTINE)), "")

    def is_in(self, group: str) -> bool:
        """Whether it is a member of a group."""
        try:
            pages = self.member.iam.get_paginator("list_groups_for_user").paginate(UserName=self.name)
            return any(one["GroupName"].casefold() == group.casefold() for page in pages for one in page["Groups"])
        except FAILURES as error:
            self.unread.append(one_line(error))
            return False

    def rest_of(self, user: User, exempt_group: Callable[[User], str]) -> tuple[User, bool]:
        """Read everything else of a user; the second value says whether its keys are known."""
        keys, quarantined, group = self.keys(), self.quarantined(), ""
        try:
            group = exempt_group(user)
        except FAILURES as error:
            self.unread.append(one_line(error))
        read = replace(
            user, keys=keys or (), quarantined=quarantined, exempt_group=group, unread=(*user.unread, *self.unread)
        )
        return read, keys is not None

    def _key(self, listed: AccessKeyMetadataTypeDef) -> Key:
        created = listed["CreateDate"].timestamp()
        return Key(
            listed["AccessKeyId"], listed["Status"] == "Active", created, self._use(listed["AccessKeyId"], created)
        )

    def _use(self, key_id: str, created: float) -> LastUse:
        """No date means never used, except of a key that is older than what AWS keeps of uses."""
        try:
            told = self.member.iam.get_access_key_last_used(AccessKeyId=key_id)["AccessKeyLastUsed"]
        except FAILURES as error:
            return LastUse(Known.UNKNOWN, why=one_line(error))
        at = told.get("LastUsedDate")
        if at is not None:
            return LastUse(Known.AT, at.timestamp(), told.get("ServiceName", ""), told.get("Region", ""))
        if created < TRACKED:
            return LastUse(Known.UNKNOWN, why="it is older than what AWS keeps of uses, which begins on 2015-04-22")
        return NEVER_USED


def of_row(account: str, row: Row, user_id: str, reason: str) -> User:
    """Give a user that could not be read, as far as the credential report tells of it."""
    return User(account, user_id, row.user, row.arn, row.path, row.created, unread=(reason,))
