"""The three requests that change a user's keys, and what came of each, as the turn remembers it."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from botocore.exceptions import ClientError

from watchword.domain.secret import Secret
from watchword.rotation.acting import faults
from watchword.rotation.acting.turn import Turn, fresh

GONE = "NoSuchEntity"


def create(turn: Turn) -> tuple[str, Secret, float]:
    """Ask for one more key, once: its id, its secret, and when it was made.

    Its intent must be on record. Raises Fenced, and botocore's errors; the key may have been made all the same.
    """
    turn.means.at("ask create")
    turn.stay()  # as before every other change
    made = turn.means.member.iam.create_access_key(UserName=turn.user.name)["AccessKey"]
    key, secret, created = made["AccessKeyId"], Secret(made["SecretAccessKey"]), made["CreateDate"].timestamp()
    turn.made.add(key)
    turn.remember(key, fresh(key, created))
    turn.means.at("asked create")
    return key, secret, created


def set_active(turn: Turn, key_id: str, *, active: bool) -> bool:
    """Make a key active or inactive; False when it is gone. Raises botocore's errors."""
    iam, name = turn.means.member.iam, turn.user.name
    status: Literal["Active", "Inactive"] = "Active" if active else "Inactive"
    what = "activate" if active else "deactivate"
    try:
        # asked for twice, it is as it was asked for
        turn.change(
            what,
            lambda: iam.update_access_key(UserName=name, AccessKeyId=key_id, Status=status),
            again=True,
            key=key_id,
        )
    except ClientError as error:
        if faults.code(error) != GONE:
            raise
        turn.remember(key_id, None)
        return False
    there = turn.user.key(key_id) or fresh(key_id, turn.now())
    turn.remember(key_id, replace(there, active=active))
    return True


def delete(turn: Turn, key_id: str) -> None:
    """Delete a key that is inactive; one that is gone already is well gone. Raises botocore's errors."""
    there = turn.user.key(key_id)
    if there is not None and there.active:
        msg = f"{key_id} is active: it is not deleted"
        raise AssertionError(msg)
    iam, name = turn.means.member.iam, turn.user.name
    try:
        turn.change("delete", lambda: iam.delete_access_key(UserName=name, AccessKeyId=key_id), key=key_id)
    except ClientError as error:
        if faults.code(error) != GONE:
            raise
    turn.remember(key_id, None)
