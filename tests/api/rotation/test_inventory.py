"""Accounts, looked at through the real authority: who is asked about, what is seen, and what it costs in calls."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import botocore.session
import pytest

from tests.support.accounts import Member as Joined
from tests.support.accounts import member_of
from tests.support.authority import Authority
from watchword.domain.secret import Secret
from watchword.rotation.access import Calls, Hub, Unreachable, open_hub
from watchword.rotation.inventory import Looked, look, look_at_user
from watchword.rotation.rules import Rules, read_rules
from watchword.rotation.seen import Account, Known
from watchword.rotation.terms import DAY

ROLE = "OrganizationAccountAccessRole"


@dataclass
class World:
    """The authority, and the tool signed in to its management account."""

    authority: Authority
    ahead: float = 0.0
    calls: Calls = field(default_factory=lambda: Calls(calls_per_second=1000))

    def now(self) -> float:
        return time.time() + self.ahead

    def pass_days(self, days: float) -> None:
        self.authority.advance(int(days * DAY))
        self.ahead += days * DAY

    def rules(self, text: str = "", **aws: Any) -> Rules:
        told = {"endpoint_url": self.authority.endpoint, "role_name": ROLE, **aws}
        lines = [f"{name} = {json.dumps(value)}" for name, value in told.items()]
        return read_rules("\n".join(["[aws]", *lines, text]))

    def hub(self, rules: Rules) -> Hub:
        session = own_session()
        session.set_credentials(self.authority.access_key_id, self.authority.secret_access_key)
        return open_hub(rules.aws, calls=self.calls, session=session, clock=self.now)

    def look(self, account: str, rules: Rules | None = None, **more: Any) -> Looked:
        rules = rules or self.rules()
        member = self.hub(rules).member(Account(account))
        return look(member, rules, pause=refuse_to_wait, **more)


@cache
def own_session() -> botocore.session.Session:
    """One for all tests: it reads each service's model once."""
    return botocore.session.Session()


def deny(member: Joined, action: str) -> None:
    """Deny something to the role that the tool acts as."""
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": action, "Resource": "*"}]}
    member.client("iam").put_role_policy(RoleName=ROLE, PolicyName="no", PolicyDocument=json.dumps(policy))


def anew(member: Joined) -> Joined:
    """Sign in again, when the session has ended meanwhile."""
    role = f"arn:aws:iam::{member.account_id}:role/{ROLE}"
    session = member.authority.client("sts").assume_role(RoleArn=role, RoleSessionName="admin")
    return Joined(member.authority, member.account_id, session["Credentials"])


def refuse_to_wait(_seconds: float) -> None:
    raise AssertionError("nothing is to be waited for here")


@pytest.fixture
def world(authority: Authority) -> World:
    return World(authority)


@pytest.fixture
def member(authority: Authority) -> Joined:
    return member_of(authority, "payments")


def test_an_account_without_candidates_costs_at_most_four_calls(world: World, member: Joined) -> None:
    iam = member.client("iam")
    for number in range(30):
        member.user(f"user-{number}")
    iam.create_user(UserName="without-keys")
    found = world.look(member.account_id)
    assert (found.users, found.failed, found.total) == ((), "", 31)
    assert world.calls.by_operation(member.account_id) == {
        "sts:AssumeRole": 1,
        "iam:GenerateCredentialReport": 1,
        "iam:GetCredentialReport": 1,
    }
    assert not world.calls.changing()


def test_more_users_than_one_page_are_all_seen(world: World, member: Joined) -> None:
    iam = member.client("iam")
    for number in range(120):
        iam.create_user(UserName=f"user-{number:03}")
    iam.create_group(GroupName="IAMKeyRotationExemptionGroup")
    for number in range(110):
        iam.add_user_to_group(GroupName="IAMKeyRotationExemptionGroup", UserName=f"user-{number:03}")
    for number in (0, 105, 109, 115):
        iam.create_access_key(UserName=f"user-{number:03}")
    world.pass_days(95)
    found = world.look(member.account_id)
    assert found.total == 120
    assert {user.name: user.exempt_group for user in found.users} == {
        "user-000": "IAMKeyRotationExemptionGroup",
        "user-105": "IAMKeyRotationExemptionGroup",
        "user-109": "IAMKeyRotationExemptionGroup",
        "user-115": "",
    }


