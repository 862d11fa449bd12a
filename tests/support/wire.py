"""Requests made by hand: signed by botocore, then sent as the bytes that a test wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FORM = "application/x-www-form-urlencoded; charset=utf-8"
VERSIONS = {"sts": "2011-06-15", "iam": "2010-05-08"}


@dataclass(slots=True)
class Raw:
    """One request as it will be sent."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    _tree: Any = field(default=None, repr=False)

    def text(self, name: str) -> str | None:
        """Give the text of the first XML element of this name, whatever its namespace."""
        found = next((e for e in ET.fromstring(self.body).iter() if e.tag.rpartition("}")[2] == name), None)
        return None if found is None else found.text

    @property
    def credentials(self) -> dict[str, str]:
        """The credentials in it."""
        return {name: self.text(name) or "" for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")}

    @property
    def code(self) -> str | None:
        return self.text("Code")

    @property
    def message(self) -> str | None:
        return self.text("Message")


def signed(
    authority: Any,
    service: str,
    parameters: Mapping[str, str] | None = None,
    *,
    credentials: Mapping[str, str] | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    at: datetime | None = None,
    region: str = "us-east-1",
    scope: str | None = None,
) -> Raw:
    """Sign a query request as botocore would; `credentials` as CreateAccessKey answers them."""
    content = urlencode({"Version": VERSIONS[service], **(parameters or {})}).encode() if body is None else body
    request = AWSRequest("POST", authority.endpoint + "/", {"Content-Type": FORM, **(headers or {})}, content)
    with _clock(at):
        SigV4Auth(_credentials(authority, credentials), scope or service, region).add_auth(request)
    sent = [
        ("Host", urlsplit(authority.endpoint).netloc),
        *((name, str(value)) for name, value in request.headers.items()),
    ]
    return Raw("POST", "/", sent, content)


def presigned(
    authority: Any,
    service: str,
    parameters: Mapping[str, str],
    *,
    credentials: Mapping[str, str] | None = None,
    expires: int = 60,
    at: datetime | None = None,
) -> Raw:
    """Presign a GET request as botocore would."""
    query = urlencode({"Version": VERSIONS[service], **parameters})
    request = AWSRequest("GET", f"{authority.endpoint}/?{query}")
    with _clock(at):
        SigV4QueryAuth(_credentials(authority, credentials), service, "us-east-1", expires).add_auth(request)
    parts = urlsplit(str(request.url))
    return Raw("GET", f"{parts.path}?{parts.query}", [("Host", parts.netloc)], b"")


def send(authority: Any, raw: Raw) -> Answer:
    """Send a request and give the answer."""
    parts = urlsplit(authority.endpoint)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.putrequest(raw.method, raw.target, skip_host=True, skip_accept_encoding=True)
        for name, value in raw.headers:
            connection.putheader(name, value)
        if not any(name.lower() == "content-length" for name, _ in raw.headers):
            connection.putheader("Content-Length", str(len(raw.body)))
        connection.endheaders(raw.body)
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def _credentials(authority: Any, given: Mapping[str, str] | None) -> Credentials:
    if given is None:
        return Credentials(authority.access_key_id, authority.secret_access_key)
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given.get("SessionToken"))


def _clock(at: datetime | None) -> Any:
    """Botocore's signer takes no clock: the one place where a test has to reach into it."""
    moment = at or datetime.now(UTC)
    return patch("botocore.auth.get_current_datetime", lambda **_: moment.replace(tzinfo=None))
