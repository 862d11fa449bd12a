"""Requests signed by botocore, the oracle, and the whole verification in one call."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from watchword.crypto.sigv4 import STANDARD, Claim, Rules, check_claim, derive, read_claim, verify
from watchword.domain.http import Header, HttpRequest
from watchword.domain.secret import Secret

KEY_ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SERVICE, REGION = "sts", "us-east-1"
HOST = "127.0.0.1:4567"


def by_header(
    method: str = "POST",
    target: str = "/",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    token: str | None = None,
    *,
    signer: type[SigV4Auth] = SigV4Auth,
) -> HttpRequest:
    """Sign in header form."""
    request = AWSRequest(method=method, url=f"http://{HOST}{target}", data=body)
    for name, value in headers:
        request.headers.add_header(name, value)
    signer(Credentials(KEY_ID, SECRET, token), SERVICE, REGION).add_auth(request)
    return _sent(request, body)


def by_query(
    method: str = "GET",
    target: str = "/",
    headers: tuple[tuple[str, str], ...] = (),
    token: str | None = None,
    *,
    expires: int = 3600,
    signer: type[SigV4QueryAuth] = SigV4QueryAuth,
) -> HttpRequest:
    """Presign."""
    request = AWSRequest(method=method, url=f"http://{HOST}{target}")
    for name, value in headers:
        request.headers.add_header(name, value)
    signer(Credentials(KEY_ID, SECRET, token), SERVICE, REGION, expires=expires).add_auth(request)
    return _sent(request, b"")


def _sent(request: AWSRequest, body: bytes) -> HttpRequest:
    parts = urlsplit(str(request.url))
    headers = [(name.lower().encode(), value.encode()) for name, value in request.headers.items()]
    headers.append((b"host", HOST.encode()))
    return HttpRequest(str(request.method), parts.path.encode(), parts.query.encode(), headers, body)


def with_header(request: HttpRequest, name: bytes, value: bytes | None) -> HttpRequest:
    """Give the request with a header replaced, added, or (for None) left out."""
    kept: list[Header] = [header for header in request.headers if header[0] != name]
    return replace(request, headers=kept if value is None else [*kept, (name, value)])


def check(request: HttpRequest, rules: Rules = STANDARD, *, at: float | None = None, secret: str = SECRET) -> Claim:
    """Verify a request at its own signing time, or `at`.

    Raises Refusal.
    """
    claim = read_claim(request, rules)
    check_claim(claim, services=SERVICE, regions=REGION, now=claim.timestamp if at is None else at)
    verify(claim, request, derive(Secret(secret), date=claim.date, region=claim.region, service=claim.service))
    return claim
