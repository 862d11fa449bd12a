"""Clients of Secrets Manager."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.authority import Authority


@pytest.fixture
def secrets(authority: Authority) -> Any:
    """Secrets Manager in us-east-1, as the administrator."""
    return authority.client("secretsmanager")


@pytest.fixture
def west(authority: Authority) -> Any:
    """Secrets Manager in us-west-2, as the administrator."""
    return authority.client("secretsmanager", region_name="us-west-2")
