"""Access keys as they stand: in the environment, or in a profile of a person's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from watchword.cli.credentials.chains import Key
from watchword.cli.credentials.profiles import KEY_ID, SECRET, TOKEN, Profile
from watchword.cli.credentials.shapes import Credentials
from watchword.cli.exits import Exit, Stop
from watchword.domain.ids import account_of
from watchword.domain.secret import Secret


def in_environment(environ: Mapping[str, str]) -> bool:
    """Whether the environment names a key; an empty name is none.  Source: botocore, EnvProvider."""
    return bool(environ.get(KEY_ID.upper()))


def of_environment(environ: Mapping[str, str]) -> Key:
    """Read the environment's key.

    Raises Stop.
    """
    key = _key({name: environ.get(name.upper(), "") for name in (KEY_ID, SECRET, TOKEN)}, "the environment")
    ends = _instant(environ.get("AWS_CREDENTIAL_EXPIRATION", ""))
    return key if key.lasting else replace(key, credentials=replace(key.credentials, expires_at=ends))


def of_profile(profile: Profile) -> Key:
    """Read a profile's key; the one in the credentials file goes first.

    Raises Stop.
    """
    values = profile.credentials if KEY_ID in profile.credentials else profile.values
    return replace(_key(values, f"profile `{profile.name}`"), mfa_serial=profile.get("mfa_serial"))


def account_in(key_id: str) -> str:
    """Give the account number in an access key's id; empty when it carries none."""
    try:
        return account_of(key_id)
    except ValueError:
        return ""


def _key(values: Mapping[str, str], place: str) -> Key:
    key_id, secret, token = (values.get(name, "").strip() for name in (KEY_ID, SECRET, TOKEN))
    if not key_id or not secret:
        raise Stop(f"{place} has half of an access key; give `{KEY_ID}` and `{SECRET}`, or neither", Exit.LOGIN)
    credentials = Credentials(key_id, Secret(secret), Secret(token) if token else None, account_id=account_in(key_id))
    return Key(credentials, place=place)


def _instant(text: str) -> float | None:
    """Read when a session ends; what is no instant says nothing."""
    from datetime import datetime  # noqa: PLC0415 - only where a session stands in the environment

    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None
