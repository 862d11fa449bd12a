"""Who rotates secrets: programs that are registered by name, called as AWS calls Lambda functions; and one of ours.

Source: Secrets Manager User Guide, "Lambda rotation functions".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from watchword.services.operation import Asking
from watchword.services.secretsmanager.refusals import CannotInvoke
from watchword.store.secrets import Secret

ACCESS_KEYS = "watchword-rotate-access-key"
"""Ours: it rotates the access key of a user. Every account has it in every region."""
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
TEST = "testSecret"

_ARN = re.compile(
    r"arn:aws:lambda:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):function:(?P<name>[A-Za-z0-9_-]{1,64})"
)


def is_ours(arn: str) -> bool:
    """Tell whether a rotator's ARN names the one for access keys."""
    found = _ARN.fullmatch(arn)
    return found is not None and found["name"] == ACCESS_KEYS


def account_of(arn: str) -> str:
    """Tell whose a rotator is; empty for what names none."""
    found = _ARN.fullmatch(arn)
    return found["account"] if found else ""


def url_of(rotators: Mapping[str, str], arn: str) -> str | None:
    """Tell where a rotator is called: by its ARN, or else by its name, if either is registered."""
    found = _ARN.fullmatch(arn)
    return (rotators.get(arn) or rotators.get(found["name"])) if found else None


def check(asking: Asking, secret: Secret, arn: str) -> None:
    """See that a rotator is there, in the account and region of the secret.

    Raises CannotInvoke.
    """
    found = _ARN.fullmatch(arn)
    if found is None or (found["region"], found["account"]) != (secret.region, secret.account):
        raise CannotInvoke
    if not is_ours(arn) and url_of(asking.tools.rotators, arn) is None:
        raise CannotInvoke


def event(step: str, secret_arn: str, version_id: str) -> dict[str, str]:
    """Write what a rotator is called with.  Source: as above, "the event"."""
    return {"Step": step, "SecretId": secret_arn, "ClientRequestToken": version_id}
