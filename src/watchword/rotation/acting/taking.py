"""A user taken in hand: its lease, and the user read under it. Rotations of a user that is gone are closed here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from watchword.rotation.acting.turn import SECONDS, Means, Turn
from watchword.rotation.records import Event, Rotation, State
from watchword.rotation.steps import Why
from watchword.rotation.terms import Terms

if TYPE_CHECKING:
    from watchword.rotation.access import Member
    from watchword.rotation.ledger import Lease
    from watchword.rotation.seen import User


class Busy(Exception):  # noqa: N818 - no fault: the user is looked after
    """Another runner has the user."""


class Gone(Exception):  # noqa: N818 - what was found, not whose error it is
    """The user is gone. `successor` is the id of another one of its name; empty where there is none."""

    def __init__(self, successor: str = "") -> None:
        super().__init__(successor)
        self.successor = successor


@contextmanager
def taken(means: Means, user_name: str, user_id: str = "") -> Iterator[Turn]:
    """Take a user's lease, then read it. Raises Busy, Gone, LedgerFault, and botocore's errors."""
    if not user_id:
        user_id = _id_of(means, user_name)
    lease = _leased(means, user_id)
    turn: Turn | None = None
    try:
        user = means.look(means.member, user_name, means.rules)
        if user is None or user.id != user_id:
            user = _renamed(means, lease, user_id, user)
        _close_predecessors(means, user)
        turn = Turn(means, lease, user, Terms())
        turn.read_terms()
        yield turn
    finally:
        means.ledger.release(turn.lease if turn else lease)


def _id_of(means: Means, user_name: str) -> str:
    """Find the unique id of a user: by its name, or by the name that it had when it was last read. Raises Gone."""
    found = means.look(means.member, user_name, means.rules)
    if found is not None:
        return found.id
    standing = means.ledger.rotations(means.member.account.id)
    known = next((one.user_id for one in standing if one.user == user_name), "")
    if not known:
        raise Gone
    return known


def _renamed(means: Means, lease: Lease, user_id: str, found: User | None) -> User:
    """Look for a user under another name; one that no complete list knows is gone, and what it had is closed.

    Raises Gone.
    """
    name = names_by_id(means.member).get(user_id)
    user = means.look(means.member, name, means.rules) if name else None
    if user is not None and user.id == user_id:
        return user
    for rotation in means.ledger.of_user(means.member.account.id, user_id):
        _close(means, lease, rotation, Why.OTHER_USER if found else Why.USER_GONE)
    raise Gone(found.id if found else "")


def names_by_id(member: Member) -> dict[str, str]:
    """List all users of an account. Raises botocore's errors."""
    pages = member.iam.get_paginator("list_users").paginate()
    return {user["UserId"]: user["UserName"] for page in pages for user in page["Users"]}


def _leased(means: Means, user_id: str) -> Lease:
    lease = means.ledger.lease(means.member.account.id, user_id, means.holder, means.real(), SECONDS)
    if lease is None:
        raise Busy
    return lease


def _close_predecessors(means: Means, user: User) -> None:
    """Close what is on record of users that had the name before: their keys went with them."""
    standing = means.ledger.rotations(user.account)
    others = [one for one in standing if one.user == user.name and one.user_id != user.id]
    there = names_by_id(means.member) if others else {}
    for rotation in others:
        if rotation.user_id in there:
            continue  # it only has another name now
        lease = means.ledger.lease(rotation.account, rotation.user_id, means.holder, means.real(), SECONDS)
        if lease is None:
            continue
        try:
            _close(means, lease, rotation, Why.OTHER_USER)
        finally:
            means.ledger.release(lease)


def _close(means: Means, lease: Lease, rotation: Rotation, why: Why) -> None:
    now = means.member.now()
    closed = msgspec.structs.replace(rotation, state=State.ABANDONED, blocked="", updated_at=now)
    by = means.by or means.holder
    means.ledger.keep(
        lease,
        closed,
        Event(now, rotation.account, rotation.user_id, rotation.user, rotation.id, "closed", rotation.old, by, why),
    )
