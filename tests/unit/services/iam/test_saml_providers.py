"""SAML providers and their tags."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.saml import Provider, another_provider, key_descriptor, the_provider
from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.house import House, refused
from watchword.domain.arn import iam_arn
from watchword.domain.refusal import Refusal
from watchword.services.iam.policy_refusals import UnreadableArn
from watchword.services.iam.refusals import DuplicateTagKeys, LimitExceeded, ReservedTag
from watchword.services.iam.saml_refusals import (
    DecryptionNotOffered,
    MetadataRefused,
    NoPrivateKey,
    NoSuchPrivateKey,
    NoSuchSamlProvider,
    NothingToUpdate,
    PrivateKeyAddedAndRemoved,
    SamlProviderExists,
)

DOCUMENT = the_provider().metadata()
ARN = iam_arn(ACCOUNT, "saml-provider/Corp")
HUNDRED_YEARS = 3_155_760_000
TEAM = [{"Key": "team", "Value": "blue"}]


def create(house: House, name: str = "Corp", document: str = DOCUMENT, **more: Any) -> str:
    arn: str = house.ask("create_saml_provider", saml_metadata_document=document, name=name, **more)["SAMLProviderArn"]
    return arn


def test_created_told_and_listed(house: House) -> None:
    assert house.ask("create_saml_provider", saml_metadata_document=DOCUMENT, name="Corp") == {"SAMLProviderArn": ARN}
    assert ARN in house.touched
    told = house.ask("get_saml_provider", saml_provider_arn=ARN)
    assert told.pop("SAMLProviderUUID").startswith("SAMLSP")
    assert told == {
        "SAMLMetadataDocument": DOCUMENT,
        "CreateDate": NOW,
        "ValidUntil": NOW + HUNDRED_YEARS,
        "Tags": [],
        "AssertionEncryptionMode": "Allowed",
        "PrivateKeyList": [],
    }
    create(house, "Alpha", the_provider().metadata(until="2030-01-01T00:00:00Z"))
    assert house.ask("list_saml_providers") == {
        "SAMLProviderList": [
            {"Arn": iam_arn(ACCOUNT, "saml-provider/Alpha"), "ValidUntil": 1_893_456_000, "CreateDate": NOW},
            {"Arn": ARN, "ValidUntil": NOW + HUNDRED_YEARS, "CreateDate": NOW},
        ]
    }


def test_names_are_taken_once_and_letter_case_counts(house: House) -> None:
    create(house)
    with refused(SamlProviderExists, "Provider with name Corp already exists."):
        create(house)
    assert create(house, "corp") != ARN


def test_metadata_must_be_metadata(house: House) -> None:
    with refused(MetadataRefused, "Could not parse metadata: it is not well-formed XML"):
        create(house, document="a" * 1_000)
    assert house.ask("list_saml_providers") == {"SAMLProviderList": []}


def test_an_account_has_so_many(house: House) -> None:
    limited = house.limited(saml_providers_per_account=1)
    create(limited)
    with refused(LimitExceeded, "Cannot exceed quota for SAMLProvidersPerAccount: 1"):
        create(limited, "Second")


def test_a_provider_has_so_many_keys(house: House) -> None:
    keys = "".join(key_descriptor(provider.certificate) for provider in (the_provider(), another_provider()))
    with refused(LimitExceeded, "Cannot exceed quota for KeysPerSAMLProvider: 1"):
        create(house.limited(keys_per_saml_provider=1), document=the_provider().metadata(keys=keys))


def test_a_document_describes_so_many(house: House) -> None:
    documents = [DOCUMENT, Provider("urn:other", key=the_provider().key).metadata()]
    inner = "".join(document.split("?>\n")[1] for document in documents)
    names = "urn:oasis:names:tc:SAML:2.0:metadata"
    with refused(LimitExceeded, "Cannot exceed quota for IdentityProvidersPerSAMLProvider: 1"):
        create(
            house.limited(identity_providers_per_saml_provider=1),
            document=f'<EntitiesDescriptor xmlns="{names}">{inner}</EntitiesDescriptor>',
        )


def test_encryption_is_not_promised(house: House) -> None:
    with refused(NoPrivateKey):
        create(house, assertion_encryption_mode="Required")
    with refused(DecryptionNotOffered):
        create(house, assertion_encryption_mode="Allowed", add_private_key="-----BEGIN PRIVATE KEY-----")
    create(house, assertion_encryption_mode="Allowed")
    cases: tuple[tuple[type[Refusal], dict[str, Any]], ...] = (
        (NothingToUpdate, {}),
        (NoPrivateKey, {"assertion_encryption_mode": "Required"}),
        (DecryptionNotOffered, {"add_private_key": "x"}),
        (NoSuchPrivateKey, {"remove_private_key": "A" * 22}),
        (PrivateKeyAddedAndRemoved, {"add_private_key": "x", "remove_private_key": "A" * 22}),
    )
    for refusal, given in cases:
        with refused(refusal):
            house.ask("update_saml_provider", saml_provider_arn=ARN, **given)
    assert house.ask("update_saml_provider", saml_provider_arn=ARN, assertion_encryption_mode="Allowed")


def test_metadata_is_replaced(house: House) -> None:
    create(house)
    unique_id = house.ask("get_saml_provider", saml_provider_arn=ARN)["SAMLProviderUUID"]
    other = another_provider().metadata(until="2031-01-01T00:00:00Z")
    reply = house.at(NOW + 5).ask("update_saml_provider", saml_provider_arn=ARN, saml_metadata_document=other)
    assert reply == {"SAMLProviderArn": ARN}
    told = house.ask("get_saml_provider", saml_provider_arn=ARN)
    assert (told["SAMLMetadataDocument"], told["ValidUntil"]) == (other, 1_924_992_000)
    assert (told["SAMLProviderUUID"], told["CreateDate"]) == (unique_id, NOW)
    with refused(MetadataRefused):
        house.ask("update_saml_provider", saml_provider_arn=ARN, saml_metadata_document="<a/>")


def test_deleted_for_good(house: House) -> None:
    create(house, tags=TEAM)
    assert house.ask("delete_saml_provider", saml_provider_arn=ARN) == {}
    for name in ("get_saml_provider", "delete_saml_provider", "list_saml_provider_tags"):
        with refused(NoSuchSamlProvider, f"Manifest not found for arn {ARN}"):
            house.ask(name, saml_provider_arn=ARN)
    create(house)
    assert house.ask("list_saml_provider_tags", saml_provider_arn=ARN)["Tags"] == []


def test_tags_come_and_go(house: House) -> None:
    reply = house.ask("create_saml_provider", saml_metadata_document=DOCUMENT, name="Corp", tags=TEAM)
    assert reply["Tags"] == TEAM
    house.ask(
        "tag_saml_provider", saml_provider_arn=ARN, tags=[{"Key": "TEAM", "Value": "réd"}, {"Key": "a", "Value": ""}]
    )
    kept = [{"Key": "a", "Value": ""}, {"Key": "TEAM", "Value": "réd"}]
    assert house.ask("get_saml_provider", saml_provider_arn=ARN)["Tags"] == kept
    page = house.ask("list_saml_provider_tags", saml_provider_arn=ARN, max_items=1)
    assert (page["Tags"], page["IsTruncated"]) == (kept[:1], True)
    rest = house.ask("list_saml_provider_tags", saml_provider_arn=ARN, marker=page["Marker"])
    assert (rest["Tags"], rest["IsTruncated"]) == (kept[1:], False)
    house.ask("untag_saml_provider", saml_provider_arn=ARN, tag_keys=["team", "unknown"])
    assert house.ask("list_saml_provider_tags", saml_provider_arn=ARN)["Tags"] == kept[:1]


def test_tags_keep_to_the_rules(house: House) -> None:
    for refusal, tags in (
        (DuplicateTagKeys, [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]),
        (ReservedTag, [{"Key": "aws:a", "Value": "1"}]),
    ):
        with refused(refusal):
            create(house, tags=tags)
    assert house.ask("list_saml_providers") == {"SAMLProviderList": []}
    create(house)
    with refused(LimitExceeded, "Cannot exceed quota for TagsPerSAMLProvider: 1"):
        many = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
        house.limited(tags_per_resource=1).ask("tag_saml_provider", saml_provider_arn=ARN, tags=many)


@pytest.mark.parametrize(
    "arn",
    ["arn:aws:iam::111122223333:role/Corp", "arn:aws:iam::1:saml-provider/Corp", ARN + "/x", ARN + "\n", "x" * 20],
)
def test_what_is_no_provider_s_arn_is_unreadable(house: House, arn: str) -> None:
    with refused(UnreadableArn):
        house.ask("get_saml_provider", saml_provider_arn=arn)


def test_the_target_is_the_provider(house: House) -> None:
    target = house.target("create_saml_provider", name="Corp")
    assert (target.arn, target.account, target.tags()) == (ARN, ACCOUNT, {})
    create(house, tags=TEAM)
    target = house.target("get_saml_provider", saml_provider_arn=ARN)
    assert (target.arn, target.account) == (ARN, ACCOUNT)
    theirs = iam_arn("999999999999", "saml-provider/Corp")
    target = house.target("get_saml_provider", saml_provider_arn=theirs)
    assert (target.arn, target.account, target.subject) == (theirs, "999999999999", None)
    assert house.target("list_saml_providers").arn == "*"
