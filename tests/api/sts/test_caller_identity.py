"""GetCallerIdentity, GetAccessKeyInfo, DecodeAuthorizationMessage through the SDK."""

from mypy_boto3_iam import IAMClient
from mypy_boto3_sts import STSClient

from tests.api.sts.people import EVERYTHING, People
from tests.support.refusals import refused


def test_a_user_is_itself(people: People) -> None:
    ann = people.user()
    told = ann.sts.get_caller_identity()
    assert (told["Arn"], told["Account"]) == (ann.arn, people.account)
    assert told["UserId"].startswith("AIDA")


def test_no_policy_forbids_knowing_who_one_is(people: People) -> None:
    ann = people.user({"Effect": "Deny", "Action": "*", "Resource": "*"})
    assert ann.sts.get_caller_identity()["Arn"] == ann.arn
    assert ann.sts.get_session_token()["Credentials"]["AccessKeyId"].startswith("ASIA")


def test_a_role_session_is_told_without_the_role_s_path(people: People) -> None:
    role = people.role(path="/team/blue/")
    ann = people.user(EVERYTHING)
    given = ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1")
    told = people.sts_of(given["Credentials"]).get_caller_identity()
    assert told["Arn"] == f"arn:aws:sts::{people.account}:assumed-role/{role.name}/RoleSession1"
    assert told["UserId"] == f"{role.id}:RoleSession1"
    assert given["AssumedRoleUser"] == {"Arn": told["Arn"], "AssumedRoleId": told["UserId"]}


def test_a_federated_user_has_a_name_of_its_own(people: People) -> None:
    ann = people.user(EVERYTHING)
    given = ann.sts.get_federation_token(Name="Bob")
    told = people.sts_of(given["Credentials"]).get_caller_identity()
    assert told["Arn"] == f"arn:aws:sts::{people.account}:federated-user/Bob"
    assert told["UserId"] == f"{people.account}:Bob"
    assert given["FederatedUser"] == {"Arn": told["Arn"], "FederatedUserId": told["UserId"]}
    assert given["PackedPolicySize"] == 0


def test_a_key_id_tells_its_account(people: People, iam: IAMClient, sts: STSClient) -> None:
    ann = people.user()
    key = iam.list_access_keys(UserName=ann.name)["AccessKeyMetadata"][0]["AccessKeyId"]
    assert sts.get_access_key_info(AccessKeyId=key)["Account"] == people.account
    assert sts.get_access_key_info(AccessKeyId="ASIAY34FZKBOKMUTVV7A")["Account"] == "609629065308"
    with refused("ValidationError", status=400):
        sts.get_access_key_info(AccessKeyId="AKIA1111111111111111")


def test_a_message_that_nobody_encoded_is_invalid(sts: STSClient) -> None:
    with refused("InvalidAuthorizationMessageException", status=400):
        sts.decode_authorization_message(EncodedMessage="garbage")
