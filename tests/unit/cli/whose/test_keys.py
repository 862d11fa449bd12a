"""Root's key is told as root's, however its owner is named."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from watchword.cli.whose import keys
from watchword.cli.whose.answer import Answer

KEY = "AKIAIOSFODNN7EXAMPLE"


class Iam:
    """An account in which one name, or none, is told for the key, and no user bears it."""

    def __init__(self, *name: str) -> None:
        self.told = {"UserName": name[0]} if name else {}

    def get_access_key_last_used(self, **_asked: str) -> dict[str, Any]:
        return {"AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}, **self.told}

    def get_paginator(self, operation: str) -> Any:
        raise ClientError({"Error": {"Code": "NoSuchEntity", "Message": "no such user"}}, operation)


@pytest.mark.parametrize("name", [(), ("root",), ("<root_account>",)])
def test_root(name: tuple[str, ...]) -> None:
    answer = Answer(KEY, "long-term access key")
    assert keys._owner(Iam(*name), answer) is True
    assert (answer.owner, answer.status, answer.last_used_state) == ("root", None, "unknown")
    assert answer.notes[0].startswith("root's key")
