from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import PublicFormat

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.house import ROLE_SESSION, ROOT, House, as_user, refused
from tests.unit.services.iam.signing_material import certificate, elliptic_pem, private_pem, public_pem, ssh_line
from watchword.domain.ids import account_of
from watchword.services.iam.refusals import ExpiredNotSettable, LimitExceeded, NamelessCaller, NoSuchUser
from watchword.services.iam.user_credential_refusals import (
    DuplicateSSHPublicKey,
    InvalidPublicKey,
    NoSuchPublicKey,
    PublicKeyOfAnother,
    UnrecognizedPublicKeyEncoding,
)
from watchword.services.operation import Caller
from watchword.store import ssh_keys

ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK4eZ3O8GDVkSgZlC9ZfQCbqOSJ4CIEQ2PyQ0rdqlf6m"


def person(house: House, name: str = "ann") -> Caller:
    return as_user(house.ask("create_user", user_name=name)["User"])


def upload(house: House, body: str, user_name: str = "ann") -> dict[str, Any]:
    told: dict[str, Any] = house.ask("upload_ssh_public_key", user_name=user_name, ssh_public_key_body=body)[
        "SSHPublicKey"
    ]
    return told


def get(house: House, key_id: str, encoding: str = "SSH") -> dict[str, Any]:
    told: dict[str, Any] = house.ask(
        "get_ssh_public_key", user_name="ann", ssh_public_key_id=key_id, encoding=encoding
    )["SSHPublicKey"]
    return told


def test_a_key_is_told_back_as_sent_and_later_in_the_form_that_is_asked_for(house: House) -> None:
    person(house)
    sent = f"{ssh_line()} ann@\xe9cole\n"
    told = upload(house, sent)
    digest = hashlib.md5(base64.b64decode(ssh_line().split()[1])).hexdigest()
    assert told == {
        "UserName": "ann",
        "SSHPublicKeyId": told["SSHPublicKeyId"],
        "Fingerprint": ":".join(re.findall("..", digest)),
        "SSHPublicKeyBody": sent,
        "Status": "Active",
        "UploadDate": NOW,
    }
    assert told["SSHPublicKeyId"].startswith("APKA")
    assert account_of(told["SSHPublicKeyId"]) == ACCOUNT
    assert get(house, told["SSHPublicKeyId"]) == told | {"SSHPublicKeyBody": ssh_line()}
    assert get(house, told["SSHPublicKeyId"], "PEM") == told | {"SSHPublicKeyBody": public_pem()}


@pytest.mark.parametrize("form", [PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1])
def test_a_key_in_pem_is_the_same_key(house: House, form: PublicFormat) -> None:
    person(house)
    key_id = upload(house, public_pem(form=form))["SSHPublicKeyId"]
    assert get(house, key_id)["SSHPublicKeyBody"] == ssh_line()
    with refused(DuplicateSSHPublicKey, "Duplicate SSH public key uploaded."):
        upload(house, ssh_line())


def test_two_users_may_have_the_same_key(house: House) -> None:
    person(house)
    person(house, "bob")
    upload(house, ssh_line())
    upload(house, ssh_line(), "bob")


@pytest.mark.parametrize(
    "body",
    [
        "ssh-rsa not-base64!",
        "ssh-rsa AAAA",
        ED25519,
        ssh_line().replace("ssh-rsa ", "ssh-rsa-cert-v01@openssh.com "),
        f"{ssh_line()}\n{ssh_line('bob')}",
        f'command="ls" {ssh_line()}',
        certificate("one"),
        private_pem(),
        f"{public_pem()}{private_pem()}",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        " ",
    ],
)
def test_what_is_no_ssh_rsa_line_and_no_public_key_in_pem_is_not_recognised(house: House, body: str) -> None:
    person(house)
    with refused(UnrecognizedPublicKeyEncoding, "Invalid public key uploaded."):
        upload(house, body)


@pytest.mark.parametrize("body", [ssh_line("small", 1_024), ssh_line("odd", 2_047), elliptic_pem()])
def test_a_key_that_is_too_small_or_not_rsa_is_invalid(house: House, body: str) -> None:
    person(house)
    with refused(InvalidPublicKey, "Invalid body for public key"):
        upload(house, body)


def test_a_sixth_key_is_refused(house: House) -> None:
    ann = person(house)
    some = house.limited(ssh_keys_per_user=1)
    upload(some, ssh_line())
    with refused(LimitExceeded, "Cannot exceed quota for SSHPublicKeysPerUser: 1"):
        upload(some, ssh_line("bob"))
    assert house.tools.quotas.ssh_keys_per_user == 5
    assert house.store.read(lambda tx: ssh_keys.count_of_user(tx, ann.principal.unique_id)) == 1


def test_listing_tells_no_bodies_and_root_has_none(house: House) -> None:
    ann = person(house)
    told = upload(house, ssh_line())
    listed = {name: told[name] for name in ("UserName", "SSHPublicKeyId", "Status", "UploadDate")}
    assert house.ask("list_ssh_public_keys", caller=ann) == {"SSHPublicKeys": [listed], "IsTruncated": False}
    assert house.ask("list_ssh_public_keys", caller=ROOT)["SSHPublicKeys"] == []
    with refused(NamelessCaller):
        house.ask("list_ssh_public_keys", caller=ROLE_SESSION)


def test_keys_are_listed_page_by_page(house: House) -> None:
    ann = person(house)
    made = {upload(house, ssh_line(name))["SSHPublicKeyId"] for name in ("ann", "bob")}
    first = house.ask("list_ssh_public_keys", caller=ann, max_items=1)
    rest = house.ask("list_ssh_public_keys", caller=ann, max_items=1, marker=first["Marker"])
    assert {key["SSHPublicKeyId"] for key in first["SSHPublicKeys"] + rest["SSHPublicKeys"]} == made
    assert not rest["IsTruncated"]


def test_status_and_end(house: House) -> None:
    person(house)
    key_id = upload(house, ssh_line())["SSHPublicKeyId"]
    for status in ("Inactive", "Active"):
        house.ask("update_ssh_public_key", user_name="ann", ssh_public_key_id=key_id, status=status)
        assert get(house, key_id)["Status"] == status
    with refused(ExpiredNotSettable, "Operation does not support status Expired"):
        house.ask("update_ssh_public_key", user_name="ann", ssh_public_key_id=key_id, status="Expired")
    house.ask("delete_ssh_public_key", user_name="ann", ssh_public_key_id=key_id)
    with refused(NoSuchPublicKey, f"The Public Key with id {key_id} cannot be found."):
        get(house, key_id)
    with refused(NoSuchPublicKey):
        house.ask("delete_ssh_public_key", user_name="ann", ssh_public_key_id=key_id)


def test_a_key_of_someone_else(house: House) -> None:
    person(house)
    person(house, "bob")
    key_id = upload(house, ssh_line(), "bob")["SSHPublicKeyId"]
    with refused(PublicKeyOfAnother, f"User has no Public Key with id {key_id}."):
        get(house, key_id)
    with refused(PublicKeyOfAnother):
        house.ask("delete_ssh_public_key", user_name="ann", ssh_public_key_id=key_id)
    with refused(NoSuchUser):
        upload(house, ssh_line(), "carol")
