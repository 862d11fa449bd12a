"""The endpoint that SDKs ask in a container, for one person's programs: who may ask, and what they are answered.

Order of refusals: the peer, the host by which it asks, its token, then what it asks for. Nobody without the token
learns more than that one is needed.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from watchword.cli.credentials.shapes import Credentials
from watchword.cli.exits import Exit, Stop
from watchword.cli.lending.variables import instant
from watchword.domain.secret import Secret

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PATH = "/v1/credentials"
CODES = {
    Exit.LOGIN: (HTTPStatus.FORBIDDEN, "LoginRequired"),
    Exit.DENIED: (HTTPStatus.FORBIDDEN, "AccessDenied"),
    Exit.EXPIRED: (HTTPStatus.FORBIDDEN, "ExpiredToken"),
}
UNAVAILABLE = (HTTPStatus.SERVICE_UNAVAILABLE, "CredentialsUnavailable")


class Endpoint:
    """An ASGI application that answers GET at `PATH`.

    Source: AWS SDKs and Tools Reference Guide, "Container credential provider".
    """

    def __init__(self, good: Callable[[], Awaitable[Credentials]], token: Secret, port: int) -> None:
        self._good = good
        self._token = token.reveal().encode()
        # A page elsewhere may give a name of its own this address (DNS rebinding); a browser tells that name here
        self._hosts = frozenset(f"{host}:{port}".encode() for host in ("127.0.0.1", "localhost", "[::1]"))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        from starlette.requests import Request  # noqa: PLC0415 - only where something is served

        request = Request(scope)
        response = self._refused(request) or await self._answer()
        await response(scope, receive, send)

    def _refused(self, request: Request) -> Response | None:
        if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
            return _told(HTTPStatus.FORBIDDEN, "AccessDenied", "only this machine may ask")
        hosts, tokens = _headers(request, b"host"), _headers(request, b"authorization")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return _told(HTTPStatus.FORBIDDEN, "AccessDenied", "this endpoint is not known by that host name")
        if len(tokens) != 1 or not hmac.compare_digest(tokens[0], self._token):
            return _told(
                HTTPStatus.FORBIDDEN, "AccessDenied", "the Authorization header does not hold this endpoint's token"
            )
        if request.url.path != PATH:
            return _told(HTTPStatus.NOT_FOUND, "NotFound", f"credentials are had at {PATH}")
        if request.method != "GET":
            return _told(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", "only GET is answered", Allow="GET")
        return None

    async def _answer(self) -> Response:
        from starlette.responses import JSONResponse  # noqa: PLC0415 - likewise

        try:
            answer = document(await self._good())
        except Stop as stop:
            status, code = CODES.get(Exit(stop.exit_code), UNAVAILABLE)
            return _told(status, code, stop.message)
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def document(credentials: Credentials) -> dict[str, str]:
    """Give what the endpoint answers.

    Raises Stop for any other than temporary ones: SDKs refuse an answer without a token and an end.
    """
    if credentials.session_token is None or credentials.expires_at is None:
        raise Stop(
            "an endpoint gives temporary credentials, and these are a long-term key, or nobody told until when "
            "they are good; name a role, or a profile that has one",
            Exit.USAGE,
        )
    told = {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
        "Token": credentials.session_token.reveal(),
        "Expiration": instant(credentials.expires_at),
    }
    optional = {"RoleArn": credentials.role_arn, "AccountId": credentials.account_id}
    return told | {name: value for name, value in optional.items() if value}


def _headers(request: Request, name: bytes) -> list[bytes]:
    return [value for found, value in request.headers.raw if found == name]


def _told(status: HTTPStatus, code: str, message: str, **headers: str) -> Response:
    from starlette.responses import JSONResponse  # noqa: PLC0415 - likewise

    return JSONResponse({"Code": code, "Message": message}, status, headers | {"Cache-Control": "no-store"})
