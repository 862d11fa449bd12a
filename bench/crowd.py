"""A large account, written straight into a store: its users with keys, devices and credentials, roles and policies.

Every `FEW`th user is one of the few: it is under a path of its own, its device is nobody's yet, and its credential is
for another service than the others'.
"""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from pathlib import Path

from sqlalchemy import Connection, Table, insert

from bench.subjects import key_ids
from watchword.compose.stores import unlock
from watchword.domain.arn import iam_arn
from watchword.domain.ids import Prefix, mint_unique_id
from watchword.domain.secret import Secret
from watchword.settings import Settings
from watchword.store import schema

GROUPS, ROLES, POLICIES = 300, 1_000, 500
BATCH = 5_000
FEW = 5_000
DIVISIONS = 10
ALL = "all"
"""The name of the group that every user is in, and of the policy that every user holds."""
DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["iam:Get*", "iam:List*", "s3:GetObject"], "Resource": "*"}] * 3,
    }
)
TRUST = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
)

Rows = dict[Table, list[dict[str, object]]]


def fill(folder: Path, *, users: int) -> None:
    """Write that many users, and what an account of this size has besides."""
    unlocked = unlock(Settings(folder))
    account = unlocked.installation.first_account_id
    sealed = unlocked.vault(account).seal_secret(Secret("nobody signs with it"), to="all")
    groups = {ALL if number == 0 else f"group-{number:03d}": _id(Prefix.GROUP) for number in range(GROUPS)}
    policies = {
        ALL if number == 0 else f"policy-{number:03d}": _id(Prefix.MANAGED_POLICY) for number in range(POLICIES)
    }
    drawn = key_ids(account)
    with unlocked.store.writing.connect() as connection, connection.begin():
        _write(connection, _shared(account, groups, policies))
        for start in range(0, users, BATCH):
            rows: Rows = defaultdict(list)
            for number in range(start, min(users, start + BATCH)):
                user_id = _add_user(rows, account, number, key_id=next(drawn), sealed=sealed)
                for group_id in {groups[ALL], list(groups.values())[number % GROUPS]}:
                    rows[schema.membership].append({"group_id": group_id, "user_id": user_id})
                rows[schema.attachment].append({"target_id": user_id, "policy_id": policies[ALL]})
            _write(connection, rows)
    unlocked.store.close()


def _shared(account: str, groups: dict[str, str], policies: dict[str, str]) -> Rows:
    rows: Rows = defaultdict(list)
    for name, group_id in groups.items():
        rows[schema.group].append({"id": group_id, **_named(account, name)})
    for name, policy_id in policies.items():
        versions = {"default_version": 1, "newest_version": 1, "updated_at": 1, "description": None}
        arn = iam_arn(account, f"policy/{name}")
        rows[schema.managed_policy].append({"id": policy_id, "arn": arn, **versions, **_named(account, name)})
        version = {"policy_id": policy_id, "number": 1, "document": DOCUMENT, "created_at": 1}
        rows[schema.policy_version].append(version)
    held = list(policies.values())
    for number in range(ROLES):
        role_id = _id(Prefix.ROLE)
        own = {"description": None, "trust_policy": TRUST, "max_session_seconds": 3600, "boundary_arn": None}
        rows[schema.role].append({"id": role_id, **own, **_named(account, f"role-{number:04d}")})
        rows[schema.attachment].append({"target_id": role_id, "policy_id": held[number % POLICIES]})
        rows[schema.tag].append({"target_id": role_id, "name_key": "team", "name": "team", "value": "blue"})
    return rows


def _add_user(rows: Rows, account: str, number: int, *, key_id: str, sealed: bytes) -> str:
    user_id, few = _id(Prefix.USER), number % FEW == 0
    path = "/board/" if few else f"/division-{number % DIVISIONS}/"
    rows[schema.user].append({"id": user_id, "boundary_arn": None, **_named(account, f"user-{number:07d}", path)})
    mine = {"account_id": account, "created_at": 1}
    key = {"id": key_id, "status": "Active"}
    rows[schema.access_key].append({**key, **mine, "owner_id": user_id, "sealed_secret": sealed})
    steps = {"last_step": 0, "drift_steps": 0, "wrong_codes": 0, "wrong_at": 0}
    device = {"serial_number": iam_arn(account, f"mfa/phone-{number:07d}"), "name_key": f"/phone-{number:07d}"}
    owned = {"owner_id": None if few else user_id, "enabled_at": None if few else 1, "sealed_seed": sealed}
    rows[schema.mfa_device].append({**device, **owned, **steps, **mine})
    service = "cassandra.amazonaws.com" if few else "codecommit.amazonaws.com"
    credential = {"id": _id(Prefix.SERVICE_CREDENTIAL), "user_id": user_id, "sealed_digest": sealed, "status": "Active"}
    named = {"service_name": service, "service_user_name": f"user-{number:07d}-at", "expires_at": None}
    rows[schema.service_credential].append({**credential, **named, **mine})
    if number % DIVISIONS == 0:
        rows[schema.inline_policy].append({"target_id": user_id, "name": "own", "document": DOCUMENT})
        for name in ("team", "cost-centre"):
            rows[schema.tag].append({"target_id": user_id, "name_key": name, "name": name, "value": "blue"})
    return user_id


def _named(account: str, name: str, path: str = "/") -> dict[str, object]:
    return {"account_id": account, "name": name, "name_key": name.lower(), "path": path, "created_at": 1}


def _id(prefix: Prefix) -> str:
    return mint_unique_id(prefix, secrets.token_bytes)


def _write(connection: Connection, rows: Rows) -> None:
    for table in schema.metadata.sorted_tables:
        if rows.get(table):
            connection.execute(insert(table), rows[table])
