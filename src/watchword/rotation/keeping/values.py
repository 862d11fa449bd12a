"""A secret's value: the JSON that users of AWS's own rotation sample read already, so that theirs go on working."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from watchword.domain.secret import Secret

_WAITING = "Pending"
"""The status in the value that a new secret has until its first key has proved to work."""


@dataclass(frozen=True, slots=True)
class Held:
    """A key as a secret holds it. `version` is the version's id; `key` is empty in a value that holds none yet."""

    key: str
    secret: Secret
    version: str


def written(key: str, secret: Secret, created: float, user: str) -> str:
    """Write a value. `created` is epoch seconds.

    Source: AWS's sample for rotating IAM keys: these members, sorted, the date as Python writes it.
    """
    return _json(key, secret.reveal(), str(datetime.fromtimestamp(int(created), UTC)), "Active", user)


def waiting(user: str) -> str:
    """Write the value of a secret that has no key yet: what is current is never a key that was not proved."""
    return _json("", "", "", _WAITING, user)


def read(text: str, version: str) -> Held:
    """Read a value. Raises ValueError when it is not one of ours."""
    told = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError(_NOT_OURS)  # noqa: TRY004 - the type of what is written there, not of what was passed
    key, secret, status = (told.get(name) for name in ("AccessKeyId", "SecretAccessKey", "Status"))
    if not (isinstance(key, str) and isinstance(secret, str)) or not (key or status == _WAITING):
        raise ValueError(_NOT_OURS)
    return Held(key, Secret(secret), version)


def same(one: str, other: str) -> bool:
    """Whether two values are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


_NOT_OURS = "the value is not that of an access key"


def _json(key: str, secret: str, created: str, status: str, user: str) -> str:
    value = {
        "AccessKeyId": key,
        "SecretAccessKey": secret,
        "CreateDate": created,
        "Status": status,
        "UserName": user,
    }
    return json.dumps(value, indent=4, sort_keys=True)
