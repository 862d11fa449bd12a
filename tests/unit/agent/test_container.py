"""The container endpoint: a token says who asks, and nobody else learns anything."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.agent.asking import HOUR, ROLE, START, Answer, Time, Upstream, asked, keeper
from watchword.agent.container import Container, Workload
from watchword.agent.credentials import Trouble
from watchword.agent.guard import Guard
from watchword.agent.tally import Outcome, Tally

ANN, BEN = "ann-0123456789abcdef", "Bearer ben-0123456789abcdef"
PATH = "/v1/credentials"


class Endpoint:
    """A container endpoint with two workloads."""

    def __init__(self, directory: Path) -> None:
        self.time = Time()
        self.upstreams = {name: Upstream(self.time, 900, f"{ROLE}-{name}") for name in ("ann", "ben")}
        self.files = {name: directory / name for name in self.upstreams}
        self.files["ann"].write_text(ANN)
        self.files["ben"].write_text(BEN)
        served = {
            name: Workload(self.files[name], keeper(upstream, least_left=0, label=f"workload/{name}"))
            for name, upstream in self.upstreams.items()
        }
        self.tally = Tally()
        self.app = Container(served, Guard.of("127.0.0.1", (), ()), self.tally)

    def got(self, token: str | None, path: str = PATH, method: str = "GET", **more: str) -> Answer:
        headers: Mapping[str, str] = {"accept": "application/json"} | (
            {} if token is None else {"authorization": token}
        )
        return asyncio.run(asked(self.app, method, path, headers, **more))


@pytest.fixture
def endpoint(tmp_path: Path) -> Endpoint:
    return Endpoint(tmp_path)


@pytest.mark.parametrize("path", [PATH, f"{PATH}/", f"{PATH}/ann", f"{PATH}/ann/"])
def test_credentials(endpoint: Endpoint, path: str) -> None:
    answer = endpoint.got(ANN, path)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json == {
        "AccessKeyId": "ASIA1",
        "SecretAccessKey": "secret-1",
        "Token": "token-1",
        "Expiration": "2027-01-15T08:15:00Z",
        "RoleArn": f"{ROLE}-ann",
        "AccountId": "123456789012",
    }


def test_each_token_its_own_role(endpoint: Endpoint) -> None:
    assert endpoint.got(ANN).json["RoleArn"] == f"{ROLE}-ann"
    assert endpoint.got(BEN).json["RoleArn"] == f"{ROLE}-ben"
    other = endpoint.got(BEN, f"{PATH}/ann")
    assert (other.status, other.json["Code"]) == (403, "AccessDenied")
    assert "AccessKeyId" not in other.body


@pytest.mark.parametrize("path", [PATH, f"{PATH}/ann", "/", "/nowhere"])
@pytest.mark.parametrize(
    ("token", "status"), [(None, 401), ("", 401), ("x" * 20, 403), (BEN.removeprefix("Bearer "), 403)]
)
def test_nothing_without_a_token_of_ours(endpoint: Endpoint, path: str, token: str | None, status: int) -> None:
    answer = endpoint.got(token, path)
    assert answer.status == status
    assert answer.json.keys() == {"Code", "Message"}
    assert not any(upstream.asked for upstream in endpoint.upstreams.values())


def test_a_token_rotated_in_place(endpoint: Endpoint) -> None:
    assert endpoint.got(ANN).status == 200
    endpoint.files["ann"].write_text("new-0123456789abcdef")
    assert endpoint.got(ANN).status == 403
    assert endpoint.got("new-0123456789abcdef").status == 200


@pytest.mark.parametrize("path", ["/", "", "/v1", "/v1/credentialsx", "/v2/credentials", "/latest/meta-data"])
def test_what_is_not_there(endpoint: Endpoint, path: str) -> None:
    assert endpoint.got(ANN, path).status == 404


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "OPTIONS"])
def test_it_is_read_only(endpoint: Endpoint, method: str) -> None:
    assert endpoint.got(ANN, method=method).status == 405


def test_strangers(endpoint: Endpoint) -> None:
    assert endpoint.got(ANN, host="evil.example").status == 403
    assert endpoint.got(ANN, peer="10.0.0.1").status == 403
    assert endpoint.got(ANN, host="169.254.170.23").status == 200
    assert endpoint.tally.requests["container", Outcome.STRANGER] == 2


def test_an_outage_of_one_workload(endpoint: Endpoint) -> None:
    assert endpoint.got(ANN).status == 200
    endpoint.upstreams["ann"].wrong = Trouble.UNREACHABLE
    endpoint.time.at = START + 899
    assert endpoint.got(ANN).status == 200
    endpoint.time.at = START + HOUR
    none = endpoint.got(ANN)
    assert (none.status, none.json["Code"]) == (503, "CredentialsUnavailable")
    assert endpoint.got(BEN).status == 200
