"""The instance metadata endpoint, version 2 (and 1 only where asked for): paths, tokens, refusals.

Source: EC2 User Guide, "Use the Instance Metadata Service to access instance metadata"; what AWS's SDKs send.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from watchword.agent import documents
from watchword.agent.credentials import Credentials, NotHad, Trouble
from watchword.agent.documents import Machine, document, text
from watchword.agent.guard import Guard
from watchword.agent.keeper import Keeper
from watchword.agent.session_tokens import SessionTokens
from watchword.agent.tally import Outcome, Tally

log = structlog.get_logger()

ENDPOINT = "imds"
TOKEN_PATH = "/latest/api/token"  # noqa: S105 - a path
ROLES = "/latest/meta-data/iam/security-credentials"
TOKEN_HEADER = "x-aws-ec2-metadata-token"  # noqa: S105 - a header's name
TTL_HEADER = "x-aws-ec2-metadata-token-ttl-seconds"
TTL = re.compile(r"[0-9]{1,5}")
LONGEST_TTL = 21_600
"""Seconds, six hours."""

Answer = tuple[Outcome, Response]


class Metadata:
    """The ASGI application of one machine's metadata endpoint."""

    def __init__(
        self,
        keeper: Keeper,
        machine: Machine,
        tokens: SessionTokens,
        guard: Guard,
        tally: Tally,
        *,
        clock: Callable[[], float],
        v1: bool = False,
    ) -> None:
        self._keeper, self._machine, self._tokens = keeper, machine, tokens
        self._guard, self._tally, self._clock, self._v1 = guard, tally, clock, v1
        self._told: dict[str, Callable[[], Awaitable[Answer]]] = {
            ROLES: self._role,
            "/latest/meta-data/iam/info": self._info,
            "/latest/meta-data/instance-id": self._fact(machine.instance_id),
            "/latest/meta-data/placement/region": self._fact(machine.region),
            "/latest/meta-data/placement/availability-zone": self._fact(machine.availability_zone),
            "/latest/dynamic/instance-identity/document": self._identity,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        outcome, response = await self._answer(Request(scope))
        self._tally.note(ENDPOINT, outcome)
        if outcome in (Outcome.STRANGER, Outcome.FORWARDED):
            log.warning("a request was refused", endpoint=ENDPOINT, outcome=outcome)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        """Refuse strangers before all else, then begin a session, then ask for its token before anything is told."""
        if not self._guard.lets_in(request):
            return Outcome.STRANGER, text("Forbidden", 403)
        path = str(request.scope["path"]).removesuffix("/")
        if path == TOKEN_PATH:
            return self._begin(request)
        if request.method not in {"GET", "HEAD"}:
            return _not_allowed("GET, HEAD")
        if not self._may_read(request):
            return Outcome.UNAUTHENTICATED, text("Unauthorized", 401)
        return await self._tell(path)

    async def _tell(self, path: str) -> Answer:
        if path in self._told:
            return await self._told[path]()
        if path.startswith(f"{ROLES}/"):
            return await self._credentials(path.removeprefix(f"{ROLES}/"))
        return _not_found()

    def _begin(self, request: Request) -> Answer:
        """Give a session token. Not through a proxy, which would pass it on to whoever stands behind it."""
        if request.method != "PUT":
            return _not_allowed("PUT")
        if "x-forwarded-for" in request.headers:
            return Outcome.FORWARDED, text("Bad Request", 400)
        given = request.headers.getlist(TTL_HEADER)
        if len(given) != 1 or not TTL.fullmatch(given[0]) or not 1 <= int(given[0]) <= LONGEST_TTL:
            return Outcome.BAD_REQUEST, text("Bad Request", 400)
        response = text(self._tokens.mint(self._clock(), int(given[0])))
        response.headers[TTL_HEADER] = str(int(given[0]))  # the SDK for Go keeps the token for as long as this says
        return Outcome.TOKEN, response

    def _may_read(self, request: Request) -> bool:
        given = request.headers.getlist(TOKEN_HEADER)
        if not given:
            return self._v1
        return len(given) == 1 and self._tokens.knows(given[0], self._clock())

    async def _role(self) -> Answer:
        """Tell the role's name, through an outage too: then its credentials say what is wrong."""
        with suppress(NotHad):
            await self._keeper.current()
        role = self._keeper.role_name
        if role:
            return Outcome.TOLD, text(role)
        return _without(self._keeper.trouble)

    async def _info(self) -> Answer:
        return await self._of_credentials(lambda credentials: document(documents.of_info(credentials)))

    async def _identity(self) -> Answer:
        return await self._of_credentials(
            lambda credentials: document(documents.of_identity(self._machine, credentials.account_id))
        )

    async def _of_credentials(self, told: Callable[[Credentials], Response]) -> Answer:
        try:
            return Outcome.TOLD, told(await self._keeper.current())
        except NotHad as why:
            return _without(why)

    async def _credentials(self, role: str) -> Answer:
        """Tell the role's credentials, or in AWS's way why there are none: with a `Code` that is not `Success`."""
        try:
            credentials = await self._keeper.current()
        except NotHad as why:
            if why.trouble is Trouble.NO_ROLE:
                return _not_found()
            return Outcome.UNAVAILABLE, document(documents.of_failure(why, self._clock()))
        if role != credentials.role_name:
            return _not_found()
        return Outcome.CREDENTIALS, document(documents.of_metadata(credentials))

    @staticmethod
    def _fact(told: str) -> Callable[[], Awaitable[Answer]]:
        async def answer() -> Answer:
            return (Outcome.TOLD, text(told)) if told else _not_found()

        return answer


def _not_found() -> Answer:
    return Outcome.NOT_FOUND, text("Not Found", 404)


def _not_allowed(methods: str) -> Answer:
    response = text("Method Not Allowed", 405)
    response.headers["allow"] = methods
    return Outcome.WRONG_METHOD, response


def _without(why: NotHad | None) -> Answer:
    if why and why.trouble is Trouble.NO_ROLE:
        return _not_found()
    return Outcome.UNAVAILABLE, text("Service Unavailable", 503)
