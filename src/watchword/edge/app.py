"""The ASGI application: HTTP in, HTTP out. Health for load balancers, everything else to the pipeline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog

from watchword.domain.http import Header, HttpReply, HttpRequest
from watchword.domain.refusal import Refusal
from watchword.edge.discovery import is_published
from watchword.edge.pipeline import Pipeline

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

log = structlog.get_logger()

TEXT: Header = (b"content-type", b"text/plain; charset=utf-8")
LIVE = HttpReply(200, (TEXT,), b"live\n")
READY = HttpReply(200, (TEXT,), b"ready\n")
NOT_READY = HttpReply(503, (TEXT,), b"not ready\n")
PATIENCE = 16
"""How many times the limit of a body that is too large is read, and dropped, so that its sender hears why."""


class BodyTooLarge(Refusal):
    """The body is longer than the limit; nothing of it is kept."""

    code, status, text = "RequestEntityTooLarge", 413, "The request body is larger than {limit} bytes."


class Disconnected(Exception):  # noqa: N818 - likewise
    """The client went away before its request was whole."""


class Application:
    """Answers requests while `opened` holds the pipeline open: from start-up until the last answer has left."""

    def __init__(self, opened: Callable[[], AbstractAsyncContextManager[Pipeline]], body_limit: int) -> None:
        self._opened = opened
        self._body_limit = body_limit
        self._pipeline: Pipeline | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._respond(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            msg = f"`{scope['type']}` is not spoken here"
            raise ValueError(msg)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with self._opened() as self._pipeline:
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            log.exception("cannot run")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            raise
        finally:
            self._pipeline = None
        await send({"type": "lifespan.shutdown.complete"})

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        pipeline = self._pipeline
        try:
            if scope["method"] == "GET" and scope["path"].startswith("/health/"):
                reply = await _health(scope["path"], pipeline)
            elif scope["method"] == "GET" and pipeline is not None and is_published(scope["path"]):
                reply = await pipeline.published(scope["path"])
            elif pipeline is None:
                reply = NOT_READY
            else:
                reply = await self._answer(scope, receive, pipeline)
        except Disconnected:
            return
        headers = (*reply.headers, (b"content-length", b"%d" % len(reply.body)))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def _answer(self, scope: Scope, receive: Receive, pipeline: Pipeline) -> HttpReply:
        """Have a request answered.

        Raises Disconnected.
        """
        try:
            return await pipeline.answer(_request(scope, await self._read(receive)))
        except BodyTooLarge as refusal:
            reply = await pipeline.refuse(_request(scope, b""), refusal)
        return HttpReply(reply.status, (*reply.headers, (b"connection", b"close")), reply.body)

    async def _read(self, receive: Receive) -> bytes:
        """Take in a whole body.

        Raises BodyTooLarge, Disconnected.
        """
        message = await receive()
        body = message.get("body", b"")
        parts = [body]
        size = len(body)
        while message.get("more_body") and size <= self._body_limit * PATIENCE:
            message = await receive()
            body = message.get("body", b"")
            size += len(body)
            if size <= self._body_limit:
                parts.append(body)
        if message["type"] == "http.disconnect":
            raise Disconnected
        if size > self._body_limit:
            raise BodyTooLarge(limit=self._body_limit)
        return body if len(parts) == 1 else b"".join(parts)


def _request(scope: Scope, body: bytes) -> HttpRequest:
    client = scope["client"]
    return HttpRequest(
        scope["method"],
        scope["raw_path"],
        scope["query_string"],
        scope["headers"],
        body,
        client[0] if client else "",
        scope["scheme"] == "https",
    )


async def _health(path: str, pipeline: Pipeline | None) -> HttpReply:
    """Live: the process answers. Ready: it can also read its store and hears of changes."""
    if path == "/health/live":
        return LIVE
    if path == "/health/ready":
        return READY if pipeline is not None and await pipeline.ready() else NOT_READY
    return HttpReply(404, (TEXT,), b"there is `/health/live` and `/health/ready`\n")
