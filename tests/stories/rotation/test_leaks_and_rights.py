"""Scenarios 25, 28 and 30: a leaked key, the least that a role needs, and the tool's own key."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.stories.rotation.outcome import done, line, lines
from tests.stories.rotation.people import chatting, telling, text_of, told
from tests.stories.rotation.world import World, elsewhere
from tests.support.accounts import ADMINISTRATOR
from tests.support.authority import run
from tests.support.mailbox import mailbox
from watchword.rotation.acting import quarantine
from watchword.rotation.records import State
from watchword.rotation.steps import Do, Why

HUB_ROLE = "hub"
EXTERNAL_ID = "7f3a-91c2"
# of a plugin that apprise looks at; Python 3.13 has none any more
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@cache
def printed(account: str, trusted: str, *options: str) -> str:
    """Have the command print the role that is shipped."""
    words = ("--format", "json", "--account", account, "--trusted", trusted, "--external-id", EXTERNAL_ID)
    ended = run("rotation", "member-role", *words, *options)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def shipped(world: World, *options: str) -> dict[str, Any]:
    """Give the role that is shipped, for the story's account and the tool's own user."""
    arn = world.client("sts", world.own).get_caller_identity()["Arn"]
    text = printed("111122223333", "arn:aws:iam::444455556666:user/sweeper", *options)
    made = text.replace("111122223333", world.account).replace("arn:aws:iam::444455556666:user/sweeper", arn)
    role: dict[str, Any] = json.loads(made)
    return role


def deploy(world: World, *options: str) -> dict[str, Any]:
    """Make the shipped role and its policies in the story's account; gives what the rules say of it."""
    role, iam = shipped(world, *options), world.client("iam")
    iam.create_role(RoleName=role["RoleName"], AssumeRolePolicyDocument=json.dumps(role["AssumeRolePolicyDocument"]))
    iam.put_role_policy(
        RoleName=role["RoleName"], PolicyName="rotation", PolicyDocument=json.dumps(role["PolicyDocument"])
    )
    for name, policy in role["ManagedPolicies"].items():
        path, _, short = name.rpartition("/")
        iam.create_policy(PolicyName=short, Path=f"{path}/", PolicyDocument=json.dumps(policy))
    return {"role_name": role["RoleName"], "external_id": EXTERNAL_ID}


def test_scenario_25_a_leaked_key_and_its_sessions_open_nothing_and_a_new_key_is_made(world: World) -> None:
    aws = deploy(world, "--users", "/robots/")
    key = world.user("ann", path="/robots/")
    world.client("iam").attach_user_policy(UserName="ann", PolicyArn=ADMINISTRATOR)
    session = world.client("sts", key).get_session_token()["Credentials"]
    world.client("secretsmanager", session).list_secrets()
    told_of = elsewhere(world, aws=(*world.place.aws, *aws.items()))

    ended = told_of.cli("quarantine", key["AccessKeyId"], "--why", "seen in a public repository", "--yes")

    assert ended.returncode == 0, ended.stderr + ended.stdout
    assert "Its replacement: created, stored, verified, current" in ended.stdout
    for credentials in (key, session):
        with pytest.raises(ClientError):
            world.client("secretsmanager", credentials).list_secrets()
    new = world.rotation("ann").new
    assert world.keys("ann") == {key["AccessKeyId"]: False, new: True}
    attached = world.client("iam").list_attached_user_policies(UserName="ann")["AttachedPolicies"]
    assert {one["PolicyName"] for one in attached} == {"AdministratorAccess", "refuse-sessions"}
    world.pass_days(2)  # longer than any of its sessions lives
    told_of.sweep()
    attached = world.client("iam").list_attached_user_policies(UserName="ann")["AttachedPolicies"]
    assert {one["PolicyName"] for one in attached} == {"AdministratorAccess"}
    assert "seen in a public repository" in {event.detail for event in world.ledger.history(user="ann", limit=1000)}


