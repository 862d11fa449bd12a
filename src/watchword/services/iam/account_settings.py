"""Settings of an account that are kept and told, and change nothing else here."""

from __future__ import annotations

from collections.abc import Mapping

from watchword.services.iam.account_refusals import BadProperty
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import account_settings
from watchword.store.tx import Tx

TOKEN_VERSIONS = {"v1Token": 1, "v2Token": 2}
"""What SetSecurityTokenServicePreferences takes, and how GetAccountSummary tells it."""
_TOKEN_VERSION, _PROPERTIES = "global-endpoint-token-version", "account-properties"

PROPERTIES = {"RoleManager/Enabled": ("true", "false")}
"""Every account property that AWS documents, and what it may be.  Source: IAM API, GetAccountProperties, Examples."""


@operation("iam", way=Way.CHANGE, journal=("global_endpoint_token_version",))
def set_security_token_service_preferences(call: Call, *, global_endpoint_token_version: str) -> Reply:
    """Keep which version of session token the account wants. Ours are valid in every region, whichever it is.

    Source: IAM API, SetSecurityTokenServicePreferences.
    """
    account_settings.put(call.tx, call.account, _TOKEN_VERSION, global_endpoint_token_version)
    return {}


def token_version(tx: Tx, account: str) -> int:
    """Tell which version of session token an account wants; 1 until it said so."""
    return TOKEN_VERSIONS[account_settings.get(tx, account, _TOKEN_VERSION) or "v1Token"]


@operation("iam", way=Way.READ)
def get_account_properties(call: Call) -> Reply:
    """Tell the properties that the account was given.

    Source: IAM API, GetAccountProperties.
    """
    return {"Properties": _properties(call)}


@operation("iam", way=Way.CHANGE, journal=("properties",), raises=(BadProperty,))
def put_account_properties(call: Call, *, properties: Mapping[str, str]) -> Reply:
    """Give the account properties, all of one namespace; those not named stay.

    Raises BadProperty.   Source: IAM API, PutAccountProperties.
    """
    for name, value in properties.items():
        _check(name, value)
    if len({name.partition("/")[0] for name in properties}) > 1:
        raise BadProperty(message="All properties must belong to the same namespace.")
    account_settings.put(call.tx, call.account, _PROPERTIES, {**_properties(call), **properties})
    return {}


def _properties(call: Call) -> Mapping[str, str]:
    kept: Mapping[str, str] = account_settings.get(call.tx, call.account, _PROPERTIES) or {}
    return kept


def _check(name: str, value: str) -> None:
    namespace, _, rest = name.partition("/")
    if not namespace or not rest or "/" in rest:
        raise BadProperty(message=f"Property {name} is not in the format Namespace/PropertyName.")
    if name not in PROPERTIES:
        raise BadProperty(message=f"Property {name} is not supported.")
    if value not in PROPERTIES[name]:
        raise BadProperty(message=f"The value of property {name} must be {' or '.join(PROPERTIES[name])}.")
