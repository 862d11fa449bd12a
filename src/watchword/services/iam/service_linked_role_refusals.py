"""What IAM refuses about service-linked roles, in AWS's words.  Source: recorded from AWS, unless said otherwise."""

from __future__ import annotations

from watchword.domain.refusal import AccessDenied, Refusal, ValidationError
from watchword.services.iam.refusals import InvalidInput, NoSuchEntity


class ProtectedRole(Refusal):
    """A service-linked role is changed by its service alone.  Source: iam model, UnmodifiableEntityException (400)."""

    code, text = (
        "UnmodifiableEntity",
        "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS",
    )


class ReservedPath(InvalidInput):
    """An ordinary role under the path of service-linked ones."""

    text = "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles"


class NoTemplate(AccessDenied):
    """No service of that name has service-linked roles, as far as is known here."""

    text = "Cannot find Service Linked Role template for {service}"


class SuffixNotAllowed(InvalidInput):
    """The service has one role an account."""

    text = "Custom suffix is not allowed for {service}"


class LinkedRoleExists(InvalidInput):
    """The account has a role of that name, in some letter case."""

    text = "Service role name {name} has been taken in this account, please try a different suffix."


class NameTooLong(ValidationError):  # noqa: N818 - named for what happened, as all refusals are
    """The suffix makes the role's name longer than names may be.  Source: iam model, roleNameType."""

    text = (
        "1 validation error detected: Value '{name}' at 'roleName' failed to satisfy constraint: "
        "Member must have length less than or equal to 64"
    )


class UnreadableTask(InvalidInput):
    """What was sent is not the id of a deletion. The words are ours."""

    text = "The deletion task id {id} is not valid."


class NoSuchTask(NoSuchEntity):
    """The account never asked for that deletion. The words are ours."""

    text = "The deletion task with id {id} cannot be found."
