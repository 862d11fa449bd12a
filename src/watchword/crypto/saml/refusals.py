"""What is refused about SAML responses, each once: code, status and AWS's words where they are known.

Source of the codes: sts model, AssumeRoleWithSAML; of AWS's words: IAM User Guide, "Troubleshoot SAML federation".
"""

from __future__ import annotations

from watchword.domain.refusal import InvalidIdentityToken, Refusal


class ResponseUnreadable(InvalidIdentityToken):
    """Not a SAML response, or one that could be read in two ways."""

    text = "the SAML response cannot be accepted: {reason}"


class SignatureInvalid(InvalidIdentityToken):
    """No signature, or none that a key of the provider's metadata made."""

    text = "Response signature invalid"


class AlgorithmRefused(InvalidIdentityToken):
    """A signature made in a way that is broken, or that hides what is signed."""

    text = (
        "the SAML response is signed with `{algorithm}`, which is not accepted: "
        "let the provider sign with RSA-SHA256 over exclusive canonical XML"
    )


class AssertionEncrypted(InvalidIdentityToken):
    """Nobody can give us a key to open it with."""

    text = "the SAML response is encrypted, which is not offered here: let the provider send a signed, open assertion"


class IssuerUnknown(InvalidIdentityToken):
    """Source: answers recorded from AWS."""

    text = "Issuer not present in specified provider"


class MetadataExpired(InvalidIdentityToken):
    """Source: SAML Metadata, 2.3.1, validUntil: metadata that has expired must not be used."""

    text = "the metadata of this SAML provider has expired: update the provider with a newer document"


class AudienceMissing(InvalidIdentityToken):
    """Not made for AWS, or for somebody else as well who demands to be alone."""

    text = "Response does not contain the required audience."


class RecipientWrong(InvalidIdentityToken):
    """To be handed in elsewhere."""

    text = "the SAML response is not for this recipient: its SubjectConfirmationData must name {expected}"


class NotYetValid(InvalidIdentityToken):
    """A clock is wrong: the provider's or ours."""

    text = "the SAML response is not valid yet: its {member} is {instant}"


class ResponseExpired(Refusal):
    """Source: sts model, ExpiredTokenException (400)."""

    code = "ExpiredTokenException"
    text = "the SAML response has expired: its {member} was {instant}"


class RedeemedTooLate(ResponseExpired):
    """Source: answers recorded from AWS."""

    text = "Token must be redeemed within 5 minutes of issuance"


class SignInRejected(Refusal):
    """The provider says so itself.  Source: sts model, IDPRejectedClaimException (403)."""

    code, status = "IDPRejectedClaim", 403
    text = "the identity provider did not sign the user in; its status is `{status_code}`"