def test_scenario_25_one_run_is_enough_and_owners_are_told(anywhere: World, tmp_path: Path) -> None:
    world = anywhere
    key = world.user("ann", owner="ann@example.com")["AccessKeyId"]
    with mailbox(tmp_path) as box, chatting() as chat:
        text = telling(box)
        orders = world.orders(text=text)
        found = quarantine(
            world.member(text), key, rules=orders.rules, ledger=world.ledger, holder="one", by="eve", why="a page"
        )
        assert "deploy the member role's policies" in found.findings[0]
        assert found.settled is not None
        assert found.settled.done == ("created", "stored", "verified", "current")
        told(world, chat, text)
        mail = text_of(box.of("ann@example.com")[0])
    assert key in mail
    assert world.rotation("ann").new in mail  # and what is to be done
    rotation = world.rotation("ann")
    assert (rotation.leaked, rotation.state) == (True, State.OVERLAP) or rotation.state is State.DEACTIVATED
    assert world.keys("ann") == {key: False, rotation.new: True}


def test_scenario_25_a_user_that_aws_has_quarantined_is_left_to_a_person(anywhere: World) -> None:
    world, iam = anywhere, anywhere.client("iam")
    key = world.user("ann")
    deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]}
    policy = iam.create_policy(PolicyName="AWSCompromisedKeyQuarantineV3", PolicyDocument=json.dumps(deny))["Policy"]
    iam.attach_user_policy(UserName="ann", PolicyArn=policy["Arn"])
    world.pass_days(95)
    run = world.sweep()
    told_line = line(run, "ann", key["AccessKeyId"])
    assert (told_line.do, told_line.why, told_line.note) == (
        Do.REPORT,
        Why.QUARANTINED,
        "AWSCompromisedKeyQuarantineV3",
    )
    assert run.has_findings
    assert world.wire.changing == []


def test_scenario_28_the_shipped_role_is_enough_for_a_whole_rotation(world: World) -> None:
    aws = deploy(world, "--users", "/robots/")
    old = world.user("build", path="/robots/")
    world.user("boss")
    world.use(old)
    text = '[secret]\nregions = ["eu-west-1"]\n'
    role = elsewhere(world, aws=(*world.place.aws, *aws.items()))

    run_ = role.sweep(text, force="build")
    assert done(run_, "build") == ["created", "stored", "verified", "current"], lines(run_, "build")
    new = world.current("build", old)
    world.use(new)
    role.sweep(text)
    role.pass_days(12)
    assert done(role.sweep(text), "build") == ["deactivated"]
    role.pass_days(11)
    assert done(role.sweep(text), "build") == ["deleted"]
    assert world.keys("build") == {new["AccessKeyId"]: True}
    out_of_reach = role.sweep(text, force="boss")
    assert "AccessDenied" in str(lines(out_of_reach, "boss"))
    assert len(world.keys("boss")) == 1


def test_scenario_28_and_nothing_that_makes_anybody_mightier_is_let_through(world: World) -> None:
    deploy(world, "--users", "/robots/")
    world.user("build", path="/robots/")
    world.user("boss")
    iam = world.client("iam")
    iam.attach_user_policy(UserName="boss", PolicyArn=ADMINISTRATOR)
    iam.put_role_policy(  # even where somebody has given it everything
        RoleName="WatchwordRotation",
        PolicyName="all",
        PolicyDocument='{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
    )
    arn = f"arn:aws:iam::{world.account}:role/WatchwordRotation"
    sts = world.client("sts", world.own)
    with pytest.raises(ClientError, match="AccessDenied"):
        sts.assume_role(RoleArn=arn, RoleSessionName="sweep")
    with pytest.raises(ClientError, match="AccessDenied"):
        sts.assume_role(RoleArn=arn, RoleSessionName="sweep", ExternalId="else")
    session = sts.assume_role(RoleArn=arn, RoleSessionName="sweep", ExternalId=EXTERNAL_ID)["Credentials"]
    held = world.client("iam", session)
    held.list_access_keys(UserName="boss")
    everything = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
    attempts: list[Callable[[], Any]] = [
        lambda: held.put_user_policy(UserName="build", PolicyName="x", PolicyDocument=everything),
        lambda: held.put_role_policy(RoleName="WatchwordRotation", PolicyName="x", PolicyDocument=everything),
        lambda: held.add_user_to_group(GroupName="admins", UserName="build"),
        lambda: held.update_user(UserName="boss", NewPath="/robots/"),
        lambda: held.tag_user(UserName="boss", Tags=[{"Key": "a", "Value": "b"}]),
        lambda: held.create_login_profile(UserName="boss", Password="Correct-Horse-1"),
        lambda: held.update_assume_role_policy(RoleName="WatchwordRotation", PolicyDocument=everything),
        lambda: held.create_policy(PolicyName="x", PolicyDocument=everything),
        lambda: held.create_policy_version(
            PolicyArn=f"arn:aws:iam::{world.account}:policy/watchword/refuse-sessions", PolicyDocument=everything
        ),
        lambda: world.client("sts", session).assume_role(RoleArn=arn, RoleSessionName="again", ExternalId=EXTERNAL_ID),
    ]
    for attempt in attempts:
        with pytest.raises(ClientError, match="AccessDenied"):
            attempt()


