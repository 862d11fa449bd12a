"""Where a store's key is, with a keyring of the test's own and without one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked

from watchword.cli.credentials import store
from watchword.cli.exits import Stop

NAME, CONTENT = "session.abc", b"text"


class Ring(KeyringBackend):
    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's own
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("it is locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def no_ring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # likewise
    yield
    keyring.set_keyring(before)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"WATCHWORD_HOME": str(tmp_path)}


def test_the_keyring_is_chosen_where_there_is_one(ring: Ring, environ: dict[str, str], tmp_path: Path) -> None:
    told: list[str] = []
    kept = store.opened(environ, told.append)
    assert kept.describe().kind == "keyring"
    assert told == []
    kept.put(NAME, CONTENT)
    assert [text for text in told if "key in the system's keyring" in text] == told[:1] == told
    assert len(ring.kept) == 1
    assert CONTENT not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    again = store.opened(environ, told.append)
    assert (again.get(NAME), len(told)) == (CONTENT, 1)
    assert again.describe().why.startswith("chosen at the first use")


def test_a_file_is_chosen_where_there_is_none(no_ring: None, environ: dict[str, str], tmp_path: Path) -> None:
    told: list[str] = []
    store.opened(environ, told.append).put(NAME, CONTENT)
    assert "this system has no keyring" in told[0]
    assert len((tmp_path / "store.key").read_bytes()) == 32


def test_a_choice_stays(ring: Ring, environ: dict[str, str]) -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # likewise
    store.opened(environ, lambda _: None).put(NAME, CONTENT)
    keyring.set_keyring(ring)
    again = store.opened(environ, lambda _: None)
    assert (again.describe().kind, again.get(NAME), ring.kept) == ("file", CONTENT, {})
    assert store.opened(environ | {"WATCHWORD_STORE": "keyring"}, lambda _: None).get(NAME) is None


def test_a_plain_file_is_no_keyring(ring: Ring, environ: dict[str, str]) -> None:
    ring.priority = 0.5  # type: ignore[assignment]
    assert store.opened(environ, lambda _: None).describe().kind == "file"


def test_a_locked_keyring_is_told(ring: Ring, environ: dict[str, str]) -> None:
    kept = store.opened(environ, lambda _: None)
    ring.locked = True
    with pytest.raises(Stop, match="it is locked; unlock it, or set WATCHWORD_STORE=file"):
        kept.put(NAME, CONTENT)


def test_a_keyring_that_is_gone_is_told(no_ring: None, environ: dict[str, str]) -> None:
    with pytest.raises(Stop, match="there is none here"):
        store.opened(environ | {"WATCHWORD_STORE": "keyring"}, lambda _: None).put(NAME, CONTENT)
