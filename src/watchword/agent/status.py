"""How the agent is: metrics in Prometheus's text format, and health that is not well when a workload has nothing.

Source: Prometheus, "Exposition formats", text format 0.0.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from watchword.agent.documents import document, text
from watchword.agent.keeper import Keeper
from watchword.agent.tally import Tally

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[dict[str, str], float]


class Status:
    """The ASGI application that tells how the agent is. Nothing it tells is secret."""

    def __init__(self, keepers: Sequence[Keeper], tally: Tally) -> None:
        self._keepers, self._tally = keepers, tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(Request(scope))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        path = request.scope["path"]
        if path == "/metrics":
            return Response("\n".join((*exposition(self._keepers, self._tally), "")), media_type=MEDIA_TYPE)
        if path == "/health":
            well = all(keeper.seconds_left() for keeper in self._keepers)
            sources = {keeper.label: _of(keeper) for keeper in self._keepers}
            return document(
                {"status": "well" if well else "without credentials", "sources": sources}, 200 if well else 503
            )
        return text("there is `/metrics` and `/health`", 404)


def exposition(keepers: Sequence[Keeper], tally: Tally) -> Iterator[str]:
    """Write all metrics, line by line."""
    yield from _metric(
        "credentials_seconds_to_expiry",
        "gauge",
        "Seconds that the credentials held are still good; 0 when there are none.",
        (({"source": keeper.label}, round(keeper.seconds_left(), 3)) for keeper in keepers),
    )
    yield from _metric(
        "next_refresh_seconds",
        "gauge",
        "Seconds until the next attempt to get new credentials.",
        (({"source": keeper.label}, round(keeper.seconds_to_attempt(), 3)) for keeper in keepers),
    )
    yield from _metric(
        "refreshes_total",
        "counter",
        "Attempts to get new credentials.",
        (
            ({"source": keeper.label, "outcome": outcome}, count)
            for keeper in keepers
            for outcome, count in (("ok", keeper.renewed), ("failed", keeper.failed))
        ),
    )
    yield from _metric(
        "trouble",
        "gauge",
        "1 while the last attempt has failed, by why.",
        (({"source": keeper.label, "kind": keeper.trouble.trouble}, 1) for keeper in keepers if keeper.trouble),
    )
    yield from _metric(
        "requests_total",
        "counter",
        "Requests of workloads, by how they ended.",
        (
            ({"endpoint": endpoint, "outcome": outcome}, count)
            for (endpoint, outcome), count in sorted(tally.requests.items())
        ),
    )


def _metric(name: str, kind: str, told: str, samples: Iterable[Sample]) -> Iterator[str]:
    full = f"watchword_agent_{name}"
    yield f"# HELP {full} {told}"
    yield f"# TYPE {full} {kind}"
    for labels, value in samples:
        written = ",".join(f'{label}="{text}"' for label, text in labels.items())  # ours: nothing to escape
        yield f"{full}{{{written}}} {value}"


def _of(keeper: Keeper) -> dict[str, object]:
    return {
        "seconds_to_expiry": round(keeper.seconds_left(), 3),
        "next_refresh_seconds": round(keeper.seconds_to_attempt(), 3),
        "trouble": keeper.trouble.trouble if keeper.trouble else None,
    }
