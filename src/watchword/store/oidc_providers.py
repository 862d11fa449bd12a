"""OpenID providers that accounts have registered. One is known by its ARN, which its address makes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import msgspec
from sqlalchemy import Row, delete, func, insert, select, update

from watchword.domain.arn import iam_arn
from watchword.store import schema
from watchword.store.tx import Tx

_provider = schema.oidc_provider
_texts = msgspec.json.Decoder(tuple[str, ...])


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """One provider; `url` is without its scheme, `created_at` in epoch seconds.

    Client ids and thumbprints stand in the order in which they were given.
    """

    account: str
    url: str
    client_ids: tuple[str, ...]
    thumbprints: tuple[str, ...]
    created_at: int

    @property
    def arn(self) -> str:
        return arn_of(self.account, self.url)


def arn_of(account: str, url: str) -> str:
    """Write the ARN of the provider at an address, given without its scheme."""
    return iam_arn(account, f"oidc-provider/{url}")


def add(tx: Tx, provider: OidcProvider) -> None:
    """Keep a new provider."""
    tx.connection.execute(
        insert(_provider).values(
            arn=provider.arn,
            account_id=provider.account,
            url=provider.url,
            client_ids=_json(provider.client_ids),
            thumbprints=_json(provider.thumbprints),
            created_at=provider.created_at,
        )
    )
    tx.touch(provider.arn)


def by_arn(tx: Tx, arn: str) -> OidcProvider | None:
    """Find a provider by its ARN; letter case counts."""
    row = tx.connection.execute(select(_provider).where(_provider.c.arn == arn)).one_or_none()
    return None if row is None else _provider_of(row)


def count(tx: Tx, account: str) -> int:
    """Tell how many providers an account has."""
    found = select(func.count()).select_from(_provider).where(_provider.c.account_id == account)
    return int(tx.connection.execute(found).scalar_one())


def of_account(tx: Tx, account: str) -> list[OidcProvider]:
    """List an account's providers by address; there are few."""
    wanted = select(_provider).where(_provider.c.account_id == account).order_by(_provider.c.url)
    return [_provider_of(row) for row in tx.connection.execute(wanted)]


def set_client_ids(tx: Tx, arn: str, client_ids: Collection[str]) -> None:
    """Say anew for whom a provider's tokens may be."""
    _set(tx, arn, client_ids=_json(client_ids))


def set_thumbprints(tx: Tx, arn: str, thumbprints: Collection[str]) -> None:
    """Say anew which certificates a provider may be known by."""
    _set(tx, arn, thumbprints=_json(thumbprints))


def remove(tx: Tx, arn: str) -> None:
    """Forget a provider and its tags."""
    tx.connection.execute(delete(schema.tag).where(schema.tag.c.target_id == arn))
    tx.connection.execute(delete(_provider).where(_provider.c.arn == arn))
    tx.touch(arn)


def _set(tx: Tx, arn: str, **values: str) -> None:
    tx.connection.execute(update(_provider).where(_provider.c.arn == arn).values(**values))
    tx.touch(arn)


def _json(texts: Collection[str]) -> str:
    return msgspec.json.encode(tuple(texts)).decode()


def _provider_of(row: Row[tuple[object, ...]]) -> OidcProvider:
    return OidcProvider(
        account=row.account_id,
        url=row.url,
        client_ids=_texts.decode(row.client_ids),
        thumbprints=_texts.decode(row.thumbprints),
        created_at=row.created_at,
    )
