"""Saying that a request is refused, and how."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError


@contextmanager
def refused(code: str, *, status: int | None = None, message: str | None = None) -> Iterator[None]:
    """Expect the SDK to be refused with this code and, where given, this status and exactly these words."""
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert answer["Error"]["Code"] == code, answer["Error"]
    if status is not None:
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    if message is not None:
        assert answer["Error"]["Message"] == message
