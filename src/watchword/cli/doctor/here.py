"""What can be seen on this machine alone: files and who may read them, the environment, the profile, the store."""

from __future__ import annotations

import platform
import re
import shlex
import stat
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

from watchword.cli.credentials import aws_files, places, profiles, store
from watchword.cli.credentials.aws_files import KEY_ID, OTHERS, SECRET, Files
from watchword.cli.credentials.cache import Cache
from watchword.cli.credentials.profiles import Profile
from watchword.cli.doctor.checks import Findings
from watchword.cli.exits import Stop
from watchword.cli.lending import variables

OTHER_SHELLS = ("AWS_VAULT", "AWSUME_PROFILE", "GRANTED_SESSION")
"""Variables by which other tools mark a shell of theirs."""


def versions(found: Findings) -> None:
    """Tell what runs."""
    parts = (f"{name} {version(name)}" for name in ("watchword", "botocore", "boto3"))
    found.ok("versions", f"{', '.join(parts)}, Python {platform.python_version()}")


def files(found: Findings, where: Files) -> None:
    """Look whether the two files can be read as AWS's tools do, and by whom."""
    for check, path in (("config file", where.config), ("credentials file", where.credentials)):
        with found.told(check):
            sections = aws_files.read(path)
            secret = check == "credentials file" or any(SECRET in values for values in sections.values())
            if not path.exists():
                found.note(check, f"{path} does not exist", "`watchword configure` makes it")
            elif secret and path.is_file() and _mode(path) & OTHERS:
                found.problem(check, f"{path} can be read by others (mode {_mode(path):04o})", f"`chmod 600 {path}`")
            else:
                found.ok(check, f"{path}, {len(sections)} sections")


def private_files(found: Findings, where: Files, home: Path) -> None:
    """Look who may read private keys that profiles name, and what is kept in the state directory."""
    named = list(_private_keys(where))
    kept = [path for path in home.rglob("*") if path.is_file()] if home.is_dir() else []
    for path in named:
        if not path.exists():
            found.problem(
                "private key", f"{path} does not exist", "see the profile whose `credential_process` names it"
            )
    wide = [path for path in (*named, *kept, home) if path.exists() and _mode(path) & OTHERS]
    for path in wide:
        right = "700" if path.is_dir() else "600"
        found.problem(
            "private files", f"{path} can be read by others (mode {_mode(path):04o})", f"`chmod {right} {path}`"
        )
    if not wide:
        found.ok("private files", f"{len(named)} private keys and {home}: for their owner alone")


def _private_keys(where: Files) -> Iterator[Path]:
    """Find the key files that helpers are given.  Source: IAM Roles Anywhere User Guide, credential helper."""
    for path in dict.fromkeys((where.config, where.credentials)):
        for values in _read(path).values():
            words = _words(values.get("credential_process", ""))
            yield from (Path(key).expanduser() for flag, key in pairwise(words) if flag == "--private-key")


def environment(found: Findings, environ: Mapping[str, str]) -> None:
    """Look for variables that go before a profile, and for halves of a key."""
    key, secret, token = (environ.get(name, "") for name in variables.CARRYING[:3])
    named = profiles.chosen(environ)
    if bool(key) != bool(secret):
        there = variables.CARRYING[0 if key else 1]
        found.problem("environment", f"{there} is set without its other half", f"set both, or `unset {there}`")
    elif token and not key:
        found.problem("environment", "AWS_SESSION_TOKEN is set without a key", "`unset AWS_SESSION_TOKEN`")
    elif key.startswith("ASIA") and not token:
        found.problem("environment", "a temporary key is set without AWS_SESSION_TOKEN", "set it, or `unset` the key")
    elif key and variables.ROLE not in environ:
        over = f", and goes before profile `{named}`" if named else ""
        found.note("environment", f"AWS_ACCESS_KEY_ID is set{over}", "`unset AWS_ACCESS_KEY_ID` to use the profile")
    if (
        environ.get("AWS_PROFILE")
        and environ.get("AWS_DEFAULT_PROFILE", environ["AWS_PROFILE"]) != environ["AWS_PROFILE"]
    ):
        found.note(
            "environment", "AWS_DEFAULT_PROFILE goes before AWS_PROFILE, and differs", "`unset AWS_DEFAULT_PROFILE`"
        )
    if environ.get("AWS_ENDPOINT_URL"):
        found.note("environment", f"AWS_ENDPOINT_URL is set: {environ['AWS_ENDPOINT_URL']}")
    if not any(row.check == "environment" for row in found.rows):
        found.ok("environment", "nothing goes before the profile")


