"""Fixtures of the stories: two companies that share nothing but the machine."""

from collections.abc import Iterator

import pytest

from tests.stories.company import Actor, Company
from tests.support.accounts import member_of
from tests.support.authority import Authority, initialise, serving


@pytest.fixture
def company(authority: Authority) -> Company:
    """The first account."""
    return Company(Actor(authority), authority.account_id)


@pytest.fixture
def other(authority: Authority, company: Company) -> Company:
    """Another account of the same organization."""
    member = member_of(authority)
    return Company(Actor(authority, member.credentials), member.account_id)


@pytest.fixture(scope="session")
def rooted_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """An authority whose first key is root's."""
    data = tmp_path_factory.mktemp("rooted") / "data"
    with serving(data, initialise(data, "--root-key", "--sandbox")) as authority:
        yield authority


@pytest.fixture
def rooted(rooted_authority: Authority) -> Iterator[Company]:
    """A company that has nobody yet but its owner."""
    yield Company(Actor(rooted_authority), rooted_authority.account_id)
    rooted_authority.reset()
