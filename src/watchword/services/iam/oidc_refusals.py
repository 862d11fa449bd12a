"""What IAM refuses about OpenID Connect providers, in AWS's words. Its families are declared in `refusals`."""

from __future__ import annotations

from watchword.domain.refusal import ValidationError
from watchword.services.iam.refusals import EntityAlreadyExists, InvalidInput, LimitExceeded, NoSuchEntity


class UrlUnreadable(ValidationError):  # noqa: N818 - named for what happened, as all refusals are
    """Not even a URL.  Source: recorded from AWS."""

    text = "Invalid Open ID Connect Provider URL"


class UrlNotHttps(InvalidInput):
    """A provider is asked for its keys over TLS alone."""

    text = "Invalid Open ID Connect Provider URL. The URL must begin with https://."


class UrlNotTaken(InvalidInput):
    """A URL with a user's name, a query, a fragment or a host that is none."""

    text = "Invalid Open ID Connect Provider URL."


class ProviderExists(EntityAlreadyExists):
    """The account has registered that URL.  Source: recorded from AWS."""

    text = "Provider with url {url} already exists."


class NoSuchProvider(NoSuchEntity):
    """The account has not registered such a provider.  Source: recorded from AWS for GetOpenIDConnectProvider."""

    text = "OpenIDConnect Provider not found for arn {arn}"


class NoSuchProviderToDelete(NoSuchEntity):
    """The same, in the words of DeleteOpenIDConnectProvider.  Source: recorded from AWS, against its documentation."""

    text = "OpenId connect Provider {arn} cannot be found."


class TooManyThumbprints(InvalidInput):
    """Source: recorded from AWS, which takes five all the same."""

    text = "Thumbprint list must contain fewer than {limit} entries."


class NoThumbprint(InvalidInput):
    """Source: recorded from AWS."""

    text = "Thumbprint list must contain at least one entry."


class ThumbprintUnreadable(InvalidInput):
    """It is not the SHA-1 of a certificate, written in hex."""

    text = "Invalid thumbprint: {thumbprint}. It must be 40 hexadecimal digits."


class TagsFull(LimitExceeded):
    """Source: recorded from AWS."""

    text = "The number of tags has reached the maximum limit."
