"""Making long-term access keys: for whoever asks IAM for one, and for whoever has theirs rotated."""

from __future__ import annotations

from watchword.crypto.sealing import Vault
from watchword.domain.ids import Prefix, Random, mint_key_id, mint_secret
from watchword.domain.secret import Secret
from watchword.store import access_keys
from watchword.store.access_keys import ACTIVE, AccessKey
from watchword.store.tx import Tx


def mint(tx: Tx, vault: Vault, account: str, owner_id: str, *, random: Random, now: int) -> tuple[AccessKey, Secret]:
    """Give an owner one more key, and its secret, which is told nowhere else. Who asks has counted them."""
    key_id = _unused_id(tx, account, random)
    secret = Secret(mint_secret(random))
    key = AccessKey(key_id, account, owner_id, ACTIVE, vault.seal_secret(secret, to=key_id), now)
    access_keys.add(tx, key)
    return key, secret


def _unused_id(tx: Tx, account: str, random: Random) -> str:
    """Draw an id until it is new: beside the account number there is room for 39 random bits only."""
    while access_keys.by_id(tx, key_id := mint_key_id(Prefix.LONG_TERM_KEY, account, random)):
        continue
    return key_id
