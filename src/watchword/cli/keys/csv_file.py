"""The CSV in which AWS hands over a new key: read in each of its forms, written so that all its readers take it.

Source: the console's <user>_accessKeys.csv, its older credentials.csv, and the importer of the AWS CLI.
"""

from __future__ import annotations

import csv
import os
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from watchword.cli.exits import Exit, Stop
from watchword.domain.secret import Secret

KEY_ID, SECRET, USER = "Access key ID", "Secret access key", "User name"
HEADER = (KEY_ID, SECRET, USER)
"""Those who read by position find the key first; those who read by name, the user too."""
LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One key; `user` is empty where the file does not tell."""

    key_id: str
    secret: Secret
    user: str = ""


def read(path: Path) -> list[Line]:
    """Read all keys of a file.

    Raises Stop; what it says never has a line of the file.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise Stop(f"`{path}` cannot be read: {error.strerror}", Exit.USAGE) from error
    except UnicodeDecodeError:
        raise Stop(f"`{path}` is not a CSV of access keys: it is not text", Exit.USAGE) from None
    rows = [row for row in csv.reader(StringIO(content)) if any(map(str.strip, row))]
    places = {name.strip().lower(): place for place, name in enumerate(rows[0])} if rows else {}
    if not {KEY_ID.lower(), SECRET.lower()} <= set(places):
        raise Stop(
            f"`{path}` is not a CSV of access keys: its first line has to name `{KEY_ID}` and `{SECRET}`", Exit.USAGE
        )
    return [_line(path, number, row, places) for number, row in enumerate(rows[1:], 2)]


def _line(path: Path, number: int, row: list[str], places: dict[str, int]) -> Line:
    cells = {name: row[place].strip() for name, place in places.items() if place < len(row)}
    key_id, secret = cells.get(KEY_ID.lower(), ""), cells.get(SECRET.lower(), "")
    if not key_id or not secret:
        raise Stop(f"line {number} of `{path}` has no key; see that the file is whole", Exit.USAGE)
    return Line(key_id, Secret(secret), cells.get(USER.lower(), ""))


@dataclass(frozen=True, slots=True)
class NewCsv:
    """A file that is made before the key is, so that a place where none can be is found in time."""

    path: Path

    def reserve(self) -> None:
        """Make the file, empty, for its owner alone.

        Raises Stop.
        """
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            raise Stop(f"`{self.path}` exists already, and may hold a key; give another name", Exit.USAGE) from None
        except OSError as error:
            raise Stop(f"`{self.path}` cannot be made: {error.strerror}", Exit.USAGE) from error

    def write(self, line: Line) -> None:
        """Write the key into it, to the disk.

        Raises Stop.
        """
        try:
            with self.path.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file, lineterminator="\r\n").writerows(
                    [HEADER, (line.key_id, line.secret.reveal(), line.user)]
                )
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Stop(f"`{self.path}` cannot be written: {error.strerror}") from error

    def release(self) -> None:
        """Take the file away again."""
        with suppress(OSError):
            self.path.unlink()
