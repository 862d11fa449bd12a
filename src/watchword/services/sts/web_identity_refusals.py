"""What AssumeRoleWithWebIdentity refuses, each once: code, status and AWS's words."""

from __future__ import annotations

from watchword.domain.refusal import InvalidIdentityToken, Refusal
from watchword.services.sts.refusals import Invalid


class AccessTokenNotTaken(Invalid):
    """Whether an OAuth 2.0 access token is good, only Amazon and Facebook themselves could say; they are not asked."""

    text = (
        "ProviderId `{provider}` is not offered here: leave it out, and pass the ID token of an OpenID Connect "
        "provider that the role's account has registered"
    )


class NotAToken(InvalidIdentityToken):
    """It cannot be read, or asks for an algorithm that is not taken.  Source: recorded from AWS."""

    text = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"


class NoSuchProvider(InvalidIdentityToken):
    """The role's account has not registered the token's issuer.  Source: recorded from AWS."""

    text = "No OpenIDConnect provider found in your account for {issuer}"


class KeyNotFound(InvalidIdentityToken):
    """The provider does not publish the key that the token names.  Source: recorded from AWS, with both spaces."""

    text = (
        "Couldn't retrieve verification key from your identity provider,  please reference "
        "AssumeRoleWithWebIdentity documentation for requirements"
    )


class CertificateUnknown(InvalidIdentityToken):
    """No authority trusted here vouches for the provider's host, nor a thumbprint.  Source: recorded from AWS."""

    text = "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint"


class SignatureInvalid(InvalidIdentityToken):
    """Whoever made the token does not have the provider's key."""

    text = "The signature of the web identity token is not valid."


class MissingClaim(InvalidIdentityToken):
    """Source: recorded from AWS for `aud` and `sub`."""

    text = "Missing a required claim: {claim}"


class ClaimInvalid(InvalidIdentityToken):
    """A claim that is not of the form that AWS documents."""

    text = "The claim {claim} of the web identity token is not valid: {problem}"


class WrongAudience(InvalidIdentityToken):
    """The token is for somebody else.  Source: recorded from AWS."""

    text = "Incorrect token audience"


class TokenNotYetValid(InvalidIdentityToken):
    """The token comes from the future."""

    text = "Token not yet valid: current date/time {now} must not be before the date/time {begins}"


class IdentityTokenExpired(Refusal):
    """Source: sts model, ExpiredTokenException (400); the words recorded from AWS."""

    code = "ExpiredTokenException"
    text = "Token expired: current date/time {now} must be before the expiration date/time {expires}"


class IdpUnreachable(Refusal):
    """Clients try again on it.  Source: sts model, IDPCommunicationErrorException (400)."""

    code = "IDPCommunicationError"
    text = "The identity provider {issuer} could not be reached to verify the web identity token."
