"""MFA devices: made, enabled by two codes, kept in step, taken away and deleted."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.authenticator import Authenticator, made
from tests.unit.services.iam.house import ROLE_SESSION, ROOT, House, as_user, refused
from watchword.domain.arn import iam_arn
from watchword.services import mfa_codes
from watchword.services.iam.mfa_assignment import DEVICES_PER_USER
from watchword.services.iam.mfa_refusals import (
    DeviceExists,
    DeviceInUse,
    DeviceTaken,
    InvalidAuthenticationCode,
    NameTooLong,
    NoSuchDevice,
    NotTheirDevice,
    OnlyVirtualDevices,
    TooManyWrongCodes,
)
from watchword.services.iam.refusals import (
    DuplicateTagKeys,
    InvalidMarker,
    LimitExceeded,
    NamelessCaller,
    NoSuchUser,
    ReservedTag,
)
from watchword.services.sts import refusals as sts_refusals
from watchword.store import mfa_devices

SERIAL = iam_arn(ACCOUNT, "mfa/phone")
TEAM = [{"Key": "team", "Value": "blue"}]


@pytest.fixture
def ann(house: House) -> Any:
    return house.ask("create_user", user_name="ann")["User"]


@pytest.fixture
def phone(house: House, ann: Any) -> Authenticator:
    """A device of ann's, enabled just now."""
    device = made(house, "phone")
    device.enable(house, "ann")
    return device


def owned(house: House, **asked: Any) -> list[str]:
    return [one["SerialNumber"] for one in house.ask("list_mfa_devices", **asked)["MFADevices"]]


def test_a_device_is_made_with_a_seed_that_is_told_once(house: House) -> None:
    told = house.ask("create_virtual_mfa_device", virtual_mfa_device_name="phone", path="/ops/", tags=TEAM)
    device = told["VirtualMFADevice"]
    assert device["SerialNumber"] == iam_arn(ACCOUNT, "mfa/ops/phone")
    assert device["Tags"] == TEAM
    assert len(device["Base32StringSeed"]) == 64
    assert device["QRCodePNG"].startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", device["QRCodePNG"][16:24])
    assert width == height > 100
    kept = house.store.read(lambda tx: mfa_devices.by_serial(tx, device["SerialNumber"]))
    assert kept is not None
    assert device["Base32StringSeed"] not in kept.sealed_seed
    listed = house.ask("list_virtual_mfa_devices")["VirtualMFADevices"]
    assert listed == [{"SerialNumber": device["SerialNumber"]}]


def test_a_path_and_name_are_given_once_in_any_case(house: House) -> None:
    made(house, "phone")
    with refused(DeviceExists, "MFADevice entity at the same path and name already exists."):
        made(house, "PHONE")
    house.ask("create_virtual_mfa_device", virtual_mfa_device_name="phone", path="/ops/")


@pytest.mark.parametrize(
    "asked", [{"path": f"/{'p' * 250}/"}, {"path": "/a!b/"}, {"virtual_mfa_device_name": "p" * 211}]
)
def test_a_serial_number_that_nothing_takes_is_refused(house: House, asked: dict[str, Any]) -> None:
    with refused(NameTooLong):
        house.ask("create_virtual_mfa_device", **{"virtual_mfa_device_name": "phone", **asked})
    house.ask("create_virtual_mfa_device", virtual_mfa_device_name="p" * 210)


def test_an_account_has_as_many_devices_as_users(house: House) -> None:
    house = house.limited(users_per_account=1)
    made(house, "phone")
    with refused(LimitExceeded, "Cannot exceed quota for MFADevices: 1"):
        made(house, "tablet")


def test_tags_are_checked_before_a_device_is_made(house: House) -> None:
    with refused(DuplicateTagKeys):
        house.ask("create_virtual_mfa_device", virtual_mfa_device_name="phone", tags=[*TEAM, *TEAM])
    with refused(ReservedTag):
        house.ask("create_virtual_mfa_device", virtual_mfa_device_name="phone", tags=[{"Key": "aws:x", "Value": ""}])
    assert house.ask("list_virtual_mfa_devices")["VirtualMFADevices"] == []


def test_two_codes_in_a_row_enable_a_device(house: House, ann: Any) -> None:
    device = made(house, "phone")
    device.enable(house, "ann")
    assert house.ask("list_mfa_devices", user_name="ann")["MFADevices"] == [
        {"UserName": "ann", "SerialNumber": SERIAL, "EnableDate": NOW}
    ]
    assert owned(house, caller=as_user(ann)) == [SERIAL]
    told = house.ask("get_mfa_device", caller=as_user(ann), serial_number=SERIAL)
    assert told == {"UserName": "ann", "SerialNumber": SERIAL, "EnableDate": NOW}
    listed = house.ask("list_virtual_mfa_devices", assignment_status="Assigned")["VirtualMFADevices"]
    assert [(one["User"]["Arn"], one["EnableDate"]) for one in listed] == [(ann["Arn"], NOW)]
    assert house.ask("list_virtual_mfa_devices", assignment_status="Unassigned")["VirtualMFADevices"] == []


