"""New versions of a secret: once for each token, however often and by however many at once they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from watchword.services.operation import Asking
from watchword.services.secretsmanager import copies, labels, rotation_rules, values
from watchword.services.secretsmanager.refusals import NoToken, TooManyVersions, VersionExists
from watchword.services.secretsmanager.targets import CURRENT
from watchword.services.secretsmanager.values import Value
from watchword.store import secret_labels, secret_versions, secrets
from watchword.store.secret_versions import Version
from watchword.store.secrets import Secret

KEPT = 100
"""Versions that are kept though no label is on them, and all of the last day.

Source: Secrets Manager API, PutSecretValue.
"""
DAY = 24 * 3600
MOST = 1_000
"""Versions there may be. AWS has a limit for those of one day too, and does not tell it."""


def token_of(client_request_token: str | None) -> str:
    """Give the id that a version is to have.

    Raises NoToken.
    """
    if client_request_token is None:
        raise NoToken
    return client_request_token


def write(asking: Asking, secret: Secret, token: str, value: Value, wanted: Iterable[str] | None = None) -> list[str]:
    """Give a secret a version with these labels, AWSCURRENT unless others are named; gives the labels that it bears.

    A version that is there already with the same value stays as it is.

    Raises VersionExists, TooManyVersions, TooManyLabels, DecryptionFailure.
    """
    had = secret_versions.find(asking.tx, secret.arn, token)
    had_labels = secret_labels.of(asking.tx, secret.arn)
    if had is not None and had.sealed is not None:
        _refuse_other(asking, secret, had, value)
        return secret_labels.on_versions(had_labels).get(token, [])
    names = {CURRENT} if wanted is None else set(wanted)
    if not had_labels:  # the first version is always the current one
        names.add(CURRENT)
    after = labels.attached(had_labels, token, names)
    _keep(asking, secret, had, _version(asking, secret, token, value))
    secret_labels.put(asking.tx, secret.arn, after)
    secret_versions.remove_deprecated(asking.tx, secret.arn, keep=KEPT, before=int(asking.now) - DAY)
    if CURRENT in names:
        _put_off(asking, secret)
    note_change(asking, secret)
    return secret_labels.on_versions(after)[token]


def note_change(asking: Asking, secret: Secret) -> None:
    """Note that a secret has changed, and carry the change to its replicas. The last act of every change.

    Raises DecryptionFailure.
    """
    secrets.change(asking.tx, secret.arn, changed_at=int(asking.now))
    copies.carry(asking, secret.arn)


def _put_off(asking: Asking, secret: Secret) -> None:
    """Count days until the next rotation from now on: a new current value is one.

    Source: secretsmanager model, AutomaticallyAfterDays.
    """
    kept = msgspec.json.decode(secret.rotation_rules) if secret.rotation_rules and secret.rotation_enabled else {}
    if rotation_rules.follows_changes(kept):
        opens = rotation_rules.read(kept, asking.now).opens(asking.now)
        secrets.change(asking.tx, secret.arn, next_rotation_at=opens)


def _version(asking: Asking, secret: Secret, token: str, value: Value) -> Version:
    sealed = values.sealed(asking, secret.account, secret.arn, token, value)
    return Version(secret.arn, token, sealed, value.is_binary, secret.kms_key_id, int(asking.now))


def make_room(asking: Asking, secret: Secret, version: Version) -> None:
    """Keep a version of which there is nothing yet.

    Raises TooManyVersions.
    """
    if secret_versions.count(asking.tx, secret.arn) >= MOST:
        raise TooManyVersions
    secret_versions.add(asking.tx, version)


def _keep(asking: Asking, secret: Secret, had: Version | None, version: Version) -> None:
    """Keep a version: in the place that a rotation has made for it, if any."""
    if had is not None:
        secret_versions.fill(asking.tx, replace(version, created_at=had.created_at))
    else:
        make_room(asking, secret, version)


def _refuse_other(asking: Asking, secret: Secret, had: Version, value: Value) -> None:
    kept = values.opened(asking, secret.account, had)
    if kept is None or not kept.same(value):
        raise VersionExists(token=had.id, arn=secret.arn)
