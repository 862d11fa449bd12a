"""What AssumeRoleWithSAML refuses beyond the response itself, whose refusals `crypto.saml` declares.

Source of AWS's words: answers recorded from AWS; IAM User Guide, "Troubleshoot SAML federation".
"""

from __future__ import annotations

from watchword.domain.refusal import AccessDenied, InvalidIdentityToken


class ProviderUnknown(InvalidIdentityToken):
    """There is no such SAML provider."""

    text = "Specified provider doesn't exist"


class NotEntitled(AccessDenied):
    """The response does not give its subject this role, or has no subject."""

    text = "Not authorized to perform sts:AssumeRoleWithSAML"


class RolesMissing(InvalidIdentityToken):
    """The response names no role at all."""

    text = "Your request included an invalid SAML response: it has no attribute https://aws.amazon.com/SAML/Attributes/Role"


class SessionNameMissing(InvalidIdentityToken):
    """The response does not say what the session is to be called."""

    text = "RoleSessionName is required in AuthnResponse"


class SessionNameInvalid(InvalidIdentityToken):
    """It says so in a way that no session can be called, or in two ways."""

    text = "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{{2,64}}"


class SourceIdentityInvalid(InvalidIdentityToken):
    """As with the name of the session."""

    text = 'Source Identity must match [a-zA-Z_0-9+=,.@-]{{2,64}} and not begin with "aws:"'


class SessionDurationInvalid(InvalidIdentityToken):
    """Source: IAM User Guide, "Configure SAML assertions for the authentication response", SessionDuration."""

    text = "SessionDuration in AuthnResponse must be one number of seconds from 900 to 43200"


class PrincipalTagInvalid(InvalidIdentityToken):
    """Source: sts model, Tag; IAM User Guide, "Pass session tags in AWS STS"."""

    text = "PrincipalTag:{key} in AuthnResponse must be one value of at most 256 characters, its key of 1 to 128"


class TooManyPrincipalTags(InvalidIdentityToken):
    """Source: IAM User Guide, "Pass session tags in AWS STS"."""

    text = "AuthnResponse must not have more than {limit} PrincipalTag attributes"
