"""Roles taken on: alone, in chains, narrowed, across companies, and by who is no longer the same."""

from __future__ import annotations

from typing import Any

from tests.api.phone import Phone
from tests.stories.company import EVERYTHING, Actor, Company, allow, deny, document, trust
from tests.support.authority import Authority
from tests.support.refusals import refused

TAGGING = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")


def test_a_role_is_taken_at_the_terminal(company: Company) -> None:
    ann = company.hire("ann")
    reader = company.role("reader", trust(company.arn("user/ann")), allow("iam:ListUsers"))
    taken = ann.terminal.aws("sts", "assume-role", "--role-arn", reader, "--role-session-name", "ann-reads")
    assert set(taken["Credentials"]) == {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    reading = ann.holding(taken)
    assert [user["UserName"] for user in reading.terminal.aws("iam", "list-users")["Users"]] == ["admin", "ann"]
    without_token = Actor(ann.authority, {**taken["Credentials"], "SessionToken": None})
    with refused("InvalidClientTokenId"):
        without_token.identity()
    with refused("AccessDenied"):
        reading.iam.list_roles()


def test_a_chain_lives_an_hour_and_remembers_who_began_it(company: Company) -> None:
    ann = company.hire("ann")
    blue: Any = {"StringEquals": {"aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ann"}}
    entry = company.role(
        "entry", trust(company.arn("user/ann"), actions=TAGGING), allow("sts:*"), MaxSessionDuration=43_200
    )
    inner = company.role(
        "inner", trust(entry, actions=TAGGING), allow("iam:ListUsers", **blue), MaxSessionDuration=43_200
    )
    tags: Any = [{"Key": "team", "Value": "blue"}, {"Key": "shift", "Value": "night"}]
    long = ann.take(entry, DurationSeconds=43_200, Tags=tags, TransitiveTagKeys=["team"], SourceIdentity="ann")
    with refused(
        "ValidationError",
        message="The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    ):
        long.take(inner, DurationSeconds=3_601)
    with refused("InvalidParameterValue"):  # a transitive tag is not changed on the way
        long.take(inner, Tags=[{"Key": "Team", "Value": "red"}])
    with refused("ValidationError"):  # nor is who it was
        long.take(inner, SourceIdentity="eve")
    chained = long.take(inner, "second", DurationSeconds=3_600)
    chained.iam.list_users()
    plain = ann.take(entry).take(inner)
    with refused("AccessDenied"):
        plain.iam.list_users()
    company.administrator.authority.advance(3_601)
    with refused("ExpiredToken", status=403):
        chained.iam.list_users()
    assert long.identity().endswith(":assumed-role/entry/work")


def test_a_colleague_is_handed_less(company: Company) -> None:
    """What a session may is what the role and the session policy both say: no more with a generous one."""
    ann = company.hire("ann")
    ops = company.role("ops", trust(company.arn("user/ann")), allow("iam:List*", "iam:GetUser"))
    handed = ann.take(ops, Policy=document(allow("iam:ListUsers", "iam:CreateUser")))
    handed.iam.list_users()
    message = (
        f"User: arn:aws:sts::{company.account}:assumed-role/ops/work is not authorized to perform: iam:ListRoles "
        f"on resource: {company.arn('role/')} because no session policy allows the iam:ListRoles action"
    )
    with refused("AccessDenied", message=message):
        handed.iam.list_roles()
    with refused("AccessDenied"):
        handed.iam.create_user(UserName="eve")
    narrow = company.policy("OnlyRoles", allow("iam:ListRoles"))
    by_arn = ann.take(ops, PolicyArns=[{"arn": narrow}])
    by_arn.iam.list_roles()
    with refused("AccessDenied"):
        by_arn.iam.list_users()
    with refused("AccessDenied"):
        ann.take(ops, Policy=document(EVERYTHING, deny("iam:List*"))).iam.list_users()


def test_a_role_asks_for_the_phone(authority: Authority, company: Company) -> None:
    ann = company.hire("ann", allow("iam:*MFADevice", "sts:GetSessionToken"))
    guarded = company.role(
        "guarded",
        trust(company.arn("user/ann"), Bool={"aws:MultiFactorAuthPresent": "true"}),
        allow("iam:ListUsers"),
    )
    with refused("AccessDenied"):
        ann.take(guarded)
    phone = Phone.new(authority, ann.iam).enable(ann.iam, "ann")
    with refused("AccessDenied"):
        ann.holding(ann.sts.get_session_token()).take(guarded)
    proof = phone.proof()
    taken = ann.terminal.aws(
        *("sts", "assume-role", "--role-arn", guarded, "--role-session-name", "ann"),
        *("--serial-number", proof["SerialNumber"], "--token-code", proof["TokenCode"]),
    )
    ann.holding(taken).iam.list_users()
    ann.holding(ann.sts.get_session_token(**phone.proof())).take(guarded)


def test_a_vendor_is_not_talked_into_another_customer_s_account(company: Company, other: Company) -> None:
    """The confused deputy: the vendor's own role may enter, but only with the id it gave this customer."""
    customer, vendor = company, other
    service = vendor.hire("service", allow("sts:AssumeRole"))
    watched = customer.role(
        "watched",
        trust(vendor.arn("user/service"), StringEquals={"sts:ExternalId": "customer-4711"}),
        allow("iam:ListUsers"),
    )
    for wrong in ({}, {"ExternalId": "customer-0815"}):
        with refused("AccessDenied", status=403):
            service.take(watched, **wrong)
    watching = service.take(watched, ExternalId="customer-4711")
    assert watching.identity() == f"arn:aws:sts::{customer.account}:assumed-role/watched/work"
    assert {user["UserName"] for user in watching.iam.list_users()["Users"]} == {"admin"}
    for trespass in (watching.iam.list_roles, lambda: watching.iam.get_user(UserName="service")):
        with refused("AccessDenied"):
            trespass()
    intern = vendor.hire("intern", allow("sts:AssumeRole"))
    with refused("AccessDenied"):  # knows the id, but is not trusted
        intern.take(watched, ExternalId="customer-4711")
    vendor.allow("service", allow("sts:AssumeRole", on=customer.arn("role/else")))
    with refused("AccessDenied"):  # trusted, but not sent by its own company
        service.take(watched, ExternalId="customer-4711")


def test_trust_is_in_a_person_and_not_in_a_name(company: Company) -> None:
    ann = company.hire("ann")
    reader = company.role("reader", trust(company.arn("user/ann")), allow("iam:ListUsers"))
    reading = ann.take(reader)
    unique_id = company.iam.get_user(UserName="ann")["User"]["UserId"]
    company.iam.delete_access_key(UserName="ann", AccessKeyId=ann.key_id)
    company.iam.delete_user(UserName="ann")
    someone = company.hire("ann")
    someone.terminal.refused("AccessDenied", "sts", "assume-role", "--role-arn", reader, "--role-session-name", "ann")
    document_now = company.iam.get_role(RoleName="reader")["Role"]["AssumeRolePolicyDocument"]
    assert document_now["Statement"][0]["Principal"] == {"AWS": unique_id}
    reading.iam.list_users()  # what was given out lives to its end
    company.iam.update_assume_role_policy(RoleName="reader", PolicyDocument=document(trust(company.arn("user/ann"))))
    someone.take(reader).iam.list_users()


def test_renaming_somebody_breaks_no_trust(company: Company) -> None:
    ann = company.hire("ann")
    reader = company.role("reader", trust(company.arn("user/ann")))
    company.iam.update_user(UserName="ann", NewUserName="anna", NewPath="/married/")
    ann.take(reader)
    document_now = company.iam.get_role(RoleName="reader")["Role"]["AssumeRolePolicyDocument"]
    assert document_now["Statement"][0]["Principal"] == {"AWS": company.arn("user/married/anna")}


def test_which_roles_there_are_is_not_found_out_by_asking(company: Company, other: Company) -> None:
    spy = other.hire("spy", allow("sts:AssumeRole"))
    company.role("secret", trust(company.account))
    told = []
    for name in ("secret", "absent"):
        line = ("sts", "assume-role", "--role-arn", company.arn(f"role/{name}"), "--role-session-name", "spy")
        told.append(spy.terminal.refused("AccessDenied", *line).replace(name, "it"))
    assert told[0] == told[1]


def test_a_session_is_named_after_who_takes_it(company: Company) -> None:
    ann = company.hire("ann")
    own = company.role(
        "own-name",
        trust(company.account, StringLike={"sts:RoleSessionName": "${aws:username}"}),
    )
    company.allow("ann", allow("sts:AssumeRole"))
    assert ann.take(own, "ann").identity().endswith("/ann")
    with refused("AccessDenied"):
        ann.take(own, "bob")


def test_role_sessions_speak_for_nobody_else(company: Company) -> None:
    everything = company.role("everything", trust(company.account), EVERYTHING)
    acting = company.administrator.take(everything)
    for name, ask in (
        ("GetSessionToken", acting.sts.get_session_token),
        ("GetFederationToken", lambda: acting.sts.get_federation_token(Name="guest")),
    ):
        with refused("AccessDenied", status=403, message=f"Cannot call {name} with session credentials"):
            ask()
    with refused("ValidationError"):  # a role has no user name of its own
        acting.iam.get_user()
    company.iam.update_assume_role_policy(
        RoleName="everything", PolicyDocument=document(trust(company.arn("user/admin")))
    )
    with refused("AccessDenied"):  # it may everything, and yet not take itself again where it is not trusted
        acting.take(everything)
