"""Who runs the command: which sessions are one's own, and whether one is about to cut oneself off."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from watchword.cli import aws
from watchword.cli.aws import Account
from watchword.cli.credentials import places
from watchword.cli.sessions.authority import gone, pages
from watchword.cli.sessions.criteria import TEMPORARY
from watchword.domain.refusal_codes import DENIED

SECOND = timedelta(seconds=1)


def key(account: Account) -> str:
    """Give the access key ID that requests are signed with; empty when there is none."""
    credentials = account.session.get_credentials()
    found: str = credentials.get_frozen_credentials().access_key if credentials else ""
    return found


def forget(key_ids: Collection[str]) -> None:
    """Let go of what was ended, if it is kept on this machine, so that whoever asks for it next gets it anew."""
    if key_ids and places.home(os.environ).exists():
        from watchword.cli.credentials import store  # noqa: PLC0415 - loaded only when used
        from watchword.cli.credentials.cache import Cache  # noqa: PLC0415 - likewise

        Cache(store.opened(os.environ)).forget_ended(key_ids)


def mine(account: Account) -> dict[str, str]:
    """Give what one's own sessions are listed by: all that this user asked for, or all that came from this session."""
    arn: str = account.client("sts").get_caller_identity()["Arn"]
    kind, _, name = arn.rpartition(":")[2].partition("/")
    if kind == "user":
        return {"User": name.rpartition("/")[2]}
    if kind == "assumed-role":
        role, _, session = name.partition("/")
        return {"Role": role, "SessionName": session}
    return {"IssuingAccessKeyId": key(account)}  # root, and federated users, whose name is nobody's in particular


@dataclass(frozen=True, slots=True)
class Held:
    """The session that the command itself is run with."""

    key: str
    issued: datetime
    behind: tuple[str, ...]
    """The keys that it came from: whatever ends one of these sessions ends it as well."""

    def among(self, client: Any, ids: tuple[str, ...], criteria: dict[str, str], before: datetime | None) -> bool:
        """Whether ending these sessions, or those that match, would end this one."""
        if before is not None and self.issued > before:
            return False
        if ids:
            return not {self.key, *self.behind}.isdisjoint(ids)
        if not criteria:
            return True
        span = {"IssuedAfter": self.issued, "IssuedBefore": self.issued + SECOND}
        listed = pages(client.list_sessions, "Sessions", State="ALL", **criteria, **span)
        return any(told["AccessKeyId"] == self.key for told in listed)


def strikes_own(
    account: Account, client: Any, ids: tuple[str, ...], criteria: dict[str, str], before: datetime | None = None
) -> bool:
    """Whether one is about to end one's own session. What one may not know, one is not warned of."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded only when used

    signing = key(account)
    if not signing.startswith(TEMPORARY):
        return False
    try:
        return _held(client, signing).among(client, ids, criteria, before)
    except ClientError as error:
        if aws.code(error) in DENIED or gone(error):
            return signing in ids
        raise


def _held(client: Any, signing: str) -> Held:
    told = client.get_session(AccessKeyId=signing)["Session"]
    behind = tuple(link["AccessKeyId"] for link in told["Chain"])
    return Held(signing, told["IssuedAt"].astimezone(UTC), behind)
