"""Asking an authority about sessions, and telling apart who has none of these operations: AWS, and others like it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any

import click

from watchword.cli import aws
from watchword.cli.exits import Stop

PAGE = 100
"""The most that one answer holds.  Source: watchword model, MaxResults."""
UNKNOWN_THERE = frozenset({"InvalidAction", "UnknownOperation", "UnknownOperationException"})
"""Codes by which servers of AWS's protocols say that they have no such operation."""
AWS_WAY = (
    "AWS's own way is to deny a role all sessions that were issued before a time: "
    "`watchword sessions end --role ROLE --aws-policy` writes the policy (AWSRevokeOlderSessions)"
)


def authority(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an `account`, and the `client` of the authority that has it."""

    @aws.account
    @wraps(command)
    def asking(*given: Any, account: aws.Account, **more: Any) -> None:
        client = opened(account)
        with others_told(client):
            command(*given, account=account, client=client, **more)

    return asking


def opened(account: aws.Account) -> Any:
    """Make a client of the authority's own operations. Before any other: what services there are is read once.

    Raises Stop where AWS would be asked.
    """
    from watchword.wire.model import MODELS  # noqa: PLC0415 - loaded only when used

    account.learn(MODELS)
    client = account.client("watchword")
    if aws.is_aws(client):
        raise Stop(
            f"AWS has no way to list or end sessions. {AWS_WAY}. To ask an authority of your own, name it with "
            "`--endpoint-url`, AWS_ENDPOINT_URL or a profile"
        )
    return client


@contextmanager
def others_told(client: Any) -> Iterator[None]:
    """Tell when whoever answers is no authority of ours.

    Raises Stop.
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415 - likewise

    try:
        yield
    except ClientError as error:
        code = aws.code(error)
        if code in UNKNOWN_THERE or code.isdecimal():  # a bare status: the answer was not of these protocols
            raise Stop(
                f"what answers at {client.meta.endpoint_url} cannot {told(error.operation_name)}: it is no Watchword "
                f"authority. {AWS_WAY}"
            ) from error
        raise


def told(operation: str) -> str:
    """Write an operation's name as words: `ListSessions` as `list sessions`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in operation).strip()


def pages(ask: Callable[..., Mapping[str, Any]], member: str, **wanted: Any) -> Iterator[dict[str, Any]]:
    """Give what an operation lists, page by page, as it comes."""
    token: str | None = None
    while True:
        answer = ask(**wanted, MaxResults=PAGE, **({"NextToken": token} if token else {}))
        yield from answer[member]
        token = answer.get("NextToken")
        if not token:
            return


def gone(error: Exception) -> bool:
    """Whether a refusal says that there is no such thing."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - likewise

    return isinstance(error, ClientError) and aws.code(error) == "ResourceNotFoundException"


def minute(at: datetime) -> str:
    """Write an instant to the minute, in UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def text(value: str) -> str:
    """Show what somebody else may have chosen as one harmless line."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in value)


def say(line: str) -> None:
    """Talk to whoever runs the command."""
    click.echo(text(line), err=True)
