"""Settings of an account, each a JSON value under a name. What a value means is the business of whoever names it."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import delete, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_setting = schema.account_setting


def get(tx: Tx, account: str, name: str) -> Any:
    """Give a setting's value; None where it was never put."""
    found = select(_setting.c.value).where(_setting.c.account_id == account, _setting.c.name == name)
    value = tx.connection.execute(found).scalar_one_or_none()
    return None if value is None else msgspec.json.decode(value)


def put(tx: Tx, account: str, name: str, value: Any) -> None:
    """Keep a setting, in place of what it was. `value` is whatever JSON can hold."""
    remove(tx, account, name)
    tx.connection.execute(
        insert(_setting).values(account_id=account, name=name, value=msgspec.json.encode(value).decode())
    )


def remove(tx: Tx, account: str, name: str) -> bool:
    """Forget a setting; tells whether there was one."""
    gone = tx.connection.execute(delete(_setting).where(_setting.c.account_id == account, _setting.c.name == name))
    return gone.rowcount > 0
