"""Which secret a SecretId means."""

from __future__ import annotations

import secrets
from collections import Counter

import pytest

from watchword.services.secretsmanager.arns import Meant, in_region, meant_by, mint_suffix, service_arn

OWN, EAST = "111122223333", "us-east-1"
THEIRS = "arn:aws:secretsmanager:us-west-2:444455556666:secret:"


@pytest.mark.parametrize(
    ("secret_id", "meant"),
    [
        ("app/db", Meant(OWN, EAST, "app/db")),
        ("app-AbCdEf", Meant(OWN, EAST, "app-AbCdEf")),
        (THEIRS + "db", Meant("444455556666", "us-west-2", "db")),
        (THEIRS + "db-AbCde", Meant("444455556666", "us-west-2", "db-AbCde")),
        (THEIRS + "db-AbCdEf", Meant("444455556666", "us-west-2", "db-AbCdEf", THEIRS + "db-AbCdEf")),
        (THEIRS + "db-AbC/Ef", Meant("444455556666", "us-west-2", "db-AbC/Ef")),
        (THEIRS, None),
        ("arn:aws:secretsmanager:us-west-2:444455556666:db", None),
        ("arn:aws:iam::444455556666:secret:db", None),
        ("arn:aws-cn:secretsmanager:us-west-2:444455556666:secret:db", None),
        ("arn:", None),
    ],
)
def test_names_and_arns(secret_id: str, meant: Meant | None) -> None:
    assert meant_by(secret_id, OWN, EAST) == meant


def test_a_secret_has_one_arn_in_each_region() -> None:
    arn = service_arn(OWN, EAST, "a-AbCdEf")
    assert in_region(arn, "eu-west-1") == f"arn:aws:secretsmanager:eu-west-1:{OWN}:secret:a-AbCdEf"


def test_suffixes_are_drawn_evenly() -> None:
    drawn = Counter("".join(mint_suffix(secrets.token_bytes) for _ in range(3_000)))
    assert len(drawn) == 62
    assert max(drawn.values()) < 2 * min(drawn.values())
