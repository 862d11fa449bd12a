"""What IAM refuses about SAML providers, in AWS's words.

Source: recorded from AWS, or IAM User Guide, "Troubleshoot SAML federation".
"""

from __future__ import annotations

from watchword.services.iam.refusals import EntityAlreadyExists, InvalidInput, NoSuchEntity


class NoSuchSamlProvider(NoSuchEntity):
    """The account has no SAML provider with that ARN."""

    text = "Manifest not found for arn {arn}"


class SamlProviderExists(EntityAlreadyExists):
    """The account has a SAML provider of that name."""

    text = "Provider with name {name} already exists."


class MetadataRefused(InvalidInput):
    """A document that is no metadata of an identity provider; the reason is our addition."""

    text = "Could not parse metadata: {reason}"


class NothingToUpdate(InvalidInput):
    """Neither metadata nor anything about encryption was given."""

    text = "Unable to update identity provider. No updates are defined for metadata or encryption assertion."


class PrivateKeyAddedAndRemoved(InvalidInput):
    """A key is rotated in two requests."""

    text = "Unable to add and remove private keys in the same request. Set a value for only one of the two parameters."


class NoSuchPrivateKey(InvalidInput):
    """There is none to remove, as none can be added."""

    text = "Failed to remove private key because the Key ID does not match a private key."


class NoPrivateKey(InvalidInput):
    """Encryption cannot be demanded of a provider whose assertions nobody could read."""

    text = "Unable to set assertion encryption mode to Required because no private key is provided."


class DecryptionNotOffered(InvalidInput):
    """A limit of ours: no maintained library decrypts XML without C code of its own."""

    text = (
        "encrypted assertions are not offered here, so that a private key is of no use: "
        "leave AddPrivateKey out, and let the provider send signed, open assertions over TLS"
    )
