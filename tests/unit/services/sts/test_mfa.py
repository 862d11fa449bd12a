"""A code is of the caller's own device, right within a step of its clock, and never good twice."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from pyotp import TOTP

from tests.support.stores import StoreInHand
from tests.unit.services.sts.world import ACCOUNT, NOW, OTHER, ROLE_ARN, World, role, root, user
from watchword.compose import offer
from watchword.crypto import totp
from watchword.crypto.sealing import Vault
from watchword.domain.arn import iam_arn
from watchword.domain.principal import PrincipalType
from watchword.services import mfa_codes
from watchword.services.operation import OPERATIONS, Caller
from watchword.services.sts import mfa, refusals
from watchword.store import mfa_devices
from watchword.store.mfa_devices import MfaDevice
from watchword.store.tx import Tx

offer(["sts"])
SERIAL = iam_arn(ACCOUNT, "mfa/phone")
STEP = totp.step_at(NOW)
CHANCE = random.Random(7).randbytes
VAULT = Vault(bytes(32), CHANCE)
SEED = totp.mint_seed(CHANCE)
ANN, ROOT = user(), root()
CODES = TOTP(SEED.reveal())


@dataclass
class Desk:
    """Where a caller shows a code of the phone, at some time."""

    store: StoreInHand
    now: float = NOW

    def has(self, owner_id: str, **more: Any) -> None:
        sealed = VAULT.seal_secret(SEED, to=SERIAL)
        device = MfaDevice(SERIAL, ACCOUNT, sealed, int(NOW), owner_id=owner_id, enabled_at=int(NOW), **more)
        self.store.change(partial(mfa_devices.add, device=device))

    def show(self, offset: int, caller: Caller = ANN, serial_number: str = SERIAL) -> int:
        """Show the code of so many steps from NOW."""
        return self.give(CODES.generate_otp(STEP + offset), caller, serial_number)

    def give(self, code: str, caller: Caller = ANN, serial_number: str = SERIAL) -> int:
        def run(tx: Tx) -> int:
            asking = World().asking(caller, serial_number=serial_number, token_code=code)
            tools = replace(asking.tools, vaults=lambda _: VAULT)
            return mfa.shown_at(replace(asking, tools=tools, now=self.now, transaction=tx))

        return self.store.change(run)


@pytest.fixture
def desk(store: StoreInHand) -> Desk:
    return Desk(store)


@pytest.mark.parametrize(("caller", "owner_id"), [(ANN, "AIDA1"), (ROOT, ACCOUNT)])
def test_its_owner_shows_a_code(desk: Desk, caller: Caller, owner_id: str) -> None:
    desk.has(owner_id)
    assert desk.show(0, caller) == int(NOW)


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_code_may_be_a_step_early_or_late(desk: Desk, offset: int) -> None:
    desk.has("AIDA1")
    desk.show(offset)


@pytest.mark.parametrize("offset", [-2, 2, 10])
def test_no_more_than_a_step(desk: Desk, offset: int) -> None:
    desk.has("AIDA1")
    with pytest.raises(refusals.MfaCodeInvalid):
        desk.show(offset)


def test_the_window_goes_with_the_device_s_clock(desk: Desk) -> None:
    desk.has("AIDA1", drift_steps=-40)
    with pytest.raises(refusals.MfaCodeInvalid):
        desk.show(0)
    desk.show(-41)
    desk.show(-39)


def test_neither_a_code_nor_an_older_one_is_taken_again(desk: Desk) -> None:
    desk.has("AIDA1")
    desk.show(0)
    for offset in (0, -1):
        with pytest.raises(refusals.MfaCodeInvalid) as caught:
            desk.show(offset)
    assert caught.value.message == "MultiFactorAuthentication failed with invalid MFA one time pass code. "
    desk.show(1)


def test_only_the_owner_s_device_counts(desk: Desk) -> None:
    desk.has("AIDA2")
    session = replace(ANN, principal=replace(ANN.principal, type=PrincipalType.ASSUMED_ROLE, unique_id="AIDA2"))
    for caller, serial_number in (
        (ANN, SERIAL),
        (ROOT, SERIAL),
        (session, SERIAL),
        (ANN, f"{SERIAL}2"),
        (ANN, "GAHT12345678"),
        (ANN, SERIAL.replace(ACCOUNT, OTHER)),
    ):
        with pytest.raises(refusals.MfaDeviceUnknown) as caught:
            desk.show(0, caller, serial_number)
    assert caught.value.message == (
        "MultiFactorAuthentication failed, unable to validate MFA code.  "
        "Please verify your MFA serial number is valid and associated with this user."
    )


def test_five_wrong_codes_end_the_guessing_for_five_minutes(desk: Desk) -> None:
    desk.has("AIDA1")
    for _ in range(mfa_codes.WRONG_CODES):
        with pytest.raises(refusals.MfaCodeInvalid):
            desk.show(99)
    for later in (0, mfa_codes.PATIENCE - 1):
        desk.now = NOW + later
        with pytest.raises(refusals.MfaCodesTooMany):
            desk.show(later // totp.STEP_SECONDS)
    desk.now = NOW + mfa_codes.PATIENCE
    desk.show(mfa_codes.PATIENCE // totp.STEP_SECONDS)


def test_a_right_code_forgives_the_wrong_ones(desk: Desk) -> None:
    desk.has("AIDA1")
    for offset in (-1, 0, 1):
        for _ in range(mfa_codes.WRONG_CODES - 1):
            with pytest.raises(refusals.MfaCodeInvalid):
                desk.give("no code")
        desk.show(offset)


def test_only_a_request_with_a_code_is_a_change() -> None:
    for name in ("assume_role", "get_session_token"):
        operation = OPERATIONS["sts", name]
        assert operation.way_of({"token_code": "123456"}).value == "change"
        assert operation.way_of({"serial_number": SERIAL}).value == "memory"


def test_a_request_without_a_code_shows_no_second_factor() -> None:
    target = World(role()).target("assume_role", ANN, role_arn=ROLE_ARN)
    assert target.mfa_at == 0
