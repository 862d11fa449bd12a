"""Ten thousand users: what a page costs where the account begins, and where it ends."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

import pytest
from sqlalchemy import insert

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import authorization_details as details
from watchword.store import schema, users
from watchword.store.tx import Tx
from watchword.store.users import User

T = TypeVar("T")

PEOPLE = 10_000
IDS = [f"AIDA{number:08}" for number in range(PEOPLE)]
DOCUMENT = '{"Version":"2012-10-17","Statement":[]}'


def fill(tx: Tx) -> None:
    names = [f"user-{number:08}" for number in range(PEOPLE)]
    policy = {"id": "ANPAONE", "arn": "arn:one", "name": "One", "name_key": "one"}
    counts = {"default_version": 1, "newest_version": 1, "created_at": NOW, "updated_at": NOW}
    group = {"id": "AGPAONE", "name": "All", "name_key": "all"}
    common = {"account_id": ACCOUNT, "path": "/"}
    tx.connection.execute(insert(schema.managed_policy), [policy | counts | common])
    tx.connection.execute(insert(schema.group), [group | common | {"created_at": NOW}])
    tx.connection.execute(
        insert(schema.user),
        [
            {"id": one, "name": name, "name_key": name, "created_at": NOW, **common}
            for one, name in zip(IDS, names, strict=True)
        ],
    )
    tx.connection.execute(insert(schema.membership), [{"group_id": "AGPAONE", "user_id": one} for one in IDS])
    tx.connection.execute(insert(schema.attachment), [{"target_id": one, "policy_id": "ANPAONE"} for one in IDS])
    own = [{"target_id": one, "name": "own", "document": DOCUMENT} for one in IDS]
    tx.connection.execute(insert(schema.inline_policy), own)
    tags = [{"target_id": one, "name_key": "team", "name": "Team", "value": "blue"} for one in IDS]
    tx.connection.execute(insert(schema.tag), tags)


def page(tx: Tx, after: str, limit: int = 1_000) -> list[User]:
    """Read all that one page of users tells."""
    found = list(users.page(tx, ACCOUNT, path_prefix="/", after=after, limit=limit))
    ids = [user.id for user in found]
    assert sum(details.lengths(tx, ids).values()) == len(ids) * len(DOCUMENT + "Teamblue")
    assert all(policies[0].name == "One" for policies in details.attached(tx, ids).values())
    assert details.group_names(tx, ids) == {key: ["All"] for key in ids}
    assert details.tags(tx, ids) == {key: {"Team": "blue"} for key in ids}
    assert details.inline(tx, ids) == {key: [("own", DOCUMENT)] for key in ids}
    return found


def quickest(work: Callable[[], T]) -> float:
    """Tell the seconds that work takes when nothing disturbs it."""
    times = []
    for _ in range(5):
        begin = perf_counter()
        work()
        times.append(perf_counter() - begin)
    return min(times)


@pytest.fixture
def crowd(store: StoreInHand) -> StoreInHand:
    store.change(fill)
    return store


def test_the_last_page_costs_no_more_than_the_first(crowd: StoreInHand) -> None:
    with crowd.opened.read() as tx:
        first = quickest(lambda: page(tx, ""))
        last = quickest(lambda: page(tx, f"user-{PEOPLE - 1_001:08}"))
    assert last < 2 * first + 0.02


def test_a_page_takes_little_memory_however_many_there_are(crowd: StoreInHand) -> None:
    tracemalloc.start()
    try:
        with crowd.opened.read() as tx:
            assert len(page(tx, "", limit=100)) == 100
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            assert len(page(tx, "user-00005000", limit=100)) == 100
            _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < 2_000_000


def test_what_is_not_there_is_left_out(store: StoreInHand) -> None:
    with store.opened.read() as tx:
        for read in (
            details.lengths,
            details.attached,
            details.inline,
            details.tags,
            details.group_names,
            details.profiles,
            details.versions,
            details.arns,
        ):
            assert read(tx, ["AIDANOBODY", "AROANOBODY"]) == {}
            assert read(tx, []) == {}
