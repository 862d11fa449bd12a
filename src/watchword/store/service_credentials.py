"""Passwords and API keys that open one service for one user. Only a digest of each secret is kept, and that sealed."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Row, delete, func, insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

_credential = schema.service_credential

EXPIRED = "Expired"


@dataclass(frozen=True, slots=True)
class ServiceCredential:
    """One credential; instants in epoch seconds, `expires_at` None for never, `status` as an access key's.

    `service_user_name` is the name it is used under, or the alias of an API key: one of a kind in its service, and
    not changed when the user is renamed. The digest is sealed to the credential's id.
    """

    id: str
    account: str
    user_id: str
    service_name: str
    service_user_name: str
    sealed_digest: bytes = field(repr=False)
    status: str
    created_at: int
    expires_at: int | None

    def status_at(self, now: float) -> str:
        """Tell the status at a time: EXPIRED from `expires_at` on, whatever was set."""
        return EXPIRED if self.expires_at is not None and now >= self.expires_at else self.status


def add(tx: Tx, credential: ServiceCredential) -> None:
    """Keep a new credential."""
    tx.connection.execute(
        insert(_credential).values(
            id=credential.id,
            account_id=credential.account,
            user_id=credential.user_id,
            service_name=credential.service_name,
            service_user_name=credential.service_user_name,
            sealed_digest=credential.sealed_digest,
            status=credential.status,
            created_at=credential.created_at,
            expires_at=credential.expires_at,
        )
    )


def by_id(tx: Tx, account: str, credential_id: str) -> ServiceCredential | None:
    """Find an account's credential by its id; letter case counts."""
    found = select(_credential).where(_credential.c.id == credential_id, _credential.c.account_id == account)
    row = tx.connection.execute(found).one_or_none()
    return None if row is None else _credential_of(row)


def is_taken(tx: Tx, service_name: str, service_user_name: str) -> bool:
    """Tell whether a service has a credential under this name."""
    named = (_credential.c.service_name == service_name) & (_credential.c.service_user_name == service_user_name)
    return tx.connection.execute(select(_credential.c.id).where(named)).one_or_none() is not None


def count(tx: Tx, user_id: str, service_name: str) -> int:
    """Tell how many credentials a user has for a service, inactive and expired ones included."""
    held = (_credential.c.user_id == user_id) & (_credential.c.service_name == service_name)
    return int(tx.connection.execute(select(func.count()).select_from(_credential).where(held)).scalar_one())


def count_of_user(tx: Tx, user_id: str) -> int:
    """Tell how many credentials a user has, for whatever service."""
    held = select(func.count()).select_from(_credential).where(_credential.c.user_id == user_id)
    return int(tx.connection.execute(held).scalar_one())


def page(
    tx: Tx, account: str, *, user_id: str | None, service_name: str | None, after: str, limit: int
) -> list[tuple[ServiceCredential, str]]:
    """List an account's credentials by id, from the first past `after`, each with its user's name of today.

    With `user_id`, only that user's; with `service_name`, only those for that service.
    """
    wanted = (
        select(_credential, schema.user.c.name.label("user_name"))
        .join(schema.user, schema.user.c.id == _credential.c.user_id)
        .where(_credential.c.id > after)
        .order_by(_credential.c.id)
        .limit(limit)
    )
    # One or the other: asked for both, SQLite goes through the whole account's.
    wanted = wanted.where(_credential.c.account_id == account if user_id is None else _credential.c.user_id == user_id)
    if service_name is not None:
        wanted = wanted.where(_credential.c.service_name == service_name)
    return [(_credential_of(row), row.user_name) for row in tx.connection.execute(wanted)]


def set_status(tx: Tx, credential_id: str, status: str) -> None:
    """Make a credential active or inactive."""
    tx.connection.execute(update(_credential).where(_credential.c.id == credential_id).values(status=status))


def set_digest(tx: Tx, credential_id: str, sealed_digest: bytes) -> None:
    """Put another secret's digest in place of the one that was."""
    here = _credential.c.id == credential_id
    tx.connection.execute(update(_credential).where(here).values(sealed_digest=sealed_digest))


def remove(tx: Tx, credential_id: str) -> None:
    """Forget a credential."""
    tx.connection.execute(delete(_credential).where(_credential.c.id == credential_id))


def _credential_of(row: Row[tuple[object, ...]]) -> ServiceCredential:
    return ServiceCredential(
        id=row.id,
        account=row.account_id,
        user_id=row.user_id,
        service_name=row.service_name,
        service_user_name=row.service_user_name,
        sealed_digest=row.sealed_digest,
        status=row.status,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
