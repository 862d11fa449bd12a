from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.house import ROLE_SESSION, ROOT, House, as_user, refused
from watchword.crypto.sealing import BrokenSeal
from watchword.services.iam.refusals import ExpiredNotSettable, LimitExceeded, NamelessCaller, NoSuchUser
from watchword.services.iam.service_secrets import API_KEY_PREFIXES
from watchword.services.iam.service_specific_credentials import with_credential
from watchword.services.iam.user_credential_refusals import (
    NoSuchService,
    NoSuchServiceCredential,
    OneUserOrAll,
    ServiceCredentialOfAnother,
    UnreadableServiceName,
)
from watchword.services.operation import Caller
from watchword.store import service_credentials
from watchword.store.service_credentials import ServiceCredential

GIT = "codecommit.amazonaws.com"
BEDROCK = "bedrock.amazonaws.com"
DAY = 86_400


def person(house: House, name: str = "ann") -> Caller:
    return as_user(house.ask("create_user", user_name=name)["User"])


def create(house: House, service: str = GIT, user_name: str = "ann", days: int | None = None) -> dict[str, Any]:
    told: dict[str, Any] = house.ask(
        "create_service_specific_credential",
        user_name=user_name,
        service_name=service,
        credential_age_days=days,
    )["ServiceSpecificCredential"]
    return told


