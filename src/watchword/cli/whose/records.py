"""What CloudTrail has of a key. That it has nothing, or may not be asked, is told and stops nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from watchword.cli import aws
from watchword.cli.aws import Account
from watchword.cli.exits import NotAllowed
from watchword.cli.trail import Trail
from watchword.cli.whose.answer import Answer

Read = TypeVar("Read")

HOMES = {"cn-": "cn-north-1", "us-gov-": "us-gov-west-1"}
"""Where AWS records what goes to global endpoints, by how a region's name begins; elsewhere in us-east-1."""
NOT_AVAILABLE = "the record of events cannot be asked here"


def first(account: Account, answer: Answer, read: Callable[[Trail], Read | None]) -> Read | None:
    """Read one record after another until something is found."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded only when used

    for trail in trails(account):
        try:
            with aws.denials_named("cloudtrail"):
                found = read(trail)
        except NotAllowed as denial:
            answer.kept_from(denial)
            return None
        except ClientError as error:
            answer.notes.append(f"{NOT_AVAILABLE} ({aws.code(error)})")
            return None
        if found:
            return found
    return None


def silent(answer: Answer) -> bool:
    """Whether nothing could be asked here, so that nothing found means nothing."""
    return any(note.startswith(NOT_AVAILABLE) for note in answer.notes)


def trails(account: Account) -> list[Trail]:
    """Give the records to look into: that of what goes to global endpoints, and that of the region."""
    if not aws.is_aws(account.client("cloudtrail")):
        return [Trail.of(account)]
    home = next((name for start, name in HOMES.items() if account.region.startswith(start)), aws.DEFAULT_REGION)
    return [Trail.of(replace(account, region=region)) for region in dict.fromkeys((home, account.region))]


def moment(text: str | None) -> datetime | None:
    """Read an instant of an event: ISO 8601, or as CloudTrail writes it within elements."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.strptime(f"{text} +0000", "%b %d, %Y, %I:%M:%S %p %z")
    except ValueError:
        return None
