"""What can be wrong with an identity provider. How a caller hears of it is decided by the operation that asked."""

from __future__ import annotations


class IssuerFault(Exception):  # noqa: N818 - as those below, told by what is wrong
    """A provider's keys could not be had."""


class Unreachable(IssuerFault):
    """It did not answer in time, or only with a trouble of its own. It may answer later."""


class Untrusted(IssuerFault):
    """Its certificate is vouched for neither by an authority that is trusted here nor by a registered thumbprint."""


class Unusable(IssuerFault):
    """What it answered is not what a provider of that name publishes."""
