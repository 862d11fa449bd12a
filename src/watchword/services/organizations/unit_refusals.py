"""What Organizations refuses about its tree: units, and where accounts stand in it. Words are AWS's where recorded."""

from __future__ import annotations

from watchword.domain.refusal import Refusal
from watchword.services.organizations.refusals import ConstraintViolation


class NoSuchUnit(Refusal):
    """Source: organizations model, OrganizationalUnitNotFoundException."""

    code = "OrganizationalUnitNotFoundException"
    text = "You specified an organizational unit that doesn't exist."


class NoSuchParent(Refusal):
    """Source: organizations model, ParentNotFoundException."""

    code, text = "ParentNotFoundException", "You specified parent that doesn't exist."


class NoSuchChild(Refusal):
    """Source: organizations model, ChildNotFoundException."""

    code, text = "ChildNotFoundException", "You specified a child that doesn't exist."


class NoSuchSource(Refusal):
    """Source: organizations model, SourceParentNotFoundException."""

    code = "SourceParentNotFoundException"
    text = "You specified a source parent that doesn't exist, or that the account isn't in."


class NoSuchDestination(Refusal):
    """Source: organizations model, DestinationParentNotFoundException."""

    code, text = "DestinationParentNotFoundException", "You specified a destination parent that doesn't exist."


class AlreadyThere(Refusal):
    """Source: organizations model, DuplicateAccountException."""

    code, text = "DuplicateAccountException", "The account is already in the specified destination."


class DuplicateUnit(Refusal):
    """Source: organizations model, DuplicateOrganizationalUnitException."""

    code = "DuplicateOrganizationalUnitException"
    text = "An OU with the same name already exists."


class UnitNotEmpty(Refusal):
    """Source: organizations model, OrganizationalUnitNotEmptyException."""

    code = "OrganizationalUnitNotEmptyException"
    text = "You can't delete an organizational unit that contains accounts or other organizational units."


class TooDeep(ConstraintViolation):
    """Source: ConstraintViolationException, OU_DEPTH_LIMIT_EXCEEDED."""

    text, reason = "You have exceeded the organizational unit depth limit: {limit}.", "OU_DEPTH_LIMIT_EXCEEDED"


class TooManyUnits(ConstraintViolation):
    """Source: ConstraintViolationException, OU_NUMBER_LIMIT_EXCEEDED."""

    text = "You have exceeded the allowed number of organizational units: {limit}."
    reason = "OU_NUMBER_LIMIT_EXCEEDED"
