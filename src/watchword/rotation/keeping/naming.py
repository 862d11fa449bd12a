"""How a user's secret is named, whatever characters the user's name has."""

from __future__ import annotations

import re

_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_+=.@-]")
"""Source: Secrets Manager API, CreateSecret: letters, digits and `/_+=.@-`. IAM allows `,` in a user's name beside."""


def secret_name(template: str, account: str, user: str) -> str:
    """Name the secret of a user. Two users of an account never share one.

    What a secret's name may not hold becomes `/` and two hexadecimal digits a byte: no user's name has a `/`.
    """
    return template.replace("{account}", account).replace("{user}", _NOT_ALLOWED.sub(_escaped, user))


def user_of(name: str, template: str, account: str) -> str:
    """Read the user's name out of a secret's name.

    Raises ValueError when the name was not made from the template.
    """
    before, _, after = template.replace("{account}", account).partition("{user}")
    if not (name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)):
        msg = f"`{name}` is not named by `{template}`"
        raise ValueError(msg)
    escaped = name[len(before) : len(name) - len(after)].encode()
    return re.sub(rb"/([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), escaped).decode()


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"/{byte:02X}" for byte in found[0].encode())
