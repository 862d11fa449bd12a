"""`watchword agent` on a workload's machine, asked by boto3, the aws command line and the SDK for JavaScript."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import CredentialRetrievalError

from tests.clients.machine import Machine, boto_identity, running
from tests.support.accounts import ADMINISTRATOR, trusting
from tests.support.authority import Authority, initialise, run, serving
from tests.support.polling import until
from tests.support.processes import on_linux
from tests.support.terminal import AWS

pytestmark = pytest.mark.slow

JAVASCRIPT = Path(__file__).parent / "javascript"
NODE = shutil.which("node")
with_node = pytest.mark.skipif(
    NODE is None or not (JAVASCRIPT / "node_modules" / "@aws-sdk").exists(),
    reason="needs Node.js, and `npm ci` as `make test` runs it",
)

ROLES = "/latest/meta-data/iam/security-credentials/"
TTL = "X-aws-ec2-metadata-token-ttl-seconds"
EVERYWHERE_FREE = ("--imds", "127.0.0.1:0", "--metrics", "127.0.0.1:0")
ANN, BEN = "ann-0123456789abcdef", "ben-0123456789abcdef"


def role(authority: Authority, name: str) -> str:
    """Make a role that machines and the administrator may have."""
    trust = json.loads(trusting(f"arn:aws:iam::{authority.account_id}:root"))
    machines = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust["Statement"].append(machines)
    iam = authority.client("iam")
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=ADMINISTRATOR)
    return arn


def in_profile(authority: Authority, name: str) -> None:
    """Make an instance profile of a role's own name."""
    iam = authority.client("iam")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


def assumed(authority: Authority, name: str, session: str) -> str:
    return f"arn:aws:sts::{authority.account_id}:assumed-role/{name}/{session}"


@pytest.fixture
def machine(authority: Authority, tmp_path: Path) -> Iterator[Machine]:
    """A machine whose metadata endpoint serves the role in the instance profile `web`."""
    role(authority, "web")
    in_profile(authority, "web")
    profile = ("--instance-profile", "web", "--instance-id", "i-0abc", "--check-every", "1s")
    with running(authority, tmp_path, *EVERYWHERE_FREE, *profile) as machine:
        yield machine


def token(machine: Machine, ttl: int = 60) -> str:
    answer = machine.ask("imds", "PUT", "/latest/api/token", {TTL: str(ttl)})
    assert (answer.status, answer.headers[TTL.lower()]) == (200, str(ttl))
    return answer.body.decode()


def got(machine: Machine, path: str) -> Any:
    return machine.ask("imds", "GET", path, {"X-aws-ec2-metadata-token": token(machine)})


def shell(environment: dict[str, str], *line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=False, timeout=60)


