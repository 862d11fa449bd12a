"""Metrics and health."""

from __future__ import annotations

import asyncio

from tests.unit.agent.asking import HOUR, Time, Upstream, asked, keeper
from watchword.agent.credentials import Trouble
from watchword.agent.status import Status
from watchword.agent.tally import Outcome, Tally


def test_metrics_and_health_through_an_outage() -> None:
    upstream = Upstream(Time())
    kept, tally = keeper(upstream), Tally()
    app = Status([kept], tally)

    async def story() -> None:
        assert (await asked(app, "GET", "/health")).status == 503
        await kept.current()
        tally.note("imds", Outcome.CREDENTIALS)
        told = await asked(app, "GET", "/metrics")
        assert told.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        lines = told.body.splitlines()
        assert 'watchword_agent_credentials_seconds_to_expiry{source="machine"} 3600.0' in lines
        assert 'watchword_agent_next_refresh_seconds{source="machine"} 1500.0' in lines
        assert 'watchword_agent_refreshes_total{source="machine",outcome="ok"} 1' in lines
        assert 'watchword_agent_requests_total{endpoint="imds",outcome="credentials"} 1' in lines
        assert "watchword_agent_trouble{" not in told.body
        assert "secret" not in told.body
        upstream.wrong = Trouble.UNREACHABLE
        upstream.time.at += 1_600
        await kept.renewal()
        assert (await asked(app, "GET", "/health")).status == 200
        upstream.time.at += HOUR
        lines = (await asked(app, "GET", "/metrics")).body.splitlines()
        assert 'watchword_agent_credentials_seconds_to_expiry{source="machine"} 0.0' in lines
        assert 'watchword_agent_trouble{source="machine",kind="unreachable"} 1' in lines
        assert 'watchword_agent_refreshes_total{source="machine",outcome="failed"} 1' in lines
        health = await asked(app, "GET", "/health")
        assert (health.status, health.json["sources"]["machine"]["trouble"]) == (503, "unreachable")

    asyncio.run(story())


def test_nothing_else() -> None:
    assert asyncio.run(asked(Status([], Tally()), "GET", "/")).status == 404