def listed(house: House, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.ask("list_service_specific_credentials", **asked)["ServiceSpecificCredentials"]
    return found


def kept(house: House, credential_id: str) -> ServiceCredential:
    found = house.store.read(lambda tx: service_credentials.by_id(tx, ACCOUNT, credential_id))
    assert found is not None
    return found


def opens(house: House, credential: ServiceCredential, secret: str) -> bool:
    digest = house.tools.vaults(ACCOUNT).open(credential.sealed_digest, to=credential.id)
    return digest == hashlib.sha256(secret.encode()).digest()


def test_a_password_is_told_once_and_only_its_digest_is_kept(house: House) -> None:
    ann = person(house)
    told = create(house)
    assert told.keys() == {
        "UserName",
        "Status",
        "ServiceUserName",
        "ServicePassword",
        "CreateDate",
        "ServiceSpecificCredentialId",
        "ServiceName",
    }
    assert (told["ServiceUserName"], told["Status"], told["CreateDate"]) == (f"ann-at-{ACCOUNT}", "Active", NOW)
    assert (told["ServiceSpecificCredentialId"][:4], len(told["ServiceSpecificCredentialId"])) == ("ACCA", 21)
    assert len(base64.b64decode(told["ServicePassword"])) == 45
    credential = kept(house, told["ServiceSpecificCredentialId"])
    assert opens(house, credential, told["ServicePassword"])
    assert "sealed" not in repr(credential)
    assert listed(house, caller=ann) == [{name: told[name] for name in told if name != "ServicePassword"}]


def test_a_digest_opens_in_no_other_row(house: House) -> None:
    person(house)
    first, second = (kept(house, create(house)["ServiceSpecificCredentialId"]) for _ in range(2))
    with pytest.raises(BrokenSeal):
        house.tools.vaults(ACCOUNT).open(first.sealed_digest, to=second.id)


@pytest.mark.parametrize(("service", "prefix"), [item for item in API_KEY_PREFIXES.items() if item[1]])
def test_an_api_key_carries_its_alias(house: House, service: str, prefix: str) -> None:
    person(house)
    told = create(house, service, days=30)
    assert "ServiceUserName" not in told
    assert "ServicePassword" not in told
    assert told["ServiceCredentialAlias"] == f"ann-at-{ACCOUNT}"
    assert told["ExpirationDate"] == NOW + 30 * DAY
    assert told["ServiceCredentialSecret"].startswith(prefix)
    alias, password = base64.b64decode(told["ServiceCredentialSecret"].removeprefix(prefix)).decode().split(":")
    assert alias == told["ServiceCredentialAlias"]
    assert len(password) == 60
    assert opens(house, kept(house, told["ServiceSpecificCredentialId"]), told["ServiceCredentialSecret"])


def test_two_for_each_service_and_no_third(house: House) -> None:
    person(house)
    first = create(house)
    assert create(house)["ServiceUserName"] == f"ann+1-at-{ACCOUNT}"
    house.ask(
        "update_service_specific_credential",
        user_name="ann",
        service_specific_credential_id=first["ServiceSpecificCredentialId"],
        status="Inactive",
    )
    words = "Cannot exceed quota for ContextSpecificCredentialsPerUserPerContext: 2"
    with refused(LimitExceeded, words):
        create(house)
    create(house, "cassandra.amazonaws.com")
    create(house, BEDROCK)
    house.ask(
        "delete_service_specific_credential",
        user_name="ann",
        service_specific_credential_id=first["ServiceSpecificCredentialId"],
    )
    assert create(house)["ServiceUserName"] == f"ann-at-{ACCOUNT}"


def test_a_name_stays_when_its_user_is_renamed_and_is_given_to_nobody_else(house: House) -> None:
    person(house)
    told = create(house)
    house.ask("update_user", user_name="ann", new_user_name="anna")
    (again,) = listed(house, user_name="anna")
    assert (again["UserName"], again["ServiceUserName"]) == ("anna", told["ServiceUserName"])
    person(house)
    assert create(house)["ServiceUserName"] == f"ann+1-at-{ACCOUNT}"


def test_a_service_is_known_in_any_letter_case(house: House) -> None:
    person(house)
    assert create(house, "CodeCommit.Amazonaws.COM")["ServiceName"] == GIT
    assert len(listed(house, user_name="ann", service_name=GIT.upper())) == 1
    assert listed(house, user_name="ann", service_name=BEDROCK) == []
    assert len(listed(house, user_name="ann", service_name="")) == 1


def test_a_service_that_takes_none(house: House) -> None:
    person(house)
    words = "No such service lambda.amazonaws.com is supported for Service Specific Credentials"
    with refused(NoSuchService, words):
        create(house, "lambda.amazonaws.com")
    with refused(NoSuchService, words):
        listed(house, user_name="ann", service_name="lambda.amazonaws.com")
    with refused(UnreadableServiceName, "ServiceName must match [a-zA-Z0-9.-]*"):
        create(house, "code commit")
    with refused(NoSuchUser):
        create(house, user_name="bob")


def test_it_expires_and_says_so(house: House) -> None:
    person(house)
    told = create(house, days=1)
    asked: dict[str, Any] = {"user_name": "ann", "service_specific_credential_id": told["ServiceSpecificCredentialId"]}
    late = house.at(NOW + DAY)
    assert listed(house.at(NOW + DAY - 1), user_name="ann")[0]["Status"] == "Active"
    assert listed(late, user_name="ann")[0]["Status"] == "Expired"
    late.ask("update_service_specific_credential", **asked, status="Active")
    assert listed(late, user_name="ann")[0]["Status"] == "Expired"
    reset = late.ask("reset_service_specific_credential", **asked)["ServiceSpecificCredential"]
    assert (reset["Status"], reset["ExpirationDate"]) == ("Expired", NOW + DAY)
    with refused(ExpiredNotSettable, "Operation does not support status Expired"):
        house.ask("update_service_specific_credential", **asked, status="Expired")


def test_a_reset_draws_another_secret_and_leaves_the_rest(house: House) -> None:
    ann = person(house)
    told = create(house, BEDROCK, days=9)
    credential_id = told["ServiceSpecificCredentialId"]
    house.ask(
        "update_service_specific_credential",
        caller=ann,
        service_specific_credential_id=credential_id,
        status="Inactive",
    )
    reset = house.at(NOW + 5).ask(
        "reset_service_specific_credential", caller=ann, service_specific_credential_id=credential_id
    )["ServiceSpecificCredential"]
    secret = reset["ServiceCredentialSecret"]
    assert reset == told | {"Status": "Inactive", "ServiceCredentialSecret": secret}
    assert opens(house, kept(house, credential_id), secret)
    assert not opens(house, kept(house, credential_id), told["ServiceCredentialSecret"])


@pytest.mark.parametrize("name", ["update", "reset", "delete"])
def test_a_credential_of_someone_else(house: House, name: str) -> None:
    person(house)
    person(house, "bob")
    credential_id = create(house)["ServiceSpecificCredentialId"]
    more: dict[str, Any] = {"status": "Active"} if name == "update" else {}
    operation = f"{name}_service_specific_credential"
    words = f"User bob does not have a service specific credential with id {credential_id}"
    with refused(ServiceCredentialOfAnother, words):
        house.ask(operation, user_name="bob", service_specific_credential_id=credential_id, **more)
    unknown = "ACCAUNKNOWNUNKNOWN222"
    with refused(NoSuchServiceCredential, f"No such credential {unknown} exists"):
        house.ask(operation, user_name="ann", service_specific_credential_id=unknown, **more)
    with refused(NoSuchUser):
        house.ask(operation, user_name="carol", service_specific_credential_id=credential_id, **more)


def test_those_of_all_users(house: House) -> None:
    made = {create(house, user_name=person(house, name).principal.name)["ServiceUserName"] for name in ("ann", "bob")}
    everyone = listed(house, all_users=True)
    assert {one["ServiceUserName"] for one in everyone} == made
    assert {one["UserName"] for one in everyone} == {"ann", "bob"}
    assert listed(house, all_users=True, service_name=BEDROCK) == []
    assert len(listed(house, all_users=False, user_name="ann")) == 1
    assert listed(house, caller=ROOT) == []
    with refused(OneUserOrAll):
        listed(house, all_users=True, user_name="ann")
    with refused(NamelessCaller):
        listed(house, caller=ROLE_SESSION)


def test_they_are_listed_page_by_page(house: House) -> None:
    person(house)
    made = {create(house)["ServiceSpecificCredentialId"] for _ in range(2)}
    first = house.ask("list_service_specific_credentials", all_users=True, max_items=1)
    rest = house.ask("list_service_specific_credentials", all_users=True, max_items=1, marker=first["Marker"])
    both = first["ServiceSpecificCredentials"] + rest["ServiceSpecificCredentials"]
    assert {one["ServiceSpecificCredentialId"] for one in both} == made
    assert not rest["IsTruncated"]


def test_what_policies_see(house: House) -> None:
    person(house)
    key = "iam:servicespecificcredentialservicename"
    asked: dict[str, Any] = {"user_name": "ann", "service_name": GIT.upper()}
    assert house.target("create_service_specific_credential", **asked).keys()[key] == GIT
    assert house.target("list_service_specific_credentials", all_users=True).arn == f"arn:aws:iam::{ACCOUNT}:user/*"
    parameters = {"user_name": "ann", "service_specific_credential_id": create(house)["ServiceSpecificCredentialId"]}
    seen = house.store.read(lambda tx: with_credential(house._asking(tx, ROOT, parameters)).keys())
    assert seen[key] == GIT
