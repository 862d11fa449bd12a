"""Outbound web identity federation: whether principals of an account may get tokens that prove who they are."""

from __future__ import annotations

import uuid

from watchword.crypto.jose.signing import ALGORITHMS, make_key
from watchword.domain.refusal import Refusal
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import token_issuers
from watchword.store.token_issuers import TokenIssuer, TokenKey


class FeatureEnabled(Refusal):
    """Source: iam model, FeatureEnabledException (409)."""

    code, status = "FeatureEnabled", 409
    text = "Outbound identity federation is already enabled for your account."


class FeatureDisabled(Refusal):
    """Source: iam model, FeatureDisabledException (404)."""

    code, status = "FeatureDisabled", 404
    text = "Outbound identity federation is disabled for your account."


@operation("iam", way=Way.CHANGE, told=("IssuerIdentifier",), raises=(FeatureEnabled,))
def enable_outbound_web_identity_federation(call: Call) -> Reply:
    """Let principals of the account get web identity tokens; its issuer gets its URL and keys the first time.

    Raises FeatureEnabled.   Source: IAM API, EnableOutboundWebIdentityFederation.
    """
    issuer = token_issuers.of(call.tx, call.account)
    if issuer is None:
        issuer = _made(call)
    elif issuer.enabled:
        raise FeatureEnabled
    else:
        token_issuers.set_enabled(call.tx, issuer.id, enabled=True)
    return {"IssuerIdentifier": call.asking.tools.issuer_url(issuer.id)}


@operation("iam", way=Way.CHANGE, raises=(FeatureDisabled,))
def disable_outbound_web_identity_federation(call: Call) -> Reply:
    """Give no more tokens. Those that were given are good until they expire, and can be verified still.

    Raises FeatureDisabled.   Source: IAM API, DisableOutboundWebIdentityFederation.
    """
    token_issuers.set_enabled(call.tx, _enabled(call).id, enabled=False)
    return {}


@operation("iam", way=Way.READ, raises=(FeatureDisabled,))
def get_outbound_web_identity_federation_info(call: Call) -> Reply:
    """Tell the account's issuer.

    Raises FeatureDisabled.   Source: IAM API, GetOutboundWebIdentityFederationInfo.
    """
    return {"IssuerIdentifier": call.asking.tools.issuer_url(_enabled(call).id), "JwtVendingEnabled": True}


def _enabled(call: Call) -> TokenIssuer:
    issuer = token_issuers.of(call.tx, call.account)
    if issuer is None or not issuer.enabled:
        raise FeatureDisabled
    return issuer


def _made(call: Call) -> TokenIssuer:
    issuer = TokenIssuer(
        str(uuid.UUID(bytes=call.random(16), version=4)), call.account, enabled=True, created_at=call.now
    )
    token_issuers.add(call.tx, issuer)
    for algorithm in ALGORITHMS:
        key_id, public, private = make_key(algorithm)
        sealed = call.vault.seal(private, to=key_id)
        token_issuers.add_key(call.tx, TokenKey(key_id, issuer.id, algorithm, public, sealed, call.now))
    return issuer
