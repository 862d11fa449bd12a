"""What users and root prove themselves with, a slice of an account at a time: five queries, however many users.

Nothing is kept here: each row is as things stand when it is read. No secret, seed or hash is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select

from watchword.domain.arn import iam_arn
from watchword.store import accounts, installation, login_profiles, schema
from watchword.store.access_keys import ACTIVE
from watchword.store.last_used import LastUsed
from watchword.store.tx import Tx
from watchword.store.users import user_of

SLICE = 5_000
"""Users read at once: what bounds the memory."""

_user = schema.user.c
Owners = Select[str] | list[str]
"""Unique ids of users; the account's number for root."""


@dataclass(frozen=True, slots=True)
class Key:
    """One access key; instants in epoch seconds."""

    id: str
    active: bool
    created_at: int
    used: LastUsed | None
    tracked: bool
    """Whether all its uses are known: a key older than this installation may have been used elsewhere before.

    So without a use it was never used if it is tracked, and nobody knows if it is not.
    """


@dataclass(frozen=True, slots=True)
class Certificate:
    """One signing certificate; `uploaded_at` in epoch seconds."""

    active: bool
    uploaded_at: int
    id: str


@dataclass(frozen=True, slots=True)
class Password:
    """That somebody has a password; instants in epoch seconds, `used_at` None for never."""

    changed_at: int
    used_at: int | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """One user, or root, with all it proves itself with; `created_at` in epoch seconds."""

    name: str | None
    """None for root."""
    arn: str
    created_at: int
    password: Password | None
    mfa: bool
    keys: tuple[Key, ...]
    """By id, as ListAccessKeys lists them."""
    certificates: tuple[Certificate, ...]
    """The inactive ones first, and the older before the newer."""


def live(tx: Tx, account: str) -> Iterator[Credentials]:
    """Give root, and then all users by name, as they are now; never from a report that was made before."""
    yield root(tx, account)
    after = ""
    while found := page(tx, account, after=after, limit=SLICE):
        yield from found
        after = (found[-1].name or "").lower()


def root(tx: Tx, account: str) -> Credentials:
    """Give what root proves itself with. It has a password from when it may set one."""
    kept, owners = accounts.by_id(tx, account), [account]
    since = login_profiles.of_root(tx, account)
    return Credentials(
        name=None,
        arn=iam_arn(account, "root"),
        created_at=kept.created_at if kept else 0,
        password=None if since is None else Password(since, None),
        mfa=bool(_with_mfa(tx, owners)),
        keys=_keys(tx, owners).get(account, ()),
        certificates=_certificates(tx, owners).get(account, ()),
    )


def page(tx: Tx, account: str, *, after: str, limit: int) -> list[Credentials]:
    """Give users by name, from the first past `after` (a lower-case name)."""
    here = (_user.account_id == account) & (_user.name_key > after)
    users = tx.connection.execute(select(schema.user).where(here).order_by(_user.name_key).limit(limit)).all()
    if not users:
        return []
    owners = select(_user.id).where(here, _user.name_key <= users[-1].name_key)
    passwords, enabled = _passwords(tx, owners), _with_mfa(tx, owners)
    keys, certificates = _keys(tx, owners), _certificates(tx, owners)
    return [
        Credentials(
            name=user.name,
            arn=user.arn,
            created_at=user.created_at,
            password=passwords.get(user.id),
            mfa=user.id in enabled,
            keys=keys.get(user.id, ()),
            certificates=certificates.get(user.id, ()),
        )
        for user in map(user_of, users)
    ]


def _passwords(tx: Tx, owners: Owners) -> Mapping[str, Password]:
    kept = schema.login_profile.c
    found = select(kept.user_id, kept.changed_at, kept.last_used_at).where(kept.user_id.in_(owners))
    return {owner: Password(changed_at, used_at) for owner, changed_at, used_at in tx.connection.execute(found)}


def _with_mfa(tx: Tx, owners: Owners) -> frozenset[str]:
    kept = schema.mfa_device.c
    return frozenset(tx.connection.execute(select(kept.owner_id).where(kept.owner_id.in_(owners))).scalars())


def _keys(tx: Tx, owners: Owners) -> Mapping[str, tuple[Key, ...]]:
    kept, used = schema.access_key.c, schema.last_used.c
    wanted = (
        select(kept.owner_id, kept.id, kept.status, kept.created_at, used.at, used.service, used.region)
        .join(schema.last_used, used.subject == kept.id, isouter=True)
        .where(kept.owner_id.in_(owners))
    )
    since = installation.the(tx).created_at
    found: dict[str, list[Key]] = {}
    for owner, key_id, status, made, at, service, region in tx.connection.execute(wanted):
        last = None if at is None else LastUsed(at, service, region)
        found.setdefault(owner, []).append(Key(key_id, status == ACTIVE, made, last, made >= since))
    return {owner: tuple(sorted(keys, key=lambda key: key.id)) for owner, keys in found.items()}


def _certificates(tx: Tx, owners: Owners) -> Mapping[str, tuple[Certificate, ...]]:
    kept = schema.signing_certificate.c
    wanted = select(kept.owner_id, kept.status, kept.uploaded_at, kept.id).where(kept.owner_id.in_(owners))
    found: dict[str, list[Certificate]] = {}
    for owner, status, uploaded_at, certificate_id in tx.connection.execute(wanted):
        found.setdefault(owner, []).append(Certificate(status == ACTIVE, uploaded_at, certificate_id))
    return {
        owner: tuple(sorted(held, key=lambda one: (one.active, one.uploaded_at, one.id)))
        for owner, held in found.items()
    }
