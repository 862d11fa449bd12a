"""A new key is not known everywhere at once; one that never is, is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from watchword.cli.credentials.aws_files import Place
from watchword.cli.keys import signing
from watchword.cli.keys.signing import PATIENCE, Identity, Pair, pair_in
from watchword.domain.secret import Secret


def asking(*codes: str) -> tuple[Any, list[float]]:
    """Ask somebody who first refuses with these codes; gives what is answered, and the pauses."""
    answers, pauses = list(codes), list[float]()

    def ask() -> str:
        if answers:
            raise ClientError({"Error": {"Code": answers.pop(0)}}, "GetCallerIdentity")
        return "you"

    return signing.patiently(ask, pauses.append), pauses


def test_it_asks_again_for_some_seconds() -> None:
    assert asking() == ("you", [])
    assert asking("InvalidClientTokenId", "InvalidClientTokenId") == ("you", [1.0, 2.0])
    assert sum(PATIENCE) == 15


def test_it_does_not_ask_for_ever() -> None:
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        asking(*["InvalidClientTokenId"] * 6)


def test_another_refusal_is_one() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        asking("AccessDenied")


@pytest.mark.parametrize(
    ("arn", "user", "has_keys"),
    [
        ("arn:aws:iam::123456789012:user/team/ann", "ann", True),
        ("arn:aws-cn:iam::123456789012:root", "", True),
        ("arn:aws:sts::123456789012:assumed-role/reader/ann", "ann", False),
        ("arn:aws:sts::123456789012:federated-user/ann", "ann", False),
    ],
)
def test_whose_keys(arn: str, user: str, *, has_keys: bool) -> None:
    found = Identity("123456789012", "AIDA", arn)
    assert (found.user, found.has_keys) == (user, has_keys)


def test_the_key_in_a_profile(tmp_path: Path) -> None:
    path = tmp_path / "credentials"
    path.write_text(
        "[a]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n"
        "[b]\naws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n"
        "[c]\naws_access_key_id = AKIA1\n"
    )
    assert pair_in(Place(path, "a")) == Pair("AKIA1", Secret("s"))
    assert [pair_in(Place(path, name)) for name in ("b", "c", "d")] == [None] * 3
