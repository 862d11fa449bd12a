"""Looking things up: exactly what was asked for, in pages, at a cost that does not grow with the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event, insert

from tests.support.stores import ACCOUNT, StoreInHand
from watchword.domain.arn import iam_arn
from watchword.store import journal_search as search
from watchword.store import schema
from watchword.store.journal import COLUMNS, Entry, rows_of
from watchword.store.journal_search import NOBODY, Position, Question, Window
from watchword.store.tx import Tx

OTHER = "444455556666"
KEY, ISSUED = "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"
ALWAYS = Window(0)
MANY = 50_000


def entry(number: int, **more: Any) -> Entry:
    plain: dict[str, Any] = {"at": 1_000.25 + number, "account": ACCOUNT, "user_name": "ann"}
    return Entry(request_id=f"{number:08x}", **({"service": "iam", "event": "GetUser"} | plain | more))


def write(store: StoreInHand, *entries: Entry) -> None:
    for each in entries:
        store.writer.record_now(each)


def ids(store: StoreInHand, question: Question, window: Window = ALWAYS, **more: Any) -> list[int]:
    """Walk through all pages; give the numbers of what was found."""
    found: list[int] = []
    place: Position | None = None

    def look(tx: Tx) -> search.Page:
        return search.page(tx, question, window, after=place, **({"limit": 50} | more))

    while True:
        page = store.read(look)
        found += [int(each.event_id, 16) for each in page.found]
        place = page.further
        if place is None:
            return found


def test_everything_of_one_account_newest_first(store: StoreInHand) -> None:
    write(store, entry(1), entry(3), entry(2), entry(4, account=OTHER), entry(5, account=""))
    assert ids(store, search.everything(ACCOUNT)) == [3, 2, 1]
    assert ids(store, search.everything(ACCOUNT), limit=1) == [3, 2, 1]


def test_each_attribute_fits_exactly(store: StoreInHand) -> None:
    bob = {"target": iam_arn(ACCOUNT, "user/ops/bob"), "request": {"user_name": "bob"}}
    write(
        store,
        entry(1, event="CreateUser", **bob),
        entry(2, read_only=True, user_name="Ann"),
        entry(3, service="sts", event="GetUser", user_name="", principal_type="Account"),
        entry(4, event="GetUserX", request={"role_name": "bob"}),
        entry(5, event="getuser", request={"user_name": "BOB"}),
        entry(6, service="i", request={"user_name": "bobby"}),
    )
    for question, numbers in (
        (search.named(ACCOUNT, "GetUser"), [6, 3, 2]),
        (search.named(ACCOUNT, "User"), []),
        (search.named(ACCOUNT, "iam:GetUser"), []),
        (search.to_service(ACCOUNT, "iam"), [5, 4, 2, 1]),
        (search.to_service(ACCOUNT, "i"), [6]),
        (search.to_service(ACCOUNT, "%"), []),
        (search.by_user(ACCOUNT, "ann"), [6, 5, 4, 1]),
        (search.by_user(ACCOUNT, "root"), [3]),
        (search.reading(ACCOUNT, read_only=True), [2]),
        (search.reading(ACCOUNT, read_only=False), [6, 5, 4, 3, 1]),
        (search.of_type(ACCOUNT, "AWS::IAM::User"), [6, 5, 1]),
        (search.of_type(ACCOUNT, "AWS::IAM::"), []),
        (search.about(ACCOUNT, "bob"), [4, 1]),
        (search.about(ACCOUNT, iam_arn(ACCOUNT, "user/ops/bob")), [1]),
        (search.about(ACCOUNT, "%"), []),
        (search.about(ACCOUNT, "User bob"), []),
        (search.one([ACCOUNT], f"{4:08x}"), [4]),
        (search.one([OTHER], f"{4:08x}"), []),
    ):
        assert ids(store, question) == numbers, numbers
        assert ids(store, question, scanned=2, limit=1) == numbers, "short pages lead to the same"


def test_what_rows_from_before_do_not_say_fits_nothing(store: StoreInHand) -> None:
    write(store, entry(1))
    old = dict.fromkeys(["user_name", "read_only", "resources", "named_key_id"])
    store.change(lambda tx: tx.connection.execute(schema.journal.update().values(**old)))
    assert ids(store, search.everything(ACCOUNT)) == [1]
    assert ids(store, search.reading(ACCOUNT, read_only=False)) == []
    assert ids(store, search.about(ACCOUNT, "ann")) == []


@pytest.mark.parametrize("name", ["a b", "a\nAWS::IAM::User root", "%20", "a\0b", "\u4e2d\u6587"])
def test_a_strange_name_is_found_and_finds_nothing_else(store: StoreInHand, name: str) -> None:
    write(store, entry(1, request={"user_name": name}), entry(2, request={"user_name": "b"}))
    assert ids(store, search.about(ACCOUNT, name)) == [1]
    assert ids(store, search.about(ACCOUNT, "b")) == [2]
    assert ids(store, search.about(ACCOUNT, "root")) == []


def test_keys_are_found_by_their_own_indexes(store: StoreInHand) -> None:
    issued = {"response": {"Credentials.AccessKeyId": ISSUED}}
    write(
        store,
        entry(1, event="AssumeRole", access_key_id=KEY, **issued),
        entry(2, access_key_id=ISSUED),
        entry(3, account="", access_key_id=ISSUED),
        entry(4, account=OTHER, request={"access_key_id": ISSUED}),
    )
    assert ids(store, search.about_key(ACCOUNT, ISSUED)) == [1]
    assert ids(store, search.about_key(OTHER, ISSUED)) == [4]
    assert ids(store, search.with_key([ACCOUNT], ISSUED)) == [2]
    assert ids(store, search.with_key([ACCOUNT, NOBODY], ISSUED)) == [3, 2]
    assert ids(store, search.with_key([OTHER], KEY)) == []


def test_a_copy_is_found_by_its_own_account_under_its_own_id(store: StoreInHand) -> None:
    write(store, entry(2, access_key_id=KEY, owner=OTHER, request={"role_name": "reader"}))
    assert ids(store, search.about(ACCOUNT, "reader")) == [2]
    assert ids(store, search.about(OTHER, "reader")) == [3]
    assert ids(store, search.with_key([OTHER], KEY)) == []
    assert ids(store, search.by_user(OTHER, "ann")) == []


def test_times_are_included_at_both_ends(store: StoreInHand) -> None:
    write(store, *(entry(number) for number in range(4)))
    assert ids(store, search.everything(ACCOUNT), Window(1_001, 1_002)) == [2, 1]
    assert ids(store, search.everything(ACCOUNT), Window(1_002)) == [3, 2]
    assert ids(store, search.everything(ACCOUNT), Window(1_003, 1_002)) == []


def test_pages_go_on_within_one_instant(store: StoreInHand) -> None:
    write(store, *(entry(number, at=5.0) for number in range(7)))
    for question in (search.everything(ACCOUNT), search.by_user(ACCOUNT, "ann")):
        assert ids(store, question, limit=2, scanned=3) == [6, 5, 4, 3, 2, 1, 0]


@pytest.fixture
def crowded(store: StoreInHand) -> StoreInHand:
    """Many requests, of which only the very first is about the role, gave out the key, and was Ann's."""
    if not store.opened.on_sqlite:
        pytest.skip("steps are counted by SQLite")
    first = entry(0, response={"Credentials.AccessKeyId": ISSUED}, request={"role_name": "reader"}, access_key_id=KEY)
    others = (entry(number, user_name="bob", access_key_id="AKIAOTHER") for number in range(1, MANY))
    rows = [dict(zip(COLUMNS, row, strict=True)) for each in (first, *others) for row in rows_of(each)]
    store.change(lambda tx: tx.connection.execute(insert(schema.journal), rows))
    return store


