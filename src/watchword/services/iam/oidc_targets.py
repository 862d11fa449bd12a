"""What operations on OpenID Connect providers act on: providers by their ARN, which their URL makes."""

from __future__ import annotations

import re

from watchword.services.iam.oidc_refusals import NoSuchProvider
from watchword.services.iam.policy_refusals import UnreadableArn
from watchword.services.issuers.addresses import SCHEME
from watchword.services.operation import Asking, Call, Target
from watchword.store import oidc_providers, tags
from watchword.store.oidc_providers import OidcProvider

_PROVIDER_ARN = re.compile(r"arn:aws:iam::([0-9]{12}):oidc-provider/[\x21-\x7e]+")


def provider_at(asking: Asking) -> Target:
    """The provider that is about to be registered at `Url`."""
    account = asking.caller.account
    return Target(oidc_providers.arn_of(account, asking.parameters["url"].removeprefix(SCHEME)), account)


def existing_provider(asking: Asking) -> Target:
    """The provider that `OpenIDConnectProviderArn` names; another account's is not looked up.

    Raises UnreadableArn.
    """
    arn = asking.parameters["open_id_connect_provider_arn"]
    named = _PROVIDER_ARN.fullmatch(arn)
    if named is None:
        raise UnreadableArn
    if named[1] != asking.caller.account:
        return Target(arn, named[1])
    tx, provider = asking.tx, oidc_providers.by_arn(asking.tx, arn)
    if provider is None:
        return Target(arn, named[1])
    return Target(arn, named[1], tags=lambda: tags.of(tx, arn), subject=provider)


def found_provider(call: Call) -> OidcProvider:
    """Give the provider that the request was allowed on.

    Raises NoSuchProvider.
    """
    if not isinstance(call.target.subject, OidcProvider):
        raise NoSuchProvider(arn=call.target.arn)
    return call.target.subject
