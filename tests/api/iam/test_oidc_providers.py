"""OpenID Connect providers through the SDK: who may register and see them, and in which words that is refused."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.authority import Authority
from tests.support.refusals import refused

URL = "https://issuer.example/Realm"


def arn_of(authority: Authority, name: str = "issuer.example/Realm") -> str:
    return f"arn:aws:iam::{authority.account_id}:oidc-provider/{name}"


def somebody(authority: Authority, iam: Any, *statements: dict[str, Any]) -> Any:
    """Make a user that may what is said, and give its IAM client."""
    iam.create_user(UserName="ann")
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_user_policy(UserName="ann", PolicyName="may", PolicyDocument=document)
    return authority.of("iam", iam.create_access_key(UserName="ann")["AccessKey"])


def test_a_provider_s_life(authority: Authority, iam: Any) -> None:
    arn = iam.create_open_id_connect_provider(Url=URL, ClientIDList=["sts.amazonaws.com"])["OpenIDConnectProviderArn"]
    assert arn == arn_of(authority)
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == [{"Arn": arn}]
    named = {"OpenIDConnectProviderArn": arn}
    iam.add_client_id_to_open_id_connect_provider(**named, ClientID="\u00e9 & <app>")
    iam.update_open_id_connect_provider_thumbprint(**named, ThumbprintList=["A" * 40])
    told = iam.get_open_id_connect_provider(**named)
    assert told["Url"] == "issuer.example/Realm"
    assert told["ClientIDList"] == ["sts.amazonaws.com", "\u00e9 & <app>"]
    assert told["ThumbprintList"] == ["a" * 40]
    assert told["Tags"] == []
    with refused("EntityAlreadyExists", status=409, message=f"Provider with url {URL} already exists."):
        iam.create_open_id_connect_provider(Url=URL)
    iam.delete_open_id_connect_provider(**named)
    with refused("NoSuchEntity", status=404, message=f"OpenIDConnect Provider not found for arn {arn}"):
        iam.get_open_id_connect_provider(**named)
    with refused("NoSuchEntity", status=404, message=f"OpenId connect Provider {arn} cannot be found."):
        iam.delete_open_id_connect_provider(**named)


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"Url": "example.org"}, "ValidationError", "Invalid Open ID Connect Provider URL"),
        ({"Url": "http://example.org"}, "InvalidInput", None),
        ({"Url": "https://example.org?x=y"}, "InvalidInput", "Invalid Open ID Connect Provider URL."),
        ({"Url": "https://" + "a" * 250}, "ValidationError", None),
        ({"ThumbprintList": ["a" * 39 + "g"]}, "InvalidInput", None),
        ({"ThumbprintList": ["a" * 41]}, "ValidationError", None),
        ({"ClientIDList": ["a" * 256]}, "ValidationError", None),
        (
            {"ThumbprintList": [f"{number}" * 40 for number in range(6)]},
            "InvalidInput",
            "Thumbprint list must contain fewer than 5 entries.",
        ),
        (
            {"ClientIDList": [f"{number}" for number in range(101)]},
            "LimitExceeded",
            "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100",
        ),
        ({"Tags": [{"Key": "a", "Value": ""}, {"Key": "A", "Value": ""}]}, "InvalidInput", None),
    ],
)
def test_what_cannot_be_registered(iam: Any, given: dict[str, Any], code: str, words: str | None) -> None:
    with refused(code, message=words):
        iam.create_open_id_connect_provider(**({"Url": URL} | given))
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


def test_nobody_without_rights_learns_of_a_provider(authority: Authority, iam: Any) -> None:
    arn = iam.create_open_id_connect_provider(Url=URL)["OpenIDConnectProviderArn"]
    ann = somebody(authority, iam)
    who = f"User: arn:aws:iam::{authority.account_id}:user/ann is not authorized to perform: iam:"
    for missing in (arn, arn_of(authority, "missing.example")):
        for name, ask in (
            ("GetOpenIDConnectProvider", ann.get_open_id_connect_provider),
            ("DeleteOpenIDConnectProvider", ann.delete_open_id_connect_provider),
            ("ListOpenIDConnectProviderTags", ann.list_open_id_connect_provider_tags),
        ):
            with refused("AccessDenied", status=403), _named(f"{who}{name} on resource: {missing} because no"):
                ask(OpenIDConnectProviderArn=missing)
    with refused("AccessDenied"), _named(f"{who}CreateOpenIDConnectProvider on resource: {arn} because no"):
        ann.create_open_id_connect_provider(Url=URL)
    with refused("AccessDenied"), _named(f"{who}ListOpenIDConnectProviders on resource: * because no"):
        ann.list_open_id_connect_providers()
    other = arn.replace(authority.account_id, "9" * 12)
    with refused("AccessDenied"):
        iam.get_open_id_connect_provider(OpenIDConnectProviderArn=other)


class _named:  # noqa: N801 - reads as what it checks
    """Expects a refusal to begin with these words, and lets it pass on."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, fault: BaseException | None, _at: object) -> None:
        assert isinstance(fault, ClientError)
        assert fault.response["Error"]["Message"].startswith(self._words), fault


