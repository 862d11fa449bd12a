"""Where rotations are recorded: one small file for each user, on disk before and after every step. It holds no secrets.

One run at a time: whoever rotates holds the ledger's lock, whatever the profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from watchword.cli.credentials.aws_files import At, nothing, replace
from watchword.cli.credentials.places import directory, held
from watchword.cli.exits import Stop
from watchword.cli.keys.machine import Rotation

PATIENCE = 60.0
"""Seconds to wait for another run."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The recorded rotations of a person on this machine."""

    folder: Path
    at: At = nothing

    @contextmanager
    def alone(self, patience: float = PATIENCE) -> Iterator[None]:
        """Be the only run that rotates.

        Raises Stop.
        """
        with held(self.folder / "lock", waiting=_waiting, patience=patience):
            yield

    def every(self) -> list[Rotation]:
        """Read all rotations under way.

        Raises Stop when one cannot be read: what it owns is not known then.
        """
        if not self.folder.is_dir():
            return []
        return [_read(path) for path in sorted(self.folder.glob("*.json"))]

    def find(self, wanted: Callable[[Rotation], bool]) -> Rotation | None:
        """Give the rotation that answers to a question, if there is one.

        Raises Stop.
        """
        return next(filter(wanted, self.every()), None)

    def keep(self, rotation: Rotation) -> Rotation:
        """Record a rotation, durably; gives it back.

        Raises Stop.
        """
        directory(self.folder)
        replace(self._path(rotation), msgspec.json.format(msgspec.json.encode(rotation)), at=self.at)
        return rotation

    def forget(self, rotation: Rotation) -> None:
        """Take out a rotation that has ended."""
        self.at("forget ledger")
        self._path(rotation).unlink(missing_ok=True)
        self.at("forgot ledger")

    def _path(self, rotation: Rotation) -> Path:
        return self.folder / f"{rotation.account}-{rotation.user_id}.json"


def ledger_in(home: Path, at: At = nothing) -> Ledger:
    """Give the ledger that stands in a person's state directory."""
    return Ledger(home / "rotations", at)


def _read(path: Path) -> Rotation:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Rotation)
    except (OSError, msgspec.DecodeError) as error:
        raise Stop(
            f"`{path}` records which keys a rotation owns, and cannot be read: {error}; see `watchword keys list`, and "
            "take the file away when you know which key is needed"
        ) from error


def _waiting() -> None:
    click.echo("Another rotation is running; waiting for it.", err=True)
