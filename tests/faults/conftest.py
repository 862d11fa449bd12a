"""A store of one's own for every test, without making one every time."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.authority import initialise


@dataclass(frozen=True, slots=True)
class OwnStore:
    """A real store that nobody has open, and what `init` told of it."""

    data: Path
    first: dict[str, str]

    @property
    def url(self) -> str:
        return f"sqlite:///{self.data}/watchword.db"


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> OwnStore:
    """A real store, to be copied."""
    data = tmp_path_factory.mktemp("initialised") / "data"
    return OwnStore(data, initialise(data))


@pytest.fixture
def own(initialised: OwnStore, tmp_path: Path) -> OwnStore:
    """A fresh real store."""
    data = tmp_path / "data"
    shutil.copytree(initialised.data, data)
    return OwnStore(data, initialised.first | {"profile_file": str(data / "aws-profile")})
