"""Finding a user's keys: one's own, a named user's, or whose a key is. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click

from watchword.cli import aws, inventory, tables, times
from watchword.cli.exits import Exit, NotAllowed, Stop
from watchword.cli.inventory import Key
from watchword.cli.tables import Sheet
from watchword.cli.uses import Known, Use
from watchword.cli.whose import shapes


@dataclass(frozen=True, slots=True)
class KeyRow:
    """What is told of one key."""

    user: str
    access_key_id: str | None
    status: str | None
    created: datetime | None
    age_days: int | None
    last_used_state: str
    last_used: datetime | None
    last_used_service: str | None
    last_used_region: str | None
    profiles: tuple[str, ...]
    """Profiles on this machine that hold it."""
    note: str | None


def of_user(iam: Any, user: str | None) -> list[Key]:
    """List the keys of a user, or of the one who asks, each with its last use.

    Raises Stop, and botocore's errors.
    """
    named = {"UserName": user} if user else {}
    with aws.denials_named("iam"):
        pages = iam.get_paginator("list_access_keys").paginate(**named)
        listed = [key for page in pages for key in page["AccessKeyMetadata"]]
    return [_key(iam, told, user or "") for told in listed]


@dataclass(frozen=True, slots=True)
class Found:
    """A key, and how requests about it name its owner: not at all where that is the one who asks."""

    key: Key
    named: Mapping[str, str]


def one(iam: Any, key_id: str, user: str | None) -> Found:
    """Find a key: among those of the user, of the one who asks, or of whoever AWS says that it belongs to.

    Raises Stop, and botocore's errors.
    """
    refuse_secrets(key_id)
    for owner in _owners(iam, key_id, user):
        for key in _listed(iam, owner, sure=user is not None or owner is not None):
            if key.id == key_id:
                return Found(key, {"UserName": owner} if owner else {})
    whom = f"user `{user}`" if user else "yours, nor of a user whose keys you may list"
    raise Stop(f"{key_id} is no key of {whom}; `watchword whose {key_id}` tells whose it is")


def _owners(iam: Any, key_id: str, user: str | None) -> Iterator[str | None]:
    yield user
    if user is None and (owner := _owner(iam, key_id)) is not None:
        yield owner


def _listed(iam: Any, owner: str | None, *, sure: bool) -> list[Key]:
    """List keys; of the one who asks only if there may be some: a role has none."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded only when used

    try:
        return of_user(iam, owner)
    except NotAllowed:
        if sure:
            raise
    except ClientError as error:
        if sure or aws.code(error) != "ValidationError":
            raise
    return []


def refuse_secrets(text: str) -> None:
    """Refuse what looks like a secret in the place of an id, without repeating it.

    Raises Stop.
    """
    if shapes.IDENTIFIER.fullmatch(text) is None and shapes.SECRET.search(text):
        shapes.identifier((text,))
    if text.startswith("ASIA"):
        raise Stop(
            f"{text} is a temporary key, which nobody manages by hand; see `watchword sessions list`", Exit.USAGE
        )


def row(key: Key, now: datetime, holders: Mapping[str, Sequence[str]]) -> KeyRow:
    """Say all of one key."""
    return KeyRow(
        key.user,
        key.id,
        key.status,
        key.created,
        times.days(key.created, now) if key.created else None,
        key.use.known,
        key.use.at,
        key.use.service,
        key.use.region,
        tuple(holders.get(key.id or "", ())),
        key.note or key.use.note,
    )


def sheet(now: datetime) -> Sheet[KeyRow]:
    """Tell keys as rows."""
    return tables.sheet_of(
        KeyRow,
        {
            "user": lambda row: row.user,
            "key": lambda row: row.access_key_id or "?",
            "state": lambda row: row.status or "",
            "created (UTC)": lambda row: f"{row.created:%Y-%m-%d %H:%M}" if row.created else "",
            "age (d)": lambda row: "" if row.age_days is None else str(row.age_days),
            "last used": lambda row: _used(row, now),
            "in profile": lambda row: ", ".join(row.profiles),
            "note": lambda row: row.note or "",
        },
    )


def warn_of_use(keys: Iterable[Key], now: datetime) -> None:
    """Say on standard error when keys were last used, before anything happens to them."""
    for key in keys:
        whose = f" of {key.user}" if key.user else ""
        used = {Known.NEVER: "never used", Known.UNKNOWN: "last use not known"}.get(key.use.known, "last used ")
        when = key.use.told(now) if key.use.at else f"({key.use.note})" if key.use.note else ""
        click.echo(f"{key.id}{whose}: {str(key.status).lower()}, {used}{when}", err=True)


def _used(row: KeyRow, now: datetime) -> str:
    return Use(Known(row.last_used_state), row.last_used, row.last_used_service, row.last_used_region).told(now)


def _key(iam: Any, told: Mapping[str, Any], user: str) -> Key:
    created = told["CreateDate"].astimezone(UTC)
    use = inventory.last_use(iam, told["AccessKeyId"], created)
    return Key(told.get("UserName", user), "", told["AccessKeyId"], told["Status"], created, use, use.note)


def _owner(iam: Any, key_id: str) -> str | None:
    """Ask whose a key is; None where that is not known, or may not be asked."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - likewise

    try:
        with aws.denials_named("iam"):
            owner: str | None = iam.get_access_key_last_used(AccessKeyId=key_id).get("UserName")
    except NotAllowed:
        return None
    except ClientError as error:
        if aws.code(error) not in {"NoSuchEntity", "ValidationError"}:
            raise
        return None
    return owner
