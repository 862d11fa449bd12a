"""Secrets at rest."""

from __future__ import annotations

from secrets import token_bytes

import pytest

from watchword.crypto import BrokenSeal, MasterKey, Vault, WrongMasterKey
from watchword.domain.secret import Secret


@pytest.fixture
def master() -> MasterKey:
    return MasterKey.generate(token_bytes)


@pytest.fixture
def vault(master: MasterKey) -> Vault:
    return Vault.create(master, account="123456789012", random=token_bytes)[0]


def test_what_is_sealed_opens_for_its_row_alone(vault: Vault) -> None:
    sealed = vault.seal_secret(Secret("wJalr"), to="access_key/AKIA1")
    assert vault.open_secret(sealed, to="access_key/AKIA1").reveal() == "wJalr"
    assert b"wJalr" not in sealed
    with pytest.raises(BrokenSeal):
        vault.open(sealed, to="access_key/AKIA2")


def test_every_changed_byte_breaks_the_seal(vault: Vault) -> None:
    sealed = vault.seal(b"secret", to="row")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(BrokenSeal):
            vault.open(changed, to="row")
        with pytest.raises(BrokenSeal):
            vault.open(sealed[:place], to="row")


def test_one_secret_is_never_sealed_alike(vault: Vault) -> None:
    assert vault.seal(b"x", to="row") != vault.seal(b"x", to="row")


def test_an_accounts_vault_comes_back_from_its_kept_key(master: MasterKey) -> None:
    vault, kept = Vault.create(master, account="123456789012", random=token_bytes)
    sealed = vault.seal(b"x", to="row")
    again = Vault.unlock(master, kept, account="123456789012", random=token_bytes)
    assert again.open(sealed, to="row") == b"x"
    with pytest.raises(BrokenSeal):
        Vault.unlock(master, kept, account="210987654321", random=token_bytes)


def test_another_accounts_vault_opens_nothing(master: MasterKey, vault: Vault) -> None:
    other, _ = Vault.create(master, account="210987654321", random=token_bytes)
    with pytest.raises(BrokenSeal):
        other.open(vault.seal(b"x", to="row"), to="row")


def test_a_wrong_master_key_is_named(master: MasterKey) -> None:
    _, kept = Vault.create(master, account="123456789012", random=token_bytes)
    wrong = MasterKey.generate(token_bytes)
    with pytest.raises(WrongMasterKey, match=f"`{master.id}`, and this one is `{wrong.id}`"):
        Vault.unlock(wrong, kept, account="123456789012", random=token_bytes)


def test_a_master_keys_text_comes_back(master: MasterKey) -> None:
    assert MasterKey.parse(master.render()) == master
    assert MasterKey.parse(master.render().replace("\n", "\r\n")) == master


@pytest.mark.parametrize("text", ["", "\n", "# only a remark\n", "watchword-master-key-1 0 x", "\x00", "key"])
def test_another_text_is_no_master_key(text: str) -> None:
    with pytest.raises(WrongMasterKey, match="not a master key file"):
        MasterKey.parse(text)


def test_two_keys_are_no_master_key(master: MasterKey) -> None:
    with pytest.raises(WrongMasterKey):
        MasterKey.parse(master.render() * 2)


def test_a_mistyped_master_key_is_known(master: MasterKey) -> None:
    line = master.render().splitlines()[1]
    other = "B" if line[-10] != "B" else "C"
    with pytest.raises(WrongMasterKey, match="damaged"):
        MasterKey.parse(line[:-10] + other + line[-9:])


def test_no_key_shows_itself(master: MasterKey, vault: Vault) -> None:
    assert repr(master) == "MasterKey()"
    assert repr(vault) == "Vault()"
