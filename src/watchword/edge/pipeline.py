"""A request's way, as one list: route, authenticate, parse, authorise, handle, encode, journal.

What can be decided from memory is done on the event loop; a `Miss` sends the same step to a worker thread, where
reading is allowed. A change runs inside the writer's transaction, together with its journal entry. No answer leaves
before its record is durable. This is the one place that catches broadly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog

from watchword.crypto.sigv4.claim import read_claim
from watchword.domain.http import HttpReply, HttpRequest
from watchword.domain.refusal import InternalFailure, NotOffered, Refusal, ServiceUnavailable
from watchword.edge.authenticate import Authenticator
from watchword.edge.authorise import authorise
from watchword.edge.exchange import Exchange
from watchword.edge.record import entry_of
from watchword.services.directory import Directory, Miss
from watchword.services.operation import OPERATIONS, Asking, Operation, Tools, Way
from watchword.store.engine import Store
from watchword.store.feed import Feed
from watchword.store.journal import Entry, mint_request_id
from watchword.store.tx import Tx
from watchword.store.writer import Writer
from watchword.wire import Catalog
from watchword.wire.names import snake

log = structlog.get_logger()
T = TypeVar("T")
Done = tuple[HttpReply, Entry]
Step = Callable[[Directory, Tx | None], T]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Carries requests from bytes to bytes."""

    catalog: Catalog
    store: Store
    writer: Writer
    feed: Feed
    directory: Directory
    authenticator: Authenticator
    tools: Tools
    threads: Executor
    hear: Callable[[frozenset[str]], None]
    """Told which subjects have changed, or that none have, before anything else is decided; refuses while it must."""
    feed_silence_limit: float
    patience: float
    """Seconds that a request may take; a database that stands still must not hold its clients for ever."""

    async def answer(self, request: HttpRequest) -> HttpReply:
        """Carry one request from bytes to bytes. Never raises."""
        exchange = self._begin(request)
        return await self._in_time(exchange, self._answer(exchange))

    async def refuse(self, request: HttpRequest, refusal: Refusal) -> HttpReply:
        """Put on record and answer a request of which nothing is to be understood. Never raises."""
        exchange = self._begin(request)
        return await self._in_time(exchange, self._refuse(exchange, refusal))

    def _begin(self, request: HttpRequest) -> Exchange:
        now = self.tools.clock.now()
        return Exchange(request, mint_request_id(now, self.tools.random), now)

    async def _in_time(self, exchange: Exchange, answer: Coroutine[Any, Any, HttpReply]) -> HttpReply:
        try:
            async with asyncio.timeout(self.patience):
                return await answer
        except TimeoutError:
            log.warning("the store does not answer", request_id=exchange.id, seconds=self.patience)
            return self._encode_refusal(exchange, ServiceUnavailable())

    async def _answer(self, exchange: Exchange) -> HttpReply:
        try:
            self._hear_changes()
            exchange.at = self.tools.clock.now()  # a sandbox's clock may just have been heard to move
            return await self._carry_out(exchange)
        except Refusal as refusal:
            return await self._refuse(exchange, refusal)
        except Exception:
            log.exception("request failed", request_id=exchange.id)
            return await self._refuse(exchange, InternalFailure())

    async def ready(self) -> bool:
        """Whether the store can be read and the change feed heard."""
        try:
            self._hear_changes()
            async with asyncio.timeout(self.patience / 2):
                await asyncio.get_running_loop().run_in_executor(self.threads, self.store.installation)
        except (ServiceUnavailable, TimeoutError):
            return False
        return True

    def _hear_changes(self) -> None:
        """Forget what has changed since the last request, on this node or another; refuse when deaf to it."""
        self.hear(self.feed.poll())
        if self.feed.silent_for() > self.feed_silence_limit:
            raise ServiceUnavailable

    async def _carry_out(self, exchange: Exchange) -> HttpReply:
        operation = await self._from_memory(partial(self._understand, exchange))
        perform = partial(self._perform, exchange, operation)
        if operation.way is Way.CHANGE:
            return await self._change(exchange, perform)
        where = self._from_memory if operation.way is Way.MEMORY else self._on_thread
        reply, entry = await where(perform)
        await self.writer.record(entry)
        return reply

    def _understand(self, exchange: Exchange, directory: Directory, _tx: Tx | None) -> Operation:
        """Route, authenticate, parse: nothing is decided yet, and doing it twice is doing it once."""
        request = exchange.request
        wire = exchange.wire = self.catalog.route(request)
        claim = exchange.claim = read_claim(
            request
        )  # noted before it is believed: the record tells which key was named
        self.authenticator.check(claim, wire.service.signing_name)
        exchange.caller = self.authenticator.recognise(claim, request, directory)
        operation = exchange.operation = OPERATIONS.get((wire.service.name, snake(wire.name)))
        if operation is None:
            raise NotOffered(operation=wire.name, service=wire.service.name, reason="see docs/operations.md")
        parameters = exchange.parameters = wire.parse(request)
        if not operation.members.issuperset(parameters):
            unknown = ", ".join(sorted(parameters.keys() - operation.members))
            raise NotOffered(operation=wire.name, service=wire.service.name, reason=f"it does not know {unknown} yet")
        return operation

    def _perform(self, exchange: Exchange, operation: Operation, directory: Directory, tx: Tx | None) -> Done:
        """Authorise, handle, encode: an answer that cannot be written undoes what was done for it."""
        asking = Asking(exchange.caller, exchange.parameters, directory, self.tools, exchange.at, tx)
        call = authorise(operation, exchange.action, asking, exchange.connection, exchange.id)
        result = operation.handler(call, **exchange.parameters)
        reply = exchange.routed.encode(result, exchange.id)
        return reply, entry_of(exchange, told=result, sandbox=self.tools.sandbox)

    async def _change(self, exchange: Exchange, perform: Step[Done]) -> HttpReply:
        """Do a change and its record as one; the writer has put a refusal on record as well."""

        def run(tx: Tx) -> Done:
            return perform(self.directory.reading(tx, remember=False), tx)

        record: Callable[[Done | BaseException], Entry] = partial(self._recorded, exchange)
        try:
            reply, _ = await self.writer.change(run, record)
        except Refusal as refusal:
            return self._encode_refusal(exchange, refusal)
        except Exception:
            log.exception("change failed", request_id=exchange.id)
            return self._encode_refusal(exchange, InternalFailure())
        return reply

    def _recorded(self, exchange: Exchange, done: Done | BaseException) -> Entry:
        if not isinstance(done, BaseException):
            return done[1]
        refusal = done if isinstance(done, Refusal) else InternalFailure()
        return entry_of(exchange, refused=refusal, sandbox=self.tools.sandbox)

    async def _refuse(self, exchange: Exchange, refusal: Refusal) -> HttpReply:
        """Answer a refusal once it is on record; what cannot be recorded is refused as unavailable."""
        try:
            await self.writer.record(entry_of(exchange, refused=refusal, sandbox=self.tools.sandbox))
        except ServiceUnavailable as unavailable:
            refusal = unavailable
        if isinstance(refusal, ServiceUnavailable):
            log.warning("the store refuses", request_id=exchange.id, cause=str(refusal.__cause__ or "see above"))
        return self._encode_refusal(exchange, refusal)

    def _encode_refusal(self, exchange: Exchange, refusal: Refusal) -> HttpReply:
        if exchange.wire is not None:
            return exchange.wire.encode_refusal(refusal, exchange.id)
        return self.catalog.encode_refusal(exchange.request, refusal, exchange.id)

    async def _from_memory(self, step: Step[T]) -> T:
        """Do a step on the event loop if memory is enough for it, else on a worker thread."""
        try:
            return step(self.directory, None)
        except Miss:
            return await self._on_thread(step)

    async def _on_thread(self, step: Step[T]) -> T:
        def read() -> T:
            with self.store.read() as tx:
                return step(self.directory.reading(tx, remember=True), tx)

        return await asyncio.get_running_loop().run_in_executor(self.threads, read)
