"""What a person's AWS configuration says, read as the AWS SDKs read it, and without them: they take half a second.

Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files"; botocore, configloader and session.
"""

from __future__ import annotations

from collections.abc import Mapping
from configparser import Error, RawConfigParser
from dataclasses import dataclass, field
from pathlib import Path

from watchword.cli.exits import Exit, Stop

DEFAULT = "default"
FIRST = "watchword"
"""The profile that `init` writes."""
KEY_ID, SECRET, TOKEN = "aws_access_key_id", "aws_secret_access_key", "aws_session_token"

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile: what both files say of it, and what the credentials file alone says."""

    name: str
    values: Values
    credentials: Values = field(default_factory=dict)
    """The credentials file's part, whose keys go before other ways, as the config file's do not."""

    def get(self, name: str) -> str:
        """Give a setting; empty when there is none."""
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class Configuration:
    """The profiles of a person, and the sections that they name."""

    profiles: Mapping[str, Profile]
    sso_sessions: Mapping[str, Values]
    services: Mapping[str, Values]
    first: bool = False
    """Whether it is what `init` wrote in a store's directory."""

    def named(self, name: str) -> Profile:
        """Give a profile.

        Raises Stop.
        """
        if name in self.profiles:
            return self.profiles[name]
        from difflib import get_close_matches  # noqa: PLC0415 - for this error alone

        near = get_close_matches(name, self.profiles, 1)
        hint = f"did you mean `{near[0]}`? " if near else ""
        raise Stop(
            f"there is no AWS profile `{name}`; {hint}`aws configure list-profiles` tells which there are", Exit.USAGE
        )


def chosen(environ: Mapping[str, str]) -> str:
    """Give the profile that the environment names; empty for none.

    Source: botocore, session: both variables, in this order.
    """
    return environ.get("AWS_DEFAULT_PROFILE") or environ.get("AWS_PROFILE") or ""


def read(environ: Mapping[str, str]) -> Configuration:
    """Read a person's two files; what does not exist says nothing.

    Raises Stop for a file that cannot be read as one.
    """
    config = environ.get("AWS_CONFIG_FILE") or "~/.aws/config"
    credentials = environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    return read_files(Path(config), Path(credentials))


def read_first(file: Path) -> Configuration:
    """Read what `init` wrote in a store's directory.

    Raises Stop when it did not.
    """
    if not file.exists():
        raise Stop(f"`{file}` does not exist; give the directory that `watchword init` made, or a profile", Exit.USAGE)
    found = read_files(file, file)
    return Configuration(found.profiles, found.sso_sessions, found.services, first=True)


def read_files(config: Path, credentials: Path) -> Configuration:
    """Read a config file and a credentials file.

    Raises Stop.
    """
    profiles: dict[str, dict[str, str]] = {}
    sso_sessions: dict[str, Values] = {}
    services: dict[str, Values] = {}
    rooms: dict[str, dict[str, Values]] = {"sso-session": sso_sessions, "services": services}
    for section, values in _sections(config).items():
        kind, name = _titled(section)
        if kind == "profile":
            profiles[name] = dict(values)
        elif kind in rooms:
            rooms[kind][name] = values
    shared = {
        name: values for name, values in _sections(credentials).items() if name == DEFAULT or not _titled(name)[0]
    }
    for name, values in shared.items():
        profiles.setdefault(name, {}).update(values)  # Source: botocore, Session.full_config
    return Configuration(
        {name: Profile(name, values, shared.get(name, {})) for name, values in profiles.items()}, sso_sessions, services
    )


def nested(value: str) -> Values:
    """Read the indented block that stands under a setting."""
    lines = (line.partition("=") for line in value.splitlines() if line.strip())
    return {name.strip(): content.strip() for name, _, content in lines}


def _titled(section: str) -> tuple[str, str]:
    """Split a section's title into its kind and name; the kind is empty when it is none that we know."""
    if section == DEFAULT:
        return "profile", DEFAULT
    import shlex  # noqa: PLC0415 - not for those who have but the one profile that needs no title

    try:
        parts = shlex.split(section)
    except ValueError:
        return "", section
    if len(parts) == 2 and parts[0] in {"profile", "sso-session", "services"}:  # noqa: PLR2004 - a kind and a name
        return parts[0], parts[1]
    return "", section


def _sections(path: Path) -> dict[str, Values]:
    path = path.expanduser()
    parser = RawConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8"), str(path))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return {}
    except OSError as error:
        raise Stop(f"`{path}` cannot be read: {error.strerror}; see who owns it") from error
    except (Error, UnicodeDecodeError) as error:
        # a parser's own words quote the line, and a secret may stand in it
        line = getattr(error, "lineno", None) or next((number for number, _ in getattr(error, "errors", ())), None)
        where = f" near line {line}" if line else ""
        raise Stop(f"`{path}` is not a configuration file{where}; mend it in an editor") from None
    return {section: dict(parser.items(section)) for section in parser.sections()}
