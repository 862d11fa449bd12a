"""The container credentials endpoint, as ECS and EKS Pod Identity agents have it: a token says which workload asks.

Source: SDKs and Tools Reference Guide, "Container credential provider"; botocore.utils.ContainerMetadataFetcher.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from watchword.agent import documents
from watchword.agent.credentials import NotHad
from watchword.agent.documents import document
from watchword.agent.guard import Guard
from watchword.agent.keeper import Keeper
from watchword.agent.tally import Outcome, Tally
from watchword.agent.token_files import holder

log = structlog.get_logger()

ENDPOINT = "container"
PATH = "/v1/credentials"
"""Whoever's token it is; with a workload's name after it, that one's or nobody's."""

LOUD = frozenset({Outcome.STRANGER, Outcome.UNAUTHENTICATED, Outcome.WRONG_TOKEN})

Answer = tuple[Outcome, Response]


@dataclass(frozen=True, slots=True)
class Workload:
    """One workload: the file of its token, and its credentials."""

    token_file: Path
    keeper: Keeper


class Container:
    """The ASGI application of one machine's container credentials endpoint."""

    def __init__(self, workloads: Mapping[str, Workload], guard: Guard, tally: Tally) -> None:
        self._workloads, self._guard, self._tally = workloads, guard, tally
        self._files = {name: workload.token_file for name, workload in workloads.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        outcome, response = await self._answer(Request(scope))
        self._tally.note(ENDPOINT, outcome)
        if outcome in LOUD:
            log.warning("a request was refused", endpoint=ENDPOINT, outcome=outcome)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        """Refuse strangers, then whoever has no token, then whoever has another's; nobody else learns what is there."""
        if not self._guard.lets_in(request):
            return Outcome.STRANGER, _refusal(403, "AccessDenied", "This endpoint is not for you.")
        given = request.headers.getlist("authorization")
        if len(given) != 1 or not given[0]:
            return Outcome.UNAUTHENTICATED, _refusal(401, "Unauthorized", _UNAUTHENTICATED)
        name = holder(given[0], self._files)
        if name is None:
            return Outcome.WRONG_TOKEN, _refusal(403, "AccessDenied", _WRONG)
        if request.method not in {"GET", "HEAD"}:
            response = _refusal(405, "MethodNotAllowed", "Ask with GET.")
            response.headers["allow"] = "GET, HEAD"
            return Outcome.WRONG_METHOD, response
        return await self._tell(name, str(request.scope["path"]).removesuffix("/"))

    async def _tell(self, name: str, path: str) -> Answer:
        wanted = path.removeprefix(f"{PATH}/")
        if path != PATH and wanted == path:
            return Outcome.NOT_FOUND, _refusal(404, "NotFound", f"There is `{PATH}`.")
        if path != PATH and wanted != name:
            return Outcome.WRONG_TOKEN, _refusal(403, "AccessDenied", _WRONG)
        try:
            credentials = await self._workloads[name].keeper.current()
        except NotHad as why:
            return Outcome.UNAVAILABLE, _refusal(503, "CredentialsUnavailable", documents.words(why))
        return Outcome.CREDENTIALS, document(documents.of_container(credentials))


_UNAUTHENTICATED = (
    "The request has no Authorization header. Set AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE to the workload's token file, "
    "and see that no line end follows the token in it."
)
_WRONG = "The token is not this workload's. It may have been rotated: read the token file again."


def _refusal(status: int, code: str, message: str) -> Response:
    return document({"Code": code, "Message": message}, status)
