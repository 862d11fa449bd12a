"""The sections that say where the tool works and whom it tells."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from watchword.rotation.rules import checks
from watchword.rotation.rules.shapes import Aws, Channel, Owners, Reporting, Ses, Smtp, Telling, Tls
from watchword.rotation.rules.sheet import Section

FORMATS = ("html", "csv", "json", "sarif", "ocsf")


def aws(section: Section) -> Aws:
    """Read how the tool signs in, and which accounts it looks after."""
    default = Aws()
    accounts: tuple[str, ...] = ()
    if section.raw("accounts") != "organization":
        accounts = section.texts("accounts", check=checks.account_number)
        if section.has("accounts") and not accounts:
            section.wrong("accounts", 'must be "organization" or a list of account numbers')
    read = Aws(
        profile=section.text("profile"),
        endpoint_url=section.text("endpoint_url", check=checks.url),
        region=section.text("region", check=checks.region),
        role_name=section.text("role_name", default.role_name, checks.role_name),
        role_path=section.text("role_path", default.role_path, checks.role_path),
        external_id=section.text("external_id", check=checks.external_id),
        session_name=section.text("session_name", default.session_name, checks.session_name),
        assume_in_management=bool(section.truth("assume_in_management")),
        accounts=accounts,
        units=section.texts("units", check=checks.unit),
        account_tags=section.pairs("account_tags"),
        skip=section.texts("skip", check=checks.account_number),
        concurrency=section.whole("concurrency", default.concurrency, 1, 256),
        calls_per_second=section.number("calls_per_second", default.calls_per_second, 0.1, 1000),
    )
    section.end()
    return read


def owners(section: Section, channels: Mapping[str, Channel]) -> Owners:
    """Read how a key's owner is found."""
    default, told = Owners(), checks.told(channels)
    contact, people = section.truth("account_contact"), section.section("map")
    read = Owners(
        tags=section.texts("tags", default.tags, checks.tag_name),
        map={name: people.texts(name, check=told) for name in people.values},
        account_contact=default.account_contact if contact is None else contact,
        fallback=section.texts("fallback", check=told),
    )
    section.end()
    return read


def telling(section: Section, directory: Path) -> Telling:
    """Read how people are told; files are named as seen from `directory`."""
    default, channels = Telling(), _channels(section.section("channels"), directory)
    smtp, ses = section.section("smtp"), section.section("ses")
    read = Telling(
        sender=section.text("from", check=_sender),
        admins=section.texts("admins", check=checks.told(channels)),
        smtp=_smtp(smtp, directory) if section.has("smtp") else None,
        ses=_ses(ses) if section.has("ses") else None,
        channels=channels,
        templates=_directory(section, "templates", directory),
        attempts=section.whole("attempts", default.attempts, 1, 100),
    )
    section.end()
    if read.smtp and read.ses:
        section.wrong("ses", "and `tell.smtp` cannot both be given: mail goes one way")
    if (read.smtp or read.ses) and not read.sender and not section.has("from"):
        section.wrong("from", "must be given where mail is sent")
    return read


def report(section: Section, directory: Path) -> Reporting:
    """Read what a scheduled run writes."""
    default = Reporting()
    bands = section.raw("bands")
    if bands is not None and not _ascending(bands):
        section.wrong("bands", "must be whole numbers of days, each larger than the one before")
        bands = None
    one_of = checks.like("|".join(FORMATS), f"one of {', '.join(FORMATS)}")
    read = Reporting(
        directory=_directory(section, "directory", directory),
        formats=section.texts("formats", default.formats, one_of),
        title=section.text("title", default.title),
        bands=default.bands if bands is None else tuple(bands),
    )
    section.end()
    return read


def _smtp(section: Section, directory: Path) -> Smtp:
    tls = section.choice("tls", Tls) or Tls.STARTTLS
    read = Smtp(
        host=section.text("host", check=checks.host),
        port=section.whole("port", 465 if tls is Tls.TLS else 587, 1, 65535),
        tls=tls,
        ca_file=_file(section, "ca_file", directory),
        user=section.text("user"),
        password_env=section.text("password_env", check=checks.variable),
        password_file=_file(section, "password_file", directory),
        timeout=section.number("timeout", 30, 1, 600),
    )
    if section.has("password"):
        section.taken.add("password")
        section.wrong("password", "does not belong in this file: name `password_env` or `password_file`")
    section.end()
    if not section.has("host"):
        section.wrong("host", "must be given")
    if bool(read.user) != bool(read.password_env or read.password_file):
        section.wrong("user", "and one of `password_env` and `password_file` belong together")
    if read.user and read.tls is Tls.NONE:
        section.wrong("tls", "must not be `none` where there is a login: it would be sent in the clear")
    return read


def _ses(section: Section) -> Ses:
    read = Ses(section.text("region", check=checks.region), section.text("configuration_set"))
    section.end()
    return read


def _channels(section: Section, directory: Path) -> dict[str, Channel]:
    channels = {}
    for name in section.values:
        inner = section.section(name)
        channel = Channel(name, inner.text("url_env", check=checks.variable), _file(inner, "url_file", directory))
        if inner.has("url"):
            inner.taken.add("url")
            inner.wrong("url", "is a secret and does not belong in this file: name `url_env` or `url_file`")
        elif inner.has("url_env") == inner.has("url_file"):
            inner.wrong("url_env", "or `url_file` must be given, and not both")
        if not name.isprintable() or not name or "@" in name or " " in name:
            section.wrong(name, "is no name for a channel: no blanks, no `@`")
        inner.end()
        channels[name] = channel
    return channels


def _sender(text: str) -> str:
    address = text.rpartition("<")[2].removesuffix(">") if text.endswith(">") else text
    if not text.isprintable():
        return "must be one line"
    return checks.told(())(address) and f"must be a mail address, or `Name <address>`, and is `{text}`"


def _file(section: Section, key: str, directory: Path) -> str:
    text = section.text(key)
    return str(directory / text) if text else ""


def _directory(section: Section, key: str, directory: Path) -> Path | None:
    text = section.text(key)
    return directory / text if text else None


def _ascending(bands: object) -> bool:
    return (
        isinstance(bands, list)
        and bool(bands)
        and all(isinstance(one, int) and not isinstance(one, bool) and one > 0 for one in bands)
        and all(one < after for one, after in pairwise(bands))
    )
