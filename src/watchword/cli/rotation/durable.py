"""What only the extra `rotation` has: queues and schedules that outlive a process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from watchword.cli.exits import Stop


@contextmanager
def durable() -> Iterator[None]:
    """Say how to install what is missing.

    Raises Stop.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "dbos":
            raise
        raise Stop("workers and schedules need DBOS: `pip install 'watchword[rotation]'`") from error


def private(url: str) -> str:
    """Make the file of a queue that is kept in one, for nobody but us to read; gives the URL back."""
    kind, found, path = url.partition("sqlite:///")
    if found and not kind:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600))
    return url
