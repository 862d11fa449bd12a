"""What Organizations refuses about handshakes, in its model's words."""

from __future__ import annotations

from watchword.domain.refusal import Refusal
from watchword.services.organizations.refusals import InvalidInput


class NoSuchHandshake(Refusal):
    """Source: organizations model, HandshakeNotFoundException."""

    code = "HandshakeNotFoundException"
    text = "We can't find a handshake with the HandshakeId that you specified."


class AlreadyInState(Refusal):
    """Source: organizations model, HandshakeAlreadyInStateException."""

    code, text = "HandshakeAlreadyInStateException", "The specified handshake is already in the requested state."


class NoWayThere(Refusal):
    """Source: organizations model, InvalidHandshakeTransitionException."""

    code = "InvalidHandshakeTransitionException"
    text = "You can't perform the operation on the handshake in its current state: {state}."


class DuplicateHandshake(Refusal):
    """Source: organizations model, DuplicateHandshakeException."""

    code = "DuplicateHandshakeException"
    text = "A handshake with the same action and target already exists."


class HandshakeConstraint(Refusal):
    """Source: organizations model, HandshakeConstraintViolationException."""

    code = "HandshakeConstraintViolationException"


class AlreadyInAnOrganization(HandshakeConstraint):
    """Source: HandshakeConstraintViolationException, ALREADY_IN_AN_ORGANIZATION."""

    text = "The invited account is already a member of an organization."
    reason = "ALREADY_IN_AN_ORGANIZATION"


class AlreadyHasAllFeatures(HandshakeConstraint):
    """Source: HandshakeConstraintViolationException, ORGANIZATION_ALREADY_HAS_ALL_FEATURES."""

    text = "The handshake request is invalid because the organization has already enabled all features."
    reason = "ORGANIZATION_ALREADY_HAS_ALL_FEATURES"


class NoRoomLeft(HandshakeConstraint):
    """Source: HandshakeConstraintViolationException, ACCOUNT_NUMBER_LIMIT_EXCEEDED."""

    text = "You have exceeded the allowed number of AWS accounts: {limit}."
    reason = "ACCOUNT_NUMBER_LIMIT_EXCEEDED"


class TooManyHandshakes(HandshakeConstraint):
    """Source: HandshakeConstraintViolationException, HANDSHAKE_RATE_LIMIT_EXCEEDED."""

    text = "You have exceeded the number of handshakes that you can send in one day: {limit}."
    reason = "HANDSHAKE_RATE_LIMIT_EXCEEDED"


class InvalidPartyType(InvalidInput):
    """Source: InvalidInputException, INVALID_PARTY_TYPE_TARGET."""

    text = "You specified the wrong type of entity (account, organization, or email) as a party."
    reason = "INVALID_PARTY_TYPE_TARGET"


class InvalidAccountTarget(InvalidInput):
    """Source: InvalidInputException, INVALID_PATTERN_TARGET_ID."""

    text = "You specified an account that does not exist, or an account id that isn't twelve digits."
    reason = "INVALID_PATTERN_TARGET_ID"


class InvalidEmailTarget(InvalidInput):
    """Source: InvalidInputException, INVALID_EMAIL_ADDRESS_TARGET."""

    text = "You specified an invalid email address for the invited account owner."
    reason = "INVALID_EMAIL_ADDRESS_TARGET"


class TooManyFilters(InvalidInput):
    """Source: InvalidInputException, MAX_LIMIT_EXCEEDED_FILTER."""

    text = "You can specify only one filter parameter for the operation."
    reason = "MAX_LIMIT_EXCEEDED_FILTER"
