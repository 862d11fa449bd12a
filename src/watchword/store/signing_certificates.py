"""X.509 certificates that users and root sign with. An account has each of them once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Row, delete, func, insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

_certificate = schema.signing_certificate


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """One certificate; `uploaded_at` in epoch seconds, `status` as an access key's, `body` PEM as it was uploaded.

    `owner_id` is the user's unique id, or the account id for root.
    """

    id: str
    account: str
    owner_id: str
    body: str
    status: str
    uploaded_at: int


def add(tx: Tx, certificate: SigningCertificate) -> None:
    """Keep a certificate that the account does not have yet."""
    tx.connection.execute(
        insert(_certificate).values(
            id=certificate.id,
            account_id=certificate.account,
            owner_id=certificate.owner_id,
            body=certificate.body,
            status=certificate.status,
            uploaded_at=certificate.uploaded_at,
        )
    )


def by_id(tx: Tx, account: str, certificate_id: str) -> SigningCertificate | None:
    """Find an account's certificate by its id; letter case counts."""
    found = select(_certificate).where(_certificate.c.account_id == account, _certificate.c.id == certificate_id)
    row = tx.connection.execute(found).one_or_none()
    return None if row is None else _certificate_of(row)


def count_of_user(tx: Tx, owner_id: str) -> int:
    """Tell how many certificates a user, or root, has, inactive ones included."""
    found = select(func.count()).select_from(_certificate).where(_certificate.c.owner_id == owner_id)
    return int(tx.connection.execute(found).scalar_one())


def of_user(tx: Tx, owner_id: str) -> list[SigningCertificate]:
    """Give all certificates of a user, or of root, the oldest first."""
    held = select(_certificate).where(_certificate.c.owner_id == owner_id)
    wanted = held.order_by(_certificate.c.uploaded_at, _certificate.c.id)
    return [_certificate_of(row) for row in tx.connection.execute(wanted)]


def page(tx: Tx, owner_id: str, *, after: str, limit: int) -> list[SigningCertificate]:
    """List an owner's certificates by id, from the first past `after`."""
    held = select(_certificate).where(_certificate.c.owner_id == owner_id, _certificate.c.id > after)
    return [_certificate_of(row) for row in tx.connection.execute(held.order_by(_certificate.c.id).limit(limit))]


def set_status(tx: Tx, certificate: SigningCertificate, status: str) -> None:
    """Make a certificate active or inactive."""
    here = (_certificate.c.account_id == certificate.account) & (_certificate.c.id == certificate.id)
    tx.connection.execute(update(_certificate).where(here).values(status=status))


def remove(tx: Tx, certificate: SigningCertificate) -> None:
    """Forget a certificate."""
    here = (_certificate.c.account_id == certificate.account) & (_certificate.c.id == certificate.id)
    tx.connection.execute(delete(_certificate).where(here))


def _certificate_of(row: Row[tuple[object, ...]]) -> SigningCertificate:
    return SigningCertificate(
        id=row.id,
        account=row.account_id,
        owner_id=row.owner_id,
        body=row.body,
        status=row.status,
        uploaded_at=row.uploaded_at,
    )
