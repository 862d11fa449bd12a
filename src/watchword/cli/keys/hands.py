"""What a rotation does outside: it asks the account, keeps secrets, and writes the profile. Decides nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

from watchword.cli import aws, inventory
from watchword.cli.aws import Account
from watchword.cli.credentials import aws_files
from watchword.cli.credentials.aws_files import KEY_ID, SECRET, At, Place, nothing
from watchword.cli.credentials.cache import Cache
from watchword.cli.credentials.store import Store
from watchword.cli.exits import Exit, Stop
from watchword.cli.inventory import ACTIVE, INACTIVE
from watchword.cli.keys import signing
from watchword.cli.keys.caller import Caller
from watchword.cli.keys.machine import Rotation, Seen, World
from watchword.cli.keys.signing import Identity, Pair
from watchword.cli.uses import Known, Use
from watchword.domain.secret import Secret

TOLD = 60
"""Seconds to wait for an answer, well inside the time in which a key counts as the one that was asked for."""
SLOW = 30.0
"""Seconds that asking for the time may itself take."""
NOT_ASKED = Use(Known.UNKNOWN)
GONE = "NoSuchEntity"
NO_SIGNER = (
    "neither the old nor the new key works, or they belong to another user now; ask an administrator to activate one "
    "of them, then try again"
)


@dataclass(slots=True)
class Hands:
    """The means of one run. Steps in it are told to `at`."""

    account: Account
    place: Place
    store: Store
    caller: Caller
    pause: signing.Pause = time.sleep
    at: At = nothing
    signer: Pair | None = None
    identity: Identity | None = None
    now: float = 0.0
    """Epoch seconds of the account's clock, when the keys were last listed."""
    _ahead: float | None = None
    _told: dict[str, bool | None] = field(default_factory=dict)
    """What we made of keys in this run: active, inactive, or None for gone. Lists may tell of it later."""

    def pair(self, key: str) -> Pair | None:
        """Find a key's secret: in the profile, or in the person's store."""
        there = signing.pair_in(self.place)
        if there is not None and there.id == key:
            return there
        kept = self.store.get(_name(key)) if key else None
        return None if kept is None else Pair(key, Secret(kept.decode()))

    def sign(self, rotation: Rotation | None) -> Identity:
        """Find a key of ours that works: the profile's first. Whose it is must be whose it was.

        Raises Stop, and botocore's errors.
        """
        there = signing.pair_in(self.place)
        ours = (self.pair(key) for key in (rotation.new, rotation.old)) if rotation else ()
        refused: Exception | None = None
        for pair in (there, *ours):
            if pair is None:
                continue
            try:
                found = signing.prove(self.account, pair)
            except _client_error() as error:
                refused = refused or error
                continue
            if rotation is None or _same(found, rotation):
                self.signer, self.identity = pair, found
                return found
        if rotation is None and refused is not None:
            raise refused
        raise Stop(NO_SIGNER, Exit.LOGIN) from refused

    def prove(self, rotation: Rotation, key: str) -> None:
        """Prove that a key works and is the same user's, and sign with it from now on.

        Raises Stop, and botocore's errors.
        """
        pair = self.pair(key)
        if pair is None:
            raise Stop(f"the secret of {key} is not kept on this machine; put it there by `watchword configure`")
        self.at("ask GetCallerIdentity")
        found = signing.prove(self.account, pair, pause=self.pause)
        if not _same(found, rotation):
            raise Stop(f"{key} belongs to {found.arn}, not to the user whose key is rotated; nothing was changed")
        self.signer, self.identity = pair, found

    def look(self, rotation: Rotation | None) -> World:
        """See what is true now.

        Raises Stop, and botocore's errors.
        """
        signer = self._signer()
        with aws.denials_named("iam"):
            reply = signing.patiently(lambda: self._ask("list_access_keys"), self.pause)
        self._read_clock(reply)
        listed = {key["AccessKeyId"]: key for key in reply["AccessKeyMetadata"]}
        keys = {key: self._seen(told, rotation) for key, told in listed.items()}
        for key, state in self._told.items():
            if state is None:
                keys.pop(key, None)
            else:
                created = keys[key].created if key in keys else self.now
                keys[key] = Seen(state, created, keys[key].use if key in keys else NOT_ASKED)
        known = {*keys, *((rotation.old, rotation.new) if rotation else ())} - {""}
        kept = frozenset(key for key in known if self.store.get(_name(key)) is not None)
        gone = frozenset(key for key, state in self._told.items() if state is None)
        return World(keys, self.place.values().get(KEY_ID, ""), kept, signer.id, gone)

    def create(self) -> Pair:
        """Ask for one more key, once.

        Raises botocore's errors; the key may have been made all the same.
        """
        from botocore.config import Config  # noqa: PLC0415 - loaded only when used

        self.at("ask CreateAccessKey")
        # never asked for twice by one call: the first answer may only have been lost
        once = Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=TOLD)
        made = self._ask("create_access_key", once)["AccessKey"]
        self.at("asked CreateAccessKey")
        self._told[made["AccessKeyId"]] = True
        return Pair(made["AccessKeyId"], Secret(made["SecretAccessKey"]))

    def set_active(self, key: str, *, active: bool) -> None:
        """Make a key active or inactive."""
        self.at("ask UpdateAccessKey")
        status = ACTIVE if active else INACTIVE
        self._unless_gone(key, "update_access_key", Status=status, told=active)
        self.at("asked UpdateAccessKey")

    def delete(self, key: str) -> None:
        """Delete a key; one that is gone already is well gone."""
        self.at("ask DeleteAccessKey")
        self._unless_gone(key, "delete_access_key", told=None)
        self.at("asked DeleteAccessKey")

    def keep(self, pair: Pair) -> None:
        """Keep a secret in the person's store, and read it back.

        Raises Stop.
        """
        self.at("write secret")
        self.store.put(_name(pair.id), pair.secret.reveal().encode())
        if self.store.get(_name(pair.id)) != pair.secret.reveal().encode():
            raise Stop("what was kept in the store is not what is read there; see `watchword doctor`")
        self.at("written secret")

    def drop(self, *keys: str) -> None:
        """Take secrets out of the store."""
        for key in filter(None, keys):
            self.at("forget secret")
            self.store.delete(_name(key))

    def drop_sessions(self, *keys: str) -> int:
        """Let go of kept sessions that came from these keys; gives how many."""
        self.at("forget sessions")
        cache = Cache(self.store)
        return sum(cache.forget(issuer=key) for key in keys if key)

    def install(self, key: str) -> str | None:
        """Put a key in the profile and read it back; gives a note when the file could be read by others.

        Raises Stop.
        """
        pair = self.pair(key)
        if pair is None:
            raise Stop(f"the secret of {key} is not kept on this machine; put it there by `watchword configure`")
        note = aws_files.write(self.place, {KEY_ID: pair.id, SECRET: pair.secret.reveal()}, at=self.at)
        if signing.pair_in(self.place) != pair:
            raise Stop(f"{self.place} does not hold what was written there; another program changed it. Try again")
        return note

    def _seen(self, told: dict[str, Any], rotation: Rotation | None) -> Seen:
        """Judge a listed key; when it was last used is asked only where something hangs on it."""
        key, created = told["AccessKeyId"], told["CreateDate"].astimezone(UTC)
        use = NOT_ASKED
        if rotation is not None and key != rotation.new and (key != rotation.old or rotation.switched_at is not None):
            use = self._last_use(key, created)
        return Seen(told["Status"] == ACTIVE, created.timestamp(), use)

    def _last_use(self, key: str, created: datetime) -> Use:
        signer = self._signer()
        use = inventory.last_use(self.caller.iam(signer), key, created)
        if use.note and self.caller.may_add_mfa:
            self.caller.add_mfa(signer)
            use = inventory.last_use(self.caller.iam(signer), key, created)
        return use

    def _unless_gone(self, key: str, operation: str, *, told: bool | None, **more: str) -> None:
        try:
            self._ask(operation, AccessKeyId=key, **more)
        except _client_error() as error:
            if aws.code(error) != GONE:
                raise
            told = None
        self._told[key] = told

    def _read_clock(self, reply: dict[str, Any]) -> None:
        """Go by the account's clock: by the date of its answers, and by how far a sandbox stands ahead."""
        here = datetime.now(UTC)
        if self._ahead is None:
            ahead = (aws.now(self.account) - here).total_seconds()
            self._ahead = ahead if ahead > SLOW else 0.0
        dated = reply["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
        self.now = (parsedate_to_datetime(dated) if dated else here).timestamp() + self._ahead

    def _ask(self, operation: str, config: Any = None, **more: str) -> Any:
        user = {"UserName": self.identity.user} if self.identity and self.identity.user else {}
        return self.caller.ask(self._signer(), lambda iam: getattr(iam, operation)(**more, **user), config=config)

    def _signer(self) -> Pair:
        if self.signer is None:
            raise Stop("no key was found to sign with", Exit.LOGIN)
        return self.signer


def _same(found: Identity, rotation: Rotation) -> bool:
    """Whether it is the same user still, and not another who was given the name."""
    return (found.account, found.user_id) == (rotation.account, rotation.user_id)


def _name(key: str) -> str:
    """Name the entry of a key: names there have no capital letters, and ids may have any."""
    return f"rotation.{sha256(key.encode()).hexdigest()}"


def _client_error() -> Any:
    from botocore.exceptions import ClientError  # noqa: PLC0415 - likewise

    return ClientError