def javascript(environment: dict[str, str]) -> dict[str, str]:
    """Ask the SDK for JavaScript who it is."""
    done = subprocess.run(
        [str(NODE), "workload.mjs"],
        cwd=JAVASCRIPT,
        env=environment,
        input="\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


def test_sdks_find_the_role_with_no_setup_and_with_version_1_disabled(authority: Authority, machine: Machine) -> None:
    web = assumed(authority, "web", "i-0abc")
    assert boto_identity(machine.workload()) == web
    done = shell(machine.workload(), str(AWS), "sts", "get-caller-identity")
    assert json.loads(done.stdout)["Arn"] == web, done.stderr


@with_node
def test_the_sdk_for_javascript_as_well(authority: Authority, machine: Machine) -> None:
    assert javascript(machine.workload()) == {"arn": assumed(authority, "web", "i-0abc")}


def test_only_with_a_token_and_only_while_it_lasts(machine: Machine) -> None:
    assert machine.ask("imds", "GET", ROLES).status == 401
    for ttl in ("0", "21601", "x"):
        assert machine.ask("imds", "PUT", "/latest/api/token", {TTL: ttl}).status == 400
    forwarded = {TTL: "60", "X-Forwarded-For": "10.0.0.1"}
    assert machine.ask("imds", "PUT", "/latest/api/token", forwarded).status == 400
    assert machine.ask("imds", "POST", "/latest/api/token", {TTL: "60"}).status == 405
    assert machine.ask("imds", "PUT", "/latest/api/token", {TTL: "60"}, host="evil.example").status == 403
    short = {"X-aws-ec2-metadata-token": token(machine, 1)}
    assert machine.ask("imds", "GET", ROLES, short).status == 200
    assert until(lambda: machine.ask("imds", "GET", ROLES, short).status == 401, every=0.1)
    assert got(machine, ROLES).body == b"web"


def test_what_it_tells_of_the_machine(authority: Authority, machine: Machine) -> None:
    told = json.loads(got(machine, f"{ROLES}web").body)
    assert (told["Code"], told["Type"], told["AccountId"]) == ("Success", "AWS-HMAC", authority.account_id)
    info = json.loads(got(machine, "/latest/meta-data/iam/info").body)
    assert info["InstanceProfileArn"] == f"arn:aws:iam::{authority.account_id}:instance-profile/web"
    assert got(machine, "/latest/meta-data/instance-id").body == b"i-0abc"
    metrics = machine.ask("metrics", "GET", "/metrics").body.decode()
    assert 'watchword_agent_refreshes_total{source="machine",outcome="ok"} 1' in metrics
    assert machine.ask("metrics", "GET", "/health").status == 200
    for secret in (told["SecretAccessKey"], told["Token"], token(machine)):
        assert secret not in machine.logged + metrics


def test_another_role_and_none(authority: Authority, machine: Machine) -> None:
    assert boto_identity(machine.workload()) == assumed(authority, "web", "i-0abc")
    old = json.loads(got(machine, f"{ROLES}web").body)
    role(authority, "batch")
    iam = authority.client("iam")
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="batch")
    until(lambda: got(machine, ROLES).body == b"batch", every=0.1)
    assert boto_identity(machine.workload()) == assumed(authority, "batch", "i-0abc")
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="batch")
    until(lambda: got(machine, ROLES).status == 404, every=0.1)
    assert got(machine, f"{ROLES}batch").status == 404
    assert machine.ask("metrics", "GET", "/health").status == 503
    assert '"trouble": "no_role"' in machine.logged
    refused = authority.client("sts", old["AccessKeyId"], old["SecretAccessKey"], old["Token"])
    with pytest.raises(refused.exceptions.ClientError, match="ExpiredToken"):
        refused.get_caller_identity()


@on_linux
@pytest.mark.parametrize("hops", [1, 2])
def test_answers_go_no_further_than_the_hop_limit(authority: Authority, tmp_path: Path, hops: int) -> None:
    """The kernel drops for a socket what arrives with fewer hops left than IP_MINTTL says, so it tells them."""
    arn = role(authority, "web")
    with running(authority, tmp_path, *EVERYWHERE_FREE, "--role", arn, "--hop-limit", str(hops)) as machine:
        assert answers_with_hops_left(machine, hops)
        assert not answers_with_hops_left(machine, hops + 1)


def answers_with_hops_left(machine: Machine, hops: int) -> bool:
    parts = urlsplit(machine.urls["imds"])
    ip_minttl = 21
    with closing(socket.socket()) as client:
        client.setsockopt(socket.IPPROTO_IP, ip_minttl, hops)
        client.settimeout(1)
        try:
            client.connect((parts.hostname, parts.port))
            client.sendall(f"PUT /latest/api/token HTTP/1.1\r\nHost: localhost\r\n{TTL}: 60\r\n\r\n".encode())
            return client.recv(64).startswith(b"HTTP/1.1 200")
        except TimeoutError:
            return False


@pytest.fixture
def containers(authority: Authority, tmp_path: Path) -> Iterator[tuple[Machine, dict[str, Path]]]:
    """A machine with two workloads behind the container endpoint; their sessions live a quarter of an hour."""
    files = {name: tmp_path / f"{name}.token" for name in ("ann", "ben")}
    files["ann"].write_text(ANN)
    files["ben"].write_text(BEN)
    config = tmp_path / "agent.toml"
    config.write_text(
        '[container]\nlisten = "127.0.0.1:0"\n[metrics]\nlisten = "127.0.0.1:0"\n[imds]\nlisten = "127.0.0.1:0"\n'
        f'[source]\nrole = "{role(authority, "machine")}"\n'
        + "".join(
            f'[[workload]]\nname = "{name}"\ntoken_file = "{file}"\nrole = "{role(authority, name)}"\nduration = 900\n'
            for name, file in files.items()
        )
    )
    with running(authority, tmp_path, "--config", str(config), listeners=3) as machine:
        yield machine, files


