"""The ARNs of secrets, whole and partial.

Source: Secrets Manager User Guide, "Finding a secret from a partial ARN".
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

from watchword.domain.arn import Arn
from watchword.domain.ids import Random

SUFFIX = 6
"""Random characters behind a name, so that who may have a secret may not have a later one of the same name."""

_ALPHABET = string.ascii_letters + string.digits
_WHOLE = re.compile(r"(.+)-[A-Za-z0-9]{6}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Meant:
    """Which secret a SecretId means: the account, the region, and its ARN or its name."""

    account: str
    region: str
    name: str
    arn: str = ""


def service_arn(account: str, region: str, name: str) -> str:
    """Write the ARN of a secret: `name` is with its random characters, or without where no secret has it."""
    return f"arn:aws:secretsmanager:{region}:{account}:secret:{name}"


def mint_suffix(random: Random) -> str:
    """Draw the characters behind a name, each as likely as any other."""
    drawn = ""
    while len(drawn) < SUFFIX:
        usable = (byte for byte in random(4 * SUFFIX) if byte < 4 * len(_ALPHABET))
        drawn += "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in usable)
    return drawn[:SUFFIX]


def in_region(arn: str, region: str) -> str:
    """Give the ARN that the same secret has in another region."""
    parts = arn.split(":", 4)
    return ":".join([*parts[:3], region, *parts[4:]])


def meant_by(secret_id: str, account: str, region: str) -> Meant | None:
    """Tell which secret is meant by whom asks from an account, in a region; None for what no secret can be called.

    An ARN that ends in a hyphen and six characters is a whole one, also where these belong to the name.
    """
    if not secret_id.startswith("arn:"):
        return Meant(account, region, secret_id)
    try:
        arn = Arn.parse(secret_id)
    except ValueError:
        return None
    kind, _, name = arn.resource.partition(":")
    if (arn.partition, arn.service, kind) != ("aws", "secretsmanager", "secret") or not name:
        return None
    return Meant(arn.account, arn.region, name, secret_id if _WHOLE.fullmatch(name) else "")
