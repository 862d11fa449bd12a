"""Passwords and channels' URLs: taken from where the rules say that they stand, held hidden, and told in no error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from watchword.domain.secret import Secret
from watchword.rotation.telling.faults import Undelivered


def protected(variable: str, file: str, environment: Mapping[str, str]) -> Secret:
    """Read what stands in an environment variable, or else in a file. Raises Undelivered, where there is nothing."""
    if variable:
        found = environment.get(variable, "")
        where = f"the environment variable `{variable}`"
    else:
        where = f"`{file}`"
        try:
            found = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise Undelivered(f"{where} cannot be read: {reason}", all_of_it=True) from None
    if not found:
        raise Undelivered(f"{where} is empty or not set", all_of_it=True)
    return Secret(found)


def scrubbed(text: str, *secrets: Secret | None) -> str:
    """Take secrets out of a text."""
    for secret in secrets:
        if secret is not None:
            text = text.replace(secret.reveal(), "…")
    return text
