"""Something leaked: find out whose it is and what it did, stop it, and say why a door stayed shut."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.stories.company import EVERYTHING, Actor, Company, allow, deny, document, trust
from tests.support.refusals import refused, sealed

TRUSTING = ("sts:AssumeRole", "sts:SetSourceIdentity")


def found(company: Company, key: str, value: str) -> list[dict[str, Any]]:
    """Look events up by one attribute; newest first."""
    attribute = {"AttributeKey": key, "AttributeValue": value}
    events = company.administrator.trail.lookup_events(LookupAttributes=[attribute])["Events"]
    return [json.loads(event["CloudTrailEvent"]) for event in events]


def test_from_a_leaked_key_to_a_human_and_the_door_shut(company: Company) -> None:
    """A temporary key is found in a log; all that is known of it is its id."""
    ann = company.hire("ann")
    build = company.role("build", trust(company.arn("user/ann"), actions=TRUSTING), allow("sts:*", "iam:ListUsers"))
    deploy = company.role("deploy", trust(build, actions=TRUSTING), allow("iam:*"))
    leaked = ann.take(build, "nightly", SourceIdentity="ann").take(deploy, "release")
    leaked.iam.create_user(UserName="backdoor")
    with refused("EntityAlreadyExists"):
        leaked.iam.create_user(UserName="backdoor")

    did = found(company, "AccessKeyId", leaked.key_id)
    assert [(event["eventName"], event.get("errorCode")) for event in did] == [
        ("CreateUser", "EntityAlreadyExistsException"),
        ("CreateUser", None),
    ]
    (issued,) = found(company, "ResourceName", leaked.key_id)
    assert (issued["eventName"], issued["userIdentity"]["arn"]) == (
        "AssumeRole",
        f"arn:aws:sts::{company.account}:assumed-role/build/nightly",
    )
    chain = did[0]["additionalEventData"]["chain"]
    assert [link["arn"] for link in chain] == [
        company.arn("user/ann"),
        f"arn:aws:sts::{company.account}:assumed-role/build/nightly",
    ]
    assert chain[0]["accessKeyId"] == ann.key_id
    assert did[0]["userIdentity"]["sessionContext"]["sourceIdentity"] == "ann"

    revoke_older_sessions(company, "deploy")
    with refused("AccessDenied", status=403):
        leaked.iam.list_users()
    company.administrator.authority.advance(2)
    ann.take(build, SourceIdentity="ann").take(deploy, "again").iam.list_users()  # who works on goes on


def revoke_older_sessions(company: Company, role: str) -> None:
    """As AWS's console does it: deny whatever was issued before now."""
    company.administrator.authority.advance(1)
    now = company.administrator.authority.client("watchword").get_server_information()["Now"]
    before: Any = {"DateLessThan": {"aws:TokenIssueTime": now.strftime("%Y-%m-%dT%H:%M:%SZ")}}
    company.iam.put_role_policy(
        RoleName=role, PolicyName="AWSRevokeOlderSessions", PolicyDocument=document(deny("*", **before))
    )


def test_a_key_pasted_into_a_ticket_at_the_terminal(company: Company) -> None:
    """From the id alone: whose account, which user, used for what; then out with it."""
    ann = company.hire("ann", allow("iam:ListUsers"))
    ann.iam.list_users()
    terminal = company.administrator.terminal
    told = terminal.aws("sts", "get-access-key-info", "--access-key-id", ann.key_id)
    assert told == {"Account": company.account}
    used = company.iam.get_access_key_last_used(AccessKeyId=ann.key_id)
    assert (used["UserName"], used["AccessKeyLastUsed"]["ServiceName"]) == ("ann", "iam")
    company.iam.update_access_key(UserName="ann", AccessKeyId=ann.key_id, Status="Inactive")
    ann.terminal.refused("InvalidClientTokenId", "iam", "list-users")


def test_what_a_deleted_key_did_is_still_known(company: Company) -> None:
    ann = company.hire("ann", allow("iam:*"))
    ann.iam.create_group(GroupName="mine")
    company.iam.delete_access_key(UserName="ann", AccessKeyId=ann.key_id)
    with refused("InvalidClientTokenId"):
        ann.iam.delete_group(GroupName="mine")
    (event,) = (one for one in found(company, "AccessKeyId", ann.key_id) if one["eventName"] == "CreateGroup")
    assert event["userIdentity"]["userName"] == "ann"
    (made, deleted) = reversed(found(company, "ResourceName", ann.key_id))
    assert (made["eventName"], deleted["eventName"]) == ("CreateAccessKey", "DeleteAccessKey")
    assert company.administrator.sts.get_access_key_info(AccessKeyId=ann.key_id)["Account"] == company.account
    with refused("NoSuchEntity"):
        company.iam.get_access_key_last_used(AccessKeyId=ann.key_id)


def test_an_intruder_leaves_tracks(company: Company) -> None:
    """What was refused is on record as well, and secrets never are."""
    intruder = company.hire("temp")
    for attempt in (
        intruder.iam.list_users,
        lambda: intruder.iam.create_access_key(UserName="admin"),
        lambda: intruder.take(company.arn("role/admin")),
        lambda: intruder.iam.create_login_profile(UserName="admin", Password="Hunter2-Hunter2"),
    ):
        with refused("AccessDenied"):
            attempt()
    with refused("SignatureDoesNotMatch"):
        Actor(intruder.authority, {"AccessKeyId": intruder.key_id, "SecretAccessKey": "x"}).identity()
    tracks = found(company, "AccessKeyId", intruder.key_id)
    assert [(event["eventName"], event["errorCode"]) for event in tracks] == [
        ("GetCallerIdentity", "SignatureDoesNotMatch"),
        ("CreateLoginProfile", "AccessDenied"),
        ("AssumeRole", "AccessDenied"),
        ("CreateAccessKey", "AccessDenied"),
        ("ListUsers", "AccessDenied"),
    ]
    secret = (intruder.credentials or {})["SecretAccessKey"]
    assert all(word not in json.dumps(tracks) for word in ("Hunter2", secret))