def test_a_candidate_is_read_whole(world: World, member: Joined) -> None:
    iam = member.client("iam")
    iam.create_user(UserName="ann", Path="/people/", Tags=[{"Key": "watchword:owner", "Value": "ann@example.com"}])
    used, never = (iam.create_access_key(UserName="ann")["AccessKey"] for _ in range(2))
    iam.create_user(UserName="bob")
    world.pass_days(40)
    assert world.authority.of("sts", used).get_caller_identity()["Account"] == member.account_id
    iam = anew(member).client("iam")
    iam.update_access_key(UserName="ann", AccessKeyId=never["AccessKeyId"], Status="Inactive")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    arn = iam.create_policy(PolicyName="AWSCompromisedKeyQuarantineV3", PolicyDocument=json.dumps(policy))["Policy"][
        "Arn"
    ]
    iam.attach_user_policy(UserName="ann", PolicyArn=arn)

    found = world.look(member.account_id)
    (ann,) = found.users
    told = iam.get_user(UserName="ann")["User"]
    assert (ann.account, ann.id, ann.arn, ann.path) == (member.account_id, told["UserId"], told["Arn"], "/people/")
    assert ann.created == told["CreateDate"].timestamp()
    assert ann.tags == {"watchword:owner": "ann@example.com"}
    assert ann.quarantined == "AWSCompromisedKeyQuarantineV3"
    assert ann.unread == ()
    first, second = ann.key(used["AccessKeyId"]), ann.key(never["AccessKeyId"])
    assert first is not None
    assert second is not None
    assert first.active
    assert first.use.known is Known.AT
    assert first.use.service == "sts"
    assert first.use.at == pytest.approx(world.now(), abs=1000)
    assert not second.active
    assert second.use.known is Known.NEVER
    assert world.calls.by_operation(member.account_id)["iam:GetUser"] == 1

    rules = world.rules()
    again = look_at_user(world.hub(rules).member(Account(member.account_id)), "ann", rules)
    assert again == ann
    assert look_at_user(world.hub(rules).member(Account(member.account_id)), "nobody", rules) is None


def test_users_on_record_are_read_though_the_report_is_older_than_they(world: World, member: Joined) -> None:
    world.look(member.account_id)
    member.user("late")
    assert [user.name for user in world.look(member.account_id, always={"late": "", "gone": ""}).users] == ["late"]


def test_tags_that_may_shorten_a_period_are_looked_at_and_cost_one_call(world: World, member: Joined) -> None:
    iam = member.client("iam")
    for name in ("short", "plain"):
        key = member.user(name)
        assert world.authority.of("sts", key).get_caller_identity()
    iam.tag_user(UserName="short", Tags=[{"Key": "watchword:replace-after", "Value": "30"}])
    world.pass_days(20)
    never_mind = "[never_used]\nafter = 0\n"
    found = world.look(member.account_id, world.rules(never_mind))
    assert [user.name for user in found.users] == ["short"]
    assert world.calls.by_operation(member.account_id)["iam:GetUser"] == 2
    found = world.look(member.account_id, world.rules(never_mind + "[tags]\nminimum_days = 90\n"))
    assert found.users == ()
    assert world.calls.by_operation(member.account_id)["iam:GetUser"] == 2


def test_a_thorough_look_sees_every_key_and_every_other_credential(world: World, member: Joined) -> None:
    iam = member.client("iam")
    key = member.user("ann")
    iam.create_login_profile(UserName="ann", Password="Correct-Horse-1")
    made = iam.create_service_specific_credential(
        UserName="ann", ServiceName="bedrock.amazonaws.com", CredentialAgeDays=10
    )["ServiceSpecificCredential"]
    found = world.look(member.account_id, thorough=True)
    assert [one.id for user in found.users for one in user.keys] == [key["AccessKeyId"]]
    others = {other.what: other for other in found.others}
    assert set(others) == {"password", "service-specific credential"}
    credential = others["service-specific credential"]
    assert (credential.user, credential.id, credential.service) == (
        "ann",
        made["ServiceSpecificCredentialId"],
        "bedrock.amazonaws.com",
    )
    assert credential.expires == pytest.approx(world.now() + 10 * DAY, abs=60)
    assert credential.finding == "expires in 10 days"


def test_one_unreachable_account_hides_no_other(world: World, member: Joined) -> None:
    rules = world.rules(accounts=[member.account_id, "999988887777"])
    hub = world.hub(rules)
    reached, refused = [], []
    for account in hub.accounts():
        try:
            reached.append(hub.member(account).account.name)
        except Unreachable as unreachable:
            refused.append((unreachable.account, unreachable.reason.split(": ")[:2]))
    assert reached == ["payments"]
    assert refused == [("999988887777", ["AssumeRole", "AccessDenied"])]


def test_a_report_that_is_denied_fails_the_account_and_no_more(world: World, member: Joined) -> None:
    deny(member, "iam:*Report")
    found = world.look(member.account_id)
    assert found.users == ()
    assert found.failed.startswith("GenerateCredentialReport: AccessDenied: ")


