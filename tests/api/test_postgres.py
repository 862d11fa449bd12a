"""The README's flow on PostgreSQL: made, served, used, lent, moved in time, and set back."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.support.authority import Authority, initialise, run, serving
from tests.support.postgres import Postgres
from tests.support.refusals import refused


@pytest.fixture(scope="module")
def environment(postgres: Postgres) -> dict[str, str]:
    return {"WATCHWORD_DATABASE": postgres.url(postgres.create())}


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Authority]:
    """A sandbox whose store is on PostgreSQL."""
    data = tmp_path_factory.mktemp("on-postgres") / "data"
    first = initialise(data, "--sandbox", environment=environment)
    with serving(data, first, environment=environment) as authority:
        yield authority


def trusting(arn: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_the_flow_and_the_way_back(on_postgres: Authority) -> None:
    iam: Any = on_postgres.client("iam")
    arn = iam.create_user(UserName="ann")["User"]["Arn"]
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    iam.create_access_key(UserName="ann")
    with refused("LimitExceeded", status=409):
        iam.create_access_key(UserName="ann")
    ann = on_postgres.of("sts", key)
    assert ann.get_caller_identity()["Arn"] == arn
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trusting(arn))["Role"]
    taken = ann.assume_role(RoleArn=role["Arn"], RoleSessionName="RoleSession1")["Credentials"]
    assert on_postgres.of("sts", taken).get_caller_identity()["Arn"].endswith(":assumed-role/reader/RoleSession1")
    lent = ann.get_session_token(DurationSeconds=900)["Credentials"]
    on_postgres.advance(901)
    with refused("ExpiredToken", status=403):
        on_postgres.of("sts", lent).get_caller_identity()
    on_postgres.reset()
    with refused("InvalidClientTokenId", status=403):
        ann.get_caller_identity()
    assert [user["UserName"] for user in iam.list_users()["Users"]] == ["admin"]
    iam.create_user(UserName="ann")


def status_of(url: str, body: str | None = None) -> int:
    try:
        with urlopen(url, None if body is None else body.encode(), timeout=10) as answer:
            return int(answer.status)
    except HTTPError as refusal:
        with refusal:
            return refusal.code


def test_a_null_character_is_bad_input_and_no_trouble_of_the_store(on_postgres: Authority) -> None:
    """PostgreSQL takes none in its texts; SQLite does."""
    assert status_of(f"{on_postgres.endpoint}/federation/%00/.well-known/jwks.json") == 404
    now = datetime.now(UTC)
    scope = f"{now:%Y%m%d}/us-east-1/sts/aws4_request"
    signature = f"X-Amz-SignedHeaders=host&X-Amz-Signature={'0' * 64}&X-Amz-Expires=60&X-Amz-Date={now:%Y%m%dT%H%M%SZ}"
    claim = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%00AAAAAAAAAAAAAAA/{scope}&{signature}"
    asked = "Action=GetCallerIdentity&Version=2011-06-15"
    assert status_of(f"{on_postgres.endpoint}/?{claim}", asked) == 403
    parts = (b'{"alg":"ES256","kid":"k"}', b'{"iss":"https://a\\u0000"}', b"x" * 64)
    token = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    role = "RoleArn=arn:aws:iam::123456789012:role/x&RoleSessionName=run&Version=2011-06-15"
    assert status_of(on_postgres.endpoint, f"Action=AssumeRoleWithWebIdentity&{role}&WebIdentityToken={token}") == 400


def test_its_journal_is_read_with_the_same_command(on_postgres: Authority, environment: dict[str, str]) -> None:
    answer = on_postgres.client("sts").get_caller_identity()
    done = run("journal", "--data", str(on_postgres.data), "--json", env=on_postgres.environment | environment)
    assert done.returncode == 0, done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert last["sandbox"] is True


def test_a_second_store_is_not_made_over_the_first(
    on_postgres: Authority, environment: dict[str, str], tmp_path: Path
) -> None:
    done = run("init", "--data", str(tmp_path), env=on_postgres.environment | environment)
    assert done.returncode == 1
    assert "already holds a store; choose another place" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_node_without_the_master_key_does_not_start(
    on_postgres: Authority, environment: dict[str, str], tmp_path: Path
) -> None:
    done = run("serve", "--data", str(tmp_path / "node"), env=on_postgres.environment | environment)
    assert done.returncode == 1
    assert "master.key` cannot be read" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "node").exists()


def test_sqlite_files_are_not_made_beside_it(on_postgres: Authority) -> None:
    assert {path.name for path in on_postgres.data.iterdir()} == {"master.key", "aws-profile", "changes", "server.log"}
