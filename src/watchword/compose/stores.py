"""Opening a store together with the key that unlocks it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from watchword.compose.keys import CannotRun, read_master_key
from watchword.crypto.keyring import KeyRing, open_key_ring
from watchword.crypto.sealing import BrokenSeal, MasterKey, Vault, WrongMasterKey
from watchword.settings import Settings
from watchword.store import accounts, journal, ring
from watchword.store.engine import Store
from watchword.store.faults import NoStore, StoreFault
from watchword.store.installation import Installation
from watchword.store.journal import Entry
from watchword.store.opening import open_store

FAULTS = (CannotRun, StoreFault, WrongMasterKey, BrokenSeal)
"""What goes wrong at the start, each told in one line."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A store, and what opens the secrets in it."""

    store: Store
    installation: Installation
    ring: KeyRing
    vault: Callable[[str], Vault]
    """The vault of an account, by its id; unlocked once."""
    data_key: Callable[[str], bytes]
    """Makes the sealed data key of a new account, by its id."""


def exists(settings: Settings) -> bool:
    """Whether there is a store already.

    Raises StoreFault when what is there cannot be used.
    """
    try:
        open_store(settings.database_url).close()
    except NoStore:
        return False
    return True


def unlock(settings: Settings) -> Unlocked:
    """Open the store and its key ring.

    Raises CannotRun, StoreFault, WrongMasterKey, BrokenSeal.
    """
    store = open_store(settings.database_url)
    try:
        installation = store.installation()
        master = _master_key(settings, installation)
        with store.read() as tx:
            keys = open_key_ring(master, [(key.id, key.sealed) for key in ring.every(tx)])
    except BaseException:
        store.close()
        raise
    return Unlocked(store, installation, keys, _vaults(store, master), _data_keys(master))


def _master_key(settings: Settings, installation: Installation) -> MasterKey:
    """Read the master key of this very store.

    Raises CannotRun, WrongMasterKey.
    """
    path, expected = settings.master_key_path, installation.master_key_id
    master = read_master_key(path)
    if master.id != expected:
        raise WrongMasterKey(f"the store is sealed with the master key `{expected}`, and `{path}` holds `{master.id}`")
    return master


def _vaults(store: Store, master: MasterKey) -> Callable[[str], Vault]:
    unlocked: dict[str, Vault] = {}

    def vault(account_id: str) -> Vault:
        found = unlocked.get(account_id)
        if found is None:
            with store.read() as tx:
                account = accounts.by_id(tx, account_id)
            if account is None:
                raise LookupError(f"there is no account `{account_id}`")
            found = Vault.unlock(master, account.sealed_data_key, account=account_id, random=secrets.token_bytes)
            unlocked[account_id] = found
        return found

    return vault


def _data_keys(master: MasterKey) -> Callable[[str], bytes]:
    return lambda account_id: Vault.create(master, account=account_id, random=secrets.token_bytes)[1]


def read_journal(settings: Settings, *, last: int, access_key_id: str | None) -> list[Entry]:
    """Read the newest entries of all accounts, the oldest first.

    Raises StoreFault.
    """
    store = open_store(settings.database_url)
    try:
        with store.read() as tx:
            found = (
                journal.newest(tx, last) if access_key_id is None else journal.by_access_key(tx, access_key_id, last)
            )
    finally:
        store.close()
    return found[::-1]
