"""What a page costs, counted in steps of SQLite's machine: the same among many as among few, and at the end."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert

from tests.support.stores import ACCOUNT, NOW
from watchword import store
from watchword.store import (
    access_keys,
    attachments,
    blocks,
    credential_rows,
    delegated_administrators,
    groups,
    handshakes,
    inline_policies,
    instance_profiles,
    mfa_devices,
    organization_accounts,
    organization_policies,
    organization_policy_attachments,
    organization_units,
    organizations,
    policies,
    roles,
    schema,
    secret_versions,
    secrets,
    server_certificates,
    service_credentials,
    session_schedules,
    signing_certificates,
    ssh_keys,
    trusted_services,
    users,
)
from watchword.store.engine import Store
from watchword.store.opening import open_store
from watchword.store.policies import Usage
from watchword.store.secret_versions import Place as VersionPlace
from watchword.store.secrets import Order, Place
from watchword.store.tx import Tx
from watchword.store.under_path import LOOKED_THROUGH

FEW, MANY = 100, 1_000
LIMIT = 10
SLACK = 1.2
GROUP, POLICY, USER, ROLE = "AGPA00000", "ANPA00000", "AIDA00000", "AROA00000"
SECRET, REGION = "secret-00000", "us-east-1"
BOUNDARY = "arn:aws:iam::111122223333:policy/name-00001"
EVERYWHERE: Mapping[str, Any] = {"path_prefix": "/", "limit": LIMIT}
BOTH = tuple(Usage)
TYPE = "TAG_POLICY"

Ask = Callable[[Tx, str], Iterable[object]]
"""Read one page past a position."""

LISTINGS: Mapping[str, tuple[str, Ask]] = {
    "users.page": ("name-", lambda tx, after: users.page(tx, ACCOUNT, after=after, **EVERYWHERE)),
    "roles.page": ("name-", lambda tx, after: roles.page(tx, ACCOUNT, after=after, **EVERYWHERE)),
    "groups.page": ("name-", lambda tx, after: groups.page(tx, ACCOUNT, after=after, **EVERYWHERE)),
    "groups.members": ("AIDA", lambda tx, after: groups.members(tx, GROUP, after=after, limit=LIMIT)),
    "groups.groups_of": ("", lambda tx, after: groups.groups_of(tx, USER, after=after, limit=LIMIT)),
    "policies.page": (
        "name-",
        lambda tx, after: policies.page(tx, ACCOUNT, owner=ACCOUNT, used_as=(), after=after, **EVERYWHERE),
    ),
    "attachments.page": ("", lambda tx, after: attachments.page(tx, USER, after=after, **EVERYWHERE)),
    "attachments.entities": ("AIDA", lambda tx, after: holders(tx, attachments.Kind.USER, after)),
    "attachments.entities, groups": ("AGPA", lambda tx, after: holders(tx, attachments.Kind.GROUP, after)),
    "attachments.entities, the last kind": ("", lambda tx, after: holders(tx, attachments.Kind.ROLE, after)),
    "inline_policies.page": ("name-", lambda tx, after: inline_policies.page(tx, USER, after=after, limit=LIMIT)),
    "instance_profiles.page": (
        "name-",
        lambda tx, after: instance_profiles.page(tx, ACCOUNT, after=after, **EVERYWHERE),
    ),
    "instance_profiles.page_of_role": (
        "",
        lambda tx, after: instance_profiles.page_of_role(tx, ROLE, after=after, limit=LIMIT),
    ),
    "server_certificates.page": (
        "name-",
        lambda tx, after: server_certificates.page(tx, ACCOUNT, after=after, **EVERYWHERE),
    ),
    "mfa_devices.page": ("/name-", lambda tx, after: devices(tx, after, enabled=None)),
    "mfa_devices.page, assigned": ("/name-", lambda tx, after: devices(tx, after, enabled=True)),
    "mfa_devices.page, unassigned": ("", lambda tx, after: devices(tx, after, enabled=False)),
    "service_credentials.page": ("ACCA", lambda tx, after: credentials(tx, None, None, after)),
    "service_credentials.page, a service's": ("", lambda tx, after: credentials(tx, None, "rare", after)),
    "service_credentials.page, a user's": ("", lambda tx, after: credentials(tx, USER, None, after)),
    "access_keys.page": ("", lambda tx, after: access_keys.page(tx, USER, after=after, limit=LIMIT)),
    "ssh_keys.page": ("", lambda tx, after: ssh_keys.page(tx, USER, after=after, limit=LIMIT)),
    "signing_certificates.page": ("", lambda tx, after: signing_certificates.page(tx, USER, after=after, limit=LIMIT)),
    "credential_rows.page": ("name-", lambda tx, after: credential_rows.page(tx, ACCOUNT, after=after, limit=LIMIT)),
    "blocks.page": ("name-", lambda tx, after: blocks.page(tx, ACCOUNT, now=NOW, after=after, limit=LIMIT)),
    "session_schedules.page": (
        "name-",
        lambda tx, after: session_schedules.page(tx, ACCOUNT, after=after, limit=LIMIT),
    ),
    "organization_accounts.page": (
        "9",
        lambda tx, after: organization_accounts.page(tx, "o-1", 0, after=after, limit=LIMIT),
    ),
    "organization_accounts.below": (
        "9",
        lambda tx, after: organization_accounts.below(tx, "o-1", "r-1", 0, after=after, limit=LIMIT),
    ),
    "organizations.requests": (
        "car-",
        lambda tx, after: organizations.requests(tx, "o-1", states=("FAILED", "SUCCEEDED"), after=after, limit=LIMIT),
    ),
    "organization_units.below": (
        "ou-1-",
        lambda tx, after: organization_units.below(tx, "o-1", "r-1", after=after, limit=LIMIT),
    ),
    "handshakes.sent": ("h-", lambda tx, after: handshakes.sent(tx, "o-1", 0, after=after, limit=LIMIT)),
    "handshakes.received": ("h-", lambda tx, after: handshakes.received(tx, ACCOUNT, 0, after=after, limit=LIMIT)),
    "delegated_administrators.page, of one service": (
        "9",
        lambda tx, after: delegated_administrators.page(tx, "o-1", "one.amazonaws.com", after=after, limit=LIMIT),
    ),
    "delegated_administrators.services": (
        "s",
        lambda tx, after: delegated_administrators.services(tx, "o-1", ACCOUNT, after=after, limit=LIMIT),
    ),
    "trusted_services.page": ("s", lambda tx, after: trusted_services.page(tx, "o-1", after=after, limit=LIMIT)),
    "organization_policies.page": (
        "name-",
        lambda tx, after: organization_policies.page(tx, "o-1", TYPE, after=after, limit=LIMIT),
    ),
    "organization_policy_attachments.of_target": (
        "p-",
        lambda tx, after: organization_policy_attachments.of_target(tx, "o-1", "r-1", TYPE, after=after, limit=LIMIT),
    ),
    "organization_policy_attachments.targets": (
        "9",
        lambda tx, after: organization_policy_attachments.targets(tx, "o-1", "p-00000", after=after, limit=LIMIT),
    ),
    "secrets.page": ("secret-", lambda tx, after: secrets_by(tx, Order.CREATED, NOW, after)),
    "secrets.page, by change": ("secret-", lambda tx, after: secrets_by(tx, Order.CHANGED, NOW, after)),
    "secrets.page, by name": ("secret-", lambda tx, after: secrets_by(tx, Order.NAME, after, after)),
    "secret_versions.page": ("v-", lambda tx, after: versions(tx, after, deprecated=True)),
    "secret_versions.page, with labels": ("", lambda tx, after: versions(tx, after, deprecated=False)),
}
"""Each with what its positions begin with; none where what is listed is as much among few as among many."""
ELSEWHERE = {
    "aws_policies.page": "reads no table",
    "journal_search.page": "looks through so many entries at most; tested where it is",
    "under_path.stretch": "by users.page and roles.page, and below",
}


def holders(tx: Tx, kind: attachments.Kind, after: str) -> Iterable[object]:
    return attachments.entities(tx, ACCOUNT, POLICY, BOUNDARY, kind, used_as=BOTH, after=after, **EVERYWHERE)


def devices(tx: Tx, after: str, *, enabled: bool | None) -> Iterable[object]:
    return mfa_devices.page(tx, ACCOUNT, enabled=enabled, after=after, limit=LIMIT)


def secrets_by(tx: Tx, by: Order, value: int | str, after: str) -> Iterable[object]:
    place = Place(value, after)  # at the beginning, too: to compare costs the same each time
    return secrets.page(tx, ACCOUNT, REGION, by=by, descending=False, after=place, limit=LIMIT)


def versions(tx: Tx, after: str, *, deprecated: bool) -> Iterable[object]:
    return secret_versions.page(tx, SECRET, deprecated=deprecated, after=VersionPlace(NOW, after), limit=LIMIT)


def credentials(tx: Tx, user_id: str | None, service: str | None, after: str) -> Iterable[object]:
    return service_credentials.page(tx, ACCOUNT, user_id=user_id, service_name=service, after=after, limit=LIMIT)


def rows(number: int) -> Iterator[tuple[Table, dict[str, object]]]:
    """Everything with a number: user 0 has all that a user has of its own, and most users have a few things."""
    mine: dict[str, object] = {"account_id": ACCOUNT, "created_at": NOW}
    named: dict[str, object] = {**mine, "name": f"name-{number:05}", "name_key": f"name-{number:05}", "path": "/"}
    user_id, group_id, role_id = f"AIDA{number:05}", f"AGPA{number:05}", f"AROA{number:05}"
    arn, versions = BOUNDARY[:-5] + f"{number:05}", {"default_version": 1, "newest_version": 1, "updated_at": NOW}
    yield schema.user, {"id": user_id, "boundary_arn": BOUNDARY, **named}
    yield schema.group, {"id": group_id, **named}
    role = {"trust_policy": "{}", "max_session_seconds": 3600}
    yield schema.role, {"id": role_id, **role, **named}
    yield schema.managed_policy, {"id": f"ANPA{number:05}", "arn": arn, **versions, **named}
    yield schema.membership, {"group_id": GROUP, "user_id": user_id}
    for holder in (user_id, group_id):
        yield schema.attachment, {"target_id": holder, "policy_id": POLICY}
    yield schema.inline_policy, {"target_id": USER, "name": f"name-{number:05}", "document": "{}"}
    yield schema.instance_profile, {"id": f"AIPA{number:05}", "role_id": role_id, **named}
    site = {**named, "uploaded_at": NOW, "expires_at": NOW, "body": "", "sealed_private_key": b""}
    yield schema.server_certificate, {"id": f"ASCA{number:05}", **{k: v for k, v in site.items() if k != "created_at"}}
    device = {"serial_number": f"mfa/{number}", "name_key": f"/name-{number:05}", "sealed_seed": b"", "wrong_at": 0}
    zero = dict.fromkeys(("last_step", "drift_steps", "wrong_codes"), 0)
    yield schema.mfa_device, {**mine, **device, **zero, "owner_id": user_id if number else None}
    own = {"id": f"ACCA{number:05}", "user_id": user_id, "sealed_digest": b"", "status": "Active"}
    service = {"service_name": "often" if number else "rare", "service_user_name": str(number)}
    yield schema.service_credential, {**mine, **own, **service}
    yield (
        schema.access_key,
        {**mine, "id": f"AKIA{number}", "owner_id": user_id, "status": "Active", "sealed_secret": b""},
    )
    given = {"account_id": ACCOUNT, "body": "", "status": "Active", "uploaded_at": NOW}
    yield schema.ssh_key, {"id": f"APKA{number}", "user_id": user_id, "fingerprint": "", **given}
    yield schema.signing_certificate, {"id": str(number), "owner_id": user_id, **given}
    yield schema.account, {"id": f"9{number:05}", "sealed_data_key": b"", "created_at": NOW}
    meant = {**mine, "name": f"name-{number:05}", "criteria": "{}", "reason": "", "created_by": ""}
    yield schema.block, {**meant, "until": NOW + 1}
    when = {"expression": "* * * * *", "time_zone": "UTC", "older_than": 0, "next_run_at": NOW}
    yield schema.schedule, {**meant, **when}
    yield from of_organization(number)


def of_organization(number: int) -> Iterator[tuple[Table, dict[str, object]]]:
    """What an organization has with a number; one account administers every service, as most administer a few."""
    member = {"account_id": f"9{number:05}", "organization_id": "o-1"}
    yield schema.member, {**member, "parent_id": "r-1", "joined_method": "CREATED", "joined_at": NOW}
    contact = {"name": "", "email": str(number), "email_key": str(number)}
    yield schema.account_contact, {"account_id": f"9{number:05}", **contact}
    unit = {"id": f"ou-1-{number:05}", "organization_id": "o-1", "parent_id": "r-1", "name": str(number)}
    yield schema.organizational_unit, {**unit, "path": "", "created_at": NOW}
    made = {"id": f"car-{number:05}", "organization_id": "o-1", "account_name": "", "requested_at": NOW}
    yield schema.account_request, {**made, "state": "SUCCEEDED" if number % 2 else "FAILED"}
    asked = {"id": f"h-{number:05}", "organization_id": "o-1", "account_id": ACCOUNT, "state": "OPEN", "action": ""}
    about = {"management_account_id": ACCOUNT, "party_type": "", "party": "", "tags": "{}", "requested_at": NOW}
    yield schema.handshake, {**asked, **about, "expires_at": NOW, "kept_until": NOW}
    trusted = {"organization_id": "o-1", "service": f"s{number:05}", "enabled_at": NOW}
    yield schema.trusted_service, trusted
    yield schema.delegated_administrator, {**trusted, "account_id": ACCOUNT}
    yield schema.delegated_administrator, {**trusted, **member, "service": "one.amazonaws.com"}
    limits = {"organization_id": "o-1", "type": TYPE}
    text = {"name": f"name-{number:05}", "description": "", "content": "{}", "created_at": NOW, "updated_at": NOW}
    yield schema.organization_policy, {"id": f"p-{number:05}", **limits, **text}
    for target, policy in (("r-1", f"p-{number:05}"), (f"9{number:05}", "p-00000")):
        attached = {"target_id": target, "policy_id": policy, "number": 1, "attached_at": NOW}
        yield schema.organization_policy_attachment, {**limits, **attached}


def secret_rows(number: int) -> Iterator[tuple[Table, dict[str, object]]]:
    """A secret with each number, and versions of the first: so many of them have labels that they fill a page."""
    kept = {"account_id": ACCOUNT, "region": REGION, "created_at": NOW, "changed_at": NOW}
    yield schema.secret, {**kept, "arn": f"secret-{number:05}", "name": f"secret-{number:05}"}
    version = {"secret_arn": SECRET, "id": f"v-{number:05}", "created_at": NOW}
    yield schema.secret_version, {**version, "sealed_value": b"", "is_binary": False}
    if number < LIMIT:
        yield schema.secret_label, {"secret_arn": SECRET, "label": str(number), "version_id": version["id"]}


def filled(template: Path, place: Path, count: int) -> Store:
    shutil.copy(template, place)
    opened = open_store(f"sqlite:///{place}")
    gathered: dict[Table, list[dict[str, object]]] = {}
    for number in range(count):
        for table, row in (*rows(number), *secret_rows(number)):
            gathered.setdefault(table, []).append(row)
    organization = {"id": "o-1", "root_id": "r-1", "management_account_id": ACCOUNT, "features": "[]"}
    with opened.writing.connect() as connection, connection.begin():
        connection.execute(insert(schema.organization).values(**organization, created_at=NOW))
        for table in schema.metadata.sorted_tables:
            if table in gathered:
                connection.execute(insert(table), gathered[table])
    return opened


@pytest.fixture(scope="module")
def stores(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[int, Store]]:
    folder = tmp_path_factory.mktemp("costs")
    opened = {count: filled(sqlite_template, folder / f"{count}.db", count) for count in (FEW, MANY)}
    yield opened
    for one in opened.values():
        one.close()


def cost(opened: Store, ask: Ask, after: str) -> tuple[int, int]:
    """Read one page; gives how many rows it has, and how many steps it took."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    with opened.read() as tx:
        driver: Any = tx.connection.connection.dbapi_connection
        driver.set_progress_handler(step, 1)
        try:
            found = len([*ask(tx, after)])
        finally:
            driver.set_progress_handler(None, 0)
    return found, taken