def test_scenario_28_as_it_is_shipped_it_reaches_no_user_elsewhere_and_attaches_one_policy_alone(world: World) -> None:
    deploy(world, "--users", "/robots/")
    world.user("build", path="/robots/")
    boss = world.user("boss")["AccessKeyId"]
    arn = f"arn:aws:iam::{world.account}:role/WatchwordRotation"
    sts = world.client("sts", world.own)
    session = sts.assume_role(RoleArn=arn, RoleSessionName="sweep", ExternalId=EXTERNAL_ID)["Credentials"]
    held = world.client("iam", session)
    attempts: list[Callable[[], Any]] = [
        lambda: held.create_access_key(UserName="boss"),
        lambda: held.update_access_key(UserName="boss", AccessKeyId=boss, Status="Inactive"),
        lambda: held.delete_access_key(UserName="boss", AccessKeyId=boss),
        lambda: held.attach_user_policy(UserName="build", PolicyArn=ADMINISTRATOR),
    ]
    for attempt in attempts:
        with pytest.raises(ClientError, match="AccessDenied"):
            attempt()
    refusing = f"arn:aws:iam::{world.account}:policy/watchword/refuse-sessions"
    held.attach_user_policy(UserName="build", PolicyArn=refusing)
    held.detach_user_policy(UserName="build", PolicyArn=refusing)


def test_scenario_30_the_tool_replaces_its_own_key(world: World) -> None:
    """What a person's own machine does is told elsewhere: `rotate` through scenarios 3 to 6 in
    tests/clients/test_rotate_crashes.py; `exec`, `credential_process` and the container endpoint in test_exec_cli.py,
    test_credentials_cli.py and test_endpoint_cli.py; and that sessions go with the key that they were made by in
    test_credentials_cli.py, `test_a_rotated_key_leaves_no_session_behind`.
    """
    assert world.sandbox is not None
    iam = world.sandbox.client("iam")
    iam.create_user(UserName="sweeper")
    iam.attach_user_policy(UserName="sweeper", PolicyArn=ADMINISTRATOR)
    first = iam.create_access_key(UserName="sweeper")["AccessKey"]
    own = elsewhere(
        world,
        key_id=first["AccessKeyId"],
        secret=first["SecretAccessKey"],
        account=world.sandbox.account_id,
        aws=(("accounts", [world.sandbox.account_id]),),
    )

    run_ = own.sweep(force="sweeper")

    assert done(run_, "sweeper") == ["created", "stored", "verified", "current"]
    name = f"Account_{own.account}_User_sweeper_AccessKey"
    second = json.loads(own.client("secretsmanager", first).get_secret_value(SecretId=name)["SecretString"])
    goes_on = elsewhere(own, key_id=second["AccessKeyId"], secret=second["SecretAccessKey"])
    goes_on.sweep()
    goes_on.pass_days(15)
    assert done(goes_on.sweep(), "sweeper") == ["deactivated"]
    goes_on.pass_days(11)
    assert done(goes_on.sweep(), "sweeper") == ["deleted"]
    listed = goes_on.client("iam", second).list_access_keys(UserName="sweeper")["AccessKeyMetadata"]
    assert [(key["AccessKeyId"], key["Status"]) for key in listed] == [(second["AccessKeyId"], "Active")]
