"""Values at rest: sealed with the owner's key, each to its own row."""

from __future__ import annotations

import secrets
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from watchword.crypto.sealing import Vault
from watchword.services.secretsmanager import values
from watchword.services.secretsmanager.refusals import DecryptionFailure
from watchword.services.secretsmanager.values import Value
from watchword.store.secret_versions import Version

ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:s-AbCdEf"
VAULTS = {account: Vault(secrets.token_bytes(32), secrets.token_bytes) for account in ("111122223333", "444455556666")}
ASKING: Any = SimpleNamespace(tools=SimpleNamespace(vaults=VAULTS.__getitem__))
OWNER = "111122223333"


def kept() -> Version:
    sealed = values.sealed(ASKING, OWNER, ARN, "v1", Value(b"in the clear", is_binary=False))
    return Version(ARN, "v1", sealed, is_binary=False, kms_key_id=None, created_at=0)


def test_a_value_comes_back_as_it_was() -> None:
    opened = values.opened(ASKING, OWNER, kept())
    assert opened is not None
    assert opened.told() == {"SecretString": "in the clear"}
    assert b"in the clear" not in (kept().sealed or b"")
    assert values.opened(ASKING, OWNER, replace(kept(), sealed=None)) is None


@pytest.mark.parametrize(
    "moved",
    [
        {"secret_arn": ARN.replace("us-east-1", "us-west-2")},
        {"secret_arn": ARN.replace("111122223333", "444455556666")},
        {"secret_arn": ARN + "x"},
        {"id": "v2"},
        {"sealed": b"\x01" + bytes(60)},
        {"sealed": b""},
    ],
    ids=str,
)
def test_a_value_opens_in_its_own_row_alone(moved: dict[str, Any]) -> None:
    with pytest.raises(DecryptionFailure):
        values.opened(ASKING, OWNER, replace(kept(), **moved))


def test_a_value_opens_with_its_owners_key_alone() -> None:
    with pytest.raises(DecryptionFailure):
        values.opened(ASKING, "444455556666", kept())


def test_a_value_hides_itself() -> None:
    assert "clear" not in repr(Value(b"clear", is_binary=True))


def test_text_and_bytes_are_never_the_same() -> None:
    assert not Value(b"s", is_binary=True).same(Value(b"s", is_binary=False))
    assert Value(b"s", is_binary=True).same(Value(b"s", is_binary=True))
