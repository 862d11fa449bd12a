"""Ctrl-C while a sweep is under way: first it ends with the accounts that it is at, then at once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from watchword.cli.exits import Exit

FIRST = "Stopping after the accounts that are at hand; press Ctrl-C again to stop at once."
AT_ONCE = "Stopped at once. What was begun is gone on with by the next run."
SHOW_CURSOR = b"\x1b[?25h"
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Give what tells whether it is to stop, while the block lasts; asked for twice, the process ends there and then.

    That loses nothing: a run may end anywhere, as by a kill.
    """
    asked: list[int] = []

    def ask(number: int, _frame: object) -> None:
        asked.append(number)
        # Not through rich or click: the signal may have come while they hold their locks.
        os.write(sys.stderr.fileno(), f"\n{FIRST if len(asked) == 1 else AT_ONCE}\n".encode())
        if len(asked) > 1:
            if sys.stderr.isatty():
                os.write(sys.stderr.fileno(), SHOW_CURSOR)  # which a bar hides while it lasts
            os._exit(int(Exit.ERROR))

    before = {number: signal.signal(number, ask) for number in SIGNALS}
    try:
        yield lambda: bool(asked)
    finally:
        for number, was in before.items():
            signal.signal(number, was)
