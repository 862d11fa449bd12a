"""Whom a kept policy names: users and roles by their unique ids, so that another of the same name is not meant.

Source: IAM User Guide, "AWS JSON policy elements: Principal".
"""

from __future__ import annotations

from watchword.domain.arn import Arn
from watchword.domain.ids import Prefix
from watchword.policy import unpin_principals
from watchword.store import roles, users
from watchword.store.roles import Role
from watchword.store.tx import Tx
from watchword.store.users import User


def id_of(tx: Tx, arn: str) -> str | None:
    """Find the unique id of the user or role with exactly this ARN: letter case and path count."""
    try:
        parsed = Arn.parse(arn)
    except ValueError:
        return None
    kind, _, name = parsed.resource.partition("/")
    name = name.rpartition("/")[2]
    found: User | Role | None = None
    if kind == "user":
        found = users.named(tx, parsed.account, name)
    elif kind == "role":
        found = roles.named(tx, parsed.account, name)
    return found.id if found is not None and found.arn == arn else None


def arn_of(tx: Tx, unique_id: str) -> str | None:
    """Give the ARN of a user or role; None for who is gone."""
    found = users.by_id(tx, unique_id) if unique_id.startswith(Prefix.USER) else roles.by_id(tx, unique_id)
    return None if found is None else found.arn


def gone(tx: Tx, document: str) -> str | None:
    """Find an id that a policy showed for somebody who is gone, when it is sent back; None for none."""
    found: list[str] = []

    def look(unique_id: str) -> str | None:
        if arn_of(tx, unique_id) is None:
            found.append(unique_id)
        return None

    unpin_principals(document, look)
    return found[0] if found else None
