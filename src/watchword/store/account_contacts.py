"""What accounts are called and whom they belong to: an account's own, in an organization or out of any."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_contact = schema.account_contact


@dataclass(frozen=True, slots=True)
class Contact:
    """The name and e-mail address of one account."""

    account_id: str
    name: str
    email: str


_COLUMNS = (_contact.c.account_id, _contact.c.name, _contact.c.email)


def put(tx: Tx, contact: Contact) -> None:
    """Note what an account is called, in place of what it was."""
    tx.connection.execute(delete(_contact).where(_contact.c.account_id == contact.account_id))
    tx.connection.execute(insert(_contact).values(**asdict(contact), email_key=contact.email.lower()))


def of(tx: Tx, account: str) -> Contact | None:
    """Find an account's contact; the first account has none until it makes an organization."""
    row = tx.connection.execute(select(*_COLUMNS).where(_contact.c.account_id == account)).one_or_none()
    return None if row is None else Contact(*row)


def by_email(tx: Tx, email: str) -> Contact | None:
    """Find the account that has an e-mail address, in any letter case."""
    row = tx.connection.execute(select(*_COLUMNS).where(_contact.c.email_key == email.lower())).one_or_none()
    return None if row is None else Contact(*row)
