"""Making a store: its master key, its first account, and one principal with one key."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass

from watchword.compose.addresses import address_of, endpoint_of
from watchword.compose.keys import CannotRun, make_directory, make_master_key, write_private
from watchword.crypto.keyring import seal_ring_key
from watchword.crypto.sealing import MasterKey, Vault
from watchword.domain.ids import ACCOUNT_ID, Prefix, mint_account_id, mint_key_id, mint_secret, mint_unique_id
from watchword.domain.secret import Secret
from watchword.settings import Settings
from watchword.store import access_keys, inline_policies, installation, sandbox, users
from watchword.store.access_keys import ACTIVE, AccessKey
from watchword.store.accounts import Account
from watchword.store.installation import Installation
from watchword.store.opening import create_store
from watchword.store.ring import RingKey
from watchword.store.tx import Tx
from watchword.store.users import User

FIRST_RING_KEY = 1
USER_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
GIVEN_ID = re.compile(r"[\x21-\x2b\x2d\x2e\x30-\x7e]{1,128}")
"""What a sandbox takes as a given key id: printable ASCII without `/` and `,`, which end it in a signature."""
GIVEN_SECRET = re.compile(r"[\x21-\x7e]{1,128}")
ADMINISTRATOR = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a new store. `given` is a sandbox's key id and secret."""

    account_id: str | None = None
    admin_user: str = "admin"
    root: bool = False
    sandbox: bool = False
    given: tuple[str, Secret] | None = None


@dataclass(frozen=True, slots=True)
class FirstCredentials:
    """What was made, told once. `user_name` is `root` for a root key."""

    account_id: str
    user_name: str
    access_key_id: str
    secret: Secret


def create(settings: Settings, wish: Wish) -> FirstCredentials:
    """Make a store and write its first credentials as an AWS profile.

    The profile is written before the store is committed: a store whose only key is lost would be of no use.
    Raises CannotRun, StoreFault, WrongMasterKey.
    """
    _check(wish)
    host, port = address_of(settings)
    random = secrets.token_bytes
    account = wish.account_id or mint_account_id(random)
    first = FirstCredentials(
        account,
        "root" if wish.root else wish.admin_user,
        wish.given[0] if wish.given else mint_key_id(Prefix.LONG_TERM_KEY, account, random),
        wish.given[1] if wish.given else Secret(mint_secret(random)),
    )
    at = int(time.time())

    def fill(tx: Tx) -> None:
        master = make_master_key(settings.master_key_path, random)
        _fill(tx, wish, first, master, at)
        # A port that the system will choose is told when it is known, and goes before the profile.
        write_private(settings.profile_path, profile_of(first, endpoint_of(host, port) if port else None))

    make_directory(settings.data)
    create_store(settings.database_url, fill).close()
    return first


def profile_of(first: FirstCredentials, endpoint: str | None) -> str:
    """Write the profile `watchword`: one file that serves as AWS config file and as credentials file alike."""
    where = f"endpoint_url = {endpoint}\n" if endpoint else ""
    return (
        f"[profile watchword]\nregion = us-east-1\noutput = json\n{where}\n"
        f"[watchword]\naws_access_key_id = {first.access_key_id}\n"
        f"aws_secret_access_key = {first.secret.reveal()}\n"
    )


def _check(wish: Wish) -> None:
    if wish.account_id is not None and not ACCOUNT_ID.fullmatch(wish.account_id):
        raise CannotRun(f"`{wish.account_id}` is not an account id; give twelve digits")
    if not USER_NAME.fullmatch(wish.admin_user):
        raise CannotRun(f"`{wish.admin_user}` is not a user name; use letters, digits and any of + = , . @ _ -")
    if wish.given is not None:
        if not wish.sandbox:
            raise CannotRun("only a sandbox takes a given key; add `--sandbox`")
        if not (GIVEN_ID.fullmatch(wish.given[0]) and GIVEN_SECRET.fullmatch(wish.given[1].reveal())):
            raise CannotRun("a given key id and secret are 1 to 128 characters of ASCII, the id without `/` and `,`")


def _fill(tx: Tx, wish: Wish, first: FirstCredentials, master: MasterKey, at: int) -> None:
    random = secrets.token_bytes
    account = first.account_id
    vault, sealed_data_key = Vault.create(master, account=account, random=random)
    installation.create(
        tx,
        Installation(at, master.id, wish.sandbox, account),
        Account(account, sealed_data_key, at),
        RingKey(FIRST_RING_KEY, seal_ring_key(master, FIRST_RING_KEY, random), at),
    )
    owner = account if wish.root else _administrator(tx, first, at)
    sealed = vault.seal_secret(first.secret, to=first.access_key_id)
    access_keys.add(tx, AccessKey(first.access_key_id, account, owner, ACTIVE, sealed, at))
    if wish.sandbox:
        sandbox.capture(tx)


def _administrator(tx: Tx, first: FirstCredentials, at: int) -> str:
    user = User(mint_unique_id(Prefix.USER, secrets.token_bytes), first.account_id, first.user_name, "/", None, at)
    users.add(tx, user)
    inline_policies.put(tx, user.id, "AdministratorAccess", ADMINISTRATOR)
    return user.id
