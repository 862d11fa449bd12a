"""A large organization, written straight into a store: its accounts, and in each the role that sweeps, users and keys.

Nearly all keys are young and in use. In a few accounts, spread evenly, some users have keys that something is to be
done about. Nobody can sign with any of them.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import time

import msgspec
from sqlalchemy import Connection, Table, delete, func, insert, select

from bench.subjects import key_ids
from watchword.compose.stores import unlock
from watchword.domain.arn import iam_arn
from watchword.domain.ids import Prefix, mint_account_id, mint_unique_id
from watchword.domain.secret import Secret
from watchword.rotation.member_role import documents
from watchword.rotation.member_role.grant import ACCOUNT, PARTITION, Grant
from watchword.rotation.terms import DAY
from watchword.settings import Settings
from watchword.store import schema
from watchword.store.organizations import CREATED, INVITED
from watchword.store.reports import Kind

ROLE = "WatchwordRotation"
EXEMPT = "IAMKeyRotationExemptionGroup"
EVERY = 50
"""Each so-and-so-manieth account has candidates: two in a hundred."""
CANDIDATES = 3
"""Users in such an account whose keys are too old."""
PAIRS = 5
"""Each so-and-so-manieth user has two keys."""
YOUNG, OLD = 45 * DAY, 95 * DAY
BATCH = 25
"""Accounts written at once."""

Rows = dict[Table, list[dict[str, object]]]


@dataclass(frozen=True, slots=True)
class Organization:
    """How large one is. Accounts are those besides the one that manages it."""

    accounts: int
    users: int

    @property
    def with_candidates(self) -> int:
        """How many accounts have users whose keys are too old."""
        return len(range(0, self.accounts, EVERY))

    def fill(self, folder: Path) -> None:
        """Write it into a store."""
        unlocked = unlock(Settings(folder))
        manager, now = unlocked.installation.first_account_id, int(time())
        sealed = unlocked.vault(manager).seal_secret(Secret("nobody signs with it"), to="all")
        numbers = sorted({mint_account_id(secrets.token_bytes) for _ in range(self.accounts)})
        with unlocked.store.writing.connect() as connection, connection.begin():
            _write(connection, _top(manager, now))
            for start in range(0, len(numbers), BATCH):
                rows: Rows = defaultdict(list)
                for place, account in enumerate(numbers[start : start + BATCH], start):
                    _add_account(rows, account, unlocked.data_key(account), manager, now)
                    _add_users(rows, account, self.users, sealed, now, old=CANDIDATES if place % EVERY == 0 else 0)
                _write(connection, rows)
        unlocked.store.close()


def forget_reports(folder: Path) -> None:
    """Take all credential reports out of a store, so that the next sweep has them made, as a daily one does."""
    unlocked = unlock(Settings(folder))
    with unlocked.store.writing.connect() as connection, connection.begin():
        kinds = [kind.value for kind in (Kind.CREDENTIALS, Kind.CREDENTIALS_PART)]
        connection.execute(delete(schema.report).where(schema.report.c.kind.in_(kinds)))
    unlocked.store.close()


def requests(folder: Path) -> int:
    """Count the requests that a store's authority has answered, as its journal has them.

    One that assumes another account's role is an entry in both accounts, and counts once.
    """
    unlocked = unlock(Settings(folder))
    entry = schema.journal.c
    twice = (entry.event == "sts:AssumeRole") & (entry.account_id != unlocked.installation.first_account_id)
    with unlocked.store.writing.connect() as connection:
        counted = connection.execute(select(func.count()).where(~twice)).scalar_one()
    unlocked.store.close()
    return int(counted)


def _top(manager: str, now: int) -> Rows:
    made = {"id": "o-bench00000", "root_id": "r-bnch", "management_account_id": manager, "features": "[]"}
    contact: dict[str, object] = {
        "account_id": manager,
        "name": "management",
        "email": "top@example.com",
        "email_key": "top@example.com",
    }
    return {
        schema.organization: [{**made, "created_at": now}],
        schema.account_contact: [contact],
        schema.member: [_member(manager, INVITED, now)],
    }


def _member(account: str, how: str, now: int) -> dict[str, object]:
    place = {"organization_id": "o-bench00000", "parent_id": "r-bnch"}
    return {"account_id": account, **place, "joined_method": how, "joined_at": now}


def _add_account(rows: Rows, account: str, data_key: bytes, manager: str, now: int) -> None:
    """Add an account with the role that the tool's own documents describe."""
    email = f"owner-{account}@example.com"
    rows[schema.account].append({"id": account, "sealed_data_key": data_key, "created_at": now, "closed_at": None})
    contact: dict[str, object] = {
        "account_id": account,
        "name": f"account {account}",
        "email": email,
        "email_key": email,
    }
    rows[schema.account_contact].append(contact)
    rows[schema.member].append(_member(account, CREATED, now))
    grant, role_id = Grant(iam_arn(manager, "root"), ROLE), _id(Prefix.ROLE)
    trust, may = (_text(one, account) for one in (documents.trust(grant), documents.permissions(grant)))
    own = {"description": None, "trust_policy": trust, "max_session_seconds": 3600, "boundary_arn": None}
    rows[schema.role].append({"id": role_id, **own, **_named(account, ROLE, now)})
    rows[schema.inline_policy].append({"target_id": role_id, "name": "rotation", "document": may})


def _add_users(rows: Rows, account: str, count: int, sealed: bytes, now: int, *, old: int) -> None:
    """Add users with their keys; the first `old` have keys that are too old, and the last of all is exempt."""
    drawn, group_id = key_ids(account), _id(Prefix.GROUP)
    rows[schema.group].append({"id": group_id, **_named(account, EXEMPT, now)})
    for number in range(count):
        user_id, name = _id(Prefix.USER), f"user-{number:03d}"
        made = int(now - (OLD if number < old else YOUNG) - number * 60)
        rows[schema.user].append({"id": user_id, "boundary_arn": None, **_named(account, name, made)})
        for key_id in _some(drawn, 2 if number % PAIRS == 0 else 1):
            key = {"id": key_id, "status": "Active", "sealed_secret": sealed, "owner_name": name, "owner_path": "/"}
            rows[schema.access_key].append({**key, "account_id": account, "owner_id": user_id, "created_at": made})
            used = {"at": int(now - DAY), "service": "s3", "region": "us-east-1"}
            rows[schema.last_used].append({"subject": key_id, **used})
    rows[schema.membership].append({"group_id": group_id, "user_id": user_id})


def _some(drawn: Iterator[str], count: int) -> list[str]:
    return [next(drawn) for _ in range(count)]


def _text(document: object, account: str) -> str:
    return msgspec.json.encode(document).decode().replace(ACCOUNT, account).replace(PARTITION, "aws")


def _named(account: str, name: str, at: int) -> dict[str, object]:
    return {"account_id": account, "name": name, "name_key": name.lower(), "path": "/", "created_at": at}


def _id(prefix: Prefix) -> str:
    return mint_unique_id(prefix, secrets.token_bytes)


def _write(connection: Connection, rows: Rows) -> None:
    for table in schema.metadata.sorted_tables:
        if rows.get(table):
            connection.execute(insert(table), rows[table])
