"""The long-term key of a profile: where it stands, or why there is none that could be changed there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from watchword.cli.aws import Account
from watchword.cli.credentials import aws_files
from watchword.cli.credentials.aws_files import TOKEN, Files, Place
from watchword.cli.exits import Exit, Stop

DEFAULT = "default"


def files_of(account: Account) -> Files:
    """Give the files that an account's session reads."""
    found = (account.core.get_config_variable(name) for name in ("credentials_file", "config_file"))
    credentials, config = (Path(os.path.realpath(Path(os.path.expandvars(path)).expanduser())) for path in found)
    return Files(credentials, config)


def profile_of(account: Account, environ: Mapping[str, str]) -> str:
    """Give the profile whose key is in use.

    Raises Stop when the environment's key goes before it.
    """
    explicit = account.core.instance_variables().get("profile")
    if not explicit and environ.get("AWS_ACCESS_KEY_ID"):
        raise Stop(
            "AWS_ACCESS_KEY_ID in the environment goes before every profile, and cannot be changed from here; unset "
            "it, or name the profile by `--profile`",
            Exit.USAGE,
        )
    return str(account.core.get_config_variable("profile") or DEFAULT)


def place_of(where: Files, profile: str) -> Place:
    """Find the long-term key of a profile.

    Raises Stop when it has none: that of another profile may be meant.
    """
    place = aws_files.key_place(where, profile)
    values = place.values()
    if values.get(TOKEN):
        raise Stop(
            f"{place} holds temporary credentials, which end by themselves; nothing is there to rotate", Exit.USAGE
        )
    if values.get(aws_files.KEY_ID) and values.get(aws_files.SECRET):
        return place
    settings = aws_files.config_place(where, profile).values() | values
    if settings.get("source_profile"):
        source = settings["source_profile"]
        raise Stop(
            f"profile `{profile}` has no key of its own: it takes a role by the key of `{source}`. Run "
            f"`watchword keys rotate --profile {source}`",
            Exit.USAGE,
        )
    ways = [name for name in ("credential_process", "sso_session", "sso_start_url", "role_arn") if settings.get(name)]
    if ways:
        raise Stop(f"profile `{profile}` gets its credentials by {ways[0]}, not by a key in a file", Exit.USAGE)
    raise Stop(f"no access key stands in {place}; see `watchword configure list --profile {profile}`", Exit.LOGIN)
