"""Kept connections to an authority, each to a known worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.support.polling import until
from tests.support.processes import stopped, workers
from tests.support.wire import FORM, VERSIONS, Answer


class Line:
    """One connection that signs what it sends; made anew when it breaks. For one thread."""

    def __init__(self, endpoint: str, credentials: Mapping[str, str]) -> None:
        parts = urlsplit(endpoint)
        self.endpoint = endpoint
        self._signer = credentials_of(credentials)
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    def ask(self, service: str, action: str, credentials: Mapping[str, str] | None = None, /, **more: str) -> Answer:
        """Send a signed query request. Raises what the connection raises; then the next one makes it anew."""
        body = urlencode({"Action": action, "Version": VERSIONS[service], **more}).encode()
        return self.post(service, body, {"Content-Type": FORM}, credentials)

    def json(self, service: str, target: str, body: bytes = b"{}") -> Answer:
        """Send a signed json request."""
        return self.post(service, body, {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target})

    def post(
        self, service: str, body: bytes, headers: Mapping[str, str], credentials: Mapping[str, str] | None = None
    ) -> Answer:
        request = AWSRequest("POST", self.endpoint + "/", dict(headers), body)
        signer = credentials_of(credentials) if credentials else self._signer
        SigV4Auth(signer, service, "us-east-1").add_auth(request)
        return self._exchange("POST", "/", dict(request.headers.items()), body)

    def get(self, path: str) -> Answer:
        """Send an unsigned GET."""
        return self._exchange("GET", path, {}, b"")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _exchange(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        except BaseException:
            self._connection.close()
            raise


def credentials_of(given: Mapping[str, str]) -> Credentials:
    """Make botocore's credentials of what CreateAccessKey or an STS operation answered."""
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given.get("SessionToken"))


def first_key(authority: Any) -> dict[str, str]:
    """Give the administrator's key as CreateAccessKey would have answered it."""
    return {"AccessKeyId": authority.access_key_id, "SecretAccessKey": authority.secret_access_key}


def line(authority: Any) -> Line:
    """Make a connection that signs as the administrator."""
    return Line(authority.endpoint, first_key(authority))


@contextmanager
def line_to_each_worker(authority: Any, count: int = 2) -> Iterator[list[Line]]:
    """Make one connection to each worker: the others are held still while it is accepted."""
    mine = sorted(until(lambda: _all_of(authority, count), within=30))
    with ExitStack() as lines:
        made = []
        for worker in mine:
            made.append(lines.enter_context(line(authority)))
            with stopped(set(mine) - {worker}):
                assert made[-1].get("/health/live").status == 200
        yield made


def _all_of(authority: Any, count: int) -> set[int]:
    found = workers(authority.process.pid)
    return found if len(found) == count else set()
