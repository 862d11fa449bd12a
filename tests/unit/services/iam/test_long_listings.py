"""Listings under a path in an account with very many: a page may tell nothing yet, and still go on."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, insert

from tests.support.stores import ACCOUNT
from tests.unit.services.iam.house import House
from watchword.store import schema
from watchword.store.tx import Tx
from watchword.store.under_path import LOOKED_THROUGH


@pytest.mark.parametrize(
    ("table", "operation", "member"), [(schema.user, "users", "User"), (schema.role, "roles", "Role")]
)
def test_a_page_that_finds_nothing_goes_on(house: House, table: Table, operation: str, member: str) -> None:
    own = {"account_id": ACCOUNT, "created_at": 1, "boundary_arn": None}
    own |= {"trust_policy": '{"Statement": []}', "max_session_seconds": 3600} if table is schema.role else {}
    names = [f"n{number:05}" for number in range(LOOKED_THROUGH + 2)]
    paths = ["/common/"] * LOOKED_THROUGH + ["/rare/"] * 2
    rows = [
        {"id": f"A{name}", "name": name, "name_key": name, "path": path, **own}
        for name, path in zip(names, paths, strict=True)
    ]

    def fill(tx: Tx) -> None:
        tx.connection.execute(insert(table), rows)

    house.store.change(fill)
    first = house.ask(f"list_{operation}", path_prefix="/rare/")
    assert (first[f"{member}s"], first["IsTruncated"]) == ([], True)
    rest = house.ask(f"list_{operation}", path_prefix="/rare/", marker=first["Marker"])
    assert ([one[f"{member}Name"] for one in rest[f"{member}s"]], rest["IsTruncated"]) == (names[-2:], False)