def shell(found: Findings, environ: Mapping[str, str], now: float) -> None:
    """Tell whose credentials a shell has, and whether they are over."""
    other = next((name for name in OTHER_SHELLS if environ.get(name)), None)
    if variables.ROLE not in environ:
        if other:
            found.note("shell", f"inside a shell of another tool: {other}={environ[other]}", "`exit` leaves it")
        return
    role, until = environ[variables.ROLE], environ.get("AWS_SESSION_EXPIRATION", "")
    if until and _instant(until) <= now:
        found.problem(
            "shell", f"the credentials of `{role}` in this shell ended at {until}", "`exit`, or `watchword unset`"
        )
    else:
        found.note("shell", f"inside a shell with the credentials of `{role}`", "`exit` leaves it")


def profile(found: Findings, where: Files, name: str) -> Profile | None:
    """Look whether a profile is there, and all that it names; gives it."""
    known: Mapping[str, Profile] = {}
    with found.told("profile"):
        known = profiles.read_files(where.config, where.credentials).profiles
        _look(found, known, name)
    return known.get(name)


def _look(found: Findings, known: Mapping[str, Profile], name: str) -> None:
    source = known[name].get("source_profile") if name in known else ""
    if name not in known and name == profiles.DEFAULT:
        found.note("profile", "no profile is named, and there is no `default` one", "`watchword configure`")
    elif name not in known:
        there = ", ".join(sorted(known)) or "none"
        found.problem("profile", f"there is no `{name}`; there are: {there}", f"`watchword configure --profile {name}`")
    elif source and source not in known:
        lacking = f"`{name}` names source_profile `{source}`, which is not there"
        found.problem("profile", lacking, f"`watchword configure --profile {source}`")
    else:
        found.ok("profile", f"`{name}`, by {_way(known[name])}")


def _way(found: Profile) -> str:
    """Say how a profile gets credentials."""
    for name in ("role_arn", "sso_session", "sso_start_url"):
        if found.get(name):
            return f"{name} {found.get(name)}"
    if found.credentials.get(KEY_ID):
        return "a key in the credentials file"
    return (
        "credential_process"
        if found.get("credential_process")
        else "a key in the config file"
        if found.get(KEY_ID)
        else "settings alone"
    )


def kept(found: Findings, where: Files, environ: Mapping[str, str], now: float) -> None:
    """Tell where secrets are kept, and whether a kept session has outlived the key that it came from."""
    with found.told("store"):
        opened = store.opened(environ, tell=lambda _text: None)
        told = opened.describe()
        found.ok("store", f"{told.kind}: {told.where}; {told.why}")
        sessions = list(Cache(opened).every())
        known = {*aws_files.holders(where), environ.get("AWS_ACCESS_KEY_ID", "")}
        over = sum((each.credentials.expires_at or now) <= now for each in sessions)
        orphans = sum(bool(each.issuer) and each.issuer not in known for each in sessions)
        words = f"{len(sessions)} kept, {over} of them over"
        if orphans:
            found.note(
                "sessions", f"{words}; {orphans} came from keys that no profile here holds", "they end by themselves"
            )
        else:
            found.ok("sessions", words)


def state_home(environ: Mapping[str, str]) -> Path:
    """Give the directory of a person's state."""
    return places.home(environ)


def _instant(text: str) -> float:
    try:
        return datetime.fromisoformat(re.sub("Z$", "+00:00", text)).timestamp()
    except ValueError:
        return time.time() + 1


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return []


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        return aws_files.read(path)
    except Stop:
        return {}  # told by `files`


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
