"""Tags on secrets. Their keys differ by letter case."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_tag = schema.secret_tag


def of(tx: Tx, secret_arn: str) -> dict[str, str]:
    """Give the tags of a secret, in the order of their keys."""
    return of_all(tx, [secret_arn]).get(secret_arn, {})


def of_all(tx: Tx, secret_arns: Collection[str]) -> dict[str, dict[str, str]]:
    """Give the tags of many secrets, by ARN."""
    found = select(_tag).where(_tag.c.secret_arn.in_(secret_arns)).order_by(_tag.c.secret_arn, _tag.c.name)
    tags: dict[str, dict[str, str]] = {}
    for row in tx.connection.execute(found):
        tags.setdefault(row.secret_arn, {})[row.name] = row.value
    return tags


def put(tx: Tx, secret_arn: str, tags: Mapping[str, str]) -> None:
    """Give a secret exactly these tags."""
    tx.connection.execute(delete(_tag).where(_tag.c.secret_arn == secret_arn))
    rows = [{"secret_arn": secret_arn, "name": name, "value": value} for name, value in tags.items()]
    if rows:
        tx.connection.execute(insert(_tag), rows)
