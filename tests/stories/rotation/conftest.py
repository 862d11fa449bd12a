"""Fixtures: a world in our authority, and one that may as well be in AWS."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.clients.peer import peer
from tests.stories.rotation.world import Place, World, opened
from tests.support.accounts import member_of
from tests.support.authority import Authority

__all__ = ["peer"]
OTHERS = count(210_000_000_001)
"""Numbers of accounts in moto, which makes an account where somebody signs in to one."""


def in_authority(authority: Authority, home: Path) -> Iterator[World]:
    """Play in a member account of our authority."""
    town = member_of(authority, "town")
    place = Place(
        authority.endpoint,
        authority.access_key_id,
        authority.secret_access_key,
        town.account_id,
        f"sqlite:///{home}/ledger.db",
        aws=(("skip", [authority.account_id]),),
    )
    yield from opened(place, home, sandbox=authority, environment=authority.environment)


def in_moto(peer: dict[str, str], home: Path, region: str = "us-east-1") -> Iterator[World]:
    """Play in an account of moto's that nobody else plays in."""
    account = str(next(OTHERS))
    place = Place(
        peer["AWS_ENDPOINT_URL"],
        peer["AWS_ACCESS_KEY_ID"],
        peer["AWS_SECRET_ACCESS_KEY"],
        account,
        f"sqlite:///{home}/ledger.db",
        region,
        aws=(("accounts", [account]),),
    )
    yield from opened(place, home, environment=peer)


@pytest.fixture
def world(authority: Authority, tmp_path: Path) -> Iterator[World]:
    """A world in our authority."""
    yield from in_authority(authority, tmp_path)


@pytest.fixture(params=["authority", "moto"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world in our authority, then one in moto's server."""
    if request.param == "authority":
        yield from in_authority(request.getfixturevalue("authority"), tmp_path)
    else:
        yield from in_moto(request.getfixturevalue("peer"), tmp_path)


@pytest.fixture
def moto(peer: dict[str, str], tmp_path: Path) -> Iterator[World]:
    """A world in moto's server."""
    yield from in_moto(peer, tmp_path)
