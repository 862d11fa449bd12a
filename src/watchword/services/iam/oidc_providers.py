"""OpenID Connect providers: register, tell, list and delete; for whom their tokens may be, and how they are known.

A provider is not asked for anything until somebody brings a token of its. Without thumbprints, the authorities that
are trusted here must vouch for its host.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from watchword.services.iam import tagging
from watchword.services.iam.oidc_provider_tags import put_tags
from watchword.services.iam.oidc_refusals import (
    NoSuchProvider,
    NoSuchProviderToDelete,
    NoThumbprint,
    ProviderExists,
    TagsFull,
    ThumbprintUnreadable,
    TooManyThumbprints,
    UrlNotHttps,
    UrlNotTaken,
    UrlUnreadable,
)
from watchword.services.iam.oidc_targets import existing_provider, found_provider, provider_at
from watchword.services.iam.policy_refusals import UnreadableArn
from watchword.services.iam.refusals import DuplicateTagKeys, LimitExceeded, ReservedTag
from watchword.services.issuers.addresses import SCHEME, address_of
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import oidc_providers
from watchword.store import tags as kept_tags
from watchword.store.oidc_providers import OidcProvider

MOST_THUMBPRINTS = 5
"""Source: IAM API, CreateOpenIDConnectProvider, ThumbprintList."""
_THUMBPRINT = re.compile(r"[0-9a-f]{40}")


@operation(
    "iam",
    way=Way.CHANGE,
    on=provider_at,
    journal=("url", "client_id_list", "thumbprint_list", "tags"),
    told=("OpenIDConnectProviderArn",),
    raises=(
        UrlUnreadable,
        UrlNotHttps,
        UrlNotTaken,
        ThumbprintUnreadable,
        TooManyThumbprints,
        DuplicateTagKeys,
        ReservedTag,
        ProviderExists,
        TagsFull,
        LimitExceeded,
    ),
    also=tagging.needed_to_tag("iam:TagOpenIDConnectProvider"),
)
def create_open_id_connect_provider(
    call: Call,
    *,
    url: str,
    client_id_list: Sequence[str] | None = None,
    thumbprint_list: Sequence[str] | None = None,
    tags: tagging.Passed | None = None,
) -> Reply:
    """Register a provider: whom its tokens are about may assume the roles that trust it.

    Raises whatever `raises` names.   Source: IAM API, CreateOpenIDConnectProvider.
    """
    named = _url(url)
    thumbprints, client_ids = _thumbprints(thumbprint_list or ()), tuple(dict.fromkeys(client_id_list or ()))
    _limit_client_ids(call, len(client_ids))
    tagging.read(tags)
    provider = OidcProvider(call.account, named, client_ids, thumbprints, call.now)
    if oidc_providers.by_arn(call.tx, provider.arn) is not None:
        raise ProviderExists(url=url)
    limit = call.quotas.oidc_providers_per_account
    if oidc_providers.count(call.tx, call.account) >= limit:
        raise LimitExceeded(quota="OpenIdConnectProvidersPerAccount", limit=limit)
    oidc_providers.add(call.tx, provider)
    put_tags(call, provider.arn, tags)
    told = {"OpenIDConnectProviderArn": provider.arn}
    return {**told, "Tags": tagging.told(kept_tags.of(call.tx, provider.arn))} if tags else told


@operation(
    "iam",
    way=Way.READ,
    on=existing_provider,
    journal=("open_id_connect_provider_arn",),
    raises=(UnreadableArn, NoSuchProvider),
)
def get_open_id_connect_provider(call: Call, *, open_id_connect_provider_arn: str) -> Reply:  # noqa: ARG001 - by target
    """Tell of a provider.

    Raises UnreadableArn, NoSuchProvider.   Source: IAM API, GetOpenIDConnectProvider.
    """
    provider = found_provider(call)
    return {
        "Url": provider.url,
        "ClientIDList": provider.client_ids,
        "ThumbprintList": provider.thumbprints,
        "CreateDate": provider.created_at,
        "Tags": tagging.told(kept_tags.of(call.tx, provider.arn)),
    }


@operation("iam", way=Way.READ)
def list_open_id_connect_providers(call: Call) -> Reply:
    """List the account's providers by URL.   Source: IAM API, ListOpenIDConnectProviders: all of them, ARNs alone."""
    providers = oidc_providers.of_account(call.tx, call.account)
    return {"OpenIDConnectProviderList": [{"Arn": provider.arn} for provider in providers]}


