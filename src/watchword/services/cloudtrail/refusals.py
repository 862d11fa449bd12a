"""CloudTrail's refusals. AWS gives their codes; the words are ours where the model's limits do not give them.

Source: cloudtrail model, LookupEvents, errors.
"""

from __future__ import annotations

from watchword.domain.refusal import Refusal


class InvalidLookupAttributes(Refusal):
    """A lookup attribute is not one, or there are several."""

    code = "InvalidLookupAttributesException"


class InvalidTimeRange(Refusal):
    """Nothing can lie between these times."""

    code = "InvalidTimeRangeException"


class InvalidMaxResults(Refusal):
    """A page cannot have so many events, or so few."""

    code = "InvalidMaxResultsException"


class InvalidNextToken(Refusal):
    """The token was not handed out, or for another question."""

    code = "InvalidNextTokenException"
    text = "The next token is not valid, or belongs to a request with other parameters."


class InvalidEventCategory(Refusal):
    """There are no events of this category."""

    code = "InvalidEventCategoryException"
