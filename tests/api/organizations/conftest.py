"""An organization for tests of its policies."""

from __future__ import annotations

import pytest

from tests.api.organizations.organization import Organized
from tests.support.accounts import member_of
from tests.support.authority import Authority


@pytest.fixture
def organized(authority: Authority) -> Organized:
    """An organization with one member, in which no type of policy is enabled."""
    member = member_of(authority)
    client = authority.client("organizations")
    return Organized(authority, client, client.list_roots()["Roots"][0]["Id"], member)