def test_the_report_shows_what_to_clean_up(company: Company) -> None:
    ann, bob = company.hire("ann", allow("iam:ListUsers")), company.hire("bob")
    ann.iam.list_users()
    company.iam.create_login_profile(UserName="bob", Password="Correct-horse-1")
    company.iam.update_access_key(UserName="bob", AccessKeyId=bob.key_id, Status="Inactive")
    assert company.administrator.terminal.aws("iam", "generate-credential-report")["State"] == "STARTED"
    rows = report(company)
    assert (rows["ann"]["access_key_1_active"], rows["ann"]["access_key_1_last_used_service"]) == ("true", "iam")
    assert (rows["ann"]["password_enabled"], rows["ann"]["mfa_active"]) == ("false", "false")
    assert (rows["bob"]["password_enabled"], rows["bob"]["access_key_1_active"]) == ("true", "false")
    assert (rows["bob"]["access_key_1_last_used_date"], rows["bob"]["password_last_used"]) == ("N/A", "no_information")
    company.hire("eve")
    company.iam.generate_credential_report()
    assert "eve" not in report(company)  # a report is four hours old at most, and that old it may be
    company.administrator.authority.advance(4 * 3_600 + 1)
    company.iam.generate_credential_report()
    assert "eve" in report(company)
    with refused("AccessDenied"):
        ann.iam.get_credential_report()


def report(company: Company) -> dict[str, dict[str, str]]:
    content = company.iam.get_credential_report()["Content"].decode()
    return {row["user"]: row for row in csv.DictReader(content.split("\n"))}


def test_which_of_its_rights_a_role_ever_used(company: Company) -> None:
    build = company.role("build", trust(company.account), allow("iam:ListUsers", "s3:GetObject"))
    company.administrator.take(build).iam.list_users()
    job = company.iam.generate_service_last_accessed_details(Arn=build)["JobId"]
    told = company.iam.get_service_last_accessed_details(JobId=job)
    used = {one["ServiceNamespace"]: one.get("LastAuthenticatedEntity") for one in told["ServicesLastAccessed"]}
    assert used == {"iam": build, "s3": None}


def test_why_a_door_is_shut(company: Company) -> None:
    """The same denial three times: as it happened, as it is decoded, and as it is simulated beforehand."""
    ann = company.hire("ann", allow("iam:List*"), deny("iam:ListUsers", IpAddress={"aws:SourceIp": "127.0.0.0/8"}))
    with pytest.raises(ClientError) as caught:
        ann.iam.list_users()
    message = caught.value.response["Error"]["Message"]
    assert "with an explicit deny in an identity-based policy" in message
    line = ("sts", "decode-authorization-message", "--encoded-message", sealed(message))
    told = json.loads(company.administrator.terminal.aws(*line)["DecodedMessage"])
    assert (told["allowed"], told["explicitDeny"]) == (False, True)
    assert [one["sourcePolicyId"] for one in told["matchedStatements"]["items"]] == ["may"]
    ann.terminal.refused("AccessDenied", *line)

    def simulated(address: str) -> tuple[str, list[str]]:
        entry = {"ContextKeyName": "aws:SourceIp", "ContextKeyValues": [address], "ContextKeyType": "ip"}
        (result,) = company.iam.simulate_principal_policy(
            PolicySourceArn=company.arn("user/ann"), ActionNames=["iam:ListUsers"], ContextEntries=[entry]
        )["EvaluationResults"]
        return result["EvalDecision"], [one["SourcePolicyId"] for one in result["MatchedStatements"]]

    assert simulated("127.0.0.1") == ("explicitDeny", ["user_ann_may"])
    assert simulated("192.0.2.7") == ("allowed", ["user_ann_may"])
    (asked,) = company.iam.simulate_principal_policy(
        PolicySourceArn=company.arn("user/ann"), ActionNames=["iam:ListUsers"]
    )["EvaluationResults"]
    assert asked["MissingContextValues"] == ["aws:SourceIp"]


def test_what_happens_if_is_asked_before_it_happens(company: Company) -> None:
    """A boundary is tried on for size: nothing changes until it is set."""
    ann = company.hire("ann", EVERYTHING)
    tight = document(allow("s3:*"))
    (result,) = company.iam.simulate_principal_policy(
        PolicySourceArn=company.arn("user/ann"),
        ActionNames=["iam:ListUsers"],
        PermissionsBoundaryPolicyInputList=[tight],
    )["EvaluationResults"]
    assert (result["EvalDecision"], result["PermissionsBoundaryDecisionDetail"]) == (
        "implicitDeny",
        {"AllowedByPermissionsBoundary": False},
    )
    ann.iam.list_users()
    boundary = company.policy("Tight", allow("s3:*"))
    company.iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=boundary)
    with refused("AccessDenied"):
        ann.iam.list_users()


def test_each_company_reads_its_own_record(company: Company, other: Company) -> None:
    other.hire("bea")
    company.hire("ann")
    names = {event["requestParameters"]["userName"] for event in found(other, "EventName", "CreateUser")}
    assert names == {"bea"}
    assert found(other, "AccessKeyId", company.administrator.key_id) == []
