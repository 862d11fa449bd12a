"""The house that every test of IAM's handlers may take."""

from __future__ import annotations

import pytest

from tests.support.stores import StoreInHand
from tests.unit.services.iam.house import House, house_on


@pytest.fixture
def house(store: StoreInHand) -> House:
    """An account with nothing in it, on SQLite and on PostgreSQL."""
    return house_on(store)
