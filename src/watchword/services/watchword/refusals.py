"""How this service refuses, beyond what all services share."""

from __future__ import annotations

from watchword.domain.refusal import Refusal


class InvalidParameter(Refusal):
    """A parameter is understood, and makes no sense.  Source: watchword model, InvalidParameterException."""

    code = "InvalidParameterException"


class NotFound(Refusal):
    """What is named is not there.  Source: watchword model, ResourceNotFoundException."""

    code, text = "ResourceNotFoundException", "There is no {what} `{name}` in this account."


class TooMany(Refusal):
    """A quota is reached.  Source: watchword model, LimitExceededException."""

    code, text = "LimitExceededException", "An account has at most {limit} {what}."
