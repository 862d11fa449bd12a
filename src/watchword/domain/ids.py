"""Identifiers as AWS shapes them: accounts, unique ids, access key ids and secrets.

Randomness is passed in as a function from a count to that many bytes (`secrets.token_bytes`).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from enum import StrEnum

Random = Callable[[int], bytes]

ACCOUNT_ID = re.compile(r"[0-9]{12}")
SECRET_BYTES = 30
"""Thirty random bytes are forty base64 characters: the length of an AWS secret access key."""

_ACCOUNT_MASK = 0x7FFFFFFFFF80
_NEW_GENERATION = 1 << 47
_BODY_BYTES = 10
_MARKED_BYTES = 6


class Prefix(StrEnum):
    """What a unique identifier names.

    Source: IAM User Guide, "IAM identifiers", unique ID prefixes.
    """

    USER = "AIDA"
    ROLE = "AROA"
    GROUP = "AGPA"
    MANAGED_POLICY = "ANPA"
    INSTANCE_PROFILE = "AIPA"
    CERTIFICATE = "ASCA"
    LONG_TERM_KEY = "AKIA"
    TEMPORARY_KEY = "ASIA"
    PUBLIC_KEY = "APKA"
    SERVICE_CREDENTIAL = "ACCA"


def mint_account_id(random: Random) -> str:
    """Draw a twelve-digit account number; the first digit is never zero."""
    return str(100_000_000_000 + int.from_bytes(random(8)) % 900_000_000_000)


def mint_key_id(prefix: Prefix, account: str, random: Random) -> str:
    """Draw a 20-character access key id that carries its account number, as AWS's do.

    After the prefix stand ten bytes in base32: one set bit, forty bits of account number, the rest random.
    """
    drawn = random(1 + _BODY_BYTES - _MARKED_BYTES)
    head = _NEW_GENERATION | (int(account) << 7) | (drawn[0] & 0x7F)
    return prefix + base64.b32encode(head.to_bytes(_MARKED_BYTES) + drawn[1:]).decode("ascii")


def mint_unique_id(prefix: Prefix, random: Random) -> str:
    """Draw a 21-character unique id (`AIDA…`, `AROA…`) that is never used again."""
    return prefix + base64.b32encode(random(15)).decode("ascii")[:17]


def mint_secret(random: Random) -> str:
    """Draw a 40-character secret access key."""
    return base64.b64encode(random(SECRET_BYTES)).decode("ascii")


def account_of(key_id: str) -> str:
    """Read the account number out of an access key id, without any look-up.

    Raises ValueError when the id carries none: another shape, or one from before AWS marked them.
    """
    try:
        head = int.from_bytes(base64.b32decode(key_id[4:])[:_MARKED_BYTES])
    except ValueError as error:
        msg = f"`{key_id}` is not an access key id"
        raise ValueError(msg) from error
    if not head & _NEW_GENERATION:
        msg = f"`{key_id}` carries no account number"
        raise ValueError(msg)
    return f"{(head & _ACCOUNT_MASK) >> 7:012d}"
