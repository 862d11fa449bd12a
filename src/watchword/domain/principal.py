"""Who acts: the principal a request is made by, as policies and records see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PrincipalType(StrEnum):
    """The values of `aws:PrincipalType`.  Source: IAM User Guide, "AWS global condition context keys"."""

    ROOT = "Account"
    USER = "User"
    ASSUMED_ROLE = "AssumedRole"
    FEDERATED_USER = "FederatedUser"
    WEB_IDENTITY_USER = "WebIdentityUser"
    """Somebody whom an OIDC provider vouches for, until a role is assumed.  Source: CloudTrail, userIdentity."""
    SAML_USER = "SAMLUser"
    """Likewise, a SAML provider."""
    SERVICE = "AWSService"
    """The authority itself, on a schedule that somebody made.  Source: CloudTrail, userIdentity."""
    ANONYMOUS = "Anonymous"


@dataclass(frozen=True, slots=True)
class Principal:
    """One principal, whatever credential it came with.

    `arn` is what GetCallerIdentity tells: for a role session the `assumed-role/…` ARN.
    `issuer_arn` is where its permissions come from: the role of a session (with its path), the user of a
    federated user, and otherwise `arn` itself. `unique_id` is that issuer's `AIDA…` or `AROA…` id; for root, the
    account id.
    `user_id` is `aws:userid`: `AIDA…`, `AROA…:session`, `account:name`, or the account id.
    `name` is the user name, session name or federated name; empty for root.
    Of whom an identity provider vouches for, `arn` and `issuer_arn` are the provider's, `user_id` is
    `provider:audience:subject` and `name` the subject; they have no account and no unique id.
    """

    type: PrincipalType
    account: str
    arn: str
    user_id: str
    unique_id: str
    issuer_arn: str
    name: str = ""


ANONYMOUS = Principal(PrincipalType.ANONYMOUS, "", "", "anonymous", "", "")
