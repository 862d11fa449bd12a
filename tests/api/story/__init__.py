"""What every offered operation answers, told as one walk through each part of the house.

A module here has `tell(watched)`, which calls each operation of its part once at least and leaves nothing behind, and
may have `ELSEWHERE`: codes that AWS answers and its model does not name, as (service, operation, code).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def chapters() -> Iterator[ModuleType]:
    """Give every module here, by name."""
    for found in iter_modules(__path__, f"{__name__}."):
        yield import_module(found.name)
