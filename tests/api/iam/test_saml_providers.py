"""SAML providers through the SDK: what they are, and who may touch them."""

from __future__ import annotations

import json
from typing import Any

from mypy_boto3_iam import IAMClient

from tests.support.authority import Authority
from tests.support.refusals import refused
from tests.support.saml import another_provider, the_provider

DOCUMENT = the_provider().metadata()


def test_the_life_of_a_provider(iam: IAMClient, authority: Authority) -> None:
    arn = iam.create_saml_provider(Name="Corp_1.x-y", SAMLMetadataDocument=DOCUMENT)["SAMLProviderArn"]
    assert arn == f"arn:aws:iam::{authority.account_id}:saml-provider/Corp_1.x-y"
    told = iam.get_saml_provider(SAMLProviderArn=arn)
    assert told["SAMLMetadataDocument"] == DOCUMENT
    assert told["ValidUntil"].year - told["CreateDate"].year in {99, 100}
    assert (told["Tags"], told["PrivateKeyList"], told["AssertionEncryptionMode"]) == ([], [], "Allowed")
    with refused("EntityAlreadyExists", status=409, message="Provider with name Corp_1.x-y already exists."):
        iam.create_saml_provider(Name="Corp_1.x-y", SAMLMetadataDocument=DOCUMENT)
    other = another_provider().metadata(until="2099-01-01T00:00:00Z")
    assert iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=other)["SAMLProviderArn"] == arn
    assert iam.get_saml_provider(SAMLProviderArn=arn)["ValidUntil"].year == 2099
    (listed,) = iam.list_saml_providers()["SAMLProviderList"]
    assert (listed["Arn"], listed["ValidUntil"].year) == (arn, 2099)
    iam.delete_saml_provider(SAMLProviderArn=arn)
    assert iam.list_saml_providers()["SAMLProviderList"] == []
    with refused("NoSuchEntity", status=404, message=f"Manifest not found for arn {arn}"):
        iam.get_saml_provider(SAMLProviderArn=arn)
    with refused("NoSuchEntity", status=404, message=f"Manifest not found for arn {arn}"):
        iam.delete_saml_provider(SAMLProviderArn=arn)


def test_unicode_survives(iam: IAMClient) -> None:
    document = DOCUMENT.replace("<md:NameIDFormat>", "<!-- Zürich \u4e2d <&> --><md:NameIDFormat>", 1)
    tags = [{"Key": "stätte", "Value": "Zürich \u4e2d"}]
    made = iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=document, Tags=tags)  # type: ignore[arg-type] # a list of tags
    assert made["Tags"] == tags
    told = iam.get_saml_provider(SAMLProviderArn=made["SAMLProviderArn"])
    assert (told["SAMLMetadataDocument"], told["Tags"]) == (document, tags)


def test_bad_metadata_is_refused(iam: IAMClient) -> None:
    with refused("ValidationError", status=400):
        iam.create_saml_provider(Name="not a name", SAMLMetadataDocument=DOCUMENT)
    bomb = '<!DOCTYPE a [<!ENTITY b "b">]>' + DOCUMENT.split("?>\n")[1]
    message = "Could not parse metadata: it has a document type definition"
    with refused("InvalidInput", status=400, message=message):
        iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=bomb)
    with refused("InvalidInput", status=400):
        iam.create_saml_provider(Name="Corp", SAMLMetadataDocument="a" * 1_000)
    assert iam.list_saml_providers()["SAMLProviderList"] == []


def test_encryption_is_refused(iam: IAMClient) -> None:
    words = "Unable to set assertion encryption mode to Required because no private key is provided."
    with refused("InvalidInput", status=400, message=words):
        iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=DOCUMENT, AssertionEncryptionMode="Required")
    with refused("InvalidInput", status=400):
        iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=DOCUMENT, AddPrivateKey="-----BEGIN")


def ann(iam: IAMClient, authority: Authority, *statements: dict[str, Any]) -> IAMClient:
    """Make a user with nothing but these rights."""
    iam.create_user(UserName="ann")
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_user_policy(UserName="ann", PolicyName="may", PolicyDocument=document)
    key: dict[str, Any] = dict(iam.create_access_key(UserName="ann")["AccessKey"])
    client: IAMClient = authority.of("iam", key)
    return client