@pytest.mark.parametrize(
    ("action", "unread"),
    [
        ("iam:GetUser", "GetUser: AccessDenied"),
        ("iam:GetGroup", "GetGroup: AccessDenied"),
        ("iam:ListAttachedUserPolicies", "ListAttachedUserPolicies: AccessDenied"),
        ("iam:ListAccessKeys", "ListAccessKeys: AccessDenied"),
    ],
)
def test_what_cannot_be_read_is_put_down_and_never_a_no(world: World, member: Joined, action: str, unread: str) -> None:
    key = member.user("ann")
    deny(member, action)
    world.pass_days(95)
    found = world.look(member.account_id, always={"ann": "AIDAONRECORD"})
    (ann,) = found.users
    assert len(ann.unread) == 1
    assert ann.unread[0].startswith(unread)
    if action == "iam:ListAccessKeys":
        assert found.failed.startswith("the keys of `ann` cannot be listed: ListAccessKeys: AccessDenied")
    else:
        assert [one.id for one in ann.keys] == [key["AccessKeyId"]]
        assert found.failed == ""
    if action == "iam:GetUser":
        assert (ann.id, ann.arn) == ("AIDAONRECORD", f"arn:aws:iam::{member.account_id}:user/ann")


def test_a_last_use_that_is_denied_is_unknown(world: World, member: Joined) -> None:
    member.user("ann")
    deny(member, "iam:GetAccessKeyLastUsed")
    world.pass_days(95)
    (ann,) = world.look(member.account_id).users
    assert ann.keys[0].use.known is Known.UNKNOWN
    assert ann.keys[0].use.why.startswith("GetAccessKeyLastUsed: AccessDenied")


def test_the_management_account_is_looked_at_with_the_tools_own_credentials(
    world: World, member: Joined, iam: Any
) -> None:
    iam.create_user(UserName="ann")
    iam.create_access_key(UserName="ann")
    world.pass_days(95)
    rules = world.rules()
    hub = world.hub(rules)
    accounts = {account.id: account for account in hub.accounts()}
    assert set(accounts) == {world.authority.account_id, member.account_id}
    own = accounts[world.authority.account_id]
    assert own.management
    assert not accounts[member.account_id].management
    found = look(hub.member(own), rules)
    assert "ann" in [user.name for user in found.users]
    assert "sts:AssumeRole" not in world.calls.by_operation(own.id)
    assert hub.member(own).principal == hub.arn
    assert hub.member(accounts[member.account_id]).principal == f"arn:aws:iam::{member.account_id}:role/{ROLE}"


def test_a_key_speaks_for_itself(world: World, member: Joined) -> None:
    key = member.user("ann")
    reached = world.hub(world.rules()).member(Account(member.account_id))
    told = reached.sts_as(key["AccessKeyId"], Secret(key["SecretAccessKey"]))
    assert told["Arn"] == f"arn:aws:iam::{member.account_id}:user/ann"
    assert reached.skew is None or abs(reached.skew) < 60


@pytest.fixture
def units(authority: Authority, member: Joined) -> Callable[[str], str]:
    organizations = authority.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]

    def make(name: str) -> str:
        outer = organizations.create_organizational_unit(ParentId=root, Name=name)["OrganizationalUnit"]["Id"]
        inner: str = organizations.create_organizational_unit(ParentId=outer, Name="in")["OrganizationalUnit"]["Id"]
        organizations.move_account(AccountId=member.account_id, SourceParentId=root, DestinationParentId=inner)
        return str(outer)

    return make


def test_units_are_walked_however_deep(world: World, member: Joined, units: Callable[[str], str]) -> None:
    outer = units("production")
    member_of(world.authority, "elsewhere")
    (found,) = world.hub(world.rules(units=[outer])).accounts()
    assert found.id == member.account_id
    assert found.parents[1] == outer
    assert len(found.parents) == 3
    every = world.hub(world.rules(f"[[override]]\nunits = ['{outer}']\n")).accounts()
    assert len(every) == 3
    assert {account.id for account in every if outer in account.parents} == {member.account_id}


def test_accounts_are_chosen_by_tags_and_skipped_by_number(world: World, member: Joined) -> None:
    organizations = world.authority.client("organizations")
    organizations.tag_resource(ResourceId=member.account_id, Tags=[{"Key": "stage", "Value": "production"}])
    (found,) = world.hub(world.rules("account_tags = { stage = 'prod*' }")).accounts()
    assert (found.id, found.tags) == (member.account_id, {"stage": "production"})
    (found,) = world.hub(world.rules(skip=[member.account_id])).accounts()
    assert found.id == world.authority.account_id


def test_closed_accounts_are_no_longer_looked_after(world: World, member: Joined) -> None:
    world.authority.client("organizations").close_account(AccountId=member.account_id)
    assert [account.id for account in world.hub(world.rules()).accounts()] == [world.authority.account_id]


def test_without_an_organization_there_is_the_tools_own_account(world: World) -> None:
    assert [account.id for account in world.hub(world.rules()).accounts()] == [world.authority.account_id]
