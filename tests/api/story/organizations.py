"""An organization, an account in it, its root for a task, and tokens for services elsewhere."""

from __future__ import annotations

from tests.api.answers import Watched

ELSEWHERE = {
    ("sts", "AssumeRoot", "AccessDenied"),  # as AssumeRole
    ("sts", "GetWebIdentityToken", "InvalidParameterValue"),  # tags, as recorded from AWS for AssumeRole
}
AUDIT = {"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"}


def tell(watched: Watched) -> None:
    organizations = watched.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    organizations.describe_organization()
    organizations.list_roots()
    made = organizations.create_account(Email="ops@example.com", AccountName="ops")["CreateAccountStatus"]
    organizations.describe_create_account_status(CreateAccountRequestId=made["Id"])
    organizations.describe_account(AccountId=made["AccountId"])
    organizations.list_accounts(MaxResults=1)
    features(watched, made["AccountId"])
    tokens(watched)


def features(watched: Watched, member: str) -> None:
    iam = watched.client("iam")
    iam.enable_organizations_root_sessions()
    iam.enable_organizations_root_credentials_management()
    iam.list_organizations_features()
    root = watched.client("sts").assume_root(TargetPrincipal=member, TaskPolicyArn=AUDIT, DurationSeconds=300)
    watched.client("sts", root["Credentials"]).get_caller_identity()
    iam.disable_organizations_root_credentials_management()
    iam.disable_organizations_root_sessions()


def tokens(watched: Watched) -> None:
    iam, sts = watched.client("iam"), watched.client("sts")
    iam.enable_outbound_web_identity_federation()
    iam.get_outbound_web_identity_federation_info()
    for algorithm in ("RS256", "ES384"):
        sts.get_web_identity_token(Audience=["https://api.example"], SigningAlgorithm=algorithm)
    iam.disable_outbound_web_identity_federation()
