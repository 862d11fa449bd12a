"""AWS's own managed policies, which every account has: `arn:aws:iam::aws:policy/…`.

They come with the package, each in its default version. A policy gets its rows when somebody first holds it, so that
holders are found by the same queries as those of any other policy; `refresh` brings the rows up to a newer package.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
from sqlalchemy import delete, select, update

from watchword.domain.ids import Prefix
from watchword.store import policies, policy_versions, schema
from watchword.store.accounts import AWS
from watchword.store.policies import ManagedPolicy
from watchword.store.policy_versions import PolicyVersion
from watchword.store.tx import Tx

DATA = Path(__file__).with_name("policies.jsonl")
"""One policy a line, by name. Written by `scripts.aws_policies`."""


class _Kept(msgspec.Struct, frozen=True, gc=False):
    name: str
    path: str
    version: int
    created_at: int
    updated_at: int
    document: msgspec.Raw


def by_arn(arn: str) -> ManagedPolicy | None:
    """Find one of AWS's policies; letter case counts."""
    kept = _all().get(arn)
    return _policy(kept) if kept else None


def version_of(policy: ManagedPolicy) -> PolicyVersion:
    """Give the one version there is of a policy of AWS's.

    Raises KeyError for any other policy.
    """
    kept = _all()[policy.arn]
    return PolicyVersion(policy.id, kept.version, bytes(kept.document).decode(), kept.updated_at)


def page(*, path_prefix: str, after: str, limit: int) -> list[ManagedPolicy]:
    """List AWS's policies by name, from the first past `after` (a lower-case name)."""
    found = (
        _policy(kept) for kept in _all().values() if kept.name.lower() > after and kept.path.startswith(path_prefix)
    )
    return [policy for policy, _ in zip(found, range(limit), strict=False)]


def keep(tx: Tx, policy: ManagedPolicy) -> None:
    """Give a policy its rows, if it has none yet. Whoever makes somebody hold it calls this first."""
    if policies.by_arn(tx, policy.arn) is None:
        policies.add(tx, policy)
        policy_versions.add(tx, version_of(policy))


def outdated(tx: Tx) -> list[ManagedPolicy]:
    """List the policies with rows that another package wrote, as this one has them.

    One that AWS has withdrawn since keeps its rows: who holds it goes on holding it, as with AWS.
    """
    row = schema.managed_policy.c
    kept = tx.connection.execute(select(row.arn, row.default_version, row.updated_at).where(row.account_id == AWS))
    ours = ((by_arn(arn), (number, at)) for arn, number, at in kept)
    return [policy for policy, found in ours if policy and (policy.default_version, policy.updated_at) != found]


def refresh(tx: Tx, policy: ManagedPolicy) -> None:
    """Write a policy's rows anew, as this package has them."""
    kept, versions = schema.managed_policy, schema.policy_version
    tx.connection.execute(delete(versions).where(versions.c.policy_id == policy.id))
    policy_versions.add(tx, version_of(policy))
    number = policy.default_version
    tx.connection.execute(
        update(kept)
        .where(kept.c.id == policy.id)
        .values(default_version=number, newest_version=number, updated_at=policy.updated_at)
    )
    tx.touch(policy.id)


@cache
def _all() -> Mapping[str, _Kept]:
    """Read the package's data, once: about 4 MB, and only where some policy of AWS's is asked for."""
    decode = msgspec.json.Decoder(_Kept).decode
    kept = [decode(line) for line in DATA.read_bytes().splitlines()]
    return {_arn(policy): policy for policy in kept}


def _policy(kept: _Kept) -> ManagedPolicy:
    return ManagedPolicy(
        id=_id(_arn(kept)),
        account=AWS,
        name=kept.name,
        path=kept.path,
        description=None,
        default_version=kept.version,
        newest_version=kept.version,
        created_at=kept.created_at,
        updated_at=kept.updated_at,
    )


def _arn(kept: _Kept) -> str:
    return f"arn:aws:iam::{AWS}:policy{kept.path}{kept.name}"


def _id(arn: str) -> str:
    """Give the same id in every store; AWS's own are not published."""
    return Prefix.MANAGED_POLICY + base64.b32encode(hashlib.sha256(arn.encode()).digest()).decode()[:17]
