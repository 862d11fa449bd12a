"""AssumeRole through the SDK: trust, limits, tags, and chains."""

from datetime import timedelta

import pytest
from mypy_boto3_sts import STSClient
from mypy_boto3_sts.type_defs import TagTypeDef

from tests.api.sts.people import EVERYTHING, People, document, named, not_authorized
from tests.support.refusals import refused

LIST = {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}
LIST_ROLES = {"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"}
EVERYTHING_OF_STS = {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}
TAG: list[TagTypeDef] = [{"Key": "Team", "Value": "blue"}]


def test_a_session_may_what_its_role_may_and_no_more(people: People) -> None:
    role = people.role(LIST)
    given = people.user(EVERYTHING).sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1")
    reader = people.iam_of(given["Credentials"])
    reader.list_users()
    with refused("AccessDenied", status=403):
        reader.list_roles()
    assert "PackedPolicySize" not in given


def test_a_missing_role_and_an_unwilling_one_are_refused_alike(people: People) -> None:
    ann = people.user(EVERYTHING)
    unwilling = people.role(trusts=people.trust(arn=people.user().arn))
    missing = f"arn:aws:iam::{people.account}:role/{named('Nobody')}"
    for arn in (unwilling.arn, missing):
        with refused("AccessDenied", status=403, message=not_authorized(ann.arn, "sts:AssumeRole", arn)):
            ann.sts.assume_role(RoleArn=arn, RoleSessionName="RoleSession1")


def test_trusting_the_account_leaves_it_to_the_user_s_policies(people: People) -> None:
    role = people.role()
    with refused("AccessDenied", status=403):
        people.user().sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1")


def test_trusting_the_user_by_name_is_enough(people: People) -> None:
    ann = people.user()
    role = people.role(trusts=people.trust(arn=ann.arn))
    ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1")


def test_an_external_id_that_trust_asks_for(people: People) -> None:
    ann = people.user(EVERYTHING)
    role = people.role(trusts=people.trust(StringEquals={"sts:ExternalId": "Example987"}))
    ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", ExternalId="Example987")
    with refused("AccessDenied", status=403):
        ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", ExternalId="Example988")
    with refused("AccessDenied", status=403):
        ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1")


def test_a_session_name_that_trust_asks_for(people: People) -> None:
    ann = people.user(EVERYTHING)
    role = people.role(trusts=people.trust(StringLike={"sts:RoleSessionName": "${aws:username}"}))
    ann.sts.assume_role(RoleArn=role.arn, RoleSessionName=ann.name)
    with refused("AccessDenied", status=403):
        ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="somebody-else")


def test_the_role_says_how_long(people: People) -> None:
    ann = people.user(EVERYTHING)
    message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    with refused("ValidationError", status=400, message=message):
        ann.sts.assume_role(RoleArn=people.role().arn, RoleSessionName="RoleSession1", DurationSeconds=3_601)
    role = people.role(longest=43_200)
    hour = ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1")
    longest = ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", DurationSeconds=43_200)
    lead = longest["Credentials"]["Expiration"] - hour["Credentials"]["Expiration"]
    assert abs(lead - timedelta(hours=11)) < timedelta(seconds=10)
    with refused("ValidationError", status=400):
        ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", DurationSeconds=43_201)


def test_a_chained_session_lives_an_hour_at_most(people: People) -> None:
    first = people.role(EVERYTHING)
    second = people.role(longest=43_200)
    given = people.user(EVERYTHING).sts.assume_role(RoleArn=first.arn, RoleSessionName="RoleSession1")
    chained = people.sts_of(given["Credentials"])
    chained.assume_role(RoleArn=second.arn, RoleSessionName="RoleSession2", DurationSeconds=3_600)
    message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    with refused("ValidationError", status=400, message=message):
        chained.assume_role(RoleArn=second.arn, RoleSessionName="RoleSession2", DurationSeconds=3_601)


