"""The secrets of service-specific credentials: for which services they are, how they look, what is kept of them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from watchword.crypto.sealing import Vault
from watchword.domain.ids import Random

API_KEY_PREFIXES: Mapping[str, str | None] = {
    "codecommit.amazonaws.com": None,
    "cassandra.amazonaws.com": None,
    "bedrock.amazonaws.com": "ABSK",
    "logs.amazonaws.com": "ACWL",
    "cloudwatch.amazonaws.com": "APIAACWM",
    "aws-external-anthropic.amazonaws.com": "AEAA",
}
"""The services, and how an API key for each begins; None where it is a user name and a password.

Source: IAM User Guide, "Service-specific credentials for IAM users", "API keys for AWS services"; the prefixes as
recorded from AWS.
"""

SECRET_BYTES = 45
"""Sixty characters in base64, as AWS's passwords have."""


def draw(random: Random, service: str, name: str) -> str:
    """Draw a password, or an API key, which carries the alias that it is known by.  Source: as recorded from AWS."""
    password = base64.b64encode(random(SECRET_BYTES)).decode("ascii")
    prefix = API_KEY_PREFIXES[service]
    return password if prefix is None else prefix + base64.b64encode(f"{name}:{password}".encode()).decode("ascii")


def sealed_digest(vault: Vault, secret: str, *, to: str) -> bytes:
    """Make of a secret what is kept of it, in the row named `to`.

    With 360 random bits there is nothing to guess, so that one SHA-256 is as good as a slow hash, and a service that
    asks at every request can afford it. It is sealed, so that writing to the table alone makes no credential that
    opens, and none opens from another row.
    """
    return vault.seal(hashlib.sha256(secret.encode()).digest(), to=to)
