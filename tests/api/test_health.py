"""What a load balancer asks, and what becomes of requests while the database is away."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.support.authority import Authority, initialise, serving
from tests.support.lines import Line, line, line_to_each_worker
from tests.support.polling import until
from tests.support.postgres import Postgres, postgres_server
from tests.support.processes import PROC, on_linux, stopped

LONGEST_ANSWER = 8.0
"""Seconds that any request may take while the database is away."""
NOTICED_WITHIN = 10.0
PATIENCE = 1.0
"""Seconds that a request may take in the tests whose database stands still."""
SLACK = 2.0


def asked(endpoint: str, method: str, path: str) -> tuple[int, bytes]:
    parts = urlsplit(endpoint)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_live_and_ready(authority: Authority) -> None:
    assert asked(authority.endpoint, "GET", "/health/live") == (200, b"live\n")
    assert asked(authority.endpoint, "GET", "/health/ready") == (200, b"ready\n")
    assert asked(authority.endpoint, "GET", "/health/else")[0] == 404


@pytest.mark.parametrize("path", ["/health/live", "/"])
def test_head_is_answered_without_a_body(authority: Authority, path: str) -> None:
    status, body = asked(authority.endpoint, "HEAD", path)
    assert status < 500
    assert body == b""


@pytest.fixture
def database() -> Iterator[Postgres]:
    """A server of this test's own, that may be stopped."""
    with postgres_server() as server:
        yield server


def answered(mine: Line, service: str, action: str, **more: str) -> tuple[int, str | None]:
    """Ask, and see that there is an answer in time."""
    asked_at = time.monotonic()
    answer = mine.ask(service, action, **more)
    assert time.monotonic() - asked_at < LONGEST_ANSWER
    assert answer.headers["x-amzn-requestid"]
    return answer.status, answer.code if answer.status != 200 else None


@pytest.mark.slow
def test_while_the_database_is_away_everything_is_refused_and_then_goes_on(tmp_path: Path, database: Postgres) -> None:
    environment = {"WATCHWORD_DATABASE": database.url(database.create())}
    first = initialise(tmp_path, environment=environment)
    with serving(tmp_path, first, environment=environment) as authority, line(authority) as mine:
        assert mine.get("/health/ready").status == 200
        assert answered(mine, "sts", "GetCallerIdentity") == (200, None)
        database.stop()
        away = (503, "ServiceUnavailable")
        assert answered(mine, "sts", "GetCallerIdentity") == away, "its record cannot be kept"
        assert answered(mine, "sts", "GetSessionToken") == away
        assert answered(mine, "iam", "ListUsers") == away
        assert answered(mine, "iam", "CreateUser", UserName="ann") == away
        until(lambda: mine.get("/health/ready").status == 503, within=NOTICED_WITHIN)
        assert mine.get("/health/live").status == 200
        assert answered(mine, "sts", "GetCallerIdentity") == away
        database.start()
        until(lambda: mine.get("/health/ready").status == 200, within=NOTICED_WITHIN)
        until(lambda: answered(mine, "sts", "GetCallerIdentity") == (200, None), within=NOTICED_WITHIN)
        until(lambda: answered(mine, "iam", "ListUsers") == (200, None), within=NOTICED_WITHIN)
        assert answered(mine, "iam", "CreateUser", UserName="ann") == (200, None)
    for entry in (tmp_path / "server.log").read_text().splitlines():
        assert json.loads(entry)["event"], "a log is one JSON object a line, whoever writes"


@contextmanager
def standing_still(url: str) -> Iterator[None]:
    """Hold all of a server's processes until the block ends: its connections stay, and nothing answers on them."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int").fetchone()
    assert row
    postmaster: int = row[0]
    with stopped([postmaster]):  # first, so that it starts no more of them
        children = (PROC / str(postmaster) / "task" / str(postmaster) / "children").read_text().split()
        with stopped(map(int, children)):
            yield


def refused_in_time(mine: Line, service: str, action: str, **more: str) -> None:
    asked_at = time.monotonic()
    answer = mine.ask(service, action, **more)
    assert (answer.status, answer.code) == (503, "ServiceUnavailable")
    assert time.monotonic() - asked_at < PATIENCE + SLACK


@on_linux
@pytest.mark.slow
def test_while_the_database_stands_still_everything_is_refused_and_then_goes_on(
    tmp_path: Path, database: Postgres
) -> None:
    environment = {"WATCHWORD_DATABASE": database.url(database.create()), "WATCHWORD_PATIENCE": str(PATIENCE)}
    first = initialise(tmp_path, environment=environment)
    with serving(tmp_path, first, environment=environment) as authority, line(authority) as mine:
        assert answered(mine, "sts", "GetCallerIdentity") == (200, None)
        with standing_still(environment["WATCHWORD_DATABASE"]):
            for _ in range(2):
                refused_in_time(mine, "sts", "GetCallerIdentity")
                refused_in_time(mine, "iam", "ListUsers")
                refused_in_time(mine, "iam", "CreateUser", UserName="ann")
            assert mine.get("/health/ready").status == 503
            assert mine.get("/health/live").status == 200
        until(lambda: mine.get("/health/ready").status == 200, within=NOTICED_WITHIN)
        assert answered(mine, "sts", "GetCallerIdentity") == (200, None)
        assert answered(mine, "iam", "ListUsers") == (200, None)
        assert answered(mine, "iam", "CreateUser", UserName="bob") == (200, None)


@contextmanager
def a_line_to_each(authority: Authority, workers: int) -> Iterator[list[Line]]:
    """Make a connection to each worker, all of them started; a single one has no supervisor."""
    if workers > 1:
        with line_to_each_worker(authority, workers) as lines:
            yield lines
    else:
        with line(authority) as mine:
            yield [mine]


@on_linux
@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_ends_in_time_while_its_database_stands_still(
    tmp_path: Path, database: Postgres, workers: int
) -> None:
    environment = {"WATCHWORD_DATABASE": database.url(database.create()), "WATCHWORD_PATIENCE": str(PATIENCE)}
    first = initialise(tmp_path, environment=environment)
    serve = serving(tmp_path, first, "--workers", str(workers), environment=environment)
    with serve as authority, a_line_to_each(authority, workers) as lines:
        for mine in lines:
            assert answered(mine, "sts", "GetCallerIdentity") == (200, None)
        with standing_still(environment["WATCHWORD_DATABASE"]):
            for mine in lines:
                refused_in_time(mine, "iam", "CreateUser", UserName="ann")
                refused_in_time(mine, "iam", "ListUsers")
            authority.process.terminate()
            code = authority.process.wait(2 * PATIENCE + SLACK)
    assert code == (1 if workers == 1 else 0), "a supervisor that was told to stop has not failed"
    told = [json.loads(entry)["event"] for entry in (tmp_path / "server.log").read_text().splitlines()]
    assert "the store does not let go" in told
