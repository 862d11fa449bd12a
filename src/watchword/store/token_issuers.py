"""Issuers of web identity tokens, one an account, and the keys they sign with."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from sqlalchemy import insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

_account, _issuer, _key = schema.account, schema.token_issuer, schema.token_key


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """One account's issuer. It keeps its id, and so its URL, when it is disabled and enabled again."""

    id: str
    account_id: str
    enabled: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class TokenKey:
    """One key pair. `id` is the `kid`; the private key is sealed to it with the account's vault."""

    id: str
    issuer_id: str
    algorithm: str
    public_jwk: str
    sealed_private_jwk: bytes = field(repr=False)
    created_at: int


def add(tx: Tx, issuer: TokenIssuer) -> None:
    """Keep a new issuer."""
    tx.connection.execute(insert(_issuer).values(**asdict(issuer)))


def of(tx: Tx, account: str) -> TokenIssuer | None:
    """Find an account's issuer."""
    row = tx.connection.execute(select(_issuer).where(_issuer.c.account_id == account)).one_or_none()
    return None if row is None else TokenIssuer(row.id, row.account_id, row.enabled, row.created_at)


def set_enabled(tx: Tx, issuer_id: str, *, enabled: bool) -> None:
    """Let an issuer issue, or not. What it published stays."""
    tx.connection.execute(update(_issuer).where(_issuer.c.id == issuer_id).values(enabled=enabled))


def add_key(tx: Tx, key: TokenKey) -> None:
    """Keep a new key pair."""
    tx.connection.execute(insert(_key).values(**asdict(key)))


def published(tx: Tx, issuer_id: str) -> list[TokenKey]:
    """List the key pairs by which others verify an issuer's tokens: those of a closed account verify none any more."""
    wanted = select(_account.c.closed_at).join(_issuer, _issuer.c.account_id == _account.c.id)
    row = tx.connection.execute(wanted.where(_issuer.c.id == issuer_id)).one_or_none()
    return keys(tx, issuer_id) if row is not None and row.closed_at is None else []


def keys(tx: Tx, issuer_id: str) -> list[TokenKey]:
    """List an issuer's key pairs, the newest first."""
    wanted = select(_key).where(_key.c.issuer_id == issuer_id).order_by(_key.c.created_at.desc(), _key.c.id)
    return [
        TokenKey(row.id, row.issuer_id, row.algorithm, row.public_jwk, row.sealed_private_jwk, row.created_at)
        for row in tx.connection.execute(wanted)
    ]
