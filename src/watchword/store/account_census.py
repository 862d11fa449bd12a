"""How much of each thing an account has: one query of counts, each over an index of its table."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Table, func, select

from watchword.store import schema
from watchword.store.tx import Tx

_OF_ACCOUNT = {
    "Users": schema.user,
    "Groups": schema.group,
    "Roles": schema.role,
    "Policies": schema.managed_policy,
    "InstanceProfiles": schema.instance_profile,
    "ServerCertificates": schema.server_certificate,
    "MFADevices": schema.mfa_device,
    "OidcProviders": schema.oidc_provider,
    "SamlProviders": schema.saml_provider,
}


def taken(tx: Tx, account: str) -> Mapping[str, int]:
    """Count an account's things, by the names that GetAccountSummary has for them; root's own are under `Root…`."""
    device, version, policy = schema.mfa_device, schema.policy_version, schema.managed_policy
    counts = {name: _count(table, table.c.account_id == account) for name, table in _OF_ACCOUNT.items()}
    counts["MFADevicesInUse"] = _count(device, (device.c.account_id == account) & device.c.owner_id.is_not(None))
    own = select(policy.c.id).where(policy.c.account_id == account)
    counts["PolicyVersionsInUse"] = _count(version, version.c.policy_id.in_(own))
    for name, table in {
        "RootAccessKeys": schema.access_key,
        "RootMFADevices": device,
        "RootSigningCertificates": schema.signing_certificate,
    }.items():
        counts[name] = _count(table, table.c.owner_id == account)  # root goes by the number of its account
    row = tx.connection.execute(select(*(count.label(name) for name, count in counts.items()))).one()
    return {name: int(number) for name, number in row._mapping.items()}  # noqa: SLF001 - SQLAlchemy's public name


def _count(table: Table, condition: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(table).where(condition).scalar_subquery()
