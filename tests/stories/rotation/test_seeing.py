"""Scenarios 24, 26 and 27: every long-term credential is seen, in every partition, and judged by its own id."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import watchword.rotation
from tests.stories.company import Company
from tests.stories.rotation.conftest import in_moto
from tests.stories.rotation.outcome import done, lines
from tests.stories.rotation.world import Place, World, opened
from tests.support.server_certificates import issue
from watchword.rotation.reporting.rendering import render
from watchword.rotation.results import Mode, Other
from watchword.rotation.terms import DAY

SOURCE = Path(watchword.rotation.__file__).parent
DEPLOYED = Path(__file__).parents[3] / "deploy"


def others(world: World, text: str = "") -> dict[str, Other]:
    """Look at everything; gives other credentials by what they are."""
    run = world.sweep(text, mode=Mode.INVENTORY)
    assert world.wire.changing == []
    return {one.what: one for account in run.accounts for one in account.others}


def test_scenario_24_other_credentials_are_in_the_same_inventory(anywhere: World) -> None:
    world, iam = anywhere, anywhere.client("iam")
    world.user("ann")
    iam.create_login_profile(UserName="ann", Password="Correct-Horse-1")
    public = generate_private_key(65537, 2048).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    ssh = iam.upload_ssh_public_key(UserName="ann", SSHPublicKeyBody=public.decode())["SSHPublicKey"]["SSHPublicKeyId"]
    certificate = issue("ann", begins=world.now() - 60).pem
    iam.upload_signing_certificate(UserName="ann", CertificateBody=certificate)
    if world.sandbox is not None:
        iam.create_service_specific_credential(
            UserName="ann", ServiceName="bedrock.amazonaws.com", CredentialAgeDays=20
        )
        iam.create_service_specific_credential(UserName="ann", ServiceName="codecommit.amazonaws.com")

    found = others(world)

    assert {"password", "SSH public key"} <= set(found)
    assert found["SSH public key"].id == ssh
    if world.sandbox is not None:
        assert {"signing certificate", "service-specific credential"} <= set(found)
        world.pass_days(95)
        aged = others(world)
        assert "95 days old" in aged["SSH public key"].finding
        assert "95 days old" in aged["signing certificate"].finding


def test_scenario_24_what_ends_by_itself_is_told_before_it_does(world: World) -> None:
    world.user("ann")
    world.client("iam").create_service_specific_credential(
        UserName="ann", ServiceName="bedrock.amazonaws.com", CredentialAgeDays=20
    )
    found = others(world)["service-specific credential"]
    assert (found.service, found.finding) == ("bedrock.amazonaws.com", "")
    assert found.expires == pytest.approx(world.now() + 20 * DAY, abs=60)
    world.pass_days(10)
    assert others(world)["service-specific credential"].finding == "expires in 10 days"


def test_scenario_24_roots_keys_are_found_and_never_touched(rooted: Company, tmp_path: Path) -> None:
    authority = rooted.administrator.authority
    place = Place(
        authority.endpoint,
        authority.access_key_id,
        authority.secret_access_key,
        authority.account_id,
        f"sqlite:///{tmp_path}/ledger.db",
    )
    for world in opened(place, tmp_path, sandbox=authority, environment=authority.environment):
        world.pass_days(400)
        run = world.sweep(mode=Mode.APPLY)
        (found,) = [one for account in run.accounts for one in account.others]
        assert (found.user, found.what, found.active) == ("<root_account>", "root access key", True)
        assert found.finding
        assert run.has_findings
        assert world.wire.changing == []


@pytest.fixture(params=[("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")], ids=["aws-us-gov", "aws-cn"])
def partition(request: pytest.FixtureRequest, peer: dict[str, str], tmp_path: Path) -> Iterator[tuple[World, str]]:
    region, name = request.param
    for world in in_moto(peer, tmp_path, region):
        yield world, name


def test_scenario_26_every_arn_is_of_the_partition(partition: tuple[World, str]) -> None:
    world, name = partition
    old = world.user("ann")
    text = '[secret]\nreaders = ["arn:{partition}:iam::{account}:role/deploy"]\n'

    run = world.sweep(text, force="ann")

    assert done(run, "ann")[-1] == "current"
    kept = world.rotation("ann").kept
    assert kept is not None
    assert kept.arn.startswith(f"arn:{name}:secretsmanager:{world.place.region}:{world.account}:secret:")
    assert lines(run, "ann")[0].arn == f"arn:{name}:iam::{world.account}:user/ann"
    sent = [one.text for one in world.wire.asked]
    assert any(f"arn:{name}:iam::{world.account}:role/" in one for one in sent)
    assert not any("arn:aws:" in one for one in sent)
    policy = world.client("secretsmanager").get_resource_policy(SecretId=kept.arn)["ResourcePolicy"]
    assert f"arn:{name}:iam::{world.account}:role/deploy" in policy
    assert "arn:aws:" not in policy
    world.use(world.current("ann"))
    world.sweep(text)
    world.pass_days(12)
    world.sweep(text)
    assert world.keys("ann")[old["AccessKeyId"]] is False


def test_scenario_26_no_arn_of_one_partition_stands_in_the_source() -> None:
    files = [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.toml"), *SOURCE.rglob("*.j2"), *DEPLOYED.rglob("*.yaml")]
    assert len(files) > 50
    assert [str(file) for file in files if "arn:aws:" in file.read_text()] == []


@pytest.fixture
def audited(anywhere: World) -> tuple[World, dict[str, Any]]:
    """Keys of every kind that an audit looks for."""
    world, iam = anywhere, anywhere.client("iam")
    keys = {name: world.user(name) for name in ("old", "never", "two")}
    keys["second"] = iam.create_access_key(UserName="two")["AccessKey"]
    for name in ("old", "two", "second"):
        world.use(keys[name])
    world.pass_days(95)
    if world.sandbox is not None:
        keys["fresh"] = world.user("fresh")
    return world, keys


def test_scenario_27_every_finding_names_a_key(audited: tuple[World, dict[str, Any]]) -> None:
    world, keys = audited
    text = '[unused]\nafter = 60\nresponse = "report"\n'
    run = world.sweep(text, mode=Mode.INVENTORY)
    terms = world.place.rules(text).ordinary
    results = json.loads(render(run, "sarif", terms=terms))["runs"][0]["results"]

    def names(rule: str, key: str) -> bool:
        return any(one["ruleId"] == rule and keys[key]["AccessKeyId"] in json.dumps(one) for one in results)

    assert names("key-too-old", "old")
    assert names("key-unused", "old")
    assert names("key-never-used", "never")
    assert not names("key-never-used", "old")
    assert names("two-active-keys", "two")
    assert names("two-active-keys", "second")
    if world.sandbox is not None:
        assert not any(names(rule, "fresh") for rule in ("key-too-old", "key-unused", "key-never-used"))
    for form in ("json", "ocsf", "html"):
        written = render(run, form, terms=terms)
        assert all(key["AccessKeyId"] in written for name, key in keys.items() if name != "fresh")
        assert not any(key["SecretAccessKey"] in written for key in keys.values())
    rows = list(csv.DictReader(StringIO(render(run, "csv", terms=terms))))
    assert {row["access_key_id"] for row in rows} == {key["AccessKeyId"] for key in keys.values()}


def test_scenario_27_thresholds_are_the_rules_and_the_reports_age_is_told(world: World) -> None:
    world.use(world.user("ann"))
    never = world.user("bob")["AccessKeyId"]
    world.pass_days(20)
    text = "[ages]\nreplace = 10\ndeactivate = 12\ndelete = 14\n[never_used]\nafter = 15\n"
    run = world.sweep(text, mode=Mode.INVENTORY)
    terms = world.place.rules(text).ordinary
    told = render(run, "sarif", terms=terms)
    assert {"key-too-old", "key-never-used"} <= {one["ruleId"] for one in json.loads(told)["runs"][0]["results"]}
    assert never in told
    assert "key-never-used" not in {one["ruleId"] for one in json.loads(render(run, "sarif"))["runs"][0]["results"]}
    (account,) = run.accounts
    assert account.report_at == pytest.approx(world.now(), abs=120)
    assert "report_at" in render(run, "json", terms=terms)
