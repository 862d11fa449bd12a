"""What operations on SAML providers act on, as policies see it, and what was found there."""

from __future__ import annotations

import re

from watchword.services.iam.policy_refusals import UnreadableArn
from watchword.services.iam.saml_refusals import NoSuchSamlProvider
from watchword.services.operation import Asking, Call, Target
from watchword.store import saml_providers, tags
from watchword.store.saml_providers import SamlProvider

_PROVIDER_ARN = re.compile(r"arn:aws:iam::([0-9]{12}):saml-provider/[\w.-]{1,128}", re.ASCII)


def provider_to_create(asking: Asking) -> Target:
    """The SAML provider that is about to be made."""
    account = asking.caller.account
    return Target(saml_providers.provider_arn(account, asking.parameters["name"]), account)


def existing_provider(asking: Asking) -> Target:
    """The SAML provider that `SAMLProviderArn` names. Another account's is not looked up.

    Raises UnreadableArn.
    """
    arn = asking.parameters["saml_provider_arn"]
    parsed = _PROVIDER_ARN.fullmatch(arn)
    if parsed is None:
        raise UnreadableArn
    account = parsed[1]
    if account != asking.caller.account:
        return Target(arn, account)
    tx, provider = asking.tx, saml_providers.by_arn(asking.tx, arn)
    if provider is None:
        return Target(arn, account)
    return Target(arn, account, tags=lambda: tags.of(tx, provider.id), subject=provider)


def found_provider(call: Call) -> SamlProvider:
    """Give the SAML provider that the request was allowed on.

    Raises NoSuchSamlProvider.
    """
    if not isinstance(call.target.subject, SamlProvider):
        raise NoSuchSamlProvider(arn=call.target.arn)
    return call.target.subject
