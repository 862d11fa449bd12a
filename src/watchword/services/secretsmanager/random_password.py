"""GetRandomPassword: every password that the request allows is as likely as every other."""

from __future__ import annotations

import string
from collections.abc import Sequence

from watchword.domain.ids import Random
from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.secretsmanager.refusals import InvalidParameter

LENGTH = 32
BYTE = 256


@operation(
    "secretsmanager",
    way=Way.READ,
    journal=(
        "password_length",
        "exclude_numbers",
        "exclude_punctuation",
        "exclude_uppercase",
        "exclude_lowercase",
        "include_space",
        "require_each_included_type",
    ),
    raises=(InvalidParameter,),
)
def get_random_password(
    call: Call,
    *,
    password_length: int | None = None,
    exclude_characters: str | None = None,
    exclude_numbers: bool | None = None,
    exclude_punctuation: bool | None = None,
    exclude_uppercase: bool | None = None,
    exclude_lowercase: bool | None = None,
    include_space: bool | None = None,
    require_each_included_type: bool | None = None,
) -> Reply:
    """Draw a password.

    Raises InvalidParameter.   Source: Secrets Manager API, GetRandomPassword.
    """
    kinds = (
        "" if exclude_lowercase else string.ascii_lowercase,
        "" if exclude_uppercase else string.ascii_uppercase,
        "" if exclude_numbers else string.digits,
        "" if exclude_punctuation else string.punctuation,
    )
    excluded = set(exclude_characters or "")
    types = [kept for kind in kinds if (kept := "".join(one for one in kind if one not in excluded))]
    space = " " if include_space and " " not in excluded else ""
    length = LENGTH if password_length is None else password_length
    required = types if require_each_included_type in (None, True) else []
    if not types and not space:
        raise InvalidParameter(message="The password must have characters to be made of: exclude fewer.")
    if length < len(required):
        raise InvalidParameter(message=f"Password length must be >= {len(required)} to have each included type.")
    return {"RandomPassword": drawn("".join(types) + space, length, required, call.random)}


def drawn(alphabet: str, length: int, required: Sequence[str], random: Random) -> str:
    """Draw whole passwords until one has a character of each required type: that favours none that has."""
    while True:
        password = "".join(_characters(alphabet, length, random))
        if all(any(one in kind for one in password) for kind in required):
            return password


def _characters(alphabet: str, length: int, random: Random) -> list[str]:
    """Draw characters; bytes past the last whole multiple of the alphabet are drawn again."""
    usable = BYTE - BYTE % len(alphabet)
    characters: list[str] = []
    while len(characters) < length:
        characters += [alphabet[byte % len(alphabet)] for byte in random(length + 16) if byte < usable]
    return characters[:length]
