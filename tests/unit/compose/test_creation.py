"""Making a store: all of it, or none."""

from __future__ import annotations

from configparser import RawConfigParser
from pathlib import Path

import pytest

from watchword.compose.creation import Wish, create
from watchword.compose.keys import CannotRun
from watchword.compose.stores import exists, unlock
from watchword.domain.secret import Secret
from watchword.settings import Settings
from watchword.store import access_keys, users
from watchword.store.faults import StoreExists


def endpoint(listen: str, place: Path) -> str | None:
    settings = Settings(place, listen=listen)
    create(settings, Wish())
    profile = RawConfigParser()
    profile.read(settings.profile_path)
    return profile.get("profile watchword", "endpoint_url", fallback=None)


@pytest.mark.parametrize(
    ("listen", "expected"),
    [
        ("127.0.0.1:4567", "http://127.0.0.1:4567"),
        ("0.0.0.0:80", "http://127.0.0.1:80"),
        ("[::]:80", "http://[::1]:80"),
        ("127.0.0.1:0", None),
    ],
)
def test_the_profile_says_where_to_call(tmp_path: Path, listen: str, expected: str | None) -> None:
    assert endpoint(listen, tmp_path) == expected


def test_what_was_made_opens_and_its_key_is_the_administrators(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    first = create(settings, Wish(account_id="111122223333", admin_user="ann"))
    unlocked = unlock(settings)
    with unlocked.store.read() as tx:
        key = access_keys.by_id(tx, first.access_key_id)
        user = users.named(tx, "111122223333", "ann")
    unlocked.store.close()
    assert key is not None
    assert user is not None
    assert key.owner_id == user.id
    assert unlocked.vault("111122223333").open_secret(key.sealed_secret, to=key.id).reveal() == first.secret.reveal()
    assert not unlocked.installation.sandbox


def test_a_root_keys_owner_is_the_account(tmp_path: Path) -> None:
    first = create(Settings(tmp_path), Wish(root=True))
    unlocked = unlock(Settings(tmp_path))
    with unlocked.store.read() as tx:
        key = access_keys.by_id(tx, first.access_key_id)
    unlocked.store.close()
    assert key is not None
    assert key.owner_id == first.account_id


def test_a_second_one_changes_nothing(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    create(settings, Wish())
    profile = settings.profile_path.read_bytes()
    with pytest.raises(StoreExists):
        create(settings, Wish())
    assert settings.profile_path.read_bytes() == profile


def test_where_the_profile_cannot_be_written_no_store_is_left(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.profile_path.mkdir()
    with pytest.raises(CannotRun, match="cannot be written"):
        create(settings, Wish())
    assert not exists(settings)


def test_a_given_key_needs_a_sandbox(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="only a sandbox takes a given key"):
        create(Settings(tmp_path / "data"), Wish(given=("test", Secret("test"))))
    assert not (tmp_path / "data").exists()
