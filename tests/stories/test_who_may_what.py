"""Every kind of credential against every kind of question, as one table: what AWS answers to each.

Each of them stands for somebody who may do everything: what is refused here, no policy can allow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.api.phone import Phone
from tests.stories.company import EVERYTHING, Actor, Company, document, trust
from tests.support.accounts import member_of
from tests.support.authority import Authority

OK, NO, TOKEN = "", "AccessDenied", "InvalidClientTokenId"
"""Carried out; refused for what it is; and refused as if it were no credential at all, as IAM does."""
ONLY_USERS, NOT_ROOT = "InvalidUserType", "AccessDenied"

COLUMNS = (
    "user",
    "user with MFA",
    "user's session",
    "role",
    "chained role",
    "federated user",
    "root",
    "root's session",
    "other account",
)
TABLE: dict[str, tuple[str, ...]] = {
    #                              user  +MFA   session role  chained fed.   root  session other
    "iam ListUsers":               (OK,  OK,    TOKEN,  OK,   OK,     TOKEN, OK,   TOKEN,  OK),
    "iam GetAccountSummary":       (OK,  OK,    TOKEN,  OK,   OK,     TOKEN, OK,   TOKEN,  OK),
    "iam GetUser of its own":      (OK,  OK,    TOKEN,  "ValidationError", "ValidationError", TOKEN, OK, TOKEN, OK),
    "iam CreateGroup":             (OK,  OK,    TOKEN,  OK,   OK,     TOKEN, OK,   TOKEN,  OK),
    "iam CreateAccessKey own":     (OK,  OK,    TOKEN,  "ValidationError", "ValidationError", TOKEN, OK, TOKEN, OK),
    "iam ChangePassword":          (OK,  OK,    TOKEN,  ONLY_USERS, ONLY_USERS, TOKEN, ONLY_USERS, TOKEN, OK),
    "iam DeleteUser of ann's":     (OK,  OK,    TOKEN,  OK,   OK,     TOKEN, OK,   TOKEN,  "NoSuchEntity"),
    "iam Simulate":                (OK,  OK,    TOKEN,  OK,   OK,     TOKEN, OK,   TOKEN,  "InvalidInput"),
    "iam GenerateReport":          (OK,  OK,    TOKEN,  OK,   OK,     TOKEN, OK,   TOKEN,  OK),
    "sts GetCallerIdentity":       (OK,  OK,    OK,     OK,   OK,     OK,    OK,   OK,     OK),
    "sts AssumeRole":              (OK,  OK,    OK,     OK,   OK,     NO,    NO,   NO,     NO),
    "sts AssumeRole, of anyone's": (OK,  OK,    OK,     OK,   OK,     NO,    NO,   NO,     OK),
    "sts AssumeRoot":              (OK,  NO,    NO,     OK,   OK,     NO,    NO,   NO,     NO),
    "sts GetSessionToken":         (OK,  NO,    NO,     NO,   NO,     NO,    OK,   NO,     OK),
    "sts GetFederationToken":      (OK,  NO,    NO,     NO,   NO,     NO,    OK,   NO,     OK),
    "sts GetAccessKeyInfo":        (OK,  NO,    NO,     OK,   OK,     NO,    OK,   NO,     OK),
    "cloudtrail LookupEvents":     (OK,  OK,    OK,     OK,   OK,     OK,    OK,   OK,     OK),
}  # fmt: skip
"""Sources: IAM User Guide, "Compare AWS STS credentials"; STS API, "Permissions" of each operation."""


@dataclass(frozen=True, slots=True)
class World:
    """Everybody who asks, and what they ask about."""

    company: Company
    rooted: Company
    actors: dict[str, Actor]


PASSWORDS = {"OldPassword": "Correct-horse-1", "NewPassword": "Battery-staple-2"}


@pytest.fixture
def world(authority: Authority, company: Company, rooted: Company) -> World:
    member = member_of(authority)
    other = Company(Actor(authority, member.credentials), member.account_id)
    company.iam.enable_organizations_root_sessions()
    ann, mia = company.hire("ann", EVERYTHING), company.hire("mia", EVERYTHING)
    bea = other.hire("bea", EVERYTHING)
    for home, name in ((company, "ann"), (company, "mia"), (other, "bea")):
        home.iam.create_login_profile(UserName=name, Password=PASSWORDS["OldPassword"])
    phone = Phone.new(authority, company.iam).enable(company.iam, "mia")
    own = company.role("own", trust(company.account), EVERYTHING)
    company.role("anyone", trust("*"), EVERYTHING)
    role = ann.take(own)
    for home in (company, rooted):
        home.iam.create_user(UserName="target")
        home.iam.create_user(UserName="kept")
    rooted.role("own", trust(rooted.account), EVERYTHING)
    rooted.role("anyone", trust("*"), EVERYTHING)
    root = rooted.administrator
    return World(
        company,
        rooted,
        {
            "user": ann,
            "user with MFA": mia.holding(mia.sts.get_session_token(**phone.proof())),
            "user's session": mia.holding(mia.sts.get_session_token()),
            "role": role,
            "chained role": role.take(own, "chained"),
            "federated user": ann.holding(ann.sts.get_federation_token(Name="guest", Policy=document(EVERYTHING))),
            "root": root,
            "root's session": root.holding(root.sts.get_session_token()),
            "other account": bea,
        },
    )


def questions(actor: Actor, home: Company, member: str) -> dict[str, Callable[[], Any]]:
    """Say how each is asked."""
    iam, sts, name = actor.iam, actor.sts, {"RoleSessionName": "asking"}
    return {
        "iam ListUsers": iam.list_users,
        "iam GetAccountSummary": iam.get_account_summary,
        "iam GetUser of its own": iam.get_user,
        "iam CreateGroup": partial(iam.create_group, GroupName=f"team-{actor.key_id[-8:]}"),
        "iam CreateAccessKey own": iam.create_access_key,
        "iam ChangePassword": partial(iam.change_password, **PASSWORDS),
        "iam DeleteUser of ann's": partial(iam.delete_user, UserName="target"),
        "iam Simulate": partial(
            iam.simulate_principal_policy, PolicySourceArn=home.arn("user/kept"), ActionNames=["iam:ListUsers"]
        ),
        "iam GenerateReport": iam.generate_credential_report,
        "sts GetCallerIdentity": sts.get_caller_identity,
        "sts AssumeRole": partial(sts.assume_role, RoleArn=home.arn("role/own"), **name),
        "sts AssumeRole, of anyone's": partial(sts.assume_role, RoleArn=home.arn("role/anyone"), **name),
        "sts AssumeRoot": partial(
            sts.assume_root,
            TargetPrincipal=member,
            TaskPolicyArn={"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"},
        ),
        "sts GetSessionToken": sts.get_session_token,
        "sts GetFederationToken": partial(sts.get_federation_token, Name="guest"),
        "sts GetAccessKeyInfo": partial(sts.get_access_key_info, AccessKeyId=actor.key_id),
        "cloudtrail LookupEvents": actor.trail.lookup_events,
    }


@pytest.mark.parametrize("who", COLUMNS)
def test_who_may_what(world: World, who: str) -> None:
    actor = world.actors[who]
    home = world.rooted if who.startswith("root") else world.company
    member = world.actors["other account"].sts.get_caller_identity()["Account"]
    asked = questions(actor, home, member)
    assert asked.keys() == TABLE.keys()
    told = {question: code_of(ask) for question, ask in asked.items()}
    assert told == {question: row[COLUMNS.index(who)] for question, row in TABLE.items()}


def code_of(ask: Callable[[], Any]) -> str:
    """Ask; gives the code of the refusal, or nothing."""
    try:
        ask()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return OK
