"""The access keys of an account: whose, how old, and when each was last used. Reads only.

Two ways to them. By the credential report, where only users who have keys are asked for ids; or user by user, which
takes more requests and misses nothing that was made since the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from watchword.cli import aws, uses
from watchword.cli.credential_report import ROOT, Report, Slot
from watchword.cli.exits import NotAllowed
from watchword.cli.tables import Follow
from watchword.cli.uses import Use

ACTIVE, INACTIVE = "Active", "Inactive"
ASKING = "reading access keys"


@dataclass(frozen=True, slots=True)
class Key:
    """One access key; of root's, and where ids may not be listed, the id is not known."""

    user: str
    owner: str
    """The user's ARN."""
    id: str | None
    status: str | None
    created: datetime | None
    use: Use
    note: str | None = None

    @property
    def is_root(self) -> bool:
        return self.user == ROOT


@dataclass(frozen=True, slots=True)
class Owner:
    """A user, and what the credential report has of its keys."""

    user: str
    arn: str
    slots: tuple[Slot, ...] = ()


def by_report(
    iam: Any, report: Report, follow: Follow, wanted: Callable[[Slot], bool] = lambda _slot: True
) -> Iterator[tuple[Owner, list[Key]]]:
    """Read the keys of all who have a wanted one by the credential report; root's first, as it stands first there."""
    for line in follow(ASKING, report.lines(), report.count):
        owner = Owner(line.user, line.arn, line.keys)
        if line.is_root:
            yield owner, _unlisted(owner, None)
        else:
            yield owner, _listed(iam, owner) if any(map(wanted, owner.slots)) else []


def one_by_one(iam: Any, follow: Follow) -> Iterator[tuple[Owner, list[Key]]]:
    """Read all keys user by user; of root's keys only how many there are.

    Raises NotAllowed.
    """
    root = Owner(ROOT, "")
    yield root, _root_keys(iam, root)
    for user in follow(ASKING, _users(iam), None):
        owner = Owner(user["UserName"], user["Arn"])
        yield owner, _listed(iam, owner)


def _users(iam: Any) -> Iterator[dict[str, Any]]:
    with aws.denials_named("iam"):
        for page in iam.get_paginator("list_users").paginate():
            yield from page["Users"]


def _root_keys(iam: Any, root: Owner) -> list[Key]:
    try:
        with aws.denials_named("iam"):
            count = iam.get_account_summary()["SummaryMap"].get("AccountAccessKeysPresent", 0)
    except NotAllowed as denial:
        return [Key(root.user, root.arn, None, None, None, uses.denied(denial.note), denial.note)]
    return [Key(root.user, root.arn, None, None, None, Use(uses.Known.UNKNOWN))] * count


def _listed(iam: Any, owner: Owner) -> list[Key]:
    """List a user's keys; what the report has of each is taken from there, the rest is asked for."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded only when used

    try:
        with aws.denials_named("iam"):
            pages = iam.get_paginator("list_access_keys").paginate(UserName=owner.user)
            listed = [key for page in pages for key in page["AccessKeyMetadata"]]
    except NotAllowed as denial:
        return _unlisted(owner, denial.note)
    except ClientError as error:
        if aws.code(error) == "NoSuchEntity":  # deleted since the users were listed
            return []
        raise
    return [_key(iam, owner, each, _slot(each, listed, owner.slots)) for each in listed]


def _key(iam: Any, owner: Owner, told: dict[str, Any], slot: Slot | None) -> Key:
    created = told["CreateDate"].astimezone(UTC)
    used = slot.use if slot else last_use(iam, told["AccessKeyId"], created)
    return Key(owner.user, owner.arn, told["AccessKeyId"], told["Status"], created, used, used.note)


def last_use(iam: Any, key_id: str, created: datetime | None) -> Use:
    """Ask when one key was last used. A denial is told in its place, and never counts as unused."""
    try:
        with aws.denials_named("iam"):
            told = iam.get_access_key_last_used(AccessKeyId=key_id)["AccessKeyLastUsed"]
    except NotAllowed as denial:
        return uses.denied(denial.note)
    return uses.key_use(told, created)


def _slot(key: dict[str, Any], listed: list[dict[str, Any]], slots: tuple[Slot, ...]) -> Slot | None:
    """Find a key in the report, which has no ids: by its second of creation, where that is no other's too."""
    created = _second(key["CreateDate"])
    alike = [slot for slot in slots if slot.created and _second(slot.created) == created]
    twins = [other for other in listed if _second(other["CreateDate"]) == created]
    return alike[0] if len(alike) == len(twins) == 1 else None


def _second(instant: datetime) -> int:
    return int(instant.timestamp())


def _unlisted(owner: Owner, note: str | None) -> list[Key]:
    """Tell keys as the report has them, without their ids."""
    return [
        Key(owner.user, owner.arn, None, ACTIVE if slot.active else INACTIVE, slot.created, slot.use, note)
        for slot in owner.slots
    ]
