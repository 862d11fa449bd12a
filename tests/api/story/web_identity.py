"""OpenID providers, and what their tokens are exchanged for; the provider is a real one, known by its thumbprint."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.api.answers import Watched
from tests.support.issuers import CertificateAuthority, Issuer, issuing

TAGS = "https://aws.amazon.com/tags"
ELSEWHERE = {
    ("sts", "AssumeRoleWithWebIdentity", "InvalidParameterValue"),  # session tags, as recorded from AWS for AssumeRole
}


def tell(watched: Watched) -> None:
    authority = CertificateAuthority.made()
    with TemporaryDirectory() as folder, issuing(authority, authority.server(Path(folder))) as issuer:
        registered(watched, issuer)


def registered(watched: Watched, issuer: Issuer) -> None:
    iam = watched.client("iam")
    tags = [{"Key": "team", "Value": "blue"}]
    arn = iam.create_open_id_connect_provider(
        Url=issuer.url, ClientIDList=["app"], ThumbprintList=["0" * 40], Tags=tags
    )["OpenIDConnectProviderArn"]
    named = {"OpenIDConnectProviderArn": arn}
    iam.update_open_id_connect_provider_thumbprint(**named, ThumbprintList=[issuer.authority.thumbprint])
    iam.add_client_id_to_open_id_connect_provider(**named, ClientID="other")
    iam.remove_client_id_from_open_id_connect_provider(**named, ClientID="other")
    iam.tag_open_id_connect_provider(**named, Tags=[{"Key": "more", "Value": "x"}])
    iam.untag_open_id_connect_provider(**named, TagKeys=["more"])
    iam.list_open_id_connect_provider_tags(**named)
    iam.get_open_id_connect_provider(**named)
    iam.list_open_id_connect_providers()
    exchanged(watched, issuer, arn)
    iam.delete_open_id_connect_provider(**named)


def exchanged(watched: Watched, issuer: Issuer, arn: str) -> None:
    iam = watched.client("iam")
    actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"]
    trust = {"Effect": "Allow", "Principal": {"Federated": arn}, "Action": actions}
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    role = iam.create_role(RoleName="Federated", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    claims: dict[str, Any] = {
        TAGS: {"principal_tags": {"team": ["blue"]}, "transitive_tag_keys": ["team"]},
        "https://aws.amazon.com/source_identity": "ann",
    }
    given = watched.client("sts").assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="run-7", WebIdentityToken=issuer.token(**claims), DurationSeconds=900
    )
    assert given["Provider"] == arn
    watched.client("sts", given["Credentials"]).get_caller_identity()
    iam.delete_role(RoleName="Federated")
