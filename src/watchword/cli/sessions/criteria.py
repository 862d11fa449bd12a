"""What sessions are chosen by, in the same words for every verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from watchword.cli.exits import Exit, Stop

LONG_TERM, TEMPORARY = "AKIA", "ASIA"


MEMBERS = {
    "user": "User",
    "role": "Role",
    "session_name": "SessionName",
    "source_identity": "SourceIdentity",
    "issuing_access_key_id": "IssuingAccessKeyId",
}
"""How the operations call them."""
WORDS = {
    "user": "user",
    "role": "role",
    "session_name": "named",
    "source_identity": "identity",
    "issuing_access_key_id": "from key",
}


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a session must match, all of it; nothing stands for any session."""

    user: str | None = None
    role: str | None = None
    session_name: str | None = None
    source_identity: str | None = None
    issuing_access_key_id: str | None = None

    def asked(self) -> dict[str, str]:
        """Give them as the operations take them."""
        named = {member: getattr(self, name) for name, member in MEMBERS.items()}
        return {member: value for member, value in named.items() if value is not None}

    def __str__(self) -> str:
        return ", ".join(f"{word} {getattr(self, name)}" for name, word in WORDS.items() if getattr(self, name))


def of(told: Mapping[str, Any]) -> Criteria:
    """Read criteria that an operation tells."""
    return Criteria(**{name: told.get(member) or None for name, member in MEMBERS.items()})


def matching(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `criteria`, from the options that it takes for them."""

    @click.option("--user", metavar="NAME", help="Sessions that this user asked for, at any distance.")
    @click.option("--role", metavar="NAME", help="Sessions of this role.")
    @click.option("--session-name", metavar="NAME", help="Sessions of this name.")
    @click.option("--source-identity", metavar="NAME", help="Sessions with this source identity.")
    @click.option("--key", metavar="KEY_ID", help="Sessions that came from this access key, likewise.")
    @wraps(command)
    def choosing(
        *given: Any,
        user: str | None,
        role: str | None,
        session_name: str | None,
        source_identity: str | None,
        key: str | None,
        **more: Any,
    ) -> None:
        names = {"--user": user, "--role": role, "--session-name": session_name, "--source-identity": source_identity}
        for option, name in names.items():
            _expect_name(option, name)
        if key is not None:
            key = _identifier(key)
        command(*given, criteria=Criteria(user, role, session_name, source_identity, key), **more)

    return choosing


def _expect_name(option: str, name: str | None) -> None:
    if name is not None and (not name or ":" in name or "/" in name):
        raise Stop(f"`{option}` takes a name alone, such as `ops`: no ARN and no path", Exit.USAGE)


def session_key(word: str) -> str:
    """Read the access key ID of a session. What is refused is never repeated: it may be a secret.

    Raises Stop.
    """
    found = _identifier(word)
    if found.startswith(LONG_TERM):
        raise Stop(
            f"{found} is a long-term key, not a session's; choose what came from it with `--key {found}`, and see "
            f"`watchword whose {found}`",
            Exit.USAGE,
        )
    if not found.startswith(TEMPORARY):
        raise Stop(
            "the access key ID of a session begins with ASIA; find it with `watchword sessions list`", Exit.USAGE
        )
    return found


def _identifier(word: str) -> str:
    from watchword.cli.whose import shapes  # noqa: PLC0415 - loaded only when used

    return shapes.identifier((word,))[0]