def test_session_policies_narrow_a_session(people: People) -> None:
    role = people.role(LIST, LIST_ROLES)
    ann = people.user(EVERYTHING)
    managed = people.iam.create_policy(PolicyName=named("ListUsers"), PolicyDocument=document(LIST))["Policy"]["Arn"]
    inline = ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", Policy=document(LIST))
    by_arn = ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", PolicyArns=[{"arn": managed}])
    for given in (inline, by_arn):
        assert 0 < given["PackedPolicySize"] <= 100
        narrowed = people.iam_of(given["Credentials"])
        narrowed.list_users()
        with refused("AccessDenied", status=403):
            narrowed.list_roles()


def test_a_session_policy_grants_nothing_of_its_own(people: People) -> None:
    role = people.role(LIST)
    ann = people.user(EVERYTHING)
    given = ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", Policy=document(EVERYTHING))
    with refused("AccessDenied", status=403):
        people.iam_of(given["Credentials"]).list_roles()


def test_a_session_policy_that_cannot_be_taken(people: People) -> None:
    role = people.role(LIST)
    ann = people.user(EVERYTHING)
    with refused("MalformedPolicyDocument", status=400):
        ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", Policy="{not json")
    with refused("ValidationError", status=400):
        ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", Policy=document(LIST) + " " * 2_048)
    missing = f"arn:aws:iam::{people.account}:policy/{named('Nothing')}"
    with refused("ValidationError", status=400):
        ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", PolicyArns=[{"arn": missing}])


def test_tagging_needs_its_own_allow(people: People) -> None:
    ann = people.user()
    plain = people.role(trusts=people.trust(arn=ann.arn))
    with refused("AccessDenied", status=403, message=not_authorized(ann.arn, "sts:TagSession", plain.arn)):
        ann.sts.assume_role(RoleArn=plain.arn, RoleSessionName="RoleSession1", Tags=TAG)
    role = people.role(trusts=people.trust("sts:TagSession", arn=ann.arn))
    assert ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", Tags=TAG)["PackedPolicySize"] > 0


def test_trust_sees_the_tags_that_are_passed(people: People) -> None:
    ann = people.user()
    role = people.role(
        trusts=people.trust("sts:TagSession", arn=ann.arn, StringEquals={"aws:RequestTag/Team": "blue"}),
    )
    ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", Tags=TAG)
    with refused("AccessDenied", status=403):
        ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", Tags=[{"Key": "Team", "Value": "red"}])


def test_session_tags_are_principal_tags_and_override_the_role_s(people: People) -> None:
    ann = people.user()
    blue = {**LIST, "Condition": {"StringEquals": {"aws:PrincipalTag/Team": "blue"}}}
    role = people.role(blue, trusts=people.trust("sts:TagSession", arn=ann.arn))
    people.iam.tag_role(RoleName=role.name, Tags=[{"Key": "team", "Value": "red"}])
    plain = ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1")
    with refused("AccessDenied", status=403):
        people.iam_of(plain["Credentials"]).list_users()
    tagged = ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", Tags=TAG)
    people.iam_of(tagged["Credentials"]).list_users()


def test_tags_that_cannot_be_taken(people: People) -> None:
    ann = people.user()
    role = people.role(trusts=people.trust("sts:TagSession", arn=ann.arn))
    duplicate = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
    with refused("InvalidParameterValue", status=400, message=duplicate):
        ann.sts.assume_role(
            RoleArn=role.arn, RoleSessionName="RoleSession1", Tags=[*TAG, {"Key": "team", "Value": "red"}]
        )
    absent = "The specified transitive tag key must be included in the requested tags."
    with refused("InvalidParameterValue", status=400, message=absent):
        ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", Tags=TAG, TransitiveTagKeys=["Other"])
    many: list[TagTypeDef] = [{"Key": f"key-{number}", "Value": "v" * 256} for number in range(50)]
    with refused("PackedPolicyTooLarge", status=400):
        ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1", Tags=many)


def test_transitive_tags_stay_along_a_chain(people: People) -> None:
    ann = people.user()
    blue = {**LIST, "Condition": {"StringEquals": {"aws:PrincipalTag/Team": "blue"}}}
    first = people.role(EVERYTHING, trusts=people.trust("sts:TagSession", arn=ann.arn))
    second = people.role(blue, EVERYTHING_OF_STS, trusts=people.trust("sts:TagSession"))
    third = people.role(blue, trusts=people.trust("sts:TagSession"))
    given = ann.sts.assume_role(RoleArn=first.arn, RoleSessionName="RoleSession1", Tags=TAG, TransitiveTagKeys=["team"])
    for role in (second, third):
        chained = people.sts_of(given["Credentials"])
        conflict = (
            "One of the specified transitive tag keys can't be set because it conflicts "
            "with a transitive tag key from the calling session."
        )
        with refused("InvalidParameterValue", status=400, message=conflict):
            chained.assume_role(
                RoleArn=role.arn, RoleSessionName="RoleSession2", Tags=[{"Key": "TEAM", "Value": "red"}]
            )
        given = chained.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession2")
        people.iam_of(given["Credentials"]).list_users()


def test_a_source_identity_needs_its_own_allow_and_stays(people: People) -> None:
    ann = people.user()
    plain = people.role(trusts=people.trust(arn=ann.arn))
    with refused("AccessDenied", status=403, message=not_authorized(ann.arn, "sts:SetSourceIdentity", plain.arn)):
        ann.sts.assume_role(RoleArn=plain.arn, RoleSessionName="RoleSession1", SourceIdentity="Admin")
    first = people.role(EVERYTHING, trusts=people.trust("sts:SetSourceIdentity", arn=ann.arn))
    known = {"StringEquals": {"aws:SourceIdentity": "Admin"}}
    second = people.role({**LIST, "Condition": known}, trusts=people.trust("sts:SetSourceIdentity"))
    given = ann.sts.assume_role(RoleArn=first.arn, RoleSessionName="RoleSession1", SourceIdentity="Admin")
    assert given["SourceIdentity"] == "Admin"
    chained = people.sts_of(given["Credentials"])
    with refused("ValidationError", status=400):
        chained.assume_role(RoleArn=second.arn, RoleSessionName="RoleSession2", SourceIdentity="Other")
    last = chained.assume_role(RoleArn=second.arn, RoleSessionName="RoleSession2")
    assert last["SourceIdentity"] == "Admin"
    people.iam_of(last["Credentials"]).list_users()


def test_a_role_assumes_itself_only_where_it_trusts_itself(people: People) -> None:
    ann = people.user()
    role = people.role(EVERYTHING, trusts=people.trust(arn=ann.arn))
    given = ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1")
    own = people.sts_of(given["Credentials"])
    with refused("AccessDenied", status=403):
        own.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession2")
    trust = document(people.trust(arn=ann.arn), people.trust(arn=role.arn))
    people.iam.update_assume_role_policy(RoleName=role.name, PolicyDocument=trust)
    own.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession2")


def test_a_deleted_role_s_session_opens_nothing(people: People) -> None:
    role = people.role()
    given = people.user(EVERYTHING).sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1")
    people.iam.delete_role(RoleName=role.name)
    with refused("InvalidClientTokenId", status=403):
        people.sts_of(given["Credentials"]).get_caller_identity()


@pytest.mark.parametrize("arn", ["nothing-valid-in-here", "arn::b:::something/test-role", "arn:a:a::aaaaaaaaaa:"])
def test_what_is_no_arn_is_invalid(sts: STSClient, arn: str) -> None:
    with refused("ValidationError", status=400, message=f"{arn} is invalid"):
        sts.assume_role(RoleArn=arn, RoleSessionName="RoleSession1")


def test_a_session_name_of_strange_characters_is_refused(people: People) -> None:
    message = (
        "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [\w+=,.@-]*"
    )
    with refused("ValidationError", status=400, message=message):
        people.user(EVERYTHING).sts.assume_role(RoleArn=people.role().arn, RoleSessionName="Session1:2")
