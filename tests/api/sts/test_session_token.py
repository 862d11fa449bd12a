"""GetSessionToken and GetFederationToken through the SDK: how long, for whom, and what they cannot do."""

from datetime import timedelta

from mypy_boto3_sts import STSClient

from tests.api.sts.people import EVERYTHING, Authority, People
from tests.support.refusals import refused

UNKNOWN_DEVICE = (
    "MultiFactorAuthentication failed, unable to validate MFA code.  "
    "Please verify your MFA serial number is valid and associated with this user."
)


def test_they_are_the_user_and_need_their_token(people: People, authority: Authority) -> None:
    ann = people.user()
    given = ann.sts.get_session_token(DurationSeconds=900)["Credentials"]
    assert given["AccessKeyId"].startswith("ASIA")
    assert len(given["SecretAccessKey"]) == 40
    assert people.sts_of(given).get_caller_identity()["Arn"] == ann.arn
    bare: STSClient = authority.client("sts", given["AccessKeyId"], given["SecretAccessKey"])
    with refused("InvalidClientTokenId", status=403):
        bare.get_caller_identity()


def test_a_token_opens_for_its_own_key_alone(people: People, authority: Authority) -> None:
    ann = people.user()
    one = ann.sts.get_session_token()["Credentials"]
    other = ann.sts.get_session_token()["Credentials"]
    mixed: STSClient = authority.client("sts", one["AccessKeyId"], one["SecretAccessKey"], other["SessionToken"])
    with refused("InvalidClientTokenId", status=403):
        mixed.get_caller_identity()


def test_they_end_at_their_expiry(people: People, authority: Authority) -> None:
    given = people.user().sts.get_session_token(DurationSeconds=900)["Credentials"]
    client = people.sts_of(given)
    authority.advance(880)
    client.get_caller_identity()
    authority.advance(20)
    with refused("ExpiredToken", status=403, message="The security token included in the request is expired"):
        client.get_caller_identity()


def test_they_live_twelve_hours_unless_asked(people: People) -> None:
    sts = people.user(EVERYTHING).sts
    start = sts.get_session_token(DurationSeconds=900)["Credentials"]["Expiration"] - timedelta(seconds=900)
    given = {
        12: [sts.get_session_token(), sts.get_federation_token(Name="Bob")],
        36: [
            sts.get_session_token(DurationSeconds=129_600),
            sts.get_federation_token(Name="Bob", DurationSeconds=129_600),
        ],
    }
    for hours, replies in given.items():
        for reply in replies:
            assert abs(reply["Credentials"]["Expiration"] - start - timedelta(hours=hours)) < timedelta(seconds=10)


def test_a_duration_beyond_36_hours_is_refused(people: People) -> None:
    ann = people.user(EVERYTHING)
    with refused("ValidationError", status=400):
        ann.sts.get_session_token(DurationSeconds=129_601)
    with refused("ValidationError", status=400):
        ann.sts.get_federation_token(Name="Bob", DurationSeconds=129_601)


def test_without_mfa_they_open_nothing_of_iam_and_little_of_sts(people: People) -> None:
    role = people.role()
    ann = people.user(EVERYTHING)
    given = ann.sts.get_session_token()["Credentials"]
    with refused("InvalidClientTokenId", status=403):
        people.iam_of(given).list_users()
    own = people.sts_of(given)
    own.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1")
    with refused("AccessDenied", status=403, message="Cannot call GetSessionToken with session credentials"):
        own.get_session_token()
    with refused("AccessDenied", status=403, message="Cannot call GetFederationToken with session credentials"):
        own.get_federation_token(Name="Bob")
    with refused("AccessDenied", status=403):
        own.get_access_key_info(AccessKeyId=given["AccessKeyId"])


def test_a_federated_user_calls_nothing_else_of_iam_or_sts(people: People) -> None:
    role = people.role()
    ann = people.user(EVERYTHING)
    policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    given = ann.sts.get_federation_token(Name="Bob", Policy=policy)
    assert given["PackedPolicySize"] > 0
    with refused("InvalidClientTokenId", status=403):
        people.iam_of(given["Credentials"]).list_users()
    guest = people.sts_of(given["Credentials"])
    guest.get_caller_identity()
    with refused("AccessDenied", status=403):
        guest.assume_role(RoleArn=role.arn, RoleSessionName="RoleSession1")
    with refused("AccessDenied", status=403, message="Cannot call GetSessionToken with session credentials"):
        guest.get_session_token()


def test_federating_needs_to_be_allowed_and_so_does_tagging(people: People) -> None:
    plain = people.user()
    resource = f"arn:aws:sts::{people.account}:federated-user/Bob"
    with refused("AccessDenied", status=403):
        plain.sts.get_federation_token(Name="Bob")
    host = people.user({"Effect": "Allow", "Action": "sts:GetFederationToken", "Resource": resource})
    host.sts.get_federation_token(Name="Bob")
    with refused("AccessDenied", status=403):
        host.sts.get_federation_token(Name="Eve")
    with refused("AccessDenied", status=403):
        host.sts.get_federation_token(Name="Bob", Tags=[{"Key": "Team", "Value": "blue"}])


def test_a_second_factor_cannot_be_made_up(people: People) -> None:
    ann = people.user()
    device = f"arn:aws:iam::{people.account}:mfa/ann"
    with refused("AccessDenied", status=403, message=UNKNOWN_DEVICE):
        ann.sts.get_session_token(SerialNumber=device, TokenCode="123456")
    with refused("ValidationError", status=400):
        ann.sts.get_session_token(SerialNumber=device)


def test_a_deleted_user_s_session_opens_nothing(people: People) -> None:
    ann = people.user()
    given = ann.sts.get_session_token()["Credentials"]
    for listed in people.iam.list_access_keys(UserName=ann.name)["AccessKeyMetadata"]:
        people.iam.delete_access_key(UserName=ann.name, AccessKeyId=listed["AccessKeyId"])
    people.iam.delete_user(UserName=ann.name)
    with refused("InvalidClientTokenId", status=403):
        people.sts_of(given).get_caller_identity()
