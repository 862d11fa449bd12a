"""Who may what with a secret: identity policies, the secret's own policy, other accounts, conditions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.secretsmanager.people import READ, Person, allow, denied, deny, invalid, no_identity, policy, to, user
from tests.support.accounts import Member, member_of
from tests.support.authority import Authority
from tests.support.refusals import refused
from watchword.wire.names import snake

DENIED = "with an explicit deny in a resource-based policy"


@pytest.fixture
def arn(secrets: Any) -> str:
    made: str = secrets.create_secret(Name="s", SecretString="one", Tags=[{"Key": "Team", "Value": "blue"}])["ARN"]
    return made


@pytest.fixture
def ann(authority: Authority) -> Person:
    return user(authority, "ann")


def test_without_rights_nothing_is_told(arn: str, ann: Person) -> None:
    with denied(no_identity(ann.arn, READ, arn)):
        ann.client.get_secret_value(SecretId="s")
    with denied(no_identity(ann.arn, READ, "nothing")):
        ann.client.get_secret_value(SecretId="nothing")
    with denied(no_identity(ann.arn, "secretsmanager:CreateSecret", "new")):
        ann.client.create_secret(Name="new", SecretString="x")
    for ask in (
        ann.client.list_secrets,
        ann.client.get_random_password,
        lambda: ann.client.describe_secret(SecretId=arn),
        lambda: ann.client.put_secret_value(SecretId=arn, SecretString="x"),
        lambda: ann.client.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True),
        lambda: ann.client.delete_secret(SecretId="nothing", ForceDeleteWithoutRecovery=True),
        lambda: ann.client.put_resource_policy(SecretId=arn, ResourcePolicy=policy(allow("*", **to(ann.arn)))),
        lambda: ann.client.replicate_secret_to_regions(SecretId=arn, AddReplicaRegions=[{"Region": "us-west-2"}]),
        lambda: ann.client.validate_resource_policy(ResourcePolicy="{}"),
    ):
        with denied():
            ask()


def test_the_secrets_own_policy_is_enough_within_the_account(secrets: Any, arn: str, ann: Person) -> None:
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=policy(allow(READ, **to(ann.arn))))
    assert ann.client.get_secret_value(SecretId=arn)["SecretString"] == "one"
    with denied():
        ann.client.describe_secret(SecretId=arn)
    secrets.delete_resource_policy(SecretId=arn)
    with denied():
        ann.client.get_secret_value(SecretId=arn)


def test_a_deny_keeps_out_whoever_else_may(authority: Authority, secrets: Any, arn: str, ann: Person) -> None:
    bea = user(authority, "bea", allow("*"))
    administrator = authority.client("sts").get_caller_identity()["Arn"]
    kept = {"ArnNotEquals": {"aws:PrincipalArn": [ann.arn, administrator]}}
    document = policy(allow(READ, **to(ann.arn)), deny("secretsmanager:*", Principal="*", Condition=kept))
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document, BlockPublicPolicy=True)
    assert ann.client.get_secret_value(SecretId=arn)["SecretString"] == "one"
    for ask in (bea.client.get_secret_value, bea.client.describe_secret, bea.client.delete_secret):
        with denied(None):
            ask(SecretId=arn)
    assert json.loads(secrets.get_resource_policy(SecretId=arn)["ResourcePolicy"]) == json.loads(document)


def test_another_account_needs_both_sides(authority: Authority, secrets: Any, arn: str) -> None:
    member = member_of(authority)
    guest = user(authority, "guest", allow("secretsmanager:*"), iam=member.client("iam"))
    with denied(
        f"User: {guest.arn} is not authorized to perform: {READ} on resource: {arn}"
        f" because no resource-based policy allows the {READ} action"
    ):
        guest.client.get_secret_value(SecretId=arn)
    for unknown in (arn[:-7], arn[:-6] + "aaaaaa", arn[:-7] + "-2"):  # told alike, whether it is there or not
        with denied(
            f"User: {guest.arn} is not authorized to perform: {READ} on resource: {unknown}"
            f" because no resource-based policy allows the {READ} action"
        ):
            guest.client.get_secret_value(SecretId=unknown)
    with refused("AccessDeniedException"):
        guest.client.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    may = policy(allow(READ, "secretsmanager:PutSecretValue", "secretsmanager:List*", **to(guest.arn)))
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=may)
    assert guest.client.get_secret_value(SecretId=arn)["SecretString"] == "one"
    assert guest.client.get_secret_value(SecretId=arn[:-7])["ARN"] == arn
    guest.client.put_secret_value(SecretId=arn, SecretString="two")
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "two"
    assert guest.client.batch_get_secret_value(SecretIdList=[arn])["SecretValues"][0]["SecretString"] == "two"
    assert len(guest.client.list_secret_version_ids(SecretId=arn)["Versions"]) == 2
    member.client("iam").delete_user_policy(UserName="guest", PolicyName="may")
    with denied():
        guest.client.get_secret_value(SecretId=arn)


def test_a_name_means_ones_own_secret(authority: Authority, arn: str) -> None:
    member: Member = member_of(authority)
    theirs = member.client("secretsmanager")
    with refused("ResourceNotFoundException"):
        theirs.get_secret_value(SecretId="s")
    assert theirs.create_secret(Name="s", SecretString="theirs")["ARN"] != arn
    assert theirs.get_secret_value(SecretId="s")["SecretString"] == "theirs"


def test_who_is_made_again_is_somebody_else(authority: Authority, secrets: Any, arn: str, ann: Person) -> None:
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=policy(allow(READ, **to(ann.arn))))
    iam = authority.client("iam")
    for key in iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"])
    gone = iam.get_user(UserName="ann")["User"]["UserId"]
    iam.delete_user(UserName="ann")
    again = user(authority, "ann")
    with denied():
        again.client.get_secret_value(SecretId=arn)
    shown = secrets.get_resource_policy(SecretId=arn)["ResourcePolicy"]
    assert json.loads(shown)["Statement"][0]["Principal"]["AWS"] == [gone]
    unknown = "This resource policy contains an unsupported principal."
    for document in (shown, policy(allow(READ, **to(f"{ann.arn}x")))):
        with refused("MalformedPolicyDocumentException", status=400, message=unknown):
            secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document)


@pytest.mark.parametrize(
    ("condition", "ask", "may"),
    [
        ({"secretsmanager:ResourceTag/team": "blue"}, {}, True),
        ({"aws:ResourceTag/Team": "blue"}, {}, True),
        ({"secretsmanager:ResourceTag/team": "red"}, {}, False),
        ({"secretsmanager:VersionStage": "AWSCURRENT"}, {}, True),
        ({"secretsmanager:VersionStage": "AWSPREVIOUS"}, {}, False),
        ({"secretsmanager:VersionStage": "AWSCURRENT"}, {"VersionStage": "AWSPREVIOUS"}, False),
        ({"secretsmanager:VersionId": "a" * 32}, {"VersionId": "b" * 32}, False),
        ({"secretsmanager:SecretPrimaryRegion": "us-east-1"}, {}, True),
        ({"aws:RequestedRegion": "us-west-2"}, {}, False),
    ],
    ids=str,
)
def test_conditions_of_a_reading(authority: Authority, arn: str, condition: Any, ask: Any, may: bool) -> None:  # noqa: FBT001 - a column
    ann = user(authority, "ann", allow(READ, Condition={"StringEquals": condition}))
    if may:
        assert ann.client.get_secret_value(SecretId=arn, **ask)["SecretString"] == "one"
    else:
        with denied():
            ann.client.get_secret_value(SecretId=arn, **ask)


@pytest.mark.parametrize(
    ("action", "condition", "passed"),
    [
        ("DeleteSecret", ("ForceDeleteWithoutRecovery", "true"), {"ForceDeleteWithoutRecovery": True}),
        ("DeleteSecret", ("RecoveryWindowInDays", "7"), {"RecoveryWindowInDays": 7}),
        ("UpdateSecret", ("KmsKeyId", "alias/x"), {"KmsKeyId": "alias/x"}),
        ("UpdateSecret", ("Description", "x"), {"Description": "x"}),
        (
            "ReplicateSecretToRegions",
            ("AddReplicaRegions", "eu-west-1"),
            {"AddReplicaRegions": [{"Region": "us-west-2"}, {"Region": "eu-west-1"}]},
        ),
        ("UpdateSecretVersionStage", ("VersionStage", "x"), {"VersionStage": "x"}),
        ("TagResource", ("ResourceTag/Team", "blue"), {"Tags": [{"Key": "k", "Value": "v"}]}),
    ],
    ids=str,
)
def test_conditions_of_changes(
    authority: Authority, arn: str, action: str, condition: tuple[str, str], passed: dict[str, Any]
) -> None:
    key, value = condition
    forbidden = {"ForAnyValue:StringEquals": {f"secretsmanager:{key}": value}}
    ann = user(authority, "ann", allow("*"), deny(f"secretsmanager:{action}", Condition=forbidden))
    with denied(None):
        getattr(ann.client, snake(action))(SecretId=arn, **passed)


def test_creation_is_allowed_by_name_and_needs_more_for_tags_and_replicas(authority: Authority) -> None:
    create = "secretsmanager:CreateSecret"
    ann = user(authority, "ann", allow(create, resource="arn:aws:secretsmanager:us-east-1:*:secret:app/*"))
    ann.client.create_secret(Name="app/one", SecretString="x")
    for asked in (
        {"Name": "other"},
        {"Name": "app/two", "Tags": [{"Key": "k", "Value": "v"}]},
        {"Name": "app/two", "AddReplicaRegions": [{"Region": "us-west-2"}]},
    ):
        with denied():
            ann.client.create_secret(SecretString="x", **asked)


def test_nobody_tags_a_secret_out_of_its_own_reach(authority: Authority, arn: str) -> None:
    team = {"StringEquals": {"aws:ResourceTag/Team": "blue"}}
    ann = user(authority, "ann", allow("secretsmanager:*", Condition=team))
    ann.client.tag_resource(SecretId=arn, Tags=[{"Key": "more", "Value": "x"}])
    with denied():
        ann.client.tag_resource(SecretId=arn, Tags=[{"Key": "Team", "Value": "red"}])
    with denied():
        ann.client.untag_resource(SecretId=arn, TagKeys=["Team"])
    ann.client.untag_resource(SecretId=arn, TagKeys=["more"])


@pytest.mark.parametrize(
    ("statement", "public"),
    [
        (allow(READ, Principal="*"), True),
        (allow(READ, Principal={"AWS": ["*"]}), True),
        (allow(READ, Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), False),
        (allow(READ, Principal="*", Condition={"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}), True),
        (allow(READ, Principal="*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}), True),
        (allow(READ, Principal="*", Condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}}), True),
        (allow(READ, Principal="*", Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:*"}}), False),
        (allow(READ, Principal="*", Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}), True),
        (allow(READ, Principal="*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), False),
        (allow(READ, Principal="*", Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}), True),
        (allow(READ, Principal="*", Condition={"Bool": {"aws:SecureTransport": "true"}}), True),
        (deny(READ, Principal="*"), False),
        (allow(READ, **to("111122223333")), False),
    ],
    ids=str,
)
def test_public_policies_are_blocked_when_asked_for(secrets: Any, arn: str, statement: Any, public: bool) -> None:  # noqa: FBT001 - a column
    document = policy(statement)
    validated = secrets.validate_resource_policy(ResourcePolicy=document)
    assert validated["PolicyValidationPassed"] is not public
    if public:
        with refused("PublicPolicyException", status=400):
            secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document, BlockPublicPolicy=True)
    else:
        secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document, BlockPublicPolicy=True)


def test_a_policy_that_keeps_its_writer_out_is_told(secrets: Any, arn: str) -> None:
    document = policy(deny("secretsmanager:*", Principal="*"))
    told = secrets.validate_resource_policy(SecretId=arn, ResourcePolicy=document)
    assert [one["CheckName"] for one in told["ValidationErrors"]] == ["LockOut"]
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId=arn)


def test_wrong_policies_are_refused(secrets: Any, arn: str) -> None:
    for document in ("{", "{}", "[]", policy({"Effect": "Allow", "Action": READ, "Resource": "*"})):
        for ask in (secrets.put_resource_policy, secrets.validate_resource_policy):
            with refused("MalformedPolicyDocumentException", status=400):
                ask(SecretId=arn, ResourcePolicy=document)
    good = policy(allow(READ, **to("111122223333")))
    with invalid():
        secrets.put_resource_policy(SecretId=arn, ResourcePolicy=good, PolicyName="mine")
    with invalid():
        secrets.delete_resource_policy(SecretId=arn, PolicyName="mine")
    with refused("ResourceNotFoundException"):
        secrets.get_resource_policy(SecretId=arn, PolicyName="mine")
    assert secrets.list_resource_policies(SecretId=arn)["ResourcePolicies"] == []
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=good)
    assert secrets.list_resource_policies(SecretId=arn)["ResourcePolicies"] == [{"PolicyName": "default"}]


def test_each_secret_of_a_batch_is_decided_by_the_whole_connection(
    secrets: Any, arn: str, authority: Authority
) -> None:
    """Also by what only the connection tells: whether it is secure, and the user agent."""
    over_tls, by_agent = ({"Bool": {"aws:SecureTransport": "true"}}, {"StringLike": {"aws:UserAgent": "Boto3*"}})
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    for name, condition, may in (("tls", over_tls, False), ("agent", by_agent, True), ("plain", plain, True)):
        reading = allow(READ, resource=arn, Condition=condition)
        asked = user(authority, name, allow("secretsmanager:BatchGetSecretValue"), reading).client
        answer = asked.batch_get_secret_value(SecretIdList=[arn])
        assert [len(answer["SecretValues"]), len(answer["Errors"])] == [may, not may], name
        if not may:
            with denied():
                asked.get_secret_value(SecretId=arn)


def test_who_reads_a_value_is_seen_by_the_day(authority: Authority, secrets: Any, arn: str, ann: Person) -> None:
    other = secrets.create_secret(Name="t", SecretString="t")["ARN"]
    empty = secrets.create_secret(Name="empty")["ARN"]

    def accessed() -> dict[str, int]:
        listed = secrets.list_secrets()["SecretList"]
        return {one["ARN"]: int(one["LastAccessedDate"].timestamp()) for one in listed if "LastAccessedDate" in one}

    secrets.describe_secret(SecretId=arn)
    secrets.put_secret_value(SecretId=arn, SecretString="two")
    with denied():
        ann.client.get_secret_value(SecretId=arn)
    with refused("ResourceNotFoundException"):
        secrets.get_secret_value(SecretId=empty)
    assert accessed() == {}
    secrets.get_secret_value(SecretId=arn)
    first = accessed()
    assert [*first] == [arn]
    assert first[arn] % 86_400 == 0
    authority.advance(86_400)
    secrets.batch_get_secret_value(SecretIdList=[arn, "t", "empty", "nothing"])
    assert accessed() == {arn: first[arn] + 86_400, other: first[arn] + 86_400}
    assert secrets.list_secrets(SortBy="last-accessed-date")["SecretList"][-1]["ARN"] == empty
    secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    assert [*accessed()] == [other]


def test_a_supposed_reading_is_decided_like_a_real_one(
    authority: Authority, secrets: Any, arn: str, ann: Person
) -> None:
    own = authority.client("watchword")

    def told(who: str, resource: str = arn) -> tuple[bool, set[str]]:
        answer = own.explain_decision(Action=READ, ResourceArn=resource, PrincipalArn=who)
        return answer["Allowed"], {reason["Layer"] for reason in answer["Reasons"] if reason["Effect"] != "None"}

    assert told(ann.arn) == (False, set())
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=policy(allow(READ, **to(ann.arn))))
    assert told(ann.arn) == (True, {"resource"})
    assert told(ann.arn, arn[:-7]) == (True, {"resource"})
    assert told(ann.arn, arn[:-1] + "!") == (False, set())
    kept = deny(READ, Principal="*", Condition={"StringEquals": {"aws:ResourceTag/Team": "blue"}})
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=policy(allow(READ, **to(ann.arn)), kept))
    assert told(ann.arn) == (False, {"resource"})
    member = member_of(authority)
    guest = user(authority, "guest", allow("*"), iam=member.client("iam"))
    abroad = member.client("watchword")
    for resource in (arn, arn[:-7], arn[:-7] + "-2"):
        answer = abroad.explain_decision(Action=READ, ResourceArn=resource, PrincipalArn=guest.arn)
        assert (answer["Allowed"], answer["ResourceArn"]) == (False, resource)
