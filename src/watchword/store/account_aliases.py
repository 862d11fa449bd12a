"""Account aliases: one for an account at most, and each in one account only."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_alias = schema.account_alias
_contact = schema.account_contact


def of(tx: Tx, account: str) -> str | None:
    """Give an account's alias."""
    return tx.connection.execute(select(_alias.c.alias).where(_alias.c.account_id == account)).scalar_one_or_none()


def holder(tx: Tx, alias: str) -> str | None:
    """Tell which account has an alias."""
    return tx.connection.execute(select(_alias.c.account_id).where(_alias.c.alias == alias)).scalar_one_or_none()


def put(tx: Tx, account: str, alias: str) -> None:
    """Give an account an alias that no account has, in place of the one it had."""
    remove(tx, account)
    tx.connection.execute(insert(_alias).values(account_id=account, alias=alias))


def remove(tx: Tx, account: str) -> None:
    """Take an account's alias away."""
    tx.connection.execute(delete(_alias).where(_alias.c.account_id == account))


def names(tx: Tx, account: str) -> set[str]:
    """Give all that an account is called: its alias, and the name and e-mail address it has for its organization."""
    found = {of(tx, account)}
    called = select(_contact.c.name, _contact.c.email).where(_contact.c.account_id == account)
    for row in tx.connection.execute(called):
        found.update(row)
    return {name for name in found if name}
