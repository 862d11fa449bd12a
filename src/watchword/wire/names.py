"""How AWS's names are written: `RoleSessionName` as a parameter of ours and in AWS's own messages."""

from __future__ import annotations

import re
from functools import cache

_WORD = re.compile(r"(.)([A-Z][a-z]+)")
_LAST_CAPITAL = re.compile(r"([a-z0-9])([A-Z])")
_PLURAL_ACRONYM = re.compile(r"[A-Z]{2,}s$")


@cache
def snake(name: str) -> str:
    """Write a name as SDKs for Python do: `SAMLProviderArn` is `saml_provider_arn`."""
    if "_" in name:
        return name
    plural = _PLURAL_ACRONYM.search(name)
    if plural:  # `ARNs` is one word, not `ar_ns`
        name = f"{name[: plural.start()]}_{plural.group().lower()}"
    return _LAST_CAPITAL.sub(r"\1_\2", _WORD.sub(r"\1_\2", name)).lower()


def camel(name: str) -> str:
    """Write a name as AWS's validation messages do: only the first letter is lower-case."""
    return name[:1].lower() + name[1:]
