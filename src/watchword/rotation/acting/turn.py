"""One turn on one user: what it goes by, what is on record, and what it has made of keys meanwhile. Decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import msgspec

from watchword.rotation.acting import faults
from watchword.rotation.keeping import Keeper, Place, proof, secret_name
from watchword.rotation.records import Event, Kept, Kind, Rotation, State
from watchword.rotation.seen import NEVER_USED, Key, User
from watchword.rotation.steps import Why
from watchword.rotation.terms import Keep, Terms

if TYPE_CHECKING:
    from watchword.rotation.access import Member
    from watchword.rotation.ledger import Lease, Ledger
    from watchword.rotation.rules import Rules

Reply = TypeVar("Reply")
At = Callable[[str], None]
"""Told of each request that changes something, and of each line on record, before and after."""
Look = Callable[["Member", str, "Rules"], User | None]

RENEW = 0.5
"""A lease is renewed when less than this part of it is left."""
SECONDS = 300.0
"""How long a lease is asked for."""
AGAIN = (1.0, 2.0, 4.0)
"""Seconds between tries of what may be asked for twice."""


def nothing(_point: str) -> None:
    """Mark no point."""


def nowhere() -> Member:
    """Stand for the central account where the rules name none."""
    msg = "the rules keep secrets in the central account and name none"
    raise LookupError(msg)


@dataclass(frozen=True, slots=True)
class Means:
    """What every turn of a runner is given. `by` is who it acts for, in the history."""

    member: Member
    rules: Rules
    ledger: Ledger
    holder: str
    look: Look
    by: str = ""
    at: At = nothing
    central: Callable[[], Member] = nowhere
    pause: Callable[[float], None] = time.sleep
    real: Callable[[], float] = time.time
    """Real time, by which leases go; the account's own clock is the member's."""


@dataclass(slots=True)
class Turn:
    """One user in hand."""

    means: Means
    lease: Lease
    user: User
    terms: Terms
    rotation: Rotation | None = None
    """The one that the present step belongs to."""
    done: list[str] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    """Keys that were made in this turn."""
    told: dict[str, Key | None] = field(default_factory=dict)
    """Keys as we made them in this turn, None for gone: lists may tell of it later."""

    def now(self) -> float:
        """Tell the account's time."""
        return self.means.member.now()

    def standing(self) -> Rotation:
        """Give the rotation in hand."""
        if self.rotation is None:
            msg = "no rotation is in hand"
            raise LookupError(msg)
        return self.rotation

    def look(self) -> bool:
        """Read the user afresh; False when it is gone or another one by now. Raises botocore's errors."""
        self.stay()
        found = self.means.look(self.means.member, self.user.name, self.means.rules)
        if found is None or found.id != self.user.id:
            return False
        self.user = replace(found, keys=tuple(_as_told(found.keys, self.told)))
        self.read_terms()
        return True

    def remember(self, key_id: str, key: Key | None) -> None:
        """Remember a key as we made it, None for gone."""
        self.told[key_id] = key
        self.user = replace(self.user, keys=tuple(_as_told(self.user.keys, {key_id: key})))

    def read_terms(self) -> None:
        """See what holds for the user as it is now."""
        means, account = self.means, self.means.member.account
        self.terms = means.rules.terms(account, self.user, means.ledger.exemptions(account.id))

    def record(self, what: str, key: str = "", detail: str = "", **changes: object) -> None:
        """Put a line on record, with what it changes of the rotation. Raises Fenced."""
        now = self.now()
        changed: dict[str, object] = {"blocked": "", "updated_at": now, "user": self.user.name, **changes}
        rotation = msgspec.structs.replace(self.standing(), **changed)
        self.means.at(f"write {what}")
        self.means.ledger.keep(self.lease, rotation, self.event(what, key, detail, rotation=rotation.id))
        self.means.at(f"written {what}")
        self.rotation = rotation

    def open(self, kind: Kind, key: str, why: Why, detail: str, *, forced: bool = False, leaked: bool = False) -> None:
        """Take a new rotation of a key in hand, and put it on record. Raises Fenced, OneAtATime."""
        user = self.user
        self.rotation = Rotation(
            id=uuid4().hex,
            account=user.account,
            user_id=user.id,
            user=user.name,
            kind=kind,
            state=State.DUE,
            old=key,
            why=str(why),
            opened_at=self.now(),
            opened_by=self.means.by or self.means.holder,
            forced=forced,
            leaked=leaked,
        )
        self.record("opened", key, detail)

    def event(self, what: str, key: str, detail: str, rotation: str = "") -> Event:
        """Write a line of history."""
        user, by = self.user, self.means.by or self.means.holder
        return Event(self.now(), user.account, user.id, user.name, rotation, what, key, by, detail)

    def tell(self, what: str) -> None:
        """Say what was done, in the words of the history."""
        self.done.append(what)

    def change(self, what: str, ask: Callable[[], Reply], *, again: bool = False, key: str = "") -> Reply:
        """Carry out a request that changes something: its intent is on record first.

        `again` says that asking twice does no more than asking once. Raises Fenced, and botocore's errors.
        """
        self.record(f"intend {what}", key)
        for seconds in AGAIN if again else ():
            try:
                return self._ask(what, ask)
            except faults.STOPS as error:
                if not faults.may_pass(error):
                    raise
                self.wait(seconds)
        return self._ask(what, ask)

    def change_secret(self, what: str, ask: Callable[[], Reply], *, again: bool = False) -> Reply:
        """Do likewise where a secret is kept, and put on record that it was done."""
        reply = self.change(what, ask, again=again)
        self.record(what)
        return reply

    def wait(self, seconds: float) -> None:
        """Wait, and stay in charge meanwhile. Raises Fenced."""
        self.means.pause(seconds)
        self.stay()

    def stay(self) -> None:
        """Renew the lease when much of it has passed. Raises Fenced."""
        now = self.means.real()
        if self.lease.until - now < SECONDS * RENEW:
            self.lease = self.means.ledger.renew(self.lease, now, SECONDS)

    def knows(self, key_id: str) -> bool:
        """Whether a key is the old one, or on record as one of this user's."""
        if key_id == self.standing().old:
            return True
        speaking = self.means.ledger.with_key(key_id)
        return speaking is not None and speaking.user_id == self.user.id

    def keeper(self, kept: Kept | None = None) -> Keeper:
        """Give the keeper of the user's secret: where it is kept already, or where the terms say."""
        means, user, terms = self.means, self.user, self.terms.secret
        name = kept.name if kept else secret_name(terms.name, user.account, user.name)
        account = kept.account if kept else self._keeping_account()
        if account == user.account:
            keeping, region = means.member, kept.region if kept else means.member.region
        else:
            keeping = means.central()
            region = kept.region if kept else means.rules.secret.central_region or keeping.region
        place = Place(account, region, name, user, terms, keeping.secrets(region), keeping.principal)

        def lacking(arn: str, policy: str) -> list[str]:
            return proof.lacking(means.member.iam, user.arn, arn, policy, terms.kms_key)

        return Keeper(place, self.change_secret, self.wait, lacking)

    def _keeping_account(self) -> str:
        if self.terms.secret.keep is Keep.MEMBER:
            return self.user.account
        return self.means.rules.secret.central_account or self.means.central().account.id

    def _ask(self, what: str, ask: Callable[[], Reply]) -> Reply:
        self.means.at(f"ask {what}")
        self.stay()  # the runner may have stood still since its intent was put on record, and another taken over
        reply = ask()
        self.means.at(f"asked {what}")
        return reply


def _as_told(listed: Iterable[Key], told: dict[str, Key | None]) -> Iterable[Key]:
    """Lay what we did over what is listed: a list may not tell of it yet, but what it tells of a key's use is newer."""
    seen: dict[str, Key | None] = {key.id: key for key in listed}
    for key_id, known in told.items():
        there = seen.get(key_id)
        seen[key_id] = replace(known, created=there.created, use=there.use) if known and there else known
    return (key for key in seen.values() if key is not None)


def fresh(key_id: str, created: float) -> Key:
    """Give a key as it is just after it was made."""
    return Key(key_id, active=True, created=created, use=NEVER_USED)
