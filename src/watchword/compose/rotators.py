"""Programs elsewhere that rotate secrets: which there are, and how they are called."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Iterable, Mapping
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from watchword.compose.keys import CannotRun
from watchword.services.issuers.certificates import trusting
from watchword.services.issuers.cutoff import Cutoff
from watchword.settings import Settings

STEP_SECONDS = 60.0
"""How long a rotator may take for one step."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}|arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}", re.ASCII)


class RotatorFailed(Exception):  # noqa: N818 - told by what is wrong
    """A rotator did not do a step. Of what it answered nothing is told but the status: it might hold a secret."""


class Place(NamedTuple):
    """Where a rotator is called."""

    secure: bool
    host: str
    port: int
    path: str


def registered(settings: Settings) -> Mapping[str, str]:
    """Read the rotators of the settings: their addresses, by name or ARN.

    Raises CannotRun.
    """
    text = settings.rotators.strip()
    if not text:
        return {}
    found = dict(_listed(text)) if "=" in text and not Path(text).is_file() else _filed(Path(text))
    for name, url in found.items():
        if _NAME.fullmatch(name) is None:
            raise CannotRun(f"`{name}` is no name of a rotator: write letters, digits, - and _, or a Lambda ARN")
        place_of(url)
    return found


def place_of(url: str) -> Place:
    """Take the address of a rotator apart.

    Raises CannotRun.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CannotRun(f"`{url}` is no address of a rotator") from error
    host, secure = parts.hostname or "", parts.scheme == "https"
    if not host or parts.username is not None or parts.fragment or not url.isascii() or not url.isprintable():
        raise CannotRun(f"`{url}` is no address of a rotator: write https://host/path")
    if not secure and not (parts.scheme == "http" and _on_this_machine(host)):
        raise CannotRun(f"the rotator at `{url}` must be called over https, unless it is on this machine")
    return Place(
        secure, host, port or (443 if secure else 80), (parts.path or "/") + (parts.query and f"?{parts.query}")
    )


class Calls:
    """Calls rotators, each call for so long at most; all that are under way can be cut off at once."""

    def __init__(self, settings: Settings) -> None:
        self._trust = trusting(settings.oidc_ca_file)
        self._open: set[Cutoff] = set()
        self._lock = threading.Lock()

    def call(self, url: str, event: Mapping[str, str]) -> None:
        """Have a rotator do one step. Not for the event loop.

        Raises RotatorFailed.
        """
        place = place_of(url)
        with Cutoff(STEP_SECONDS) as cutoff:
            with self._lock:
                self._open.add(cutoff)
            try:
                status = self._status(place, msgspec.json.encode(event), cutoff)
            except (OSError, HTTPException) as error:
                raise RotatorFailed(f"no answer from the rotator at {place.host}") from error
            finally:
                with self._lock:
                    self._open.discard(cutoff)
        if not 200 <= status < 300:  # noqa: PLR2004 - what succeeds
            raise RotatorFailed(f"the rotator at {place.host} answers {status}")

    def cut(self) -> None:
        """Cut off the calls that are under way."""
        with self._lock:
            for cutoff in self._open:
                cutoff.cut()

    def _status(self, place: Place, body: bytes, cutoff: Cutoff) -> int:
        with cutoff.connect(place.host, place.port) as raw:
            connection = HTTPConnection(place.host, place.port)
            connection.sock = self._trusted(raw, place)
            told = {"Content-Type": "application/json", "User-Agent": "watchword", "Connection": "close"}
            connection.request("POST", place.path, body, told)
            answer = connection.getresponse()
            connection.close()
            return answer.status

    def _trusted(self, raw: object, place: Place) -> ssl.SSLSocket:
        return self._trust.wrap_socket(raw, server_hostname=place.host) if place.secure else raw  # type: ignore[arg-type,return-value] # sockets alike


def _listed(text: str) -> Iterable[tuple[str, str]]:
    for part in filter(None, map(str.strip, text.split(","))):
        name, _, url = part.partition("=")
        yield name.strip(), url.strip()


def _filed(path: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except OSError as error:
        raise CannotRun(f"the rotators in `{path}` cannot be read: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise CannotRun(f"the rotators in `{path}` cannot be read: write an object of names and addresses") from error


def _on_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
