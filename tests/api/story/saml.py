"""A SAML provider, from its metadata to a session of one whom it vouches for."""

from __future__ import annotations

import json
import time

from tests.api.answers import Watched
from tests.support.saml import Said, another_provider, encoded, entitled, the_provider

ELSEWHERE = {
    ("sts", "AssumeRoleWithSAML", "InvalidParameterValue"),  # session tags, as AWS answers for AssumeRole
}


def tell(watched: Watched) -> None:
    """Call every operation on SAML providers, and sign in through one."""
    iam = watched.client("iam")
    team = [{"Key": "team", "Value": "blue"}]
    arn = iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=another_provider().metadata(), Tags=team)[
        "SAMLProviderArn"
    ]
    named = {"SAMLProviderArn": arn}
    iam.get_saml_provider(**named)
    iam.list_saml_providers()
    iam.update_saml_provider(SAMLMetadataDocument=the_provider().metadata(), **named)
    iam.tag_saml_provider(Tags=[{"Key": "more", "Value": ""}], **named)
    iam.untag_saml_provider(TagKeys=["more"], **named)
    iam.list_saml_provider_tags(**named)
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": arn},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"],
    }
    role = iam.create_role(
        RoleName="Guest",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    said = Said(time.time(), entitled(role, arn, PrincipalTag__team="blue", SourceIdentity="ann"))
    session = watched.client("sts").assume_role_with_saml(
        RoleArn=role, PrincipalArn=arn, SAMLAssertion=encoded(the_provider().respond(said))
    )
    watched.client("sts", session["Credentials"]).get_caller_identity()
    iam.delete_role(RoleName="Guest")
    iam.delete_saml_provider(**named)
