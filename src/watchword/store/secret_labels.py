"""The labels on a secret's versions (AWSCURRENT and the like): each is on one version at most."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_label = schema.secret_label


def of(tx: Tx, secret_arn: str) -> dict[str, str]:
    """Give which version each label of a secret is on, in the order of the labels."""
    return of_all(tx, [secret_arn]).get(secret_arn, {})


def of_all(tx: Tx, secret_arns: Collection[str]) -> dict[str, dict[str, str]]:
    """Give the same of many secrets, by ARN."""
    found = select(_label).where(_label.c.secret_arn.in_(secret_arns)).order_by(_label.c.secret_arn, _label.c.label)
    labels: dict[str, dict[str, str]] = {}
    for row in tx.connection.execute(found):
        labels.setdefault(row.secret_arn, {})[row.label] = row.version_id
    return labels


def put(tx: Tx, secret_arn: str, labels: Mapping[str, str]) -> None:
    """Give a secret exactly these labels."""
    tx.connection.execute(delete(_label).where(_label.c.secret_arn == secret_arn))
    rows = [{"secret_arn": secret_arn, "label": label, "version_id": labels[label]} for label in labels]
    if rows:
        tx.connection.execute(insert(_label), rows)


def on_versions(labels: Mapping[str, str]) -> dict[str, list[str]]:
    """Turn labels around: the labels that each version bears."""
    versions: dict[str, list[str]] = {}
    for label, version_id in sorted(labels.items()):
        versions.setdefault(version_id, []).append(label)
    return versions
