"""Rotations of secrets that come round by themselves: begun by schedule, tried, and tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from watchword.compose.rotators import Calls, RotatorFailed
from watchword.domain.principal import Principal, PrincipalType
from watchword.domain.refusal import Refusal, ServiceUnavailable
from watchword.services.directory import Directory
from watchword.services.operation import Asking, Caller, Tools
from watchword.services.secretsmanager import rotating, rotators
from watchword.services.secretsmanager.access_key_rotator import Plan
from watchword.services.secretsmanager.rotating import Attempt
from watchword.services.secretsmanager.rotation import key_record
from watchword.store import secret_rotations, secrets
from watchword.store.engine import Store
from watchword.store.journal import Entry, mint_request_id
from watchword.store.secret_rotations import Rotation
from watchword.store.secrets import Secret
from watchword.store.tx import Tx
from watchword.store.writer import Writer

AT_ONCE = 20
CALLED_AT_ONCE = 4
"""Rotators that are called at once, so that slow ones leave threads for whatever else waits for other hosts."""
SERVICE = "secretsmanager.amazonaws.com"
NOT_REGISTERED = "no rotator of this name is registered"
BROKEN = "something broke on the authority's side"

log = structlog.get_logger()


@dataclass(slots=True)
class Rotations:
    """Looks for rotations that are due. A process that ends leaves its attempts to be overtaken by another's."""

    store: Store
    writer: Writer
    directory: Directory
    tools: Tools
    threads: Executor
    outside: Executor
    calls: Calls
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def look(self) -> None:
        """Begin and try what is due now; rotators elsewhere are called beside what else is to be done."""
        for secret in await self._read(partial(secrets.due, now=self.tools.clock.now(), limit=AT_ONCE)):
            await self._one_by_one(secret.arn, partial(self._begin, secret))
        for rotation in await self._read(partial(secret_rotations.due, now=self.tools.clock.now(), limit=AT_ONCE)):
            await self._one_by_one(rotation.secret_arn, partial(self._try, rotation))

    def stop(self) -> None:
        """Give up the attempts under way."""
        for task in self._under_way:
            task.cancel()
        self.calls.cut()

    async def _one_by_one(self, arn: str, act: Callable[[], Any]) -> None:
        """Do one, whatever became of the others."""
        try:
            await act()
        except ServiceUnavailable:
            raise
        except Exception:
            log.exception("a rotation failed", secret=arn)

    async def _begin(self, secret: Secret) -> None:
        """Begin what a schedule says. What cannot be begun is on record, and is due again with the next window."""
        token = str(UUID(bytes=self.tools.random(16), version=4))
        request = {"secret_id": secret.arn, "client_request_token": token}

        def run(act: Callable[[Asking, Secret], None], asking: Asking) -> bool:
            kept = secrets.by_arn(asking.tx, secret.arn, int(asking.now))
            if kept is None or kept.next_rotation_at is None or kept.next_rotation_at > asking.now:
                return False  # another process was first, or somebody changed it
            act(asking, kept)
            return True

        def record(refusal: Refusal | None, done: bool, entry: Callable[..., Entry]) -> Entry | None:  # noqa: FBT001 - what `run` gave
            return entry("RotateSecret", request=request, refusal=refusal) if done else None

        try:
            await self._change(secret, partial(run, partial(_begin_due, token)), partial(record, None))
        except ServiceUnavailable:
            raise
        except Refusal as refused:
            await self._change(secret, partial(run, rotating.put_off), partial(record, refused))

    async def _try(self, rotation: Rotation) -> None:
        secret: Secret | None = await self._read(
            partial(secrets.by_arn, arn=rotation.secret_arn, now=int(self.tools.clock.now()))
        )
        if secret is None:
            return
        if rotators.is_ours(secret.rotator_arn or ""):
            await self._rotate_key(secret, rotation)
        elif len(self._under_way) < CALLED_AT_ONCE:
            attempt = await self._taken(secret, rotation)
            if attempt is not None:
                task = asyncio.create_task(self._one_by_one(secret.arn, partial(self._carry_out, attempt)))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def _taken(self, secret: Secret, rotation: Rotation) -> Attempt | None:
        taken: Attempt | None = await self._change(
            secret, lambda asking: rotating.take(asking, rotation), lambda _done, _entry: None
        )
        return taken

    async def _rotate_key(self, secret: Secret, rotation: Rotation) -> None:
        """Do the whole of it in one transaction; a failure changes nothing, and is kept by itself."""

        def run(asking: Asking) -> tuple[Plan, Rotation | None] | None:
            attempt = rotating.take(asking, rotation)
            if attempt is None:
                return None
            plan = rotating.rotate_key(asking, attempt)
            return plan, secret_rotations.of(asking.tx, secret.arn)

        def record(done: tuple[Plan, Rotation | None] | None, entry: Callable[..., Entry]) -> Entry | None:
            if done is None or done[1] is None:
                return None
            return entry("RotationSucceeded", response=key_record(done[1], done[0]), request=_about(rotation))

        try:
            await self._change(secret, run, record)
        except ServiceUnavailable:
            raise
        except Refusal as refusal:
            attempt = await self._taken(secret, rotation)
            if attempt is not None:
                await self._settle(attempt, refusal.message)

    async def _carry_out(self, attempt: Attempt) -> None:
        """Have a rotator take each step, without a transaction, and keep what came of it."""
        url, failure = rotators.url_of(self.tools.rotators, attempt.secret.rotator_arn or ""), NOT_REGISTERED
        for step in attempt.steps if url else ():
            event = rotators.event(step, attempt.secret.arn, attempt.rotation.version_id)
            failure = await self._called(url or "", event)
            if failure:
                break
        await self._settle(attempt, failure)

    async def _called(self, url: str, event: Mapping[str, str]) -> str:
        """Have a rotator take one step; gives why it did not, empty if it did."""
        try:
            await asyncio.get_running_loop().run_in_executor(self.outside, self.calls.call, url, event)
        except RotatorFailed as failed:
            return f"{event['Step']}: {failed}"
        except Exception:
            log.exception("a rotator could not be called", secret=event["SecretId"])
            return f"{event['Step']}: {BROKEN}"
        return ""

    async def _settle(self, attempt: Attempt, failure: str) -> None:
        def record(done: str | None, entry: Callable[..., Entry]) -> Entry | None:
            if done is None:
                return None
            event = "RotationFailed" if done else "RotationSucceeded"
            return entry(event, request=_about(attempt.rotation), failure=done)

        await self._change(attempt.secret, lambda asking: rotating.settle(asking, attempt, failure), record)

    async def _change(
        self,
        secret: Secret,
        run: Callable[[Asking], Any],
        record: Callable[[Any, Callable[..., Entry]], Entry | None],
    ) -> Any:
        """Make a change in the service's own name. What it refuses is for whoever asked to keep."""
        now = self.tools.clock.now()

        def change(tx: Tx) -> Any:
            return run(self._asking(secret, now, tx))

        def kept(done: Any) -> Entry | None:
            return None if isinstance(done, BaseException) else record(done, partial(self._entry, secret, now))

        return await self.writer.change(change, kept)

    def _asking(self, secret: Secret, now: float, tx: Tx) -> Asking:
        service = Principal(PrincipalType.SERVICE, secret.account, SERVICE, SERVICE, SERVICE, SERVICE)
        directory = self.directory.reading(tx, remember=False)
        return Asking(Caller(service, ""), {}, directory, self.tools, now, tx, SERVICE, secret.region)

    def _entry(
        self,
        secret: Secret,
        now: float,
        event: str,
        *,
        request: Mapping[str, Any],
        response: Mapping[str, Any] | None = None,
        refusal: Refusal | None = None,
        failure: str = "",
    ) -> Entry:
        return Entry(
            request_id=mint_request_id(now, self.tools.random),
            at=now,
            service="secretsmanager",
            event=event,
            account=secret.account,
            principal_type=PrincipalType.SERVICE.value,
            principal=SERVICE,
            source_ip=SERVICE,
            user_agent=SERVICE,
            region=secret.region,
            request=request,
            response=response,
            error=refusal.code if refusal else event if failure else "",
            error_message=refusal.message if refusal else failure,
            sandbox=self.tools.sandbox,
            target=secret.arn,
        )

    async def _read(self, read: Callable[[Tx], Any]) -> Any:
        def reading() -> Any:
            with self.store.read() as tx:
                return read(tx)

        return await asyncio.get_running_loop().run_in_executor(self.threads, reading)


def _begin_due(token: str, asking: Asking, secret: Secret) -> None:
    rotating.begin_due(asking, secret, token)


def _about(rotation: Rotation) -> dict[str, str]:
    return {"secret_id": rotation.secret_arn, "client_request_token": rotation.version_id}