@pytest.mark.parametrize("name", LISTINGS)
def test_a_page_costs_the_same_wherever_it_is_and_among_however_many(stores: Mapping[int, Store], name: str) -> None:
    prefix, ask = LISTINGS[name]
    ends = {count: f"{prefix}{count - 2 * LIMIT:05}" if prefix else "" for count in stores}
    pages = {
        (count, after): cost(opened, ask, after) for count, opened in stores.items() for after in ("", ends[count])
    }
    found = {rows for rows, _ in pages.values()}
    assert len(found) == 1, pages
    steps = [taken for _, taken in pages.values()]
    assert max(steps) <= SLACK * min(steps), pages


def test_every_paged_listing_is_here() -> None:
    paged = {
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(store.__path__)
        for name, one in inspect.getmembers(
            importlib.import_module(f"{store.__name__}.{module.name}"), inspect.isfunction
        )
        if one.__module__ == f"{store.__name__}.{module.name}" and not name.startswith("_")
        if {"after", "limit"} <= inspect.signature(one).parameters.keys()
    }
    assert {name.partition(",")[0] for name in LISTINGS} | ELSEWHERE.keys() == paged


def test_a_page_looks_through_so_many_at_most(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "crowd.db")
    opened = open_store(f"sqlite:///{tmp_path / 'crowd.db'}")
    crowd = [
        {"id": f"AIDA{number}", "account_id": ACCOUNT, "created_at": NOW}
        | {"name": f"n{number:05}", "name_key": f"n{number:05}", "path": "/rare/" if number > LOOKED_THROUGH else "/"}
        for number in range(1, LOOKED_THROUGH + 4)
    ]
    with opened.writing.connect() as connection, connection.begin():
        connection.execute(insert(schema.user), crowd)
    with opened.read() as tx:
        nothing = users.page(tx, ACCOUNT, path_prefix="/rare/", after="", limit=9)
        assert ([*nothing], nothing.reached) == ([], f"n{LOOKED_THROUGH:05}")
        rest = users.page(tx, ACCOUNT, path_prefix="/rare/", after=nothing.reached or "", limit=9)
        assert ([user.name for user in rest], rest.reached) == ([f"n{LOOKED_THROUGH + n:05}" for n in (1, 2, 3)], None)
        full = users.page(tx, ACCOUNT, path_prefix="/rare/", after=nothing.reached or "", limit=3)
        assert (len(full), full.reached) == (3, None)
    opened.close()
