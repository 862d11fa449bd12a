"""AssumeRoleWithSAML through the SDK and the aws command line: who gets in, as what, and who does not."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from tests.support.authority import REGION, Authority
from tests.support.refusals import refused
from tests.support.saml import Said, another_provider, encoded, entitled, the_provider
from tests.support.terminal import Terminal
from tests.unit.crypto.saml.wrapping import OF_ASSERTION, OF_RESPONSE

Statement = dict[str, Any]


@dataclass
class Corp:
    """A registered provider, a role that trusts it, and people who sign in."""

    authority: Authority
    provider: str
    role: str

    def says(self, session: str = "ann", **more: Any) -> Said:
        return Said(time.time(), entitled(self.role, self.provider, session, **more))

    def assume(self, said: Said | None = None, response: Any = None, **more: Any) -> Any:
        """Ask as somebody who has no key at all."""
        body = encoded(the_provider().respond(said or self.says()) if response is None else response)
        asked = {"RoleArn": self.role, "PrincipalArn": self.provider, "SAMLAssertion": body, **more}
        return self.sts.assume_role_with_saml(**asked)

    @property
    def sts(self) -> Any:
        nobody = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
        return boto3.client("sts", endpoint_url=self.authority.endpoint, region_name=REGION, config=nobody)

    def trust(self, *actions: str, effect: str = "Allow", conditions: Any = None) -> Statement:
        statement = {
            "Effect": effect,
            "Principal": {"Federated": self.provider},
            "Action": list(actions or ("sts:AssumeRoleWithSAML",)),
        }
        return {**statement, "Condition": conditions} if conditions else statement

    def trusts(self, *statements: Statement) -> None:
        self.authority.client("iam").update_assume_role_policy(RoleName="Guest", PolicyDocument=document(*statements))


def document(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def corp(authority: Authority) -> Corp:
    iam = authority.client("iam")
    provider = iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=the_provider().metadata())["SAMLProviderArn"]
    made = Corp(authority, provider, "")
    made.role = iam.create_role(
        RoleName="Guest", Path="/corp/", AssumeRolePolicyDocument=document(made.trust()), MaxSessionDuration=7_200
    )["Role"]["Arn"]
    return made


NOT_AUTHORIZED = "Not authorized to perform sts:AssumeRoleWithSAML"


def test_who_signs_in_gets_the_role(corp: Corp) -> None:
    reply = corp.assume(DurationSeconds=900)
    assert reply["Subject"] == "ann@example.com"
    account = corp.authority.account_id
    assert reply["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/Guest/ann"
    theirs = corp.authority.of("sts", reply["Credentials"])
    assert theirs.get_caller_identity()["Arn"] == reply["AssumedRoleUser"]["Arn"]
    with refused("AccessDenied", status=403):
        corp.authority.of("iam", reply["Credentials"]).list_users()


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
def test_either_signature_will_do(corp: Corp, sign: str) -> None:
    assert corp.assume(response=the_provider().respond(corp.says(), sign=sign))["Issuer"]


def test_one_response_serves_for_its_five_minutes(corp: Corp) -> None:
    """AWS takes a response for each of its roles; tools build on that."""
    response = the_provider().respond(corp.says())
    first, second = (corp.assume(response=response)["Credentials"]["AccessKeyId"] for _ in range(2))
    assert first != second


def test_a_replayed_response_is_refused_later(corp: Corp) -> None:
    words = "Token must be redeemed within 5 minutes of issuance"
    with refused("ExpiredTokenException", status=400, message=words):
        corp.assume(replace(corp.says(), issued=-301, confirmed_for=600))


def test_the_role_acts_with_its_own_rights_and_the_session_policy(corp: Corp) -> None:
    iam = corp.authority.client("iam")
    everything = document({"Effect": "Allow", "Action": "iam:*", "Resource": "*"})
    iam.put_role_policy(RoleName="Guest", PolicyName="may", PolicyDocument=everything)
    corp.authority.of("iam", corp.assume()["Credentials"]).list_users()
    narrow = document({"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"})
    limited = corp.authority.of("iam", corp.assume(Policy=narrow)["Credentials"])
    limited.list_roles()
    with refused("AccessDenied"):
        limited.list_users()


def test_the_session_tells_its_policies_whose_it_is(corp: Corp) -> None:
    """Source: IAM User Guide, "SAML role permissions policies"."""
    iam = corp.authority.client("iam")
    reply = corp.assume()
    condition = {
        "StringEquals": {
            "saml:sub": "ann@example.com",
            "saml:sub_type": "persistent",
            "saml:namequalifier": reply["NameQualifier"],
        }
    }
    may = document({"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*", "Condition": condition})
    iam.put_role_policy(RoleName="Guest", PolicyName="may", PolicyDocument=may)
    corp.authority.of("iam", corp.assume()["Credentials"]).list_users()
    other = corp.assume(replace(corp.says("bob"), name="bob@example.com"))
    with refused("AccessDenied"):
        corp.authority.of("iam", other["Credentials"]).list_users()


def test_the_trust_policy_decides(corp: Corp) -> None:
    conditions: list[tuple[dict[str, Any], bool]] = [
        ({"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}, True),
        ({"StringEquals": {"SAML:aud": "https://other.example.com"}}, False),
        ({"StringEquals": {"saml:iss": "https://idp.example.com/saml"}}, True),
        ({"StringLike": {"saml:sub": "*@example.com"}, "StringEquals": {"saml:sub_type": "persistent"}}, True),
        ({"StringEquals": {"saml:sub_type": "transient"}}, False),
        ({"StringEquals": {"saml:doc": f"{corp.authority.account_id}/Corp"}}, True),
        ({"StringEquals": {"sts:RoleSessionName": "ann"}}, True),
        ({"StringEquals": {"sts:RoleSessionName": "bob"}}, False),
        ({"ForAnyValue:StringEquals": {"saml:edupersonaffiliation": ["staff"]}}, True),
        ({"ForAllValues:StringEquals": {"saml:edupersonaffiliation": ["staff"]}}, False),
        ({"StringEquals": {"saml:mail": "ann@example.com"}}, True),
        ({"Null": {"saml:uid": "true"}}, True),
    ]
    said = corp.says()
    more = {
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.1": ["staff", "student"],
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": "ann@example.com",
    }
    for condition, allowed in conditions:
        corp.trusts(corp.trust(conditions=condition))
        said = replace(corp.says(), attributes={**corp.says().attributes, **more})
        if allowed:
            assert corp.assume(said)["Subject"], condition
        else:
            with refused("AccessDenied", status=403, message=NOT_AUTHORIZED):
                corp.assume(said)


def test_a_role_that_does_not_trust_the_provider_is_refused(corp: Corp, authority: Authority) -> None:
    others: list[dict[str, Any]] = [
        {"AWS": "*"},
        {"AWS": authority.account_id},
        {"Federated": f"arn:aws:iam::{authority.account_id}:saml-provider/Other"},
        {"Service": "ec2.amazonaws.com"},
    ]
    for principal in others:
        corp.trusts({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRoleWithSAML"})
        with refused("AccessDenied", status=403, message=NOT_AUTHORIZED):
            corp.assume()
    corp.trusts(corp.trust("sts:AssumeRole"))
    with refused("AccessDenied", status=403, message=NOT_AUTHORIZED):
        corp.assume()
    corp.trusts(corp.trust(), corp.trust(effect="Deny", conditions={"StringEquals": {"saml:sub": "ann@example.com"}}))
    with refused("AccessDenied", status=403, message=NOT_AUTHORIZED):
        corp.assume()


def test_a_role_that_does_not_exist_is_refused_the_same(corp: Corp) -> None:
    missing = corp.role + "Nobody"
    said = Said(time.time(), entitled(missing, corp.provider))
    with refused("AccessDenied", status=403, message=NOT_AUTHORIZED):
        corp.assume(said, RoleArn=missing)


def test_a_role_that_the_response_does_not_give_is_refused(corp: Corp) -> None:
    said = Said(time.time(), entitled(corp.role + "2", corp.provider))
    with refused("AccessDenied", status=403, message=NOT_AUTHORIZED):
        corp.assume(said)


def test_tags_and_source_identity_need_their_own_trust(corp: Corp) -> None:
    tagged = {"PrincipalTag__team": "blue", "TransitiveTagKeys": "team"}
    with refused("AccessDenied", status=403):
        corp.assume(corp.says(**tagged))
    with refused("AccessDenied", status=403):
        corp.assume(corp.says(SourceIdentity="ann"))
    corp.trusts(
        corp.trust(
            "sts:AssumeRoleWithSAML",
            "sts:TagSession",
            "sts:SetSourceIdentity",
            conditions={
                "StringEquals": {"aws:RequestTag/team": "blue", "sts:SourceIdentity": "ann"},
                "ForAllValues:StringEquals": {"aws:TagKeys": ["team"], "sts:TransitiveTagKeys": ["team"]},
            },
        )
    )
    reply = corp.assume(corp.says(SourceIdentity="ann", **tagged))
    assert reply["SourceIdentity"] == "ann"
    assert reply["PackedPolicySize"] == 1
    with refused("AccessDenied", status=403):
        corp.assume(corp.says(SourceIdentity="ann", PrincipalTag__team="red", TransitiveTagKeys="team"))
    with refused("AccessDenied", status=403):
        corp.assume(corp.says(SourceIdentity="ann", PrincipalTag__cost="1", **tagged))


def test_tags_pass_along_a_chain(corp: Corp) -> None:
    iam = corp.authority.client("iam")
    corp.trusts(corp.trust("sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"))
    trusts = {
        "Effect": "Allow",
        "Principal": {"AWS": corp.role},
        "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        "Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ann"}},
    }
    second = iam.create_role(RoleName="Second", AssumeRolePolicyDocument=document(trusts))["Role"]["Arn"]
    said = corp.says(PrincipalTag__team="blue", TransitiveTagKeys="team", SourceIdentity="ann")
    sts = corp.authority.of("sts", corp.assume(said)["Credentials"])
    assert sts.assume_role(RoleArn=second, RoleSessionName="run-7")["SourceIdentity"] == "ann"


def test_durations_are_the_role_s_and_the_provider_s(corp: Corp) -> None:
    words = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    with refused("ValidationError", status=400, message=words):
        corp.assume(DurationSeconds=7_201)
    for seconds, asked, lasts in (("1800", 7_200, 1_800), ("7200", 900, 900)):
        reply = corp.assume(corp.says(SessionDuration=seconds), DurationSeconds=asked)
        left = reply["Credentials"]["Expiration"].timestamp() - time.time()
        assert lasts - 30 < left <= lasts


def test_changed_metadata_counts_at_once(corp: Corp) -> None:
    iam = corp.authority.client("iam")
    theirs = another_provider()
    assert corp.assume()
    with refused("InvalidIdentityToken", status=400, message="Response signature invalid"):
        corp.assume(response=theirs.respond(corp.says()))
    iam.update_saml_provider(SAMLProviderArn=corp.provider, SAMLMetadataDocument=theirs.metadata())
    assert corp.assume(response=theirs.respond(corp.says()))
    with refused("InvalidIdentityToken", status=400, message="Response signature invalid"):
        corp.assume()
    iam.update_saml_provider(
        SAMLProviderArn=corp.provider, SAMLMetadataDocument=theirs.metadata(until="2020-01-01T00:00:00Z")
    )
    with refused("InvalidIdentityToken", status=400):
        corp.assume(response=theirs.respond(corp.says()))
    iam.delete_saml_provider(SAMLProviderArn=corp.provider)
    with refused("InvalidIdentityToken", status=400, message="Specified provider doesn't exist"):
        corp.assume()


def test_bad_requests_are_refused(corp: Corp) -> None:
    with refused("ValidationError", status=400, message="Request ARN is invalid"):
        corp.assume(RoleArn=corp.provider)
    with refused("ValidationError", status=400, message="Request ARN is invalid"):
        corp.assume(PrincipalArn=corp.role)
    with refused("InvalidIdentityToken", status=400):
        corp.assume(SAMLAssertion="not base64!")
    with refused("ValidationError", status=400):
        corp.assume(SAMLAssertion="A" * 100_001)
    with refused("IDPRejectedClaim", status=403):
        corp.assume(replace(corp.says(), status="urn:oasis:names:tc:SAML:2.0:status:Responder"))


@pytest.mark.parametrize("wrap", [*OF_ASSERTION, *OF_RESPONSE], ids=lambda wrap: wrap.__name__)
def test_wrapped_signatures_get_nothing(corp: Corp, wrap: Callable[[Any], Any]) -> None:
    with refused("InvalidIdentityToken", status=400):
        corp.assume(response=wrap(the_provider().respond(corp.says(), sign="both")))


def test_what_nobody_signed_gets_nothing(corp: Corp) -> None:
    for response in (the_provider().respond(corp.says(), sign="nothing"), another_provider().respond(corp.says())):
        with refused("InvalidIdentityToken", status=400, message="Response signature invalid"):
            corp.assume(response=response)


@pytest.mark.slow
def test_the_command_line_signs_in(corp: Corp) -> None:
    shell = Terminal(corp.authority)
    reply = shell.aws(
        "sts",
        "assume-role-with-saml",
        "--role-arn",
        corp.role,
        "--principal-arn",
        corp.provider,
        "--saml-assertion",
        encoded(the_provider().respond(corp.says())),
    )
    told = reply["Credentials"]
    who = Terminal(corp.authority, told).aws("sts", "get-caller-identity")
    assert who["Arn"] == reply["AssumedRoleUser"]["Arn"]
    shell.refused(
        "InvalidIdentityToken",
        "sts",
        "assume-role-with-saml",
        "--role-arn",
        corp.role,
        "--principal-arn",
        corp.provider,
        "--saml-assertion",
        encoded(another_provider().respond(corp.says())),
    )
