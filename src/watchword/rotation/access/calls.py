"""Every API call that the tool makes, whichever client makes it: counted, paced, and seen from outside if need be."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError

from watchword.rotation.access.pace import Pace

READING = ("Get", "List", "Describe", "Generate", "Simulate", "BatchGet", "Validate", "AssumeRole")
"""How the names of operations begin that change nothing."""
THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "TooManyRequestsException",
     "RequestThrottled", "RequestThrottledException", "SlowDown", "PriorRequestNotComplete"}
)  # fmt: skip
"""Source: botocore, `retries.standard`."""
TOO_MANY, UNAVAILABLE = 429, 503
FAULT = 500

HUB = "hub"
"""Under which the tool's own calls are counted, beside account numbers."""
_SERVED: ContextVar[str] = ContextVar("served", default="")
"""The account for whose sake the hub is asked."""


def changes(operation: str) -> bool:
    """Whether an operation may change something."""
    return not operation.startswith(READING)


def is_throttled(status: int, code: str) -> bool:
    """Whether an answer says that too much was asked."""
    return code in THROTTLED or status == TOO_MANY or (status == UNAVAILABLE and code in {"", "503", "SlowDown"})


def nothing(_operation: str) -> None:
    """Do nothing before or after a call."""


class Calls:
    """Counts and paces calls by account. Safe from many threads.

    `before` and `after` are told `service:Operation` around each request that is sent, tries again included; what they
    raise goes to the caller.
    """

    def __init__(
        self,
        *,
        calls_per_second: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
        real: Callable[[], float] = time.time,
        before: Callable[[str], None] = nothing,
        after: Callable[[str], None] = nothing,
    ) -> None:
        self._ceiling, self._clock, self._pause, self._real = calls_per_second, clock, pause, real
        self._before, self._after = before, after
        self._lock = Lock()
        self._counts: dict[str, Counter[str]] = {}
        self._paces: dict[str, Pace] = {}
        self._skews: dict[str, float] = {}

    def attach(self, client: Any, account: str, *, ceiling: float = 0.0) -> None:
        """Watch a client whose calls are an account's own. A call that changes something is never made twice."""
        pace = self._pace(account, ceiling)
        service = str(client.meta.service_model.service_name)

        def before_send(event_name: str, **_more: Any) -> None:
            operation = event_name.rpartition(".")[2]
            pace.take()
            self._count(_SERVED.get() or account, f"{service}:{operation}")
            self._before(f"{service}:{operation}")

        def received(parsed_response: dict[str, Any] | None, event_name: str, **_more: Any) -> None:
            self._answered(pace, account, parsed_response)
            self._after(f"{service}:{event_name.rpartition('.')[2]}")

        def only_once(
            response: tuple[Any, dict[str, Any]] | None,
            operation: Any,
            caught_exception: Exception | None,
            **_more: Any,
        ) -> None:
            if not changes(operation.name):
                return
            if caught_exception is not None:
                raise caught_exception
            if response is not None and _may_pass(response[1]):
                raise _typed(client, response[1], operation.name)

        events = client.meta.events
        events.register("before-send", before_send)
        events.register("response-received", received)
        events.register_first("needs-retry", only_once)

    @contextmanager
    def serving(self, account: str) -> Iterator[None]:
        """Count the calls of a block, whoever's they are, as made for an account."""
        token = _SERVED.set(account)
        try:
            yield
        finally:
            _SERVED.reset(token)

    def made(self, account: str = "") -> int:
        """Tell how many requests were sent: for one account, or in all."""
        return sum(self.by_operation(account).values())

    def by_operation(self, account: str = "") -> Counter[str]:
        """Tell how many requests were sent, by `service:Operation`."""
        with self._lock:
            counts = [self._counts.get(account, Counter())] if account else list(self._counts.values())
            return sum(counts, Counter())

    def changing(self, account: str = "") -> Counter[str]:
        """Tell which of them may have changed something."""
        made = self.by_operation(account)
        return Counter({name: count for name, count in made.items() if changes(name.partition(":")[2])})

    def set_rate(self, account: str, calls_per_second: float | None) -> None:
        """Begin with the rate that another found out; None where nobody has."""
        if calls_per_second is not None:
            pace = self._pace(account)
            pace.rate = min(pace.ceiling, calls_per_second)

    def rate(self, account: str) -> float:
        """Tell the rate at which an account is asked by now, in calls per second."""
        return self._pace(account).rate

    def skew(self, account: str) -> float | None:
        """Tell by how many seconds the clock of whoever answers is ahead of ours; None before the first answer."""
        return self._skews.get(account)

    def _pace(self, account: str, ceiling: float = 0.0) -> Pace:
        with self._lock:
            highest = ceiling or self._ceiling
            return self._paces.setdefault(account, Pace(highest, highest, self._clock, self._pause))

    def _count(self, account: str, name: str) -> None:
        with self._lock:
            self._counts.setdefault(account, Counter())[name] += 1

    def _answered(self, pace: Pace, account: str, answer: dict[str, Any] | None) -> None:
        if answer is None:
            return
        if is_throttled(_status(answer), str(answer.get("Error", {}).get("Code", ""))):
            pace.refused()
            return
        pace.answered()
        dated = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
        if dated and account not in self._skews:
            try:
                self._skews[account] = parsedate_to_datetime(dated).timestamp() - self._real()
            except ValueError:
                return


def _status(answer: dict[str, Any]) -> int:
    return int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _may_pass(answer: dict[str, Any]) -> bool:
    """Whether the SDK would ask again."""
    status = _status(answer)
    return status >= FAULT or is_throttled(status, str(answer.get("Error", {}).get("Code", "")))


def _typed(client: Any, answer: dict[str, Any], operation: str) -> ClientError:
    made: ClientError = client.exceptions.from_code(answer.get("Error", {}).get("Code"))(answer, operation)
    return made