def test_each_workload_has_its_own_role_by_a_token_that_may_change(
    authority: Authority, containers: tuple[Machine, dict[str, Path]]
) -> None:
    machine, files = containers
    for name, file in files.items():
        assert boto_identity(machine.workload(file)) == assumed(authority, name, name)
    files["ann"].write_text("new-0123456789abcdef")
    assert machine.ask("container", "GET", "/v1/credentials", {"Authorization": ANN}).status == 403
    assert boto_identity(machine.workload(files["ann"])) == assumed(authority, "ann", "ann")
    done = shell(machine.workload(files["ben"]), str(AWS), "sts", "get-caller-identity")
    assert json.loads(done.stdout)["Arn"] == assumed(authority, "ben", "ben"), done.stderr


def test_no_token_no_credentials(containers: tuple[Machine, dict[str, Path]]) -> None:
    machine, files = containers
    for headers, path, status in (
        ({}, "/v1/credentials", 401),
        ({"Authorization": "x" * 20}, "/v1/credentials", 403),
        ({"Authorization": BEN}, "/v1/credentials/ann", 403),
        ({"Authorization": BEN}, "/v1/credentials/ben", 200),
    ):
        answer = machine.ask("container", "GET", path, headers)
        assert answer.status == status
        assert (b"SecretAccessKey" in answer.body) is (status == 200)
    wrong = machine.workload(files["ben"]) | {"AWS_CONTAINER_AUTHORIZATION_TOKEN": "y" * 20}
    del wrong["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
    with pytest.raises(CredentialRetrievalError, match="403"):
        boto_identity(wrong)


@with_node
def test_the_sdk_for_javascript_and_a_line_end_after_the_token(
    authority: Authority, containers: tuple[Machine, dict[str, Path]]
) -> None:
    machine, files = containers
    ann = assumed(authority, "ann", "ann")
    assert javascript(machine.workload(files["ann"])) == {"arn": ann}
    files["ann"].write_text("new-0123456789abcdef")
    assert javascript(machine.workload(files["ann"])) == {"arn": ann}
    files["ann"].write_text("new-0123456789abcdef\n")  # it drops the header, and asks all the same
    assert "error" in javascript(machine.workload(files["ann"]))
    metrics = machine.ask("metrics", "GET", "/metrics").body.decode()
    assert 'watchword_agent_requests_total{endpoint="container",outcome="unauthenticated"}' in metrics


def test_an_authority_that_is_down(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data, initialise(data)) as authority:
        arn = role(authority, "web")
        with running(authority, tmp_path, *EVERYWHERE_FREE, "--role", arn, "--session-name", "here") as machine:
            authority.process.terminate()
            authority.process.wait(20)
            assert json.loads(got(machine, f"{ROLES}web").body)["Code"] == "Success"
        done = run("agent", "--imds", "127.0.0.1:0", "--role", arn, env=authority.environment)
        assert done.returncode == 1
        assert "no credentials for `machine`" in done.stderr
        assert done.stdout == ""
        with running(authority, tmp_path, *EVERYWHERE_FREE, "--role", arn, "--wait") as machine:
            assert got(machine, ROLES).status == 503
            assert json.loads(got(machine, f"{ROLES}web").body)["Code"] == "Failed"
            assert machine.ask("metrics", "GET", "/health").status == 503


def test_who_may_not_have_a_role_is_told_so_at_the_start(authority: Authority, iam: Any) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=document)
    options = ("--role", f"arn:aws:iam::{authority.account_id}:role/theirs", "--imds", "127.0.0.1:0")
    done = run("agent", *options, env=authority.environment)
    assert (done.returncode, done.stdout) == (5, "")
    assert "not authorized to perform: sts:AssumeRole" in done.stderr


def test_one_workload_without_a_file_of_configuration(authority: Authority, tmp_path: Path) -> None:
    file = tmp_path / "token"
    arn = role(authority, "web")
    options = ("--no-imds", "--container", "127.0.0.1:0", "--token-file", str(file), "--duration", "15m")
    with running(authority, tmp_path, *options, "--role", arn, "--session-name", "one") as machine:
        assert boto_identity(machine.workload(file)) == assumed(authority, "web", "one")