@pytest.mark.parametrize("offsets", [(0, 0), (0, -1), (-1, 1), (20, 21), (-21, -20)])
def test_codes_that_are_no_pair_of_now_enable_nothing(house: House, ann: Any, offsets: tuple[int, int]) -> None:
    device = made(house, "phone")
    with refused(InvalidAuthenticationCode, "Authentication code for device is not valid."):
        device.enable(house, "ann", offsets=offsets)
    assert owned(house, user_name="ann") == []


def test_a_device_is_enabled_once(house: House, phone: Authenticator) -> None:
    house.ask("create_user", user_name="bob")
    for name in ("ann", "bob"):
        with refused(DeviceTaken):
            phone.enable(house, name, offsets=(1, 2))


def test_only_a_virtual_device_that_is_there_can_be_enabled(house: House, ann: Any) -> None:
    codes: dict[str, Any] = {"authentication_code1": "123456", "authentication_code2": "654321"}
    with refused(NoSuchDevice, f"VirtualMFADevice with serial number {SERIAL} doesn't exist."):
        house.ask("enable_mfa_device", user_name="ann", serial_number=SERIAL, **codes)
    for other in ("GAHT12345678", iam_arn(ACCOUNT, "u2f/user/ann/key")):
        with refused(OnlyVirtualDevices):
            house.ask("enable_mfa_device", user_name="ann", serial_number=other, **codes)
    with refused(NoSuchUser):
        house.ask("enable_mfa_device", user_name="bob", serial_number=SERIAL, **codes)


def test_a_user_has_eight_devices_at_most(house: House, ann: Any) -> None:
    for number in range(DEVICES_PER_USER):
        made(house, f"phone{number}").enable(house, "ann")
    with refused(LimitExceeded, "Cannot exceed quota for MFADevicesPerUser: 8"):
        made(house, "phone").enable(house, "ann")
    first = house.ask("list_mfa_devices", user_name="ann", max_items=5)
    rest = house.ask("list_mfa_devices", user_name="ann", max_items=5, marker=first["Marker"])
    listed = [one["SerialNumber"][-1] for one in (*first["MFADevices"], *rest["MFADevices"])]
    assert listed == list("01234567")
    with refused(InvalidMarker):
        house.ask("list_virtual_mfa_devices", marker=first["Marker"])


def test_a_deactivated_device_can_be_deleted_or_enabled_anew(house: House, phone: Authenticator) -> None:
    with refused(DeviceInUse, "MFA VirtualDevice in use. Must deactivate first."):
        house.ask("delete_virtual_mfa_device", serial_number=SERIAL)
    house.ask("deactivate_mfa_device", user_name="ann", serial_number=SERIAL)
    assert owned(house, user_name="ann") == []
    with refused(InvalidAuthenticationCode):  # those that enabled it are spent
        phone.enable(house, "ann")
    phone.enable(house, "ann", offsets=(1, 2))
    house.ask("deactivate_mfa_device", user_name="ann", serial_number=SERIAL)
    house.ask("delete_virtual_mfa_device", serial_number=SERIAL)
    with refused(NoSuchDevice):
        house.ask("delete_virtual_mfa_device", serial_number=SERIAL)


def test_a_device_is_its_owner_s_alone(house: House, phone: Authenticator) -> None:
    house.ask("create_user", user_name="bob")
    asked: dict[str, Any] = {"user_name": "bob", "serial_number": SERIAL}
    for name in ("deactivate_mfa_device", "get_mfa_device"):
        with refused(NotTheirDevice):
            house.ask(name, **asked)
    with refused(NotTheirDevice):
        house.ask("resync_mfa_device", **asked, **phone.pair(house, (1, 2)))
    with refused(NoSuchDevice):
        house.ask("get_mfa_device", user_name="ann", serial_number=f"{SERIAL}2")
    with refused(NamelessCaller):
        house.ask("get_mfa_device", caller=ROLE_SESSION, serial_number=SERIAL)


def test_a_slow_device_is_brought_back_into_step(house: House, phone: Authenticator) -> None:
    later = house.at(NOW + 7_200)
    slow = -100  # steps
    for offsets in ((slow, slow), (slow + 1, slow), (-200, -199)):
        with refused(InvalidAuthenticationCode):
            phone.resync(later, "ann", offsets=offsets)
    phone.resync(later, "ann", offsets=(slow, slow + 1))
    kept = house.store.read(lambda tx: mfa_devices.by_serial(tx, SERIAL))
    assert kept is not None
    assert (kept.drift_steps, kept.wrong_codes) == (slow + 1, 0)
    with refused(InvalidAuthenticationCode):
        phone.resync(later, "ann", offsets=(slow + 1, slow + 2))  # the first was taken