def test_a_user_with_no_rights_learns_nothing(iam: IAMClient, authority: Authority) -> None:
    who = f"arn:aws:iam::{authority.account_id}:user/ann"
    arn = f"arn:aws:iam::{authority.account_id}:saml-provider/Corp"
    theirs = ann(iam, authority)
    calls: dict[str, tuple[Any, str]] = {
        "CreateSAMLProvider": (lambda: theirs.create_saml_provider(Name="Corp", SAMLMetadataDocument=DOCUMENT), arn),
        "GetSAMLProvider": (lambda: theirs.get_saml_provider(SAMLProviderArn=arn), arn),
        "UpdateSAMLProvider": (lambda: theirs.update_saml_provider(SAMLProviderArn=arn), arn),
        "DeleteSAMLProvider": (lambda: theirs.delete_saml_provider(SAMLProviderArn=arn), arn),
        "ListSAMLProviders": (theirs.list_saml_providers, "*"),
        "TagSAMLProvider": (
            lambda: theirs.tag_saml_provider(SAMLProviderArn=arn, Tags=[{"Key": "a", "Value": "b"}]),
            arn,
        ),
        "UntagSAMLProvider": (lambda: theirs.untag_saml_provider(SAMLProviderArn=arn, TagKeys=["a"]), arn),
        "ListSAMLProviderTags": (lambda: theirs.list_saml_provider_tags(SAMLProviderArn=arn), arn),
    }
    for name, (call, resource) in calls.items():
        words = (
            f"User: {who} is not authorized to perform: iam:{name} on resource: {resource} "
            f"because no identity-based policy allows the iam:{name} action"
        )
        with refused("AccessDenied", status=403, message=words):
            call()


def test_tags_decide(iam: IAMClient, authority: Authority) -> None:
    arns = {
        team: iam.create_saml_provider(Name=team, SAMLMetadataDocument=DOCUMENT, Tags=[{"Key": "Team", "Value": team}])[
            "SAMLProviderArn"
        ]
        for team in ("blue", "red")
    }
    blue = {"StringEquals": {"aws:ResourceTag/team": "blue"}}
    create = {"StringEquals": {"aws:RequestTag/team": "blue"}, "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}
    theirs = ann(
        iam,
        authority,
        {"Effect": "Allow", "Action": "iam:GetSAMLProvider", "Resource": "*", "Condition": blue},
        {"Effect": "Allow", "Action": ["iam:CreateSAMLProvider"], "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:TagSAMLProvider", "Resource": "*", "Condition": create},
    )
    theirs.get_saml_provider(SAMLProviderArn=arns["blue"])
    with refused("AccessDenied", status=403):
        theirs.get_saml_provider(SAMLProviderArn=arns["red"])
    theirs.create_saml_provider(Name="mine", SAMLMetadataDocument=DOCUMENT, Tags=[{"Key": "team", "Value": "blue"}])
    with refused("AccessDenied", status=403):
        theirs.create_saml_provider(Name="other", SAMLMetadataDocument=DOCUMENT, Tags=[{"Key": "team", "Value": "red"}])
    theirs.create_saml_provider(Name="other", SAMLMetadataDocument=DOCUMENT)


def test_tags_are_listed_by_pages(iam: IAMClient) -> None:
    tags: Any = [{"Key": f"k{number}", "Value": str(number)} for number in range(5)]
    arn = iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=DOCUMENT, Tags=tags)["SAMLProviderArn"]
    found: list[Any] = []
    marker: dict[str, Any] = {}
    while True:
        page = iam.list_saml_provider_tags(SAMLProviderArn=arn, MaxItems=2, **marker)
        found += page["Tags"]
        if not page["IsTruncated"]:
            break
        marker = {"Marker": page["Marker"]}
    assert found == tags
    with refused("ValidationError", message="Invalid Marker: garbage"):
        iam.list_saml_provider_tags(SAMLProviderArn=arn, Marker="garbage")
