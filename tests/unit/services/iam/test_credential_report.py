"""The credential report: its bytes, its states, and how long it stays."""

from __future__ import annotations

import csv
from typing import Any

from sqlalchemy import insert

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.house import House, refused
from watchword.services.iam.credential_report import COLUMNS, SLICE, STARTING, live_report
from watchword.services.iam.report_refusals import ReportExpired, ReportInProgress, ReportNotPresent
from watchword.store import last_used, login_profiles, mfa_devices, password_policy, schema, signing_certificates
from watchword.store.access_keys import ACTIVE, INACTIVE, AccessKey
from watchword.store.access_keys import add as add_key
from watchword.store.last_used import LastUsed
from watchword.store.login_profiles import LoginProfile
from watchword.store.mfa_devices import MfaDevice
from watchword.store.password_policy import PasswordPolicy
from watchword.store.signing_certificates import SigningCertificate
from watchword.store.tx import Tx

HOUR = 3600
AT = "2023-11-14T22:13:20Z"
LATER = "2023-11-14T22:15:00Z"
NO_KEY, NO_CERTIFICATE = "false,N/A,N/A,N/A,N/A", "false,N/A"
BARE = f"{NO_KEY},{NO_KEY},{NO_CERTIFICATE},{NO_CERTIFICATE}"
ROOT = f"<root_account>,arn:aws:iam::{ACCOUNT}:root,{AT},false,N/A,N/A,not_supported,false,{BARE}"
HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)


def report(house: House) -> list[str]:
    house.ask("generate_credential_report")
    content: bytes = house.ask("get_credential_report")["Content"]
    return content.decode().split("\n")


def key(key_id: str, owner: str, status: str = ACTIVE, at: int = NOW) -> AccessKey:
    return AccessKey(key_id, ACCOUNT, owner, status, b"sealed", at)


def test_an_account_with_nobody_in_it(house: House) -> None:
    house.ask("generate_credential_report")
    told = house.ask("get_credential_report")
    assert told == {"Content": f"{HEADER}\n{ROOT}".encode(), "ReportFormat": "text/csv", "GeneratedTime": NOW}


def test_every_column_of_a_user(house: House) -> None:
    ann: str = house.ask("create_user", user_name="ann", path="/p/")["User"]["UserId"]

    def furnish(tx: Tx) -> None:
        login_profiles.add(tx, LoginProfile(ann, "hash", reset_required=False, created_at=NOW, changed_at=NOW))
        login_profiles.note_use(tx, ann, at=NOW + 100)
        password_policy.put(tx, ACCOUNT, PasswordPolicy(max_age_days=1))
        mfa_devices.add(tx, MfaDevice(f"arn:aws:iam::{ACCOUNT}:mfa/a", ACCOUNT, b"seed", NOW, owner_id=ann))
        add_key(tx, key("AKIA2", ann, at=NOW))
        add_key(tx, key("AKIA1", ann, INACTIVE, at=NOW + 100))
        last_used.write(tx, {"AKIA2": LastUsed(NOW + 100, "sts", "eu-west-1")})
        for number, (status, at) in enumerate([(ACTIVE, NOW), (INACTIVE, NOW + 100)]):
            certificate = SigningCertificate(f"C{number}", ACCOUNT, ann, "pem", status, at)
            signing_certificates.add(tx, certificate)

    house.store.change(furnish)
    assert report(house)[2] == (
        f"ann,arn:aws:iam::{ACCOUNT}:user/p/ann,{AT},true,{LATER},{AT},2023-11-15T22:13:20Z,true,"
        f"false,{LATER},N/A,N/A,N/A,true,{AT},{LATER},eu-west-1,sts,false,{LATER},true,{AT}"
    )


def test_a_password_that_nobody_has_used(house: House) -> None:
    house.ask("create_user", user_name="ann")
    house.ask("create_login_profile", user_name="ann", password="Correct-horse-1")
    assert report(house)[2].split(",")[3:7] == ["true", "no_information", AT, "N/A"]


