"""What an organization's policies forbid, every worker forbids from the next request on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.organizations.organization import RCP, SCP, rcp, scp
from tests.support.authority import Authority, initialise, serving
from tests.support.lines import Line, line_to_each_worker
from tests.support.postgres import Postgres
from tests.support.processes import on_linux
from tests.support.wire import Answer

TURNS = 5

pytestmark = on_linux


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """An authority with two workers, on either database."""
    environment = {}
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        environment["WATCHWORD_DATABASE"] = server.url(server.create())
    data: Path = tmp_path_factory.mktemp("pair") / "data"
    first = initialise(data, environment=environment)
    with serving(data, first, "--workers", "2", environment=environment) as authority:
        yield authority


def organizations(one: Line, operation: str, **parameters: Any) -> Any:
    """Ask Organizations for something that must be answered."""
    target = f"AWSOrganizationsV20161128.{operation}"
    answer = one.json("organizations", target, json.dumps(parameters).encode())
    assert answer.status == 200, answer.body
    return json.loads(answer.body) if answer.body else {}


def policy(one: Line, name: str, kind: str, content: str) -> str:
    made = organizations(one, "CreatePolicy", Name=name, Type=kind, Content=content, Description="")
    policy_id: str = made["Policy"]["PolicySummary"]["Id"]
    return policy_id


def test_policies_of_an_organization_count_on_every_worker_at_once(pair: Authority) -> None:
    with line_to_each_worker(pair) as lines:
        organizations(lines[0], "CreateOrganization")
        root = organizations(lines[0], "ListRoots")["Roots"][0]["Id"]
        made = organizations(lines[0], "CreateAccount", Email="a@example.com", AccountName="a")["CreateAccountStatus"]
        role = f"arn:aws:iam::{made['AccountId']}:role/OrganizationAccountAccessRole"

        def assume(one: Line) -> Answer:
            return one.ask("sts", "AssumeRole", RoleArn=role, RoleSessionName="asking")

        session = assume(lines[1]).credentials
        for kind in (SCP, RCP):
            organizations(lines[0], "EnablePolicyType", RootId=root, PolicyType=kind)
        no_users = policy(lines[0], "scp", SCP, scp("Deny", "iam:ListUsers"))
        no_roles = policy(lines[0], "rcp", RCP, rcp("sts:*"))
        for turn in range(TURNS):
            here, there = lines[turn % 2], lines[(turn + 1) % 2]
            on = [(no_users, made["AccountId"]), (no_roles, root)]
            assert [there.ask("iam", "ListUsers", session).status, assume(there).status] == [200, 200]
            for policy_id, target in on:
                organizations(here, "AttachPolicy", PolicyId=policy_id, TargetId=target)
            assert [there.ask("iam", "ListUsers", session).code, assume(there).code] == ["AccessDenied"] * 2
            for policy_id, target in on:
                organizations(here, "DetachPolicy", PolicyId=policy_id, TargetId=target)
