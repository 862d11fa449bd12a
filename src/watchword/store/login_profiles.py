"""Login profiles: the hash of a user's password, and the hashes of those that it had before.

Nothing here is a password, and nothing here checks one. Root has no password; that it may set one is kept as a
setting of its account.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from sqlalchemy import Row, delete, func, insert, select, update

from watchword.store import account_settings, schema
from watchword.store.tx import Tx

_profile = schema.login_profile
_former = schema.former_password

MOST_REMEMBERED = 24
"""The present password and those before it, as many as a password policy may ask for.

Source: IAM API, UpdateAccountPasswordPolicy, PasswordReusePrevention.
"""
_OF_ROOT = "root-login-profile"


@dataclass(frozen=True, slots=True)
class LoginProfile:
    """A user's password; instants in epoch seconds, `last_used_at` None for never."""

    user_id: str
    password_hash: str = field(repr=False)
    reset_required: bool
    created_at: int
    changed_at: int
    last_used_at: int | None = None


def add(tx: Tx, profile: LoginProfile) -> None:
    """Keep a new login profile."""
    tx.connection.execute(insert(_profile).values(**asdict(profile)))


def of(tx: Tx, user_id: str) -> LoginProfile | None:
    """Find a user's login profile."""
    row = tx.connection.execute(select(_profile).where(_profile.c.user_id == user_id)).one_or_none()
    return None if row is None else _profile_of(row)


def count_of_user(tx: Tx, user_id: str) -> int:
    """Tell whether a user has a password: 1 or 0."""
    found = select(func.count()).select_from(_profile).where(_profile.c.user_id == user_id)
    return int(tx.connection.execute(found).scalar_one())


def remembered(tx: Tx, user_id: str, most: int) -> list[str]:
    """Give the hashes of a user's newest passwords, the present one first, `most` at most."""
    profile = of(tx, user_id)
    if profile is None or most < 1:
        return []
    former = select(_former.c.password_hash).where(_former.c.user_id == user_id).order_by(_former.c.number.desc())
    return [profile.password_hash, *tx.connection.execute(former.limit(most - 1)).scalars()]


def change_password(tx: Tx, profile: LoginProfile, password_hash: str, *, at: int) -> None:
    """Put a new password in the place of the present one, which is remembered."""
    newest = tx.connection.execute(
        select(func.coalesce(func.max(_former.c.number), 0)).where(_former.c.user_id == profile.user_id)
    ).scalar_one()
    tx.connection.execute(
        insert(_former).values(user_id=profile.user_id, number=newest + 1, password_hash=profile.password_hash)
    )
    # The present password is one of those remembered, and the newest former one has the number just given.
    oldest_kept = newest + 1 - (MOST_REMEMBERED - 2)
    tx.connection.execute(delete(_former).where(_former.c.user_id == profile.user_id, _former.c.number < oldest_kept))
    _set(tx, profile.user_id, password_hash=password_hash, changed_at=at)


def require_reset(tx: Tx, user_id: str, *, required: bool) -> None:
    """Say whether a user must set a new password when it next signs in."""
    _set(tx, user_id, reset_required=required)


def note_use(tx: Tx, user_id: str, *, at: int) -> None:
    """Note that a user signed in with its password."""
    _set(tx, user_id, last_used_at=at)


def remove(tx: Tx, user_id: str) -> None:
    """Forget a user's password and all that it had before."""
    tx.connection.execute(delete(_former).where(_former.c.user_id == user_id))
    tx.connection.execute(delete(_profile).where(_profile.c.user_id == user_id))


def of_root(tx: Tx, account: str) -> int | None:
    """Tell since when root may set a password, in epoch seconds; None if it may not."""
    at: int | None = account_settings.get(tx, account, _OF_ROOT)
    return at


def add_for_root(tx: Tx, account: str, *, at: int) -> None:
    """Let root set a password."""
    account_settings.put(tx, account, _OF_ROOT, at)


def remove_of_root(tx: Tx, account: str) -> None:
    """Let root have no password."""
    account_settings.remove(tx, account, _OF_ROOT)


def _set(tx: Tx, user_id: str, **values: str | int | bool) -> None:
    tx.connection.execute(update(_profile).where(_profile.c.user_id == user_id).values(**values))


def _profile_of(row: Row[tuple[object, ...]]) -> LoginProfile:
    return LoginProfile(
        user_id=row.user_id,
        password_hash=row.password_hash,
        reset_required=row.reset_required,
        created_at=row.created_at,
        changed_at=row.changed_at,
        last_used_at=row.last_used_at,
    )
