"""Aliases, properties, preferences and the summary of an account."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.session import Session
from sqlalchemy import insert

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.house import House, refused
from watchword.domain.ids import Prefix
from watchword.services.iam.account_refusals import AliasTaken, BadProperty, NoSuchAlias
from watchword.store import account_aliases, accounts, schema
from watchword.store.access_keys import ACTIVE, AccessKey, add
from watchword.store.accounts import Account
from watchword.store.tx import Tx

OTHER = "444455556666"


def test_an_alias_takes_the_place_of_the_one_before(house: House) -> None:
    assert house.ask("list_account_aliases") == {"AccountAliases": [], "IsTruncated": False}
    house.ask("create_account_alias", account_alias="blue")
    house.ask("create_account_alias", account_alias="green")
    assert house.ask("list_account_aliases", max_items=1) == {"AccountAliases": ["green"], "IsTruncated": False}
    with refused(AliasTaken, "The account alias green already exists."):
        house.ask("create_account_alias", account_alias="green")
    with refused(NoSuchAlias, "The account alias blue cannot be found."):
        house.ask("delete_account_alias", account_alias="blue")
    house.ask("delete_account_alias", account_alias="green")
    assert house.ask("list_account_aliases")["AccountAliases"] == []


def test_an_alias_is_one_accounts_alone(house: House) -> None:
    def another(tx: Tx) -> None:
        accounts.add(tx, Account(OTHER, b"sealed", NOW))
        account_aliases.put(tx, OTHER, "blue")

    house.store.change(another)
    with refused(AliasTaken, "The account alias blue already exists."):
        house.ask("create_account_alias", account_alias="blue")
    with refused(NoSuchAlias):
        house.ask("delete_account_alias", account_alias="blue")
    assert house.ask("list_account_aliases")["AccountAliases"] == []


def test_properties_that_aws_documents_are_kept(house: House) -> None:
    assert house.ask("get_account_properties") == {"Properties": {}}
    house.ask("put_account_properties", properties={"RoleManager/Enabled": "true"})
    house.ask("put_account_properties", properties={"RoleManager/Enabled": "false"})
    assert house.ask("get_account_properties") == {"Properties": {"RoleManager/Enabled": "false"}}


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"RoleManager/Enabled": "yes"}, "The value of property RoleManager/Enabled must be true or false."),
        ({"RoleManager/Colour": "blue"}, "Property RoleManager/Colour is not supported."),
        ({"Mine/Enabled": "true"}, "Property Mine/Enabled is not supported."),
        ({"RoleManager": "true"}, "Property RoleManager is not in the format Namespace/PropertyName."),
        ({"/Enabled": "true"}, "Property /Enabled is not in the format Namespace/PropertyName."),
        ({"RoleManager/": "true"}, "Property RoleManager/ is not in the format Namespace/PropertyName."),
        ({"RoleManager/Enabled/Not": "true"}, "Property RoleManager/Enabled/Not is not in the format"),
    ],
)
def test_properties_that_nobody_documents(house: House, properties: dict[str, str], words: str) -> None:
    with pytest.raises(BadProperty) as caught:
        house.ask("put_account_properties", properties=properties)
    assert caught.value.message.startswith(words)
    assert house.ask("get_account_properties") == {"Properties": {}}


def test_the_summary_has_every_entry_of_the_model(house: House) -> None:
    entries: Any = Session().get_service_model("iam").shape_for("summaryKeyType")
    assert house.ask("get_account_summary")["SummaryMap"].keys() == set(entries.enum)


def test_the_summary_counts_what_the_account_has(house: House) -> None:
    before = house.ask("get_account_summary")["SummaryMap"]
    assert {before[name] for name in ("Users", "Groups", "Roles", "Policies", "Providers", "MFADevices")} == {0}
    assert (before["AccountAccessKeysPresent"], before["AccountMFAEnabled"]) == (0, 0)
    assert (before["GlobalEndpointTokenVersion"], before["AccessKeysPerUserQuota"]) == (1, 2)

    def more(tx: Tx) -> None:
        accounts.add(tx, Account(OTHER, b"sealed", NOW))
        for number, (account, owner) in enumerate([(ACCOUNT, ACCOUNT), (ACCOUNT, None), (OTHER, OTHER)]):
            device = {"serial_number": f"s{number}", "account_id": account, "name_key": f"d{number}", "owner_id": owner}
            rest = {"sealed_seed": b"", "created_at": NOW, "last_step": 0, "drift_steps": 0}
            tx.connection.execute(insert(schema.mfa_device).values(**device, **rest, wrong_codes=0, wrong_at=0))
        for account, name in ((ACCOUNT, "one"), (OTHER, "two")):
            tx.connection.execute(
                insert(schema.user).values(
                    id=Prefix.USER + name, account_id=account, name=name, name_key=name, path="/", created_at=NOW
                )
            )
        for owner in (ACCOUNT, OTHER):
            add(tx, AccessKey(f"AKIA{owner}", owner, owner, ACTIVE, b"", NOW))

    house.store.change(more)
    house.ask("create_group", group_name="team")
    house.ask("set_security_token_service_preferences", global_endpoint_token_version="v2Token")
    now = house.limited(groups_per_account=7).ask("get_account_summary")["SummaryMap"]
    changed = {name: number for name, number in now.items() if before[name] != number}
    assert changed == {
        "Users": 1,
        "Groups": 1,
        "GroupsQuota": 7,
        "MFADevices": 2,
        "MFADevicesInUse": 1,
        "AccountMFAEnabled": 1,
        "AccountAccessKeysPresent": 1,
        "GlobalEndpointTokenVersion": 2,
    }
    house.ask("set_security_token_service_preferences", global_endpoint_token_version="v1Token")
    assert house.ask("get_account_summary")["SummaryMap"]["GlobalEndpointTokenVersion"] == 1
