from __future__ import annotations

import base64

from sqlalchemy import insert

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.house import ROLE_SESSION, House, as_user, refused
from watchword.domain.ids import account_of
from watchword.services.iam.refusals import (
    ExpiredNotSettable,
    LimitExceeded,
    NamelessCaller,
    NoSuchAccessKey,
    NoSuchUser,
)
from watchword.services.operation import Caller
from watchword.store import access_keys, schema


def ann(house: House) -> Caller:
    return as_user(house.ask("create_user", user_name="ann")["User"])


def new_key(house: House, caller: Caller) -> str:
    key_id: str = house.ask("create_access_key", caller=caller)["AccessKey"]["AccessKeyId"]
    return key_id


def test_a_secret_is_told_once_and_kept_sealed(house: House) -> None:
    ann(house)
    key = house.ask("create_access_key", user_name="Ann")["AccessKey"]
    assert key.keys() == {"UserName", "AccessKeyId", "Status", "SecretAccessKey", "CreateDate"}
    assert (key["UserName"], key["Status"], key["CreateDate"]) == ("ann", "Active", NOW)
    assert key["AccessKeyId"].startswith("AKIA")
    assert len(key["AccessKeyId"]) == 20
    assert account_of(key["AccessKeyId"]) == ACCOUNT
    assert len(base64.b64decode(key["SecretAccessKey"])) == 30
    kept = house.store.read(lambda tx: access_keys.by_id(tx, key["AccessKeyId"]))
    assert kept is not None
    assert key["SecretAccessKey"].encode() not in kept.sealed_secret
    assert "sealed" not in repr(kept)
    opened = house.tools.vaults(ACCOUNT).open_secret(kept.sealed_secret, to=kept.id)
    assert opened.reveal() == key["SecretAccessKey"]
    listed = house.ask("list_access_keys", user_name="ann")["AccessKeyMetadata"]
    assert listed == [{name: value for name, value in key.items() if name != "SecretAccessKey"}]


def test_a_third_key_is_refused_whatever_the_status_of_the_others(house: House) -> None:
    caller = ann(house)
    key_id = new_key(house, caller)
    new_key(house, caller)
    house.ask("update_access_key", caller=caller, access_key_id=key_id, status="Inactive")
    with refused(LimitExceeded, "Cannot exceed quota for AccessKeysPerUser: 2"):
        new_key(house, caller)
    house.ask("delete_access_key", caller=caller, access_key_id=key_id)
    new_key(house, caller)


def test_a_key_is_put_to_sleep_and_woken(house: House) -> None:
    caller = ann(house)
    key_id = new_key(house, caller)
    for status in ("Inactive", "Active"):
        house.ask("update_access_key", user_name="ann", access_key_id=key_id, status=status)
        assert house.touched == {key_id}
        assert house.ask("list_access_keys", caller=caller)["AccessKeyMetadata"][0]["Status"] == status
    with refused(ExpiredNotSettable):
        house.ask("update_access_key", user_name="ann", access_key_id=key_id, status="Expired")


def test_a_deleted_key_is_gone(house: House) -> None:
    caller = ann(house)
    key_id = new_key(house, caller)
    house.ask("delete_access_key", caller=caller, access_key_id=key_id)
    assert house.touched == {key_id}
    assert house.ask("list_access_keys", caller=caller) == {"AccessKeyMetadata": [], "IsTruncated": False}
    with refused(NoSuchAccessKey, f"The Access Key with id {key_id} cannot be found."):
        house.ask("delete_access_key", caller=caller, access_key_id=key_id)


def test_a_key_of_someone_else_is_not_found(house: House) -> None:
    key_id = new_key(house, ann(house))
    bob = as_user(house.ask("create_user", user_name="bob")["User"])
    with refused(NoSuchAccessKey):
        house.ask("delete_access_key", caller=bob, access_key_id=key_id)
    with refused(NoSuchAccessKey):
        house.ask("update_access_key", user_name="bob", access_key_id=key_id, status="Inactive")


def test_root_has_keys_of_its_own(house: House) -> None:
    key = house.ask("create_access_key")["AccessKey"]
    assert key["UserName"] == "root"
    assert house.target("create_access_key").arn == f"arn:aws:iam::{ACCOUNT}:root"
    assert len(house.ask("list_access_keys")["AccessKeyMetadata"]) == 1
    assert house.ask("get_access_key_last_used", access_key_id=key["AccessKeyId"])["UserName"] == "root"
    house.ask("delete_access_key", access_key_id=key["AccessKeyId"])


def test_a_session_of_a_role_must_name_the_user(house: House) -> None:
    ann(house)
    with refused(NamelessCaller):
        house.ask("create_access_key", caller=ROLE_SESSION)
    assert house.ask("create_access_key", caller=ROLE_SESSION, user_name="ann")["AccessKey"]["UserName"] == "ann"


def test_a_missing_user_has_no_keys(house: House) -> None:
    with refused(NoSuchUser):
        house.ask("create_access_key", user_name="ann")
    with refused(NoSuchUser):
        house.ask("list_access_keys", user_name="ann")


def test_keys_are_listed_page_by_page(house: House) -> None:
    caller = ann(house)
    made = {new_key(house, caller), new_key(house, caller)}
    first = house.ask("list_access_keys", caller=caller, max_items=1)
    rest = house.ask("list_access_keys", caller=caller, max_items=1, marker=first["Marker"])
    assert {key["AccessKeyId"] for key in first["AccessKeyMetadata"] + rest["AccessKeyMetadata"]} == made
    assert not rest["IsTruncated"]


def test_last_use(house: House) -> None:
    key_id = new_key(house, ann(house))
    never = {"UserName": "ann", "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}}
    assert house.ask("get_access_key_last_used", access_key_id=key_id) == never
    row = {"subject": key_id, "at": NOW + 5, "service": "sts", "region": "us-east-1"}
    house.store.change(lambda tx: tx.connection.execute(insert(schema.last_used).values(**row)) and None)
    told = house.ask("get_access_key_last_used", access_key_id=key_id)["AccessKeyLastUsed"]
    assert told == {"LastUsedDate": NOW + 5, "ServiceName": "sts", "Region": "us-east-1"}


def test_last_use_is_authorised_on_the_owner(house: House) -> None:
    house.ask("create_user", user_name="ann", path="/staff/")
    key_id = house.ask("create_access_key", user_name="ann")["AccessKey"]["AccessKeyId"]
    assert house.target("get_access_key_last_used", access_key_id=key_id).arn.endswith(":user/staff/ann")
    assert house.target("get_access_key_last_used", access_key_id="AKIAUNKNOWNUNKNOWN22").arn == "*"
    with refused(NoSuchAccessKey):
        house.ask("get_access_key_last_used", access_key_id="AKIAUNKNOWNUNKNOWN22")
