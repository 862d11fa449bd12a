"""The metadata endpoint: what it tells, to whom, and for how long."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping

import pytest

from tests.unit.agent.asking import HOUR, START, Answer, Time, Upstream, asked, keeper
from watchword.agent.credentials import Trouble
from watchword.agent.documents import Machine
from watchword.agent.guard import Guard
from watchword.agent.metadata import Metadata
from watchword.agent.session_tokens import SessionTokens
from watchword.agent.tally import Outcome, Tally

ROLES = "/latest/meta-data/iam/security-credentials"
PROFILE = ("arn:aws:iam::123456789012:instance-profile/web", "AIPA1")
TTL = "x-aws-ec2-metadata-token-ttl-seconds"


class Endpoint:
    """A metadata endpoint with a time and an upstream of its own."""

    def __init__(self, *, v1: bool = False, zone: str = "us-east-1b", profile: tuple[str, str] = PROFILE) -> None:
        self.time = Time()
        self.upstream = Upstream(self.time, profile=profile)
        self.keeper = keeper(self.upstream)
        self.tally = Tally()
        machine = Machine("i-0abc", "us-east-1", zone, START)
        tokens, guard = SessionTokens(secrets.token_bytes), Guard.of("127.0.0.1", (), ())
        self.app = Metadata(self.keeper, machine, tokens, guard, self.tally, clock=self.time, v1=v1)

    async def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: str) -> Answer:
        return await asked(self.app, method, path, headers, **more)

    async def token(self, ttl: str = "21600") -> str:
        return (await self.ask("PUT", "/latest/api/token", {TTL: ttl})).body

    async def get(self, path: str) -> Answer:
        return await self.ask("GET", path, {"x-aws-ec2-metadata-token": await self.token()})


def got(endpoint: Endpoint, path: str) -> Answer:
    return asyncio.run(endpoint.get(path))


@pytest.mark.parametrize("end", ["", "/"])
def test_the_way_of_every_sdk(end: str) -> None:
    endpoint = Endpoint()
    role = got(endpoint, f"{ROLES}{end}")
    assert (role.status, role.body, role.headers["content-type"]) == (200, "web", "text/plain; charset=utf-8")
    told = got(endpoint, f"{ROLES}/web{end}")
    assert told.json == {
        "Code": "Success",
        "LastUpdated": "2027-01-15T08:00:00Z",
        "Type": "AWS-HMAC",
        "AccessKeyId": "ASIA1",
        "SecretAccessKey": "secret-1",
        "Token": "token-1",
        "Expiration": "2027-01-15T09:00:00Z",
        "AccountId": "123456789012",
    }
    assert told.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/latest/meta-data/instance-id", "i-0abc"),
        ("/latest/meta-data/placement/region", "us-east-1"),
        ("/latest/meta-data/placement/availability-zone/", "us-east-1b"),
    ],
)
def test_facts(path: str, told: str) -> None:
    assert got(Endpoint(), path).body == told


def test_info_names_the_instance_profile_if_there_is_one() -> None:
    path = "/latest/meta-data/iam/info"
    success = {"Code": "Success", "LastUpdated": "2027-01-15T08:00:00Z"}
    assert got(Endpoint(), path).json == success | {"InstanceProfileArn": PROFILE[0], "InstanceProfileId": "AIPA1"}
    assert got(Endpoint(profile=("", "")), path).json == success


def test_identity() -> None:
    told = got(Endpoint(), "/latest/dynamic/instance-identity/document").json
    assert (told["accountId"], told["instanceId"], told["region"]) == ("123456789012", "i-0abc", "us-east-1")
    assert told["pendingTime"] == "2027-01-15T08:00:00Z"
    assert told["imageId"] is None


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/latest",
        f"{ROLES}-extended",
        f"{ROLES}/other",
        f"{ROLES}/web/more",
        f"{ROLES}//web",
        "/latest/dynamic/instance-identity/pkcs7",
        "/latest/dynamic/instance-identity/signature",
        "/LATEST/meta-data/instance-id",
        "/latest/meta-data/instance-id//",
        "/latest/../latest/meta-data/instance-id",
    ],
)
def test_what_is_not_there(path: str) -> None:
    assert got(Endpoint(), path).status == 404


def test_what_nobody_told_is_not_there() -> None:
    assert got(Endpoint(zone=""), "/latest/meta-data/placement/availability-zone").status == 404


@pytest.mark.parametrize("ttl", ["1", "60", "21600", "00060"])
@pytest.mark.parametrize("end", ["", "/"])
def test_a_token_and_how_long_it_lives(ttl: str, end: str) -> None:
    answer = asyncio.run(Endpoint().ask("PUT", f"/latest/api/token{end}", {TTL: ttl}))
    assert answer.status == 200
    assert answer.headers[TTL] == str(int(ttl))
    assert len(answer.body) == 64


@pytest.mark.parametrize(
    "ttl", [None, "", "0", "21601", "-1", "+60", "6e1", "60.0", "٦٠", "99999999999999999999", "60,60"]
)
def test_a_ttl_out_of_bounds(ttl: str | None) -> None:
    headers = {} if ttl is None else {TTL: ttl.encode().decode("latin-1")}
    assert asyncio.run(Endpoint().ask("PUT", "/latest/api/token", headers)).status == 400


def test_no_token_through_a_proxy() -> None:
    endpoint = Endpoint()
    headers = {TTL: "60", "x-forwarded-for": "10.0.0.1"}
    assert asyncio.run(endpoint.ask("PUT", "/latest/api/token", headers)).status == 400
    assert endpoint.tally.requests["imds", Outcome.FORWARDED] == 1


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS", "HEAD"])
def test_a_token_is_put_for(method: str) -> None:
    answer = asyncio.run(Endpoint().ask(method, "/latest/api/token", {TTL: "60"}))
    assert (answer.status, answer.headers["allow"]) == (405, "PUT")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "OPTIONS"])
def test_the_rest_is_read_only(method: str) -> None:
    assert asyncio.run(Endpoint().ask(method, ROLES)).status == 405


@pytest.mark.parametrize("headers", [{}, {"x-aws-ec2-metadata-token": ""}, {"x-aws-ec2-metadata-token": "A" * 64}])
@pytest.mark.parametrize("path", [ROLES, f"{ROLES}/web", "/latest/meta-data/instance-id", "/nowhere"])
def test_nothing_without_a_token(headers: dict[str, str], path: str) -> None:
    endpoint = Endpoint()
    answer = asyncio.run(endpoint.ask("GET", path, headers))
    assert (answer.status, answer.body) == (401, "Unauthorized")
    assert not endpoint.upstream.asked


def test_a_token_ends_and_the_next_one_is_good() -> None:
    endpoint = Endpoint()

    async def story() -> None:
        headers = {"x-aws-ec2-metadata-token": await endpoint.token("10")}
        assert (await endpoint.ask("GET", ROLES, headers)).status == 200
        endpoint.time.at += 10
        assert (await endpoint.ask("GET", ROLES, headers)).status == 401
        assert (await endpoint.get(ROLES)).status == 200

    asyncio.run(story())


def test_version_1_only_where_asked_for() -> None:
    endpoint = Endpoint(v1=True)
    assert asyncio.run(endpoint.ask("GET", ROLES)).body == "web"
    assert got(endpoint, ROLES).body == "web"
    wrong = {"x-aws-ec2-metadata-token": "A" * 64}
    assert asyncio.run(endpoint.ask("GET", ROLES, wrong)).status == 401


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:1338",
        "",
        None,
        "169.254.169.253",
        "[::1]x",
        "[evil",
    ],
)
def test_a_foreign_name(host: str | None) -> None:
    endpoint = Endpoint(v1=True)
    for method, path in (("PUT", "/latest/api/token"), ("GET", ROLES)):
        assert asyncio.run(asked(endpoint.app, method, path, {TTL: "60"}, host=host)).status == 403
    assert endpoint.tally.requests["imds", Outcome.STRANGER] == 2


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1338", "localhost.", "[::1]:80", "169.254.169.254", "[fd00:ec2::254]"]
)
def test_names_that_are_ours(host: str) -> None:
    assert asyncio.run(asked(Endpoint(v1=True).app, "GET", ROLES, host=host)).status == 200


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        ("127.9.9.9", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("10.0.0.1", 403),
        ("fe80::1%eth0", 403),
        ("0.0.0.0", 403),
    ],
)
def test_peers(peer: str, status: int) -> None:
    assert asyncio.run(asked(Endpoint(v1=True).app, "GET", ROLES, peer=peer)).status == status


@pytest.mark.parametrize(
    ("wrong", "code", "listed"),
    [
        (Trouble.UNREACHABLE, "Failed", 200),
        (Trouble.DENIED, "AssumeRoleUnauthorizedAccess", 200),
        (Trouble.NO_ROLE, None, 404),
    ],
)
def test_an_error_and_never_an_empty_success(wrong: Trouble, code: str | None, listed: int) -> None:
    endpoint = Endpoint()

    async def story() -> None:
        assert (await endpoint.get(ROLES)).status == 200
        endpoint.upstream.wrong = wrong
        endpoint.time.at += HOUR
        assert (await endpoint.get(ROLES)).status == listed
        told = await endpoint.get(f"{ROLES}/web")
        if code is None:
            assert told.status == 404
        else:
            assert (told.status, told.json["Code"], told.json.keys()) == (200, code, {"Code", "Message", "LastUpdated"})
            assert "it is" not in told.json["Message"]
        assert (await endpoint.get("/latest/meta-data/iam/info")).status == (503 if code else 404)

    asyncio.run(story())


def test_before_the_first_credentials() -> None:
    endpoint = Endpoint()
    endpoint.upstream.wrong = Trouble.UNREACHABLE
    assert got(endpoint, ROLES).status == 503
    assert got(endpoint, f"{ROLES}/web").json["Code"] == "Failed"
    assert got(endpoint, "/latest/meta-data/instance-id").status == 200


class Over(Exception):  # noqa: N818 - how a test ends
    pass


def test_three_hours_with_half_an_hour_left_at_least() -> None:
    """An agent of three hours is asked every ten seconds, and its attempts fail now and then."""
    endpoint = Endpoint()
    left: list[float] = []
    end = START + 3 * HOUR

    async def pause(nap: float) -> None:
        wake = endpoint.time.at + nap
        while endpoint.time.at < wake:
            endpoint.time.at = min(wake, endpoint.time.at + 10)
            endpoint.upstream.wrong = Trouble.UNREACHABLE if endpoint.time.at % 1_200 < 120 else None
            told = await endpoint.get(f"{ROLES}/web")
            assert told.json["Code"] == "Success"
            held = endpoint.keeper.held
            assert held
            left.append(held.expires_at - endpoint.time.at)
        if endpoint.time.at >= end:
            raise Over

    with pytest.raises(Over):
        asyncio.run(endpoint.keeper.keep(pause))
    assert len(left) >= 3 * HOUR / 10
    assert min(left) >= 1_800
    assert endpoint.upstream.given >= 7


def test_an_outage_of_three_hours() -> None:
    """Last good ones are served until their real end, then an error, and new ones once there are any."""
    endpoint = Endpoint()
    codes: dict[float, str] = {}
    outage, back, end = START + 600, START + 2.5 * HOUR, START + 3 * HOUR

    async def pause(nap: float) -> None:
        wake = endpoint.time.at + nap
        while endpoint.time.at < wake:
            endpoint.time.at = min(wake, endpoint.time.at + 10)
            endpoint.upstream.wrong = Trouble.UNREACHABLE if outage <= endpoint.time.at < back else None
            told = (await endpoint.get(f"{ROLES}/web")).json
            codes[endpoint.time.at] = told["Code"]
            assert (told["Code"] == "Success") is ("AccessKeyId" in told)
            assert all(told.values())
        if endpoint.time.at >= end:
            raise Over

    with pytest.raises(Over):
        asyncio.run(endpoint.keeper.keep(pause))
    assert {code for at, code in codes.items() if at < START + HOUR} == {"Success"}
    assert {code for at, code in codes.items() if START + HOUR <= at < back} == {"Failed"}
    assert {code for at, code in codes.items() if at >= back + 60} == {"Success"}


def test_what_was_asked_is_counted() -> None:
    endpoint = Endpoint()
    got(endpoint, ROLES)
    got(endpoint, f"{ROLES}/web")
    assert json.dumps(
        {f"{endpoint}.{outcome}": n for (endpoint, outcome), n in sorted(endpoint.tally.requests.items())}
    ) == ('{"imds.credentials": 1, "imds.token": 2, "imds.told": 1}')