@contextmanager
def counted(tx: Tx) -> Iterator[dict[str, int]]:
    """Count the statements of a transaction and the steps, by the hundred, that the database takes for them."""
    steps, statements = count(), count()
    cost: dict[str, int] = {}
    raw: Any = tx.connection.connection.driver_connection

    def step() -> int:
        next(steps)
        return 0

    def statement(_connection: object, _cursor: object, text: str, *_: object) -> None:
        if text != "BEGIN":
            next(statements)

    raw.set_progress_handler(step, 100)
    event.listen(tx.connection, "before_cursor_execute", statement)
    yield cost
    raw.set_progress_handler(None, 0)
    event.remove(tx.connection, "before_cursor_execute", statement)
    cost |= {"hundreds": next(steps), "statements": next(statements)}


def cost_of(store: StoreInHand, question: Question, **more: Any) -> dict[str, int]:
    def look(tx: Tx) -> dict[str, int]:
        with counted(tx) as cost:
            search.page(tx, question, ALWAYS, **({"after": None, "limit": 50} | more))
        return cost

    return store.read(look)


INDEXED: dict[str, Callable[[], Question]] = {
    "the newest": lambda: search.everything(ACCOUNT),
    "who asked for a session": lambda: search.about_key(ACCOUNT, ISSUED),
    "by key": lambda: search.with_key([ACCOUNT, NOBODY], KEY),
    "by id": lambda: search.one([ACCOUNT], f"{0:08x}"),
}


@pytest.mark.parametrize("name", INDEXED)
def test_what_an_index_answers_costs_nothing_whatever_else_there_is(crowded: StoreInHand, name: str) -> None:
    cost = cost_of(crowded, INDEXED[name]())
    assert cost["statements"] <= 2
    assert cost["hundreds"] < 50, "some fifty rows' work, of fifty thousand"


def test_a_page_that_finds_nothing_costs_the_same_everywhere(crowded: StoreInHand) -> None:
    question = search.about(ACCOUNT, "reader")
    page = crowded.read(lambda tx: search.page(tx, question, ALWAYS, after=None, limit=50))
    assert page.found == []
    assert page.further is not None
    first, second = cost_of(crowded, question), cost_of(crowded, question, after=page.further)
    assert first["statements"] == second["statements"] == 2
    assert abs(first["hundreds"] - second["hundreds"]) < 0.1 * first["hundreds"]
    assert first["hundreds"] < search.SCANNED * 40 / 100, "some tens of steps for each row, and no row beyond"
    assert ids(crowded, question) == [0], "and what there is, is found in the end"


def test_keys_in_an_account_of_others_cost_nothing(crowded: StoreInHand) -> None:
    assert cost_of(crowded, search.about_key(OTHER, ISSUED))["hundreds"] < 50
