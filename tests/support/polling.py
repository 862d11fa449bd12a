"""Waiting for what comes soon, and not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], *, within: float = 30.0, every: float = 0.01) -> T:
    """Ask again and again until the answer is true, and give it; seconds."""
    deadline = time.monotonic() + within
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"it did not come within {within} s"
        time.sleep(every)
