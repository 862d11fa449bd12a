"""Scenarios 1, 2, 20 and 29: everybody is looked at, what cannot be read is no answer, and it costs few calls."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.rotation.outcome import done, line
from tests.stories.rotation.wire import Answer, Asked, Wire, refused, spoils, unanswered
from tests.stories.rotation.world import World
from tests.support.accounts import member_of, trusting
from watchword.rotation.results import Mode
from watchword.rotation.steps import Do, Why
from watchword.rotation.sweeping.sweeps import sweep

GROUP = "IAMKeyRotationExemptionGroup"


def test_scenario_01_everybody_is_looked_at_and_nobody_exempt_is_touched(world: World) -> None:
    """More than a page of users, more than a page of exempt ones, and what is due is all over both."""
    names = [f"user-{number:03}" for number in range(250)]
    exempt = {name for number, name in enumerate(names) if number % 25 < 13}
    assert len(exempt) == 130
    due = exempt | set(names[24::25])
    world.client("iam").create_group(GroupName=GROUP)
    keys = {name: world.user(name)["AccessKeyId"] for name in names if name in due}
    for name in exempt:
        world.client("iam").add_user_to_group(GroupName=GROUP, UserName=name)
    world.pass_days(85)
    keys |= {name: world.user(name)["AccessKeyId"] for name in names if name not in due}
    world.pass_days(10)

    run = world.sweep("[never_used]\nafter = 90\n")

    (account,) = run.accounts
    assert (account.users, account.failed) == (250, "")
    assert {one.user for one in account.lines if one.do is Do.EXEMPT} == exempt
    assert {one.user for one in account.lines if one.done == ("deactivated",)} == due - exempt
    touched = " ".join(asked.text for asked in world.wire.changes)
    assert {name for name in names if name in touched} == due - exempt
    active = [world.keys(name)[keys[name]] for name in ("user-000", "user-012", "user-237", "user-248", "user-249")]
    assert active == [True, True, True, True, False]


HOWS = {
    "throttled": lambda: refused("Throttling"),
    "denied": lambda: refused("AccessDenied", 403),
    "timed out": unanswered,
}


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize(
    ("operation", "why"),
    [
        ("iam:GetAccessKeyLastUsed", Why.USE_UNKNOWN),
        ("iam:GetGroup", Why.UNREAD),
        ("iam:GetUser", Why.UNREAD),
        ("iam:ListAttachedUserPolicies", Why.UNREAD),
        ("iam:GetCredentialReport", None),
    ],
)
def test_scenario_02_what_cannot_be_read_is_never_a_no(world: World, operation: str, why: Why | None, how: str) -> None:
    """A user of whom something is not known is left alone, in its own words; everybody else goes on."""
    assert world.sandbox is not None
    other = member_of(world.sandbox, "other").account_id
    keys = {name: world.user(name, account=at) for name, at in (("ann", world.account), ("bob", other))}
    world.pass_days(95)
    spoilt = Wire(before=spoils(operation, HOWS[how], world.account))

    run = world.sweep(wire=spoilt, aws={"accounts": [world.account, other], "concurrency": 1})

    assert world.keys("ann") == {keys["ann"]["AccessKeyId"]: True}
    assert not [one for one in spoilt.changes if one.account == world.account]
    failed = next(one.failed for one in run.accounts if one.account == world.account)
    if why is None:
        assert failed.startswith(("GetCredentialReport: ", "Read timeout"))
        assert run.failed
    else:
        told = line(run, "ann")
        assert (told.do, told.why) == (Do.BLOCKED, why)
        assert told.note
        assert run.has_findings
    assert done(run, "bob") == ["deactivated"]


def test_scenario_02_the_command_ends_as_one_that_found_something(world: World) -> None:
    world.user("ann")
    world.pass_days(95)
    world.client("iam").put_role_policy(
        RoleName="OrganizationAccountAccessRole",
        PolicyName="no",
        PolicyDocument='{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:GetAccessKeyLastUsed",'
        '"Resource":"*"}}',
    )
    ended = world.cli("apply", "--yes")
    assert ended.returncode == 3, ended.stderr
    assert Why.USE_UNKNOWN in ended.stderr


@pytest.mark.parametrize("lacks", ["State", "Status"])
def test_scenario_20_accounts_are_known_by_their_state_old_and_new(world: World, lacks: str) -> None:
    """AWS tells `State` where it told `Status`, and takes the old one away."""
    authority = world.sandbox
    assert authority is not None
    closed = member_of(authority, "closed").account_id
    authority.client("organizations").close_account(AccountId=closed)

    def after(asked: Asked, answer: dict[str, Any]) -> None:
        if asked.operation == "organizations:ListAccounts":
            for one in answer["Accounts"]:
                one["Status"] = one.get("Status") or one["State"]
                one["State"] = one.get("State") or one["Status"]
                del one[lacks]

    run = world.sweep(mode=Mode.PLAN, wire=Wire(after=after), aws={"skip": []})
    assert {one.account for one in run.accounts} == {world.account, authority.account_id}


def test_scenario_20_units_however_deep_and_the_management_account(anywhere: World) -> None:
    world = anywhere
    organizations, root, town = _organization(world)
    outer = organizations.create_organizational_unit(ParentId=root, Name=f"outer {world.account}")
    inner = organizations.create_organizational_unit(ParentId=outer["OrganizationalUnit"]["Id"], Name="inner")
    organizations.move_account(
        AccountId=town, SourceParentId=root, DestinationParentId=inner["OrganizationalUnit"]["Id"]
    )
    chosen = {"accounts": "organization", "skip": [], "units": [outer["OrganizationalUnit"]["Id"]]}
    run = world.sweep(mode=Mode.PLAN, aws=chosen)
    assert [one.account for one in run.accounts] == [town]
    hub = world.orders(aws={"accounts": "organization", "skip": []}).hub
    assert {hub.account, town} <= {one.id for one in hub.accounts()}


def _organization(world: World) -> tuple[Any, str, str]:
    organizations = world.client("organizations", world.own)
    if world.sandbox is None:
        try:
            organizations.create_organization(FeatureSet="ALL")
        except organizations.exceptions.AlreadyInOrganizationException:
            assert organizations.describe_organization()
        made = organizations.create_account(Email="town@example.com", AccountName="town")
        town = made["CreateAccountStatus"]["AccountId"]
    else:
        town = world.account
    return organizations, organizations.list_roots()["Roots"][0]["Id"], town


def test_scenario_20_an_account_that_cannot_be_reached_hides_no_other(world: World) -> None:
    assert world.sandbox is not None
    lost = member_of(world.sandbox, "lost").account_id
    world.user("ann")
    world.client("iam", account=lost).update_assume_role_policy(
        RoleName="OrganizationAccountAccessRole", PolicyDocument=trusting(f"arn:aws:iam::{lost}:root")
    )
    world.pass_days(95)
    run = world.sweep()
    assert run.failed
    assert [one.account for one in run.accounts if "AccessDenied" in one.failed] == [lost]
    assert list(world.keys("ann").values()) == [False]
    assert world.ledger.runs()[0].failed == 1


def test_scenario_29_an_account_without_candidates_costs_at_most_four_calls(anywhere: World) -> None:
    """Scaled down from 500 accounts of 500 users: what an account costs does not grow with its users."""
    world = anywhere
    for number in range(40):
        world.user(f"user-{number}")
    world.pass_days(10)
    run = world.sweep()
    (account,) = run.accounts
    assert account.users == 40
    assert account.calls <= 4
    assert account.calls == world.calls.made(world.account)
    assert account.lines == ()


def test_scenario_29_calls_go_to_candidates_alone(anywhere: World) -> None:
    world = anywhere
    world.user("old")
    if world.sandbox is not None:
        world.pass_days(70)
    for number in range(20):
        world.user(f"young-{number}")
    world.pass_days(10)
    text = "" if world.sandbox is not None else "[[override]]\nusers = ['old']\nages = { replace = 9 }\n"
    run = world.sweep(text, mode=Mode.PLAN)
    assert [one.user for one in run.accounts[0].lines] == ["old"]
    assert world.calls.by_operation(world.account)["iam:GetUser"] == 1


def test_scenario_29_the_pace_that_one_worker_found_out_is_that_of_the_next(world: World) -> None:
    def slowed(asked: Asked) -> Answer | None:
        if asked.operation == "iam:GetCredentialReport":
            world.calls.set_rate(world.account, 5.0)  # as it is after throttling
        return None

    world.sweep(mode=Mode.PLAN, wire=Wire(before=slowed))
    found = world.ledger.pace(world.account)
    assert found is not None
    assert 5.0 <= found < 100.0
    world.sweep(mode=Mode.PLAN)
    assert found <= world.calls.rate(world.account) < 200.0


def test_scenario_29_a_sweep_that_was_ended_is_gone_on_with(world: World) -> None:
    assert world.sandbox is not None
    other = member_of(world.sandbox, "other").account_id
    for name, account in (("ann", world.account), ("bob", other)):
        world.user(name, account=account)
    world.pass_days(95)

    def stop(_result: Any, _total: int) -> None:
        raise KeyboardInterrupt

    run_id = "20300101T000000Z-1"
    with pytest.raises(KeyboardInterrupt):
        sweep(world.orders(aws={"concurrency": 1}), run_id=run_id, progress=stop)
    assert 1 <= len(list(world.ledger.results(run_id))) <= 2
    run = sweep(world.orders(aws={"concurrency": 1}), run_id=run_id)
    assert {one.account for one in run.accounts} == {world.account, other}
    assert not run.failed
    deactivated = [event for event in world.ledger.history(limit=1000) if event.what == "deactivated"]
    assert len(deactivated) == 2
    assert world.ledger.run(run_id).ended_at
