"""Long-term access keys: their owner and their state; and of those that are gone, who deleted them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from itertools import islice
from typing import Any

from watchword.cli import aws, uses
from watchword.cli.aws import Account
from watchword.cli.exits import NotAllowed
from watchword.cli.trail import Event, Trail, Wanted, who
from watchword.cli.whose import accounts, records
from watchword.cli.whose.answer import Answer

ROOT = "root"
NO_USER = frozenset({"NoSuchEntity", "ValidationError"})
"""How a name is refused that is no user's: root's, however it is written."""
MOST_EVENTS = 200
GONE = "GetAccessKeyLastUsed knows no such key: it was deleted, or never was"


def ask(account: Account, answer: Answer) -> bool:
    """Find out all about a key; gives False where a denial keeps one from knowing whose it is."""
    if not accounts.find(account, answer):
        return True
    known = _owner(account.client("iam"), answer)
    for event in records.first(account, answer, lambda trail: list(_events(trail, answer.id))) or ():
        _recall(answer, event)
    if known is False and answer.deleted is None and not records.silent(answer):
        answer.notes.append("no event of the last 90 days tells who deleted it")
    return answer.owner is not None or known is not None


def _owner(iam: Any, answer: Answer) -> bool | None:
    """Fill in the owner and the last use; gives None where that may not be asked, False where there is no such key."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded only when used

    try:
        with aws.denials_named("iam"):
            told = iam.get_access_key_last_used(AccessKeyId=answer.id)
    except NotAllowed as denial:
        answer.kept_from(denial)
        return None
    except ClientError as error:
        if aws.code(error) != "NoSuchEntity":
            raise
        answer.notes.append(GONE)
        return False
    user = told.get("UserName")
    answer.owner = ROOT if user is None or not _status(iam, answer, user) else user
    if answer.owner == ROOT:
        answer.notes.append("root's key: use it for nothing; put a role in its place, then delete it as root")
    answer.used(uses.key_use(told["AccessKeyLastUsed"], answer.created))
    return True


def _status(iam: Any, answer: Answer, user: str) -> bool:
    """Fill in a key's state and age; gives whether there is such a user at all. A name may also stand for root."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - likewise

    try:
        with aws.denials_named("iam"):
            pages = iam.get_paginator("list_access_keys").paginate(UserName=user)
            for key in (key for page in pages for key in page["AccessKeyMetadata"]):
                if key["AccessKeyId"] == answer.id:
                    answer.status, answer.created = key["Status"], key["CreateDate"].astimezone(UTC)
    except NotAllowed as denial:
        answer.kept_from(denial)
    except ClientError as error:
        if aws.code(error) not in NO_USER:
            raise
        return False
    return True


def _events(trail: Trail, key_id: str) -> Iterator[Event]:
    found = islice(trail.find(Wanted(resource=key_id)), MOST_EVENTS)
    return (event for event in found if not event.get("errorCode"))


def _recall(answer: Answer, event: Event) -> None:
    """Take up when a key was made or deleted, by whom, and whose it was."""
    name, at = event["eventName"], records.moment(event["eventTime"])
    if name not in {"CreateAccessKey", "DeleteAccessKey"}:
        return
    if name == "CreateAccessKey":
        answer.created, answer.created_by = answer.created or at, who(event)
    else:
        answer.status, answer.deleted, answer.deleted_by = "Deleted", at, who(event)
    answer.owner = answer.owner or _named(event)


def _named(event: Event) -> str | None:
    """Give the user that a request was about: named by it, in its answer, or the one who asked."""
    made = (event.get("responseElements") or {}).get("accessKey") or {}
    asked = event.get("requestParameters") or {}
    name: str | None = made.get("userName") or asked.get("userName") or event["userIdentity"].get("userName")
    return name
