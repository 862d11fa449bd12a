"""What the tests of sessions have in hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.sessions.hands import Hands
from tests.support.authority import Authority


@pytest.fixture
def hands(authority: Authority, iam: Any) -> Hands:
    return Hands(authority, iam, authority.client("watchword"))
