"""A request's way, as one list: route, authenticate, parse, authorise, handle, encode, journal.

What can be decided from memory is done on the event loop; a `Miss` sends the same step to a worker thread, where
reading is allowed. A change runs inside the writer's transaction, together with its journal entry. No answer leaves
before its record is durable. This is the one place that catches broadly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import structlog

from watchword.crypto.sigv4.claim import read_claim
from watchword.domain.http import HttpReply, HttpRequest
from watchword.domain.refusal import InternalFailure, NotOffered, Refusal, ServiceUnavailable, ValidationError
from watchword.edge.authenticate import Authenticator
from watchword.edge.authorise import authorise, target_of
from watchword.edge.discovery import UNAVAILABLE, publish
from watchword.edge.exchange import Exchange
from watchword.edge.record import entry_of
from watchword.edge.standing import check_standing
from watchword.services.directory import Directory, Miss
from watchword.services.operation import OPERATIONS, Asking, Call, Operation, Outside, Tools, Way
from watchword.services.sessions.lineage import accounts
from watchword.store import changes, endings
from watchword.store.engine import Store
from watchword.store.feed import Feed
from watchword.store.journal import Entry, mint_request_id
from watchword.store.tx import Tx
from watchword.store.writer import Writer
from watchword.wire import Catalog
from watchword.wire import Operation as WireOperation
from watchword.wire.names import snake

log = structlog.get_logger()
T = TypeVar("T")
Done = tuple[HttpReply, Entry]
Step = Callable[[Directory, Tx | None], T]

MOST_FETCHES = 2
"""How often one request may send for something: a provider's description, and its keys."""


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
    outside: Executor
    """Threads that wait for other hosts, so that a slow one keeps nobody from the store."""
    hear: Callable[[frozenset[str]], None]
    """Told which subjects have changed, or that none have, before anything else is decided; refuses while it must."""
    feed_silence_limit: float
    patience: float
    """Seconds that a request may take; a database that stands still must not hold its clients for ever."""
    coming: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    """What is on its way from other hosts, by its name."""

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
            exchange.heard = self.feed.last
            self.hear_changes()
            if self.tools.sandbox:  # whose clock may just have been heard to move
                exchange.at = self.tools.clock.now()
                exchange.id = mint_request_id(exchange.at, self.tools.random)
            return await self._carry_out(exchange)
        except Refusal as refusal:
            return await self._refuse(exchange, refusal)
        except Exception:
            log.exception("request failed", request_id=exchange.id)
            return await self._refuse(exchange, InternalFailure())

    async def ready(self) -> bool:
        """Whether the store can be read and the change feed heard."""
        try:
            self.hear_changes()
            async with asyncio.timeout(self.patience / 2):
                await asyncio.get_running_loop().run_in_executor(self.threads, self.store.installation)
        except (ServiceUnavailable, TimeoutError):
            return False
        return True

    async def published(self, path: str) -> HttpReply:
        """Answer for what anybody may read. Never raises."""

        def read() -> HttpReply:
            with self.store.read() as tx:
                return publish(tx, self.tools.public_url, path)

        try:
            async with asyncio.timeout(self.patience):
                return await asyncio.get_running_loop().run_in_executor(self.threads, read)
        except (ServiceUnavailable, TimeoutError):
            return UNAVAILABLE

    def hear_changes(self) -> None:
        """Forget what has changed since the last request, on this node or another; refuse when deaf to it."""
        self.hear(self.feed.poll())
        if self.feed.silent_for() > self.feed_silence_limit:
            raise ServiceUnavailable

    async def _carry_out(self, exchange: Exchange) -> HttpReply:
        operation = await self._understood(exchange)
        perform = partial(self._perform, exchange, operation)
        way = operation.way_of(exchange.parameters)
        if way is Way.CHANGE:
            return await self._change(exchange, perform)
        where = self._from_memory if way is Way.MEMORY else self._on_thread
        reply, entry = await where(perform)
        await self.writer.record(entry)
        return reply

    async def _understood(self, exchange: Exchange) -> Operation:
        """Understand a request, with what must be had from other hosts for it.

        Nothing is had for who signed and is not allowed to ask. Where nobody signs, only what is had tells who asks.
        Raises ServiceUnavailable when what was had is never there.
        """
        understand = partial(self._understand, exchange)
        for _ in range(MOST_FETCHES):
            try:
                return await self._from_memory(understand)
            except Outside as wanted:
                if exchange.claim is not None and exchange.operation is not None:
                    await self._on_thread(partial(self._allowed, exchange, exchange.operation))
                await self._fetched(wanted)
                self.hear_changes()  # that took a while, and what is decided next must know of all that was answered
        try:
            return await self._from_memory(understand)
        except Outside as wanted:
            raise ServiceUnavailable from wanted

    async def _fetched(self, wanted: Outside) -> None:
        """Have something from another host; a request that gives up takes nobody else's answer away."""
        coming = self.coming.get(wanted.what)
        if coming is None:
            coming = asyncio.get_running_loop().run_in_executor(self.outside, wanted.fetch)
            self.coming[wanted.what] = coming
            coming.add_done_callback(partial(self._came, wanted.what))
        await asyncio.shield(coming)

    def _came(self, what: str, coming: asyncio.Future[None]) -> None:
        del self.coming[what]
        if not coming.cancelled():
            coming.exception()  # heard, even if everybody who waited has given up

    def _understand(self, exchange: Exchange, directory: Directory, tx: Tx | None) -> Operation:
        """Route, authenticate, parse: nothing is decided yet, and doing it twice is doing it once."""
        wire = exchange.wire = self.catalog.route(exchange.request)
        operation = exchange.operation = OPERATIONS.get((wire.service.name, snake(wire.name)))
        if not wire.unsigned:
            self._recognise(exchange, wire, directory)
        if operation is None:
            raise NotOffered(operation=wire.name, service=wire.service.name, reason="see docs/operations.md")
        parameters = exchange.parameters = _parsed(wire, operation, exchange.request)
        if not operation.members.issuperset(parameters):
            unknown = ", ".join(sorted(parameters.keys() - operation.members))
            raise NotOffered(operation=wire.name, service=wire.service.name, reason=f"it does not know {unknown} yet")
        if operation.asks is not None:
            exchange.caller = operation.asks(self._asking(exchange, directory, tx))
        return operation

    def _recognise(self, exchange: Exchange, wire: WireOperation, directory: Directory) -> None:
        # The claim is noted before it is believed: the record tells which key was named.
        claim = exchange.claim = read_claim(exchange.request)
        self.authenticator.check(claim, wire.service.signing_name)
        exchange.caller = self.authenticator.recognise(claim, exchange.request, directory)
        check_standing(exchange.caller.session, directory, exchange.at, exchange.connection.source_ip)

    def _asking(self, exchange: Exchange, directory: Directory, tx: Tx | None) -> Asking:
        told = exchange.connection
        return Asking(
            exchange.caller,
            exchange.parameters,
            directory,
            self.tools,
            exchange.at,
            tx,
            told.source_ip,
            told.region,
            told.secure,
            told.user_agent,
        )

    def _perform(self, exchange: Exchange, operation: Operation, directory: Directory, tx: Tx | None) -> Done:
        """Authorise, handle, encode: an answer that cannot be written undoes what was done for it."""
        call = self._allowed(exchange, operation, directory, tx)
        result = operation.handler(call, **exchange.parameters)
        reply = exchange.routed.encode(result, exchange.id)
        return reply, entry_of(exchange, told=result, call=call, sandbox=self.tools.sandbox)

    def _allowed(self, exchange: Exchange, operation: Operation, directory: Directory, tx: Tx | None) -> Call:
        """Find what a request acts on, and decide whether it may."""
        asking = self._asking(exchange, directory, tx)
        target = exchange.target = target_of(operation, asking)  # noted before the decision: a refusal tells it too
        return authorise(
            operation, exchange.action, asking, target, connection=exchange.connection, request_id=exchange.id
        )

    async def _change(self, exchange: Exchange, perform: Step[Done]) -> HttpReply:
        """Do a change and its record as one; the writer has put a refusal on record as well."""

        def run(tx: Tx) -> Done:
            return perform(self._in_turn(exchange, tx), tx)

        record: Callable[[Done | BaseException], Entry] = partial(self._recorded, exchange)
        try:
            reply, _ = await self.writer.change(run, record)
        except Refusal as refusal:
            return self._encode_refusal(exchange, refusal)
        except Exception:
            log.exception("change failed", request_id=exchange.id)
            return self._encode_refusal(exchange, InternalFailure())
        return reply

    def _in_turn(self, exchange: Exchange, tx: Tx) -> Directory:
        """Give what a change is decided from. Who may have changed while it waited for its turn is recognised anew.

        Else a change could be made with a credential that had been deactivated or ended by then, or with rights that
        had been taken away, and whoever did so was told that it was done.
        Raises what `_recognise` raises.
        """
        caller = exchange.caller
        changed = changes.since(tx, exchange.heard) if exchange.claim else frozenset[str]()
        if not changed:
            return self.directory.reading(tx, remember=False)
        session, principal_id = caller.session, caller.principal.unique_id
        subjects = {caller.access_key_id, principal_id, caller.account, changes.EVERYTHING}
        subjects |= self.directory.rights_made_of(principal_id, session.policy_arns if session else ())
        if session is not None:
            behind = accounts(session)
            subjects |= behind  # any of which may have been closed
            subjects.update(map(endings.subject, behind))
        if changed.isdisjoint(subjects):
            return self.directory.reading(tx, remember=False, changed=changed)
        directory = self.directory.anew(tx)
        self._recognise(exchange, exchange.routed, directory)
        return directory

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


def _parsed(wire: WireOperation, operation: Operation, request: HttpRequest) -> dict[str, Any]:
    """Read the parameters; where a service has a refusal of its own for one that breaks its limits, say that.

    Raises MalformedInput, ValidationError, and what the operation's `invalid` names.
    """
    try:
        return wire.parse(request)
    except ValidationError as error:
        raise operation.refusal_of(error) from error
