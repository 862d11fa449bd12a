"""What a profile has, and what a person wants it to have: asked for as `aws configure` does, secrets unseen."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import click

from watchword.cli.credentials.aws_files import KEY_ID, SECRET
from watchword.cli.exits import Exit, Stop
from watchword.cli.keys.signing import Pair
from watchword.domain.secret import Secret

MASK = "*" * 16
SHAPE = re.compile(r"[!-~]{1,128}")
SECRET_LENGTH = 40
SETTINGS = {
    "region": "Default region name",
    "output": "Default output format",
    "endpoint_url": "Endpoint URL, if not AWS",
}
NOT_SET = "None"
AWS = "aws"
"""Typed as an endpoint: AWS itself."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a profile is to have: a key, or none for the one that it has; and settings that change."""

    pair: Pair | None
    settings: Mapping[str, str | None]


def asked(given: Mapping[str, str | None], had: Mapping[str, str]) -> Wanted:
    """Ask for what was not given; an empty answer keeps what there was.

    Raises Stop.
    """
    key_id = given.get(KEY_ID) or _prompt("AWS Access Key ID", masked(had.get(KEY_ID))) or had.get(KEY_ID, "")
    pair = _pair(key_id, had) if key_id else None
    settings = {
        name: given.get(name) or _prompt(label, had.get(name) or NOT_SET) or had.get(name)
        for name, label in SETTINGS.items()
    }
    return Wanted(pair, changed(settings, had))


def read(given: Mapping[str, str | None], had: Mapping[str, str]) -> Wanted:
    """Take the secret from standard input, and ask nothing.

    Raises Stop.
    """
    key_id = given.get(KEY_ID) or had.get(KEY_ID, "")
    if not key_id:
        raise Stop("whose secret is it? Add `--access-key-id`", Exit.USAGE)
    secret = sys.stdin.readline().strip()
    return Wanted(checked(key_id, secret), changed(given, had))


def changed(settings: Mapping[str, str | None], had: Mapping[str, str]) -> dict[str, str | None]:
    """Give the settings that differ from what there was; `aws` as an endpoint takes the line out."""
    wanted = {name: settings.get(name) for name in SETTINGS if settings.get(name)}
    told = {name: None if name == "endpoint_url" and value == AWS else value for name, value in wanted.items()}
    return {name: value for name, value in told.items() if value != had.get(name)}


def checked(key_id: str, secret: str) -> Pair:
    """See that a key looks like one.

    Raises Stop, without a word of what was given.
    """
    if len(key_id) == SECRET_LENGTH and not key_id.startswith("AKIA"):
        raise Stop("that looks like a secret access key in the place of the key's id; give the id, `AKIA…`", Exit.USAGE)
    if key_id.startswith("ASIA"):
        raise Stop(
            "that is a temporary key, good only with its session token and not for long; let `watchword exec` or "
            "`watchword credential-process` get such keys when they are needed",
            Exit.USAGE,
        )
    if not SHAPE.fullmatch(key_id) or not SHAPE.fullmatch(secret):
        raise Stop(
            "a key's id and secret are words of letters, digits and signs; see that each was given whole", Exit.USAGE
        )
    return Pair(key_id, Secret(secret))


def masked(text: str | None) -> str:
    """Show the end of a key's id, as `aws configure` does."""
    return f"{MASK}{text[-4:]}" if text else NOT_SET


def _pair(key_id: str, had: Mapping[str, str]) -> Pair | None:
    """Ask for the secret; a key that stays may keep its own."""
    own = had.get(SECRET) if key_id == had.get(KEY_ID) else None
    secret = _prompt("AWS Secret Access Key", MASK if own else NOT_SET, hidden=True)
    if not secret and not own:
        raise Stop("another key has another secret: give both", Exit.USAGE)
    return checked(key_id, secret or own or "")


def _prompt(label: str, shown: str, *, hidden: bool = False) -> str:
    text: str = click.prompt(f"{label} [{shown}]", default="", show_default=False, hide_input=hidden, err=True)
    return text.strip()
