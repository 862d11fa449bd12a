"""Virtual MFA devices: whose they are, their sealed seeds, which codes are spent and how many wrong ones were given."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Row, delete, func, insert, select, update

from watchword.store import schema, tallies
from watchword.store.tx import Tx
from watchword.store.users import User, user_of

_device = schema.mfa_device


@dataclass(frozen=True, slots=True)
class MfaDevice:
    """One device; instants in epoch seconds, steps of 30 seconds. The seed is sealed to the serial number."""

    serial_number: str
    """`arn:aws:iam::…:mfa/path/name`."""
    account: str
    sealed_seed: bytes = field(repr=False)
    created_at: int
    owner_id: str | None = None
    """The user's unique id, or the account id for root; none while nobody has enabled it."""
    enabled_at: int | None = None
    last_step: int = 0
    """The time step of the newest code that was taken: it and all before are spent."""
    drift_steps: int = 0
    """How far the device's clock was off when it was last brought into step."""
    wrong_codes: int = 0
    """Wrong codes given in a row, the newest at `wrong_at`."""
    wrong_at: int = 0


def add(tx: Tx, device: MfaDevice) -> None:
    """Keep a new device."""
    tx.connection.execute(
        insert(_device).values(
            serial_number=device.serial_number,
            account_id=device.account,
            name_key=key_of(device.serial_number),
            sealed_seed=device.sealed_seed,
            owner_id=device.owner_id,
            enabled_at=device.enabled_at,
            created_at=device.created_at,
            last_step=device.last_step,
            drift_steps=device.drift_steps,
            wrong_codes=device.wrong_codes,
            wrong_at=device.wrong_at,
        )
    )
    tallies.note(tx, device.account, _device, 1)


def key_of(serial_number: str) -> str:
    """Tell by what a device is unique in its account and listed: its path and name, in lower case."""
    return serial_number.partition(":mfa")[2].lower()


def by_serial(tx: Tx, serial_number: str) -> MfaDevice | None:
    """Find a device by its serial number; letter case counts."""
    row = tx.connection.execute(select(_device).where(_device.c.serial_number == serial_number)).one_or_none()
    return None if row is None else _device_of(row)


def is_taken(tx: Tx, account: str, serial_number: str) -> bool:
    """Whether an account has a device of this path and name, in any letter case."""
    kept = _device.c
    found = select(kept.serial_number).where(kept.account_id == account, kept.name_key == key_of(serial_number))
    return tx.connection.execute(found).first() is not None


def of_owner(tx: Tx, owner_id: str, *, after: str = "") -> list[MfaDevice]:
    """List the devices of a user, or of root (the account id), by `key_of`, from the first past `after`."""
    kept = _device.c
    wanted = select(_device).where(kept.owner_id == owner_id, kept.name_key > after).order_by(kept.name_key)
    return [_device_of(row) for row in tx.connection.execute(wanted)]


def count_of_owner(tx: Tx, owner_id: str) -> int:
    """Tell how many devices a user, or root (the account id), has."""
    found = select(func.count()).select_from(_device).where(_device.c.owner_id == owner_id)
    return int(tx.connection.execute(found).scalar_one())


def count(tx: Tx, account: str) -> int:
    """Tell how many devices an account has, enabled or not."""
    return tallies.of(tx, account, _device)


def page(tx: Tx, account: str, *, enabled: bool | None, after: str, limit: int) -> list[MfaDevice]:
    """List an account's devices by `key_of`, from the first past `after`: all, or only (not) enabled ones."""
    kept = _device.c
    wanted = select(_device).where(kept.account_id == account, kept.name_key > after)
    if enabled is not None:
        wanted = wanted.where(kept.owner_id.is_not(None) if enabled else kept.owner_id.is_(None))
    return [_device_of(row) for row in tx.connection.execute(wanted.order_by(kept.name_key).limit(limit))]


def owners(tx: Tx, devices: Collection[MfaDevice]) -> dict[str, User]:
    """Give the users among the owners of some devices, by their id."""
    ids = {device.owner_id for device in devices if device.owner_id is not None}
    found = tx.connection.execute(select(schema.user).where(schema.user.c.id.in_(ids)))
    return {row.id: user_of(row) for row in found}


def enable(tx: Tx, serial_number: str, *, owner_id: str, at: int) -> None:
    """Give a device to a user, or to root (the account id)."""
    _set(tx, serial_number, owner_id=owner_id, enabled_at=at)


def disable(tx: Tx, serial_number: str) -> None:
    """Take a device from its owner. What was spent stays spent."""
    _set(tx, serial_number, owner_id=None, enabled_at=None)


def spend(tx: Tx, serial_number: str, *, step: int, drift: int) -> None:
    """Note the time step of a code that was taken: it and all before are good no more."""
    _set(tx, serial_number, last_step=step, drift_steps=drift, wrong_codes=0)


def note_wrong(tx: Tx, serial_number: str, *, codes: int, at: int) -> None:
    """Note how many wrong codes were given in a row by now."""
    _set(tx, serial_number, wrong_codes=codes, wrong_at=at)


def remove(tx: Tx, serial_number: str) -> None:
    """Forget a device that nobody has enabled, with its tags."""
    tx.connection.execute(delete(schema.tag).where(schema.tag.c.target_id == serial_number))
    here = _device.c.serial_number == serial_number
    gone = tx.connection.execute(delete(_device).where(here).returning(_device.c.account_id))
    for account in gone.scalars().all():
        tallies.note(tx, account, _device, -1)


def _set(tx: Tx, serial_number: str, **values: str | int | None) -> None:
    tx.connection.execute(update(_device).where(_device.c.serial_number == serial_number).values(**values))


def _device_of(row: Row[tuple[object, ...]]) -> MfaDevice:
    return MfaDevice(
        serial_number=row.serial_number,
        account=row.account_id,
        sealed_seed=row.sealed_seed,
        created_at=row.created_at,
        owner_id=row.owner_id,
        enabled_at=row.enabled_at,
        last_step=row.last_step,
        drift_steps=row.drift_steps,
        wrong_codes=row.wrong_codes,
        wrong_at=row.wrong_at,
    )