def test_rights_go_by_url_and_by_tag(authority: Authority, iam: Any) -> None:
    ann = somebody(
        authority,
        iam,
        {"Effect": "Allow", "Action": "iam:*OpenIDConnectProvider*", "Resource": arn_of(authority, "issuer.example/*")},
        {
            "Effect": "Allow",
            "Action": "iam:GetOpenIDConnectProvider",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}},
        },
    )
    ann.create_open_id_connect_provider(Url=URL, Tags=[{"Key": "team", "Value": "red"}])
    with refused("AccessDenied", status=403):
        ann.create_open_id_connect_provider(Url="https://other.example")
    blue = iam.create_open_id_connect_provider(Url="https://b.example", Tags=[{"Key": "team", "Value": "blue"}])
    ann.get_open_id_connect_provider(OpenIDConnectProviderArn=blue["OpenIDConnectProviderArn"])
    with refused("AccessDenied", status=403):
        ann.delete_open_id_connect_provider(OpenIDConnectProviderArn=blue["OpenIDConnectProviderArn"])


def test_tagging_at_creation_needs_leave_of_its_own(authority: Authority, iam: Any) -> None:
    who = f"arn:aws:iam::{authority.account_id}:user/ann"
    ann = somebody(authority, iam, {"Effect": "Allow", "Action": "iam:CreateOpenIDConnectProvider", "Resource": "*"})
    with (
        refused("AccessDenied", status=403),
        _named(f"User: {who} is not authorized to perform: iam:TagOpenIDConnectProvider on resource"),
    ):
        ann.create_open_id_connect_provider(Url=URL, Tags=[{"Key": "team", "Value": "blue"}])
    ann.create_open_id_connect_provider(Url=URL)


def test_tags_come_in_pages(iam: Any) -> None:
    tags = [{"Key": f"k{number:02}", "Value": f"v{number}"} for number in range(10)]
    arn = iam.create_open_id_connect_provider(Url=URL, Tags=tags)["OpenIDConnectProviderArn"]
    pages = iam.get_paginator("list_open_id_connect_provider_tags").paginate(
        OpenIDConnectProviderArn=arn, PaginationConfig={"PageSize": 4}
    )
    assert [len(page["Tags"]) for page in pages] == [4, 4, 2]
    with refused("ValidationError"):
        iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=arn, Marker="made-up")
    many = [{"Key": f"m{number}", "Value": ""} for number in range(41)]
    with refused("LimitExceeded", status=409, message="The number of tags has reached the maximum limit."):
        iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=arn, Tags=many)


def test_of_many_at_once_one_registers(iam: Any) -> None:
    def create(_: int) -> str:
        try:
            iam.create_open_id_connect_provider(Url=URL)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "made"

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(create, range(8))) == ["EntityAlreadyExists"] * 7 + ["made"]
