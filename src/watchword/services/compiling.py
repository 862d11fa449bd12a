"""Stored policy documents, compiled once, however many principals hold them."""

from __future__ import annotations

from functools import lru_cache

from watchword.policy import Kind, Policy, compile_policy, parse
from watchword.services.shelf import CAPACITY


@lru_cache(maxsize=CAPACITY)
def compiled(document: str, kind: Kind, name: str) -> Policy:
    """Compile a stored document once, however many principals hold it."""
    return compile_policy(parse(document, kind, lenient=True), name)
