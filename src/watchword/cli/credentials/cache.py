"""Sessions that were got and are good still, each under the digest of all that shaped it."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from watchword.cli.credentials.shapes import Credentials
from watchword.cli.credentials.store import Store
from watchword.domain.secret import Secret

PREFIX = "session."
_TEXTS = ("account_id", "role_arn", "arn", "unique_id", "profile", "issuer")


@dataclass(frozen=True, slots=True)
class Kept:
    """One session, and where it came from."""

    key: str
    credentials: Credentials
    issuer: str
    """The id of the access key that its chain begins with; empty when another tool got it."""
    obtained_at: float
    """Epoch seconds."""


class Cache:
    """Sessions in a store. Nobody is asked, and nothing is waited for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, key: str, *, now: float, least_left: float) -> Kept | None:
        """Find a session that is good for `least_left` seconds from `now`."""
        kept = self._read(PREFIX + key)
        if kept is None or kept.credentials.expires_at is None:
            return None
        return kept if kept.credentials.expires_at - now >= least_left else None

    def keep(self, key: str, credentials: Credentials, *, issuer: str, now: float) -> None:
        """Keep a session, and let go of those that are over. One without an end is not kept."""
        if credentials.session_token is None or credentials.expires_at is None:
            return
        for kept in self.every():
            if kept.credentials.expires_at is None or kept.credentials.expires_at <= now:
                self.forget([kept.key])
        self._store.put(PREFIX + key, _written(credentials, issuer, now))

    def every(self) -> Iterator[Kept]:
        """Give all sessions that can be read."""
        for name in self._store.names():
            if name.startswith(PREFIX) and (kept := self._read(name)) is not None:
                yield kept

    def forget(self, keys: Iterable[str] = (), *, issuer: str = "") -> int:
        """Let go of sessions by their keys, or of all that an access key's id issued; gives how many."""
        gone = {*keys, *(kept.key for kept in self.every() if kept.issuer == issuer)} if issuer else set(keys)
        for key in gone:
            self._store.delete(PREFIX + key)
        return len(gone)

    def forget_ended(self, key_ids: Container[str]) -> None:
        """Let go of the sessions with these access key ids, which open nothing any more."""
        self.forget([kept.key for kept in self.every() if kept.credentials.access_key_id in key_ids])

    def _read(self, name: str) -> Kept | None:
        content = self._store.get(name)
        try:
            return None if content is None else _kept(name.removeprefix(PREFIX), json.loads(content))
        except (KeyError, TypeError, ValueError):  # the seal is ours, and another version's words stand in it
            return None


def _written(credentials: Credentials, issuer: str, now: float) -> bytes:
    token = credentials.session_token
    texts = {name: getattr(credentials, name, "") for name in _TEXTS}
    secrets = {"secret": credentials.secret_access_key.reveal(), "token": token.reveal() if token else ""}
    record = texts | secrets | {"id": credentials.access_key_id, "expires_at": credentials.expires_at}
    return json.dumps(record | {"issuer": issuer, "obtained_at": now}).encode()


def _kept(key: str, record: dict[str, Any]) -> Kept:
    """Read back what was sealed; the seal says that we wrote it."""
    credentials = Credentials(
        record["id"],
        Secret(record["secret"]),
        Secret(record["token"]),
        record["expires_at"],
        account_id=record["account_id"],
        profile=record["profile"],
        role_arn=record["role_arn"],
        arn=record["arn"],
        unique_id=record["unique_id"],
    )
    return Kept(key, credentials, record["issuer"], record["obtained_at"])
