"""A web identity token, from text to somebody whom a provider vouches for, as the standards order it.

1 read it, 2 find its issuer among the providers of the role's account, 3 have the provider's keys, 4 verify the
signature, 5 judge the claims. Nobody who is not registered is ever asked for anything, and nothing that a token says
but its issuer and its key's name is used before 4 has passed.
Source: RFC 7519, section 7.2; RFC 8725; OpenID Connect Core 1.0, section 3.1.3.7.
"""

from __future__ import annotations

from functools import partial

from watchword.crypto.jose import BrokenToken, WebKeys, WebToken, is_signed, read_token
from watchword.domain.refusal import Refusal
from watchword.services.issuers.addresses import SCHEME
from watchword.services.issuers.faults import IssuerFault, Unreachable, Untrusted
from watchword.services.known import KnownOidcProvider
from watchword.services.operation import Asking, Outside
from watchword.services.sts.web_identity_claims import WebIdentity, identity_of
from watchword.services.sts.web_identity_refusals import (
    CertificateUnknown,
    IdpUnreachable,
    KeyNotFound,
    MissingClaim,
    NoSuchProvider,
    NotAToken,
    SignatureInvalid,
)
from watchword.store.oidc_providers import arn_of

LONGEST_ISSUER = 255
"""Characters.  Source: IAM API, CreateOpenIDConnectProvider, Url."""


def identified(asking: Asking, account: str, text: str) -> WebIdentity:
    """Say whom a token is about, for a role of `account`.

    Raises Miss, Outside, and the refusals of `web_identity_refusals`.
    """
    try:
        token = read_token(text)  # 1
    except BrokenToken as error:
        raise NotAToken from error
    provider = _provider(asking, account, token)  # 2
    keys = _keys(asking, provider, token.key_id)  # 3
    if token.key_id not in keys:
        raise KeyNotFound
    if not is_signed(token, keys):  # 4
        raise SignatureInvalid
    return identity_of(token.claims, provider, asking.now)  # 5


def _provider(asking: Asking, account: str, token: WebToken) -> KnownOidcProvider:
    issuer = token.claims.get("iss")
    if not isinstance(issuer, str) or not issuer:
        raise MissingClaim(claim="iss")
    provider = None
    if issuer.startswith(SCHEME) and len(issuer) <= LONGEST_ISSUER and issuer.isprintable():
        provider = asking.directory.oidc_provider(arn_of(account, issuer.removeprefix(SCHEME)))
    if provider is None or provider.issuer != issuer:
        raise NoSuchProvider(issuer=issuer[:LONGEST_ISSUER])
    return provider


def _keys(asking: Asking, provider: KnownOidcProvider, key_id: str) -> WebKeys:
    keys = asking.tools.key_sets.of(provider, key_id)
    if keys is None:
        raise Outside(partial(asking.tools.key_sets.fetch, provider), f"keys of {provider.arn}")
    if isinstance(keys, IssuerFault):
        raise _refusal(keys, provider) from keys
    return keys


def _refusal(fault: IssuerFault, provider: KnownOidcProvider) -> Refusal:
    match fault:
        case Unreachable():
            return IdpUnreachable(issuer=provider.issuer)
        case Untrusted():
            return CertificateUnknown()
        case _:
            return KeyNotFound()
