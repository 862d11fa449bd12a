"""The one key of a person's store: in the system's keyring, in a file, or made of a passphrase."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from watchword.cli.credentials.places import Exposed, held, read_private, write_private
from watchword.cli.exits import Exit, Stop

KEY_BYTES = 32
SALT_BYTES = 16
SERVICE = "watchword store key"
IN_KEYRING, IN_FILE = "keyring", "file"
SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 2**26, "dklen": KEY_BYTES}
"""Source: RFC 7914 section 2; 32 MiB and a tenth of a second for each command."""


@dataclass(frozen=True, slots=True)
class StoreKey:
    """Where a store's key is. It is fetched when it is needed."""

    kind: str
    where: str
    why: str
    get: Callable[[], bytes]


def choose(home: Path, environ: Mapping[str, str], tell: Callable[[str], None]) -> StoreKey:
    """Find the key's place: what is told, else what was chosen before, else the keyring if there is one.

    Raises Stop.
    """
    asked, phrase = environ.get("WATCHWORD_STORE", ""), environ.get("WATCHWORD_PASSPHRASE_FILE", "")
    if asked not in {"", IN_KEYRING, IN_FILE}:
        raise Stop(f"WATCHWORD_STORE is `{asked}`; write `keyring` or `file`", Exit.USAGE)
    if phrase and asked != IN_KEYRING:
        why = "WATCHWORD_PASSPHRASE_FILE is set"
        return StoreKey(IN_FILE, f"key made of the passphrase in {phrase}", why, lambda: _of_phrase(home, Path(phrase)))
    if asked:
        return (_in_keyring if asked == IN_KEYRING else _in_file)(home, "WATCHWORD_STORE says so")
    if _file(home).exists():
        return _in_file(home, "chosen at the first use; WATCHWORD_STORE=keyring chooses otherwise")
    if _mark(home).exists():
        return _in_keyring(home, "chosen at the first use; WATCHWORD_STORE=file chooses otherwise")
    if usable_keyring() is None:
        return _first(_in_file(home, "this system has no keyring"), home, tell)
    return _first(_in_keyring(home, "this system has a keyring"), home, tell)


def _first(key: StoreKey, home: Path, tell: Callable[[str], None]) -> StoreKey:
    """Say at the first use what was chosen, and let it stay."""

    def get() -> bytes:
        if not _file(home).exists() and not _mark(home).exists():
            tell(f"Sessions are kept sealed in {home / 'store'}, with the {key.where}: {key.why}.")
            if key.kind == IN_KEYRING:
                write_private(_mark(home), b"the key of this store is in the system's keyring\n")
        return key.get()

    return replace(key, get=get)


def usable_keyring() -> Any:
    """Give the system's keyring, if it is a real one: neither none nor a plain file."""
    import keyring  # noqa: PLC0415 - a tenth of a second, for the first use and where the key is there
    from keyring.errors import KeyringError  # noqa: PLC0415 - likewise

    try:
        backend = keyring.get_keyring()
        real = backend.priority >= 1 and not type(backend).__module__.startswith("keyrings.alt")
    except (KeyringError, RuntimeError):
        return None
    return backend if real else None


def _in_file(home: Path, why: str) -> StoreKey:
    return StoreKey(IN_FILE, f"key in {_file(home)}", why, lambda: _read_file(home))


def _in_keyring(home: Path, why: str) -> StoreKey:
    return StoreKey(IN_KEYRING, "key in the system's keyring", why, lambda: _read_keyring(home))


def _read_file(home: Path) -> bytes:
    return _made_once(_file(home), KEY_BYTES)


def _of_phrase(home: Path, phrase: Path) -> bytes:
    from hashlib import scrypt  # noqa: PLC0415 - likewise

    try:
        text = read_private(phrase)
    except Exposed as error:
        raise Stop(str(error)) from error
    if not text or not text.strip():
        raise Stop(f"`{phrase}` holds no passphrase; see WATCHWORD_PASSPHRASE_FILE")
    return scrypt(text.strip(), salt=_made_once(home / "store.salt", SALT_BYTES), **SCRYPT)


def _read_keyring(home: Path) -> bytes:
    from base64 import b64decode  # noqa: PLC0415 - likewise

    from keyring.errors import KeyringError  # noqa: PLC0415 - likewise

    backend = usable_keyring()
    if backend is None:
        raise Stop(
            "the store's key is in the system's keyring, and there is none here; WATCHWORD_STORE=file does without"
        )
    try:
        text = backend.get_password(SERVICE, str(home)) or _kept_in(backend, home)
        return b64decode(text, validate=True)
    except (KeyringError, ValueError) as error:
        raise Stop(f"the system's keyring refused: {error}; unlock it, or set WATCHWORD_STORE=file") from error


def _kept_in(backend: Any, home: Path) -> str:
    from base64 import b64encode  # noqa: PLC0415 - likewise

    with held(home / "store.lock"):
        text = backend.get_password(SERVICE, str(home))
        if not text:
            text = b64encode(os.urandom(KEY_BYTES)).decode()
            backend.set_password(SERVICE, str(home), text)
        return str(text)


def _made_once(path: Path, count: int) -> bytes:
    """Read a file of random bytes; two processes that come first make one."""
    found = _read(path, count)
    if found is None:
        with held(path.with_name("store.lock")):
            found = _read(path, count)
            if found is None:
                found = os.urandom(count)
                write_private(path, found)
    return found


def _read(path: Path, count: int) -> bytes | None:
    try:
        found = read_private(path)
    except Exposed as error:
        raise Stop(str(error)) from error
    if found is not None and len(found) != count:
        raise Stop(f"`{path}` is damaged; take it away, and sessions will be asked for anew")
    return found


def _file(home: Path) -> Path:
    return home / "store.key"


def _mark(home: Path) -> Path:
    return home / "store.in-keyring"
