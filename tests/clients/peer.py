"""Moto's server as another AWS that the command line has to get along with."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from bench.servers import PEER_BIN, moto


@pytest.fixture(scope="session")
def peer() -> Iterator[dict[str, str]]:
    """The environment in which AWS clients find a moto server; needs what `make bench` installs."""
    if not (PEER_BIN / "moto_server").exists():
        pytest.skip("moto is not here; `make bench` installs it")
    with moto() as server:
        yield {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_ACCESS_KEY_ID": server.access_key_id,
            "AWS_SECRET_ACCESS_KEY": server.secret_access_key,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
