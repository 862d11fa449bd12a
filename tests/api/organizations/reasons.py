"""Refusals of Organizations, which tell a reason beside their words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError


@contextmanager
def refused_for(reason: str, code: str = "ConstraintViolationException") -> Iterator[None]:
    """Expect a refusal with this code and reason."""
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer.get("Reason")) == (code, reason), answer
