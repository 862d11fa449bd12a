"""Saying that a request is refused, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError

ENCODED = re.compile(r" Encoded authorization failure message: ([\w-]+)")


@contextmanager
def refused(code: str, *, status: int | None = None, message: str | None = None) -> Iterator[None]:
    """Expect the SDK to be refused with this code and, where given, this status and exactly these words.

    What a denial seals for those who may decode it does not belong to the words.
    """
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert answer["Error"]["Code"] == code, answer["Error"]
    if status is not None:
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    if message is not None:
        assert words(answer["Error"]["Message"]) == message


def words(message: str) -> str:
    """Give a message without what it seals."""
    return ENCODED.sub("", message)


def sealed(message: str) -> str:
    """Give what a denial seals, to be decoded."""
    found = ENCODED.search(message)
    assert found is not None, message
    return found[1]
