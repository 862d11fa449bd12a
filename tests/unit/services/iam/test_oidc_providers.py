"""OpenID Connect providers: what may be registered, in which words it is refused, and what every node must hear."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.house import House, refused
from watchword.services.iam.oidc_refusals import (
    NoSuchProvider,
    NoSuchProviderToDelete,
    NoThumbprint,
    ProviderExists,
    TagsFull,
    ThumbprintUnreadable,
    TooManyThumbprints,
    UrlNotHttps,
    UrlNotTaken,
    UrlUnreadable,
)
from watchword.services.iam.policy_refusals import UnreadableArn
from watchword.services.iam.refusals import DuplicateTagKeys, LimitExceeded, ReservedTag

URL = "https://issuer.example/Realm"
ARN = f"arn:aws:iam::{ACCOUNT}:oidc-provider/issuer.example/Realm"
ONE, TWO = "a1" * 20, "b2" * 20


def create(house: House, url: str = URL, **more: Any) -> str:
    arn: str = house.ask("create_open_id_connect_provider", url=url, **more)["OpenIDConnectProviderArn"]
    return arn


def told(house: House, arn: str = ARN) -> Any:
    return house.ask("get_open_id_connect_provider", open_id_connect_provider_arn=arn)


def test_a_provider_is_known_by_its_url(house: House) -> None:
    assert create(house, client_id_list=["app", "other", "app"], thumbprint_list=[ONE.upper(), ONE]) == ARN
    assert ARN in house.touched
    found = told(house)
    assert found["Url"] == "issuer.example/Realm"
    assert list(found["ClientIDList"]) == ["app", "other"]
    assert list(found["ThumbprintList"]) == [ONE]
    assert found["CreateDate"] == NOW
    assert found["Tags"] == []


def test_thumbprints_and_clients_may_be_left_out(house: House) -> None:
    create(house)
    assert list(told(house)["ClientIDList"]) == list(told(house)["ThumbprintList"]) == []


@pytest.mark.parametrize(
    ("url", "refusal", "words"),
    [
        ("example.org", UrlUnreadable, "Invalid Open ID Connect Provider URL"),
        ("https://", UrlUnreadable, "Invalid Open ID Connect Provider URL"),
        ("x", UrlUnreadable, None),
        ("http://example.org", UrlNotHttps, "Invalid Open ID Connect Provider URL. The URL must begin with https://."),
        ("HTTPS://example.org", UrlNotHttps, None),
        ("ftp://example.org", UrlNotHttps, None),
        ("https://example.org?x=1", UrlNotTaken, "Invalid Open ID Connect Provider URL."),
        ("https://example.org/?x", UrlNotTaken, None),
        ("https://example.org#x", UrlNotTaken, None),
        ("https://ann:word@example.org", UrlNotTaken, None),
        ("https://exa_mple.org", UrlNotTaken, None),
        ("https://example.org/*", UrlNotTaken, None),
        ("https://example.org/a b", UrlNotTaken, None),
        ("https://example.org:99999", UrlNotTaken, None),
    ],
)
def test_urls_that_are_not_taken(house: House, url: str, refusal: Any, words: str | None) -> None:
    with refused(refusal, words):
        create(house, url)


def test_a_port_and_a_last_slash_stay(house: House) -> None:
    assert create(house, "https://issuer.example:8443/").endswith(":oidc-provider/issuer.example:8443/")
    create(house, "https://issuer.example:8443")
    create(house, "https://Issuer.example:8443")


def test_one_url_is_registered_once(house: House) -> None:
    create(house)
    with refused(ProviderExists, f"Provider with url {URL} already exists."):
        create(house)


def test_there_may_be_so_many(house: House) -> None:
    few = house.limited(oidc_providers_per_account=1, client_ids_per_oidc_provider=2)
    with refused(LimitExceeded, "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 2"):
        create(few, client_id_list=["a", "b", "c"])
    create(few, client_id_list=["a", "b"])
    with refused(LimitExceeded, "Cannot exceed quota for OpenIdConnectProvidersPerAccount: 1"):
        create(few, "https://other.example")
    with refused(LimitExceeded, "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 2"):
        few.ask("add_client_id_to_open_id_connect_provider", open_id_connect_provider_arn=ARN, client_id="c")
    few.ask("add_client_id_to_open_id_connect_provider", open_id_connect_provider_arn=ARN, client_id="b")
    five = [f"{number}" * 40 for number in range(5)]
    create(house, "https://third.example", thumbprint_list=five)
    with refused(TooManyThumbprints, "Thumbprint list must contain fewer than 5 entries."):
        create(house, "https://fourth.example", thumbprint_list=[*five, ONE])


def test_clients_come_and_go(house: House) -> None:
    create(house, client_id_list=["app"])
    named: Any = {"open_id_connect_provider_arn": ARN}
    for _ in range(2):
        house.ask("add_client_id_to_open_id_connect_provider", client_id="other", **named)
        assert ARN in house.touched
    assert list(told(house)["ClientIDList"]) == ["app", "other"]
    for _ in range(2):
        house.ask("remove_client_id_from_open_id_connect_provider", client_id="app", **named)
        assert ARN in house.touched
    assert list(told(house)["ClientIDList"]) == ["other"]


def test_thumbprints_are_replaced(house: House) -> None:
    create(house, thumbprint_list=[ONE])
    named: Any = {"open_id_connect_provider_arn": ARN}
    house.ask("update_open_id_connect_provider_thumbprint", thumbprint_list=[TWO], **named)
    assert ARN in house.touched
    assert list(told(house)["ThumbprintList"]) == [TWO]
    with refused(NoThumbprint, "Thumbprint list must contain at least one entry."):
        house.ask("update_open_id_connect_provider_thumbprint", thumbprint_list=[], **named)
    with refused(ThumbprintUnreadable):
        house.ask("update_open_id_connect_provider_thumbprint", thumbprint_list=["g" * 40], **named)


def test_a_deleted_provider_is_gone_with_its_tags(house: House) -> None:
    create(house, tags=[{"Key": "team", "Value": "blue"}])
    house.ask("delete_open_id_connect_provider", open_id_connect_provider_arn=ARN)
    assert ARN in house.touched
    with refused(NoSuchProvider, f"OpenIDConnect Provider not found for arn {ARN}"):
        told(house)
    with refused(NoSuchProviderToDelete, f"OpenId connect Provider {ARN} cannot be found."):
        house.ask("delete_open_id_connect_provider", open_id_connect_provider_arn=ARN)
    create(house)
    assert told(house)["Tags"] == []


def test_all_are_listed_by_url(house: House) -> None:
    assert house.ask("list_open_id_connect_providers") == {"OpenIDConnectProviderList": []}
    arns = [create(house, f"https://{name}.example") for name in ("c", "a", "b")]
    listed = house.ask("list_open_id_connect_providers")["OpenIDConnectProviderList"]
    assert listed == [{"Arn": arn} for arn in sorted(arns)]


def test_tags(house: House) -> None:
    blue = [{"Key": "team", "Value": "blue"}]
    created = house.ask("create_open_id_connect_provider", url=URL, tags=blue)
    assert created == {"OpenIDConnectProviderArn": ARN, "Tags": blue}
    named: Any = {"open_id_connect_provider_arn": ARN}
    house.ask(
        "tag_open_id_connect_provider", tags=[{"Key": "TEAM", "Value": "red"}, {"Key": "a", "Value": ""}], **named
    )
    listed = house.ask("list_open_id_connect_provider_tags", **named)
    assert listed == {"Tags": [{"Key": "a", "Value": ""}, {"Key": "TEAM", "Value": "red"}], "IsTruncated": False}
    first = house.ask("list_open_id_connect_provider_tags", max_items=1, **named)
    assert first["IsTruncated"]
    rest = house.ask("list_open_id_connect_provider_tags", marker=first["Marker"], **named)
    assert rest["Tags"] == [{"Key": "TEAM", "Value": "red"}]
    house.ask("untag_open_id_connect_provider", tag_keys=["team", "none"], **named)
    assert told(house)["Tags"] == [{"Key": "a", "Value": ""}]
    with refused(DuplicateTagKeys):
        house.ask("tag_open_id_connect_provider", tags=[*blue, {"Key": "Team", "Value": ""}], **named)
    with refused(ReservedTag):
        house.ask("tag_open_id_connect_provider", tags=[{"Key": "aws:x", "Value": ""}], **named)
    with refused(TagsFull, "The number of tags has reached the maximum limit."):
        house.limited(tags_per_resource=1).ask("tag_open_id_connect_provider", tags=blue, **named)


@pytest.mark.parametrize(
    "name",
    [
        "get_open_id_connect_provider",
        "list_open_id_connect_provider_tags",
        "add_client_id_to_open_id_connect_provider",
        "remove_client_id_from_open_id_connect_provider",
        "update_open_id_connect_provider_thumbprint",
        "tag_open_id_connect_provider",
        "untag_open_id_connect_provider",
    ],
)
def test_what_is_not_registered_is_not_found(house: House, name: str) -> None:
    more: Any = {
        "add_client_id_to_open_id_connect_provider": {"client_id": "app"},
        "remove_client_id_from_open_id_connect_provider": {"client_id": "app"},
        "update_open_id_connect_provider_thumbprint": {"thumbprint_list": [ONE]},
        "tag_open_id_connect_provider": {"tags": []},
        "untag_open_id_connect_provider": {"tag_keys": ["x"]},
    }.get(name, {})
    with refused(NoSuchProvider, f"OpenIDConnect Provider not found for arn {ARN}"):
        house.ask(name, open_id_connect_provider_arn=ARN, **more)


@pytest.mark.parametrize(
    "arn",
    ["x" * 20, f"arn:aws:iam::{ACCOUNT}:saml-provider/x", f"arn:aws:iam::{ACCOUNT}:oidc-provider/", f"{ARN}\n"],
)
def test_what_is_no_arn_of_a_provider(house: House, arn: str) -> None:
    with refused(UnreadableArn):
        told(house, arn)


def test_targets(house: House) -> None:
    assert house.target("create_open_id_connect_provider", url=URL).arn == ARN
    assert house.target("list_open_id_connect_providers").arn == "*"
    create(house)
    other = ARN.replace(ACCOUNT, "9" * 12)
    target = house.target("get_open_id_connect_provider", open_id_connect_provider_arn=other)
    assert (target.arn, target.account, target.subject) == (other, "9" * 12, None)
