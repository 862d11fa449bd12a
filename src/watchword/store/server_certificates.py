"""Server certificates of accounts, with their chains. A private key is kept sealed and is never told."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Row, delete, func, insert, select, update

from watchword.domain.arn import iam_arn
from watchword.store import schema
from watchword.store.tx import Tx

_certificate = schema.server_certificate


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """One certificate; instants in epoch seconds, `body` and `chain` in PEM. The key is sealed to the id."""

    id: str
    account: str
    name: str
    path: str
    body: str
    chain: str | None
    sealed_private_key: bytes = field(repr=False)
    uploaded_at: int
    expires_at: int

    @property
    def arn(self) -> str:
        return iam_arn(self.account, f"server-certificate{self.path}{self.name}")


def add(tx: Tx, certificate: ServerCertificate) -> None:
    """Keep a new certificate."""
    tx.connection.execute(
        insert(_certificate).values(
            id=certificate.id,
            account_id=certificate.account,
            name=certificate.name,
            name_key=certificate.name.lower(),
            path=certificate.path,
            body=certificate.body,
            chain=certificate.chain,
            sealed_private_key=certificate.sealed_private_key,
            uploaded_at=certificate.uploaded_at,
            expires_at=certificate.expires_at,
        )
    )


def named(tx: Tx, account: str, name: str) -> ServerCertificate | None:
    """Find a certificate by its name, in any letter case."""
    here = (_certificate.c.account_id == account) & (_certificate.c.name_key == name.lower())
    row = tx.connection.execute(select(_certificate).where(here)).one_or_none()
    return None if row is None else _certificate_of(row)


def count(tx: Tx, account: str) -> int:
    """Tell how many certificates an account has."""
    found = select(func.count()).select_from(_certificate).where(_certificate.c.account_id == account)
    return int(tx.connection.execute(found).scalar_one())


def page(tx: Tx, account: str, *, path_prefix: str, after: str, limit: int) -> list[ServerCertificate]:
    """List an account's certificates by name, from the first past `after` (a lower-case name)."""
    wanted = (
        select(_certificate)
        .where(_certificate.c.account_id == account, _certificate.c.name_key > after)
        .where(func.substr(_certificate.c.path, 1, len(path_prefix)) == path_prefix)
        .order_by(_certificate.c.name_key)
        .limit(limit)
    )
    return [_certificate_of(row) for row in tx.connection.execute(wanted)]


def rename(tx: Tx, certificate_id: str, *, name: str, path: str) -> None:
    """Give a certificate another name or path."""
    here = update(_certificate).where(_certificate.c.id == certificate_id)
    tx.connection.execute(here.values(name=name, name_key=name.lower(), path=path))


def remove(tx: Tx, certificate_id: str) -> None:
    """Forget a certificate, its private key and its tags."""
    tx.connection.execute(delete(schema.tag).where(schema.tag.c.target_id == certificate_id))
    tx.connection.execute(delete(_certificate).where(_certificate.c.id == certificate_id))


def _certificate_of(row: Row[tuple[object, ...]]) -> ServerCertificate:
    return ServerCertificate(
        id=row.id,
        account=row.account_id,
        name=row.name,
        path=row.path,
        body=row.body,
        chain=row.chain,
        sealed_private_key=row.sealed_private_key,
        uploaded_at=row.uploaded_at,
        expires_at=row.expires_at,
    )