def test_root_has_what_it_has(house: House) -> None:
    def furnish(tx: Tx) -> None:
        login_profiles.add_for_root(tx, ACCOUNT, at=NOW)
        add_key(tx, key("AKIAROOT", ACCOUNT))
        mfa_devices.add(tx, MfaDevice(f"arn:aws:iam::{ACCOUNT}:mfa/r", ACCOUNT, b"seed", NOW, owner_id=ACCOUNT))

    house.store.change(furnish)
    row = report(house)[1].split(",")
    assert row[3:10] == ["true", "no_information", AT, "not_supported", "true", "true", AT]


def test_users_come_in_the_order_of_their_names_whatever_their_case(house: House) -> None:
    for name in ("bob", "Carol", "ann", "a,b", "_"):
        house.ask("create_user", user_name=name)
    rows = report(house)[2:]
    assert [row[0] for row in csv.reader(rows)] == ["_", "a,b", "ann", "bob", "Carol"]
    assert rows[1].startswith(f'"a,b","arn:aws:iam::{ACCOUNT}:user/a,b",{AT},')


def test_the_states_of_a_report(house: House) -> None:
    with refused(ReportNotPresent):
        house.ask("get_credential_report")
    assert house.ask("generate_credential_report") == {"State": "STARTED", "Description": STARTING}
    assert house.ask("generate_credential_report") == {"State": "COMPLETE"}


def test_a_report_stays_for_four_hours(house: House) -> None:
    before = report(house)
    house.ask("create_user", user_name="late")
    still = house.at(NOW + 4 * HOUR)
    assert still.ask("generate_credential_report") == {"State": "COMPLETE"}
    assert still.ask("get_credential_report")["Content"] == "\n".join(before).encode()
    over = house.at(NOW + 4 * HOUR + 1)
    with refused(ReportExpired):
        over.ask("get_credential_report")
    assert over.ask("generate_credential_report") == {"State": "STARTED"}
    told = over.ask("get_credential_report")
    assert (told["GeneratedTime"], b"\nlate," in told["Content"]) == (NOW + 4 * HOUR + 1, True)


def crowd(house: House, size: int) -> None:
    """Make so many users at once, `user-0` and so on."""
    rows = [
        {"id": f"AIDA{n}", "account_id": ACCOUNT, "name": name, "name_key": name, "path": "/", "created_at": NOW}
        for n, name in ((n, f"user-{n:05}") for n in range(size))
    ]

    def fill(tx: Tx) -> None:
        tx.connection.execute(insert(schema.user), rows)

    house.store.change(fill)


def test_a_large_account_is_reported_on_in_parts(house: House) -> None:
    crowd(house, SLICE + 1)
    assert house.ask("generate_credential_report")["State"] == "STARTED"
    with refused(ReportInProgress):
        house.ask("get_credential_report")
    house.ask("create_user", user_name="user-00000a")  # comes too late
    house.ask("create_user", user_name="zoe")  # does not
    assert house.ask("generate_credential_report") == {"State": "COMPLETE"}
    rows = house.ask("get_credential_report")["Content"].decode().split("\n")
    assert rows[:2] == [HEADER, ROOT]
    assert [row.partition(",")[0] for row in rows[2:]] == [*(f"user-{n:05}" for n in range(SLICE + 1)), "zoe"]


def test_three_parts_and_one_that_nobody_went_on_asking_for(house: House) -> None:
    crowd(house, 2 * SLICE + 1)
    house.ask("generate_credential_report")
    later = house.at(NOW + 4 * HOUR + 1)
    states = [later.ask("generate_credential_report")["State"] for _ in range(3)]
    assert states == ["STARTED", "INPROGRESS", "COMPLETE"]
    assert later.ask("get_credential_report")["Content"].count(b"\n") == 2 * SLICE + 2


def test_a_part_that_is_just_full_is_the_last(house: House) -> None:
    crowd(house, SLICE)
    assert len(report(house)) == SLICE + 2


def test_the_live_report_is_never_kept(house: House) -> None:
    report(house)
    house.ask("create_user", user_name="late")
    rows: list[Any] = house.store.read(lambda tx: list(live_report(tx, ACCOUNT)))
    assert [row[0] for row in rows] == ["<root_account>", "late"]
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert ",".join(COLUMNS) == HEADER
