"""A disk that takes nothing more: requests are refused, nothing that was answered is lost, and then it goes on."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.faults.conftest import OwnStore
from tests.support.authority import serving
from tests.support.lines import line
from tests.support.load import Load, expect_kept, expect_open, role_for_load
from tests.support.polling import until
from tests.support.processes import on_linux

pytestmark = on_linux


@contextmanager
def full_disk(pid: int) -> Iterator[None]:
    """Let no file of a process be written past its first byte, until the block ends."""
    prlimit = getattr(resource, "prlimit")  # noqa: B009 - Linux only, and so typed
    before: tuple[int, int] = prlimit(pid, resource.RLIMIT_FSIZE)
    prlimit(pid, resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        prlimit(pid, resource.RLIMIT_FSIZE, before)


def test_a_full_disk_refuses_everything_until_there_is_room(own: OwnStore) -> None:
    with serving(own.data, own.first) as authority, line(authority) as mine:
        assert mine.ask("sts", "GetCallerIdentity").status == 200
        with full_disk(authority.process.pid):
            for service, action, more in (
                ("sts", "GetCallerIdentity", {}),
                ("sts", "GetSessionToken", {}),
                ("iam", "ListUsers", {}),
                ("iam", "CreateUser", {"UserName": "ann"}),
                ("iam", "NoSuchOperation", {}),
            ):
                answer = mine.ask(service, action, **more)
                assert (answer.status, answer.code) == (503, "ServiceUnavailable"), action
        assert mine.ask("iam", "GetUser", UserName="ann").code == "NoSuchEntity", "what was refused did not happen"
        assert mine.ask("iam", "CreateUser", UserName="ann").status == 200
        assert mine.get("/health/ready").status == 200


@pytest.mark.slow
def test_under_load_a_full_disk_loses_nothing_that_was_answered(own: OwnStore) -> None:
    with serving(own.data, own.first) as authority:
        with Load(authority, "load", role_for_load(authority)).running() as load:
            for turn in range(1, 4):
                until(lambda turn=turn: len(load.told) >= 40 * turn)  # type: ignore[misc]  # bound now
                refused = len(load.refused)
                with full_disk(authority.process.pid):
                    until(lambda refused=refused: len(load.refused) >= refused + 20)  # type: ignore[misc]  # bound now
            enough = len(load.told) + 40
            until(lambda: len(load.told) >= enough)
        assert {answer.status for answer in load.refused} == {503}
        expect_kept(own.url, own.first["account_id"], load.told)
        expect_open(authority, load.told[-100:])
    with closing(sqlite3.connect(own.data / "watchword.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