def test_codes_cannot_be_guessed_by_resyncing(house: House, phone: Authenticator) -> None:
    later = house.at(NOW + 60)
    for _ in range(mfa_codes.WRONG_CODES):
        with refused(InvalidAuthenticationCode):
            phone.resync(later, "ann", offsets=(5, 5))
    with refused(TooManyWrongCodes):
        phone.resync(later, "ann", offsets=(0, 1))
    with refused(TooManyWrongCodes):
        phone.resync(house.at(NOW + 60 + mfa_codes.PATIENCE - 1), "ann", offsets=(0, 1))
    phone.resync(house.at(NOW + 60 + mfa_codes.PATIENCE), "ann", offsets=(0, 1))


def test_root_has_devices_of_its_own(house: House) -> None:
    made(house, "root-account-mfa-device").enable(house, "root")
    assert owned(house, caller=ROOT) == [iam_arn(ACCOUNT, "mfa/root-account-mfa-device")]
    (listed,) = house.ask("list_virtual_mfa_devices")["VirtualMFADevices"]
    assert (listed["User"]["Arn"], listed["User"]["UserId"]) == (iam_arn(ACCOUNT, "root"), ACCOUNT)
    house.ask("deactivate_mfa_device", serial_number=listed["SerialNumber"])


def test_nobody_else_is_root_and_a_user_may_bear_its_name(house: House, ann: Any) -> None:
    with refused(NoSuchUser):
        house.ask("list_mfa_devices", caller=as_user(ann), user_name="root")
    named = house.ask("create_user", user_name="root")["User"]
    assert house.target("enable_mfa_device", user_name="root").arn == named["Arn"]


def test_operations_act_on_the_user_or_on_the_device(house: House, ann: Any) -> None:
    for name in ("enable", "deactivate", "resync", "get"):
        target = house.target(f"{name}_mfa_device", user_name="Ann", serial_number=SERIAL)
        assert target.arn == ann["Arn"]
    assert house.target("list_mfa_devices", caller=as_user(ann)).arn == ann["Arn"]
    assert house.target("list_virtual_mfa_devices").arn == "*"
    asked: dict[str, Any] = {"virtual_mfa_device_name": "phone", "path": "/ops/"}
    assert house.target("create_virtual_mfa_device", **asked).arn == iam_arn(ACCOUNT, "mfa/ops/phone")
    for name in ("delete_virtual_mfa_device", "tag_mfa_device", "untag_mfa_device", "list_mfa_device_tags"):
        assert house.target(name, serial_number=SERIAL).arn == SERIAL
    assert house.target("tag_mfa_device", serial_number="GAHT12345678").arn == iam_arn(ACCOUNT, "mfa/GAHT12345678")
    elsewhere = SERIAL.replace(ACCOUNT, "444455556666")
    assert house.target("tag_mfa_device", serial_number=elsewhere).account == "444455556666"


def test_a_device_has_tags(house: House) -> None:
    house.ask("create_virtual_mfa_device", virtual_mfa_device_name="phone", tags=TEAM)
    house.ask("tag_mfa_device", serial_number=SERIAL, tags=[{"Key": "Team", "Value": "red"}, {"Key": "a", "Value": ""}])
    told = house.ask("list_mfa_device_tags", serial_number=SERIAL)
    assert told["Tags"] == [{"Key": "a", "Value": ""}, {"Key": "Team", "Value": "red"}]
    house.ask("untag_mfa_device", serial_number=SERIAL, tag_keys=["team", "b"])
    assert house.ask("list_mfa_device_tags", serial_number=SERIAL)["Tags"] == [{"Key": "a", "Value": ""}]
    too_many = [{"Key": f"key{number}", "Value": ""} for number in range(50)]
    with refused(LimitExceeded):
        house.ask("tag_mfa_device", serial_number=SERIAL, tags=too_many)
    with refused(NoSuchDevice):
        house.ask("list_mfa_device_tags", serial_number=f"{SERIAL}2")
    with refused(OnlyVirtualDevices):
        house.ask("tag_mfa_device", serial_number="GAHT12345678", tags=TEAM)


def test_refusals_of_both_services_say_how_long_to_wait() -> None:
    minutes = mfa_codes.PATIENCE // 60
    for kind in (TooManyWrongCodes, sts_refusals.MfaCodesTooMany):
        assert f"wait {minutes} minutes" in kind(minutes=minutes).message
