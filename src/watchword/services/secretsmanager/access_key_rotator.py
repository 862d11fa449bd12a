"""Our rotator: it rotates a user's access key, whose secret holds `UserName`, `AccessKeyId` and `SecretAccessKey`.

Each rotation makes a new key and leaves the one that was current active, as AWSPREVIOUS. That one goes at the next
rotation, if by the authority's own record it was not used any more; keys that the secret never held are not touched.
All of it is one transaction: who reads the secret never sees a key that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from watchword.domain.clock import MICROSECONDS, iso8601
from watchword.services.long_term_keys import mint
from watchword.services.operation import Asking
from watchword.services.secretsmanager import values, writing
from watchword.services.secretsmanager.refusals import KeyInTheWay, KeyStillUsed, NotAnAccessKey
from watchword.services.secretsmanager.targets import CURRENT, PENDING
from watchword.services.secretsmanager.values import Value
from watchword.store import access_keys, journal, last_used, secret_labels, secret_versions, users
from watchword.store.access_keys import ACTIVE, AccessKey
from watchword.store.secret_rotations import Rotation
from watchword.store.secrets import Secret
from watchword.store.users import User

USER, KEY, SECRET_KEY = "UserName", "AccessKeyId", "SecretAccessKey"


@dataclass(frozen=True, slots=True)
class Held:
    """What a secret says that it holds; `since` in microseconds. Its content is never shown."""

    user_name: str
    key_id: str
    since: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rotation is about to do."""

    user: User
    held: Held
    leaving: tuple[str, ...]
    """Keys that it removes."""


def held(asking: Asking, secret: Secret) -> Held:
    """Read which user's key a secret holds.

    Raises NotAnAccessKey, DecryptionFailure.
    """
    wanted = secret_labels.of(asking.tx, secret.arn).get(CURRENT)
    version = None if wanted is None else secret_versions.find(asking.tx, secret.arn, wanted)
    value = None if version is None else values.opened(asking, secret.account, version)
    if version is None or value is None or value.is_binary:
        raise NotAnAccessKey
    content = _content(value.content)
    name, key_id = content.get(USER), content.get(KEY, "")
    if not isinstance(name, str) or not name or not isinstance(key_id, str):
        raise NotAnAccessKey
    return Held(name, key_id, version.created_at * MICROSECONDS, value.content)


def user_of(asking: Asking, secret: Secret) -> User | None:
    """Find the user whose key a secret holds, in the account of the secret.

    Raises NotAnAccessKey, DecryptionFailure.
    """
    return users.named(asking.tx, secret.account, held(asking, secret).user_name)


def planned(asking: Asking, secret: Secret, last: Rotation | None) -> Plan:
    """See that a rotation can be made; nothing is changed.

    Raises NotAnAccessKey, KeyStillUsed, KeyInTheWay, DecryptionFailure.
    """
    now = held(asking, secret)
    user = users.named(asking.tx, secret.account, now.user_name)
    if user is None:
        raise NotAnAccessKey
    keys = access_keys.page(asking.tx, user.id, after="", limit=1_000)
    known = {last.key_id, last.former_key_id} - {now.key_id} if last and last.user_id == user.id else set()
    leaving = [key for key in keys if key.id in known]
    since = last.made_at if last and last.made_at and last.key_id == now.key_id else now.since
    for key in leaving:
        _refuse_used(asking, key, since)
    staying = [key.id for key in keys if key.id not in known]
    limit = asking.tools.quotas.access_keys_per_user
    if len(staying) >= limit:
        raise KeyInTheWay(limit=limit, keys=", ".join(key for key in staying if key != now.key_id) or now.key_id)
    return Plan(user, now, tuple(key.id for key in leaving))


def rotate(asking: Asking, secret: Secret, token: str, last: Rotation | None) -> tuple[Rotation, Plan]:
    """Make the new key current in the secret, and remove the one before the last; gives how the rotation then stands.

    Raises what `planned` raises, and VersionExists, TooManyVersions, TooManyLabels.
    """
    plan = planned(asking, secret, last)
    for key_id in plan.leaving:
        access_keys.remove(asking.tx, key_id)
    vault, now = asking.tools.vaults(secret.account), int(asking.now)
    key, secret_key = mint(asking.tx, vault, secret.account, plan.user.id, random=asking.tools.random, now=now)
    after: dict[str, Any] = {**_content(plan.held.content), KEY: key.id, SECRET_KEY: secret_key.reveal()}
    told = {"CreateDate": iso8601(now), "Status": ACTIVE}
    after.update({name: value for name, value in told.items() if name in after})
    _without_pending(asking, secret)
    writing.write(asking, secret, token, Value(msgspec.json.encode(after), is_binary=False))
    former = plan.held.key_id or None
    made = Rotation(secret.arn, token, user_id=plan.user.id, key_id=key.id, former_key_id=former)
    return replace(made, made_at=int(asking.now * MICROSECONDS)), plan


def _content(text: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise NotAnAccessKey from error


def _refuse_used(asking: Asking, key: AccessKey, since: int) -> None:
    """Refuse to take a key away that was used after its successor was there; both told in microseconds.

    Last uses are kept by the second: which came first within one, the journal tells. In doubt it was used.
    """
    used = last_used.of(asking.tx, [key.id]).get(key.id)
    if key.status != ACTIVE or used is None or used.at < since // MICROSECONDS:
        return
    if used.at == since // MICROSECONDS:
        entry = journal.last_by(asking.tx, key.id)
        if entry is not None and int(entry.at * MICROSECONDS) < since:
            return
    raise KeyStillUsed(key=key.id, used=iso8601(used.at), since=iso8601(since // MICROSECONDS))


def _without_pending(asking: Asking, secret: Secret) -> None:
    """Take the label of a rotation under way off the current version, where the last rotation may have left it."""
    labels = secret_labels.of(asking.tx, secret.arn)
    if labels.pop(PENDING, None) is not None:
        secret_labels.put(asking.tx, secret.arn, labels)
