"""Where a person's sessions are kept on their own machine: sealed files, whose one key is in the system's keyring.

Where there is no keyring, the key is a file beside them, or is made of a passphrase. A key in a file keeps a backup or
a stray copy of the sealed files shut; it does not keep out whoever can read all that their owner can.
One entry is sealed to its name, so that a file put in another's place does not open.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from watchword.cli.credentials import places
from watchword.cli.credentials.places import Exposed, read_private, write_private
from watchword.cli.credentials.store_keys import StoreKey, choose

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
SUFFIX = ".sealed"
MAGIC = b"watchword-sealed-1\n"
NONCE_BYTES = 12

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class StoreDescription:
    """What a person may want to know of their store."""

    kind: str
    """`keyring` or `file`: where its key is."""
    where: str
    why: str


def tell(text: str) -> None:
    """Say something on standard error."""
    click.echo(text, err=True)


class Store:
    """Small secrets by name: lower-case letters, digits, `.`, `_` and `-`, at most 100 of them."""

    def __init__(self, directory: Path, key: StoreKey, tell: Tell = tell) -> None:
        self._directory = directory
        self._key = key
        self._tell = tell

    def get(self, name: str) -> bytes | None:
        """Read an entry; one that cannot be trusted is told and is as none.

        Raises Stop when the key cannot be had.
        """
        try:
            content = read_private(self._path(name))
        except Exposed as error:
            self._tell(f"Not used: {error}")
            return None
        if content is None:
            return None
        head, sealed = content[: len(MAGIC)], content[len(MAGIC) :]
        try:
            return AESGCM(self._key.get()).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], head + name.encode())
        except (InvalidTag, ValueError):  # ValueError: too short to be one
            self._tell(f"Not used: `{self._path(name)}` is damaged or was sealed with another key; it will be replaced")
            return None

    def put(self, name: str, content: bytes) -> None:
        """Write an entry, whole or not at all.

        Raises Stop.
        """
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._key.get()).encrypt(nonce, content, MAGIC + name.encode())
        write_private(self._path(name), MAGIC + nonce + sealed)

    def delete(self, name: str) -> None:
        """Take an entry away, if it is there."""
        with suppress(FileNotFoundError):
            self._path(name).unlink()

    def names(self) -> list[str]:
        """List the entries' names."""
        found = (path.name.removesuffix(SUFFIX) for path in self._directory.glob(f"*{SUFFIX}"))
        return sorted(name for name in found if NAME.fullmatch(name))

    def describe(self) -> StoreDescription:
        """Say where its key is, and why there."""
        return StoreDescription(self._key.kind, f"{self._directory} ({self._key.where})", self._key.why)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError(f"`{name}` is not the name of an entry")
        return self._directory / f"{name}{SUFFIX}"


def opened(environ: Mapping[str, str], tell: Tell = tell) -> Store:
    """Open a person's store. Which kind is chosen at the first use, and stays.

    Raises Stop.
    """
    home = places.home(environ)
    return Store(home / "store", choose(home, environ, tell), tell)
