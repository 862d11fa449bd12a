"""SAML providers: the identity providers that an account has registered, each with its metadata document."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Row, delete, func, insert, select, update

from watchword.domain.arn import iam_arn
from watchword.store import schema
from watchword.store.tx import Tx

_provider = schema.saml_provider


@dataclass(frozen=True, slots=True)
class SamlProvider:
    """One SAML provider; instants in epoch seconds.

    Trust policies name it by its ARN: one that is made anew under the same name is trusted again, as in AWS.
    """

    id: str
    """What AWS calls its UUID: `SAMLSP…`. Its tags hang on it."""
    account: str
    name: str
    metadata: str = field(repr=False)
    valid_until: int
    created_at: int

    @property
    def arn(self) -> str:
        return provider_arn(self.account, self.name)


@dataclass(frozen=True, slots=True)
class Listed:
    """A SAML provider as listings have it: without its metadata, which may be large."""

    arn: str
    valid_until: int
    created_at: int


def provider_arn(account: str, name: str) -> str:
    """Write the ARN of a SAML provider."""
    return iam_arn(account, f"saml-provider/{name}")


def add(tx: Tx, provider: SamlProvider) -> None:
    """Keep a new provider."""
    tx.connection.execute(
        insert(_provider).values(
            arn=provider.arn,
            account_id=provider.account,
            name=provider.name,
            unique_id=provider.id,
            metadata=provider.metadata,
            valid_until=provider.valid_until,
            created_at=provider.created_at,
        )
    )
    tx.touch(provider.arn)


def by_arn(tx: Tx, arn: str) -> SamlProvider | None:
    """Find a provider by its ARN; letter case counts."""
    row = tx.connection.execute(select(_provider).where(_provider.c.arn == arn)).one_or_none()
    return None if row is None else _provider_of(row)


def count(tx: Tx, account: str) -> int:
    """Tell how many SAML providers an account has."""
    found = select(func.count()).select_from(_provider).where(_provider.c.account_id == account)
    return int(tx.connection.execute(found).scalar_one())


def of_account(tx: Tx, account: str) -> list[Listed]:
    """List an account's providers by name. There are few: AWS's listing has no pages."""
    columns = _provider.c.arn, _provider.c.valid_until, _provider.c.created_at
    wanted = select(*columns).where(_provider.c.account_id == account).order_by(_provider.c.name)
    return [Listed(row.arn, row.valid_until, row.created_at) for row in tx.connection.execute(wanted)]


def set_metadata(tx: Tx, arn: str, metadata: str, *, valid_until: int) -> None:
    """Replace a provider's metadata, and with it the keys that it signs with."""
    tx.connection.execute(
        update(_provider).where(_provider.c.arn == arn).values(metadata=metadata, valid_until=valid_until)
    )
    tx.touch(arn)


def remove(tx: Tx, provider: SamlProvider) -> None:
    """Forget a provider and its tags."""
    tx.connection.execute(delete(schema.tag).where(schema.tag.c.target_id == provider.id))
    tx.connection.execute(delete(_provider).where(_provider.c.arn == provider.arn))
    tx.touch(provider.arn, provider.id)


def _provider_of(row: Row[tuple[object, ...]]) -> SamlProvider:
    return SamlProvider(
        id=row.unique_id,
        account=row.account_id,
        name=row.name,
        metadata=row.metadata,
        valid_until=row.valid_until,
        created_at=row.created_at,
    )
