"""Finding the rotation that a person means by a user's name."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from watchword.cli.exits import Exit, Stop
from watchword.cli.rotation.words import meant

if TYPE_CHECKING:
    from watchword.cli.rotation.desk import Desk
    from watchword.rotation.records import Rotation, State

WHOSE = "The user's account, by number or name, where several have one of this name."
SEE = "`watchword rotation status` lists what is under way"


def rotation_of(desk: Desk, user: str, account: str | None, states: Collection[State]) -> Rotation:
    """Find the one rotation of a user that is in one of these states. `user` may be a rotation's own id.

    Raises Stop.
    """
    known = desk.ledger.every(desk.account_id(account) if account else "")
    its = [one for one in known if user in {one.user, one.user_id, one.id}]
    found = [one for one in its if one.state in states]
    if not found:
        raise Stop(_nothing(user, its, known, states))
    accounts = sorted({one.account for one in found})
    if len(accounts) > 1:
        raise Stop(f"`{user}` is in accounts {', '.join(accounts)}; say which with `--account`", Exit.USAGE)
    if len(found) > 1:
        ids = ", ".join(f"{one.id} ({one.kind} of {one.old})" for one in found)
        raise Stop(f"`{user}` has several: name one by its id: {ids}", Exit.USAGE)
    return found[0]


def _nothing(user: str, its: Collection[Rotation], known: Collection[Rotation], states: Collection[State]) -> str:
    """Say what there is in the place of what was meant."""
    if its:
        last = max(its, key=lambda one: one.updated_at or one.opened_at)
        return f"nothing of the kind is under way for `{user}`: the last, of {last.old}, is {last.state}; {SEE}"
    names = [one.user for one in known if one.state in states]
    return f"nothing of the kind is under way for `{user}`{meant(user, names) or f'; {SEE}'}"