@operation(
    "iam",
    way=Way.CHANGE,
    on=existing_provider,
    journal=("open_id_connect_provider_arn",),
    raises=(UnreadableArn, NoSuchProviderToDelete),
)
def delete_open_id_connect_provider(call: Call, *, open_id_connect_provider_arn: str) -> Reply:
    """Believe a provider no more, from that moment. Roles go on naming it; sessions that were given out stay.

    Raises UnreadableArn, NoSuchProviderToDelete.   Source: IAM API, DeleteOpenIDConnectProvider.
    """
    if not isinstance(call.target.subject, OidcProvider):
        raise NoSuchProviderToDelete(arn=open_id_connect_provider_arn)
    oidc_providers.remove(call.tx, open_id_connect_provider_arn)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=existing_provider,
    journal=("open_id_connect_provider_arn", "client_id"),
    raises=(UnreadableArn, NoSuchProvider, LimitExceeded),
)
def add_client_id_to_open_id_connect_provider(
    call: Call,
    *,
    open_id_connect_provider_arn: str,
    client_id: str,
) -> Reply:
    """Take tokens that are for one more client; for one that is taken already, nothing changes.

    Raises UnreadableArn, NoSuchProvider, LimitExceeded.   Source: IAM API, AddClientIDToOpenIDConnectProvider.
    """
    client_ids = tuple(dict.fromkeys((*found_provider(call).client_ids, client_id)))
    _limit_client_ids(call, len(client_ids))
    oidc_providers.set_client_ids(call.tx, open_id_connect_provider_arn, client_ids)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=existing_provider,
    journal=("open_id_connect_provider_arn", "client_id"),
    raises=(UnreadableArn, NoSuchProvider),
)
def remove_client_id_from_open_id_connect_provider(
    call: Call,
    *,
    open_id_connect_provider_arn: str,
    client_id: str,
) -> Reply:
    """Take no more tokens that are for a client; for one that is not taken, nothing changes.

    Raises UnreadableArn, NoSuchProvider.   Source: IAM API, RemoveClientIDFromOpenIDConnectProvider.
    """
    left = [one for one in found_provider(call).client_ids if one != client_id]
    oidc_providers.set_client_ids(call.tx, open_id_connect_provider_arn, left)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=existing_provider,
    journal=("open_id_connect_provider_arn", "thumbprint_list"),
    raises=(UnreadableArn, NoSuchProvider, ThumbprintUnreadable, TooManyThumbprints, NoThumbprint),
)
def update_open_id_connect_provider_thumbprint(
    call: Call,
    *,
    open_id_connect_provider_arn: str,
    thumbprint_list: Sequence[str],
) -> Reply:
    """Replace the certificates that a provider may be known by. Keys that were had under the former ones are dropped.

    Raises UnreadableArn, NoSuchProvider, ThumbprintUnreadable, TooManyThumbprints, NoThumbprint.
    Source: IAM API, UpdateOpenIDConnectProviderThumbprint.
    """
    found_provider(call)
    if not thumbprint_list:
        raise NoThumbprint
    oidc_providers.set_thumbprints(call.tx, open_id_connect_provider_arn, _thumbprints(thumbprint_list))
    return {}


def _url(url: str) -> str:
    """Check a provider's URL, and give it without its scheme. What is written is what tokens must say: it stays as is.

    Raises UrlUnreadable, UrlNotHttps, UrlNotTaken.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or not rest:
        raise UrlUnreadable
    if f"{scheme}://" != SCHEME:
        raise UrlNotHttps
    try:
        address = address_of(url)
    except ValueError as error:
        raise UrlNotTaken from error
    if address.query:
        raise UrlNotTaken
    return rest


def _thumbprints(given: Sequence[str]) -> tuple[str, ...]:
    thumbprints = tuple(dict.fromkeys(thumbprint.lower() for thumbprint in given))
    for thumbprint in thumbprints:
        if _THUMBPRINT.fullmatch(thumbprint) is None:
            raise ThumbprintUnreadable(thumbprint=thumbprint)
    if len(thumbprints) > MOST_THUMBPRINTS:
        raise TooManyThumbprints(limit=MOST_THUMBPRINTS)
    return thumbprints


def _limit_client_ids(call: Call, number: int) -> None:
    limit = call.quotas.client_ids_per_oidc_provider
    if number > limit:
        raise LimitExceeded(quota="ClientIdsPerOpenIdConnectProvider", limit=limit)
