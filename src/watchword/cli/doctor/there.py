"""What only the account can tell: that it can be reached, what time it is there, who one is, and by which MFA."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime

from watchword.cli import aws
from watchword.cli.aws import Account
from watchword.cli.credentials.profiles import Profile
from watchword.cli.doctor.checks import Findings
from watchword.cli.exits import Exit, NotAllowed, Stop

NOTABLE, REFUSED = 60, 300
"""Seconds that clocks may differ: SigV4 is refused beyond five minutes.  Source: AWS General Reference, SigV4."""
QUICK = {"connect_timeout": 5, "read_timeout": 15, "retries": {"total_max_attempts": 1}}


def account(found: Findings, asked: Account, profile: Profile | None, name: str) -> None:
    """Ask the account."""
    if not _reached(found, asked):
        return
    arn = _who(found, asked, name)
    if arn and ":user/" in arn:
        _mfa(found, asked, profile)


def _reached(found: Findings, asked: Account) -> bool:
    """Ask without a signature: who answers, whatever it is, says what time it is there."""
    from botocore import UNSIGNED  # noqa: PLC0415 - loaded only when used
    from botocore.config import Config  # noqa: PLC0415 - likewise
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - likewise

    answers: list[Mapping[str, str]] = []
    try:
        sts = asked.client("sts", config=Config(signature_version=UNSIGNED, **QUICK))  # type: ignore[arg-type]  # by name
        sts.meta.events.register(
            "before-parse.sts", lambda response_dict, **_: answers.append(response_dict["headers"])
        )
        before = time.time()
        with suppress(ClientError, KeyError):  # KeyError: an empty answer, as moto gives to those who do not sign
            sts.get_caller_identity()
    except (BotoCoreError, ValueError, Stop) as error:  # the last two: an endpoint that is no URL
        found.problem("endpoint", str(error), "see AWS_ENDPOINT_URL and `watchword configure list`")
        return False
    found.ok("endpoint", f"{sts.meta.endpoint_url} answers")
    _clock(found, answers[-1] if answers else {}, (before + time.time()) / 2)
    return True


def _clock(found: Findings, headers: Mapping[str, str], here: float) -> None:
    dated = headers.get("date")
    if not dated:
        found.note("clock", "the endpoint does not say what time it is")
        return
    ahead = round(here - parsedate_to_datetime(dated).timestamp())
    words = f"{abs(ahead)} s {'ahead of' if ahead > 0 else 'behind'} the endpoint's"
    if abs(ahead) > REFUSED:
        found.problem("clock", words, "set this machine's clock: `timedatectl set-ntp true`")
    elif abs(ahead) > NOTABLE:
        found.note("clock", words, "set this machine's clock before signatures are refused")
    else:
        found.ok("clock", "agrees with the endpoint's")


def _who(found: Findings, asked: Account, name: str) -> str | None:
    """Ask who one is; gives the ARN."""
    from botocore.config import Config  # noqa: PLC0415 - likewise

    try:
        with aws.refusals_told():
            told = asked.client("sts", config=Config(**QUICK)).get_caller_identity()  # type: ignore[arg-type]  # by name
    except Stop as stop:
        cause, _, then = stop.message.partition("; ")
        configure = f"`watchword configure --profile {name}`"
        next_step = {Exit.LOGIN: configure, Exit.EXPIRED: f"`watchword assume {name} --force`"}
        found.problem("credentials", cause, next_step.get(Exit(stop.exit_code), then))
        return None
    found.ok("credentials", f"you are {told['Arn']}")
    return str(told["Arn"])


def _mfa(found: Findings, asked: Account, profile: Profile | None) -> None:
    """Look whether the user has an MFA device, and the one that the profile names."""
    wanted = profile.get("mfa_serial") if profile else ""
    try:
        with aws.refusals_told(), aws.denials_named("iam"):
            devices = [device["SerialNumber"] for device in asked.client("iam").list_mfa_devices()["MFADevices"]]
    except NotAllowed as denial:
        found.note("MFA", denial.note, "ask for this permission, to see your own devices")
    except Stop as stop:
        found.note("MFA", f"cannot be asked: {stop.message}")
    else:
        if wanted and wanted not in devices:
            there = ", ".join(devices) or "no device"
            found.problem(
                "MFA", f"the profile names {wanted}; you have {there}", "correct `mfa_serial` in the config file"
            )
        elif devices:
            found.ok("MFA", ", ".join(devices))
        else:
            found.note("MFA", "no device", "`aws iam create-virtual-mfa-device`, then `aws iam enable-mfa-device`")
