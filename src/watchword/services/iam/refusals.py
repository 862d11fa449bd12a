"""What IAM refuses about users, groups, keys and tags, in AWS's words. Policies and roles have `policy_refusals`."""

from __future__ import annotations

from watchword.domain.refusal import Refusal, ValidationError


class NoSuchEntity(Refusal):
    """Source: iam model, NoSuchEntityException (404)."""

    code, status = "NoSuchEntity", 404


class NoSuchUser(NoSuchEntity):
    """The account has no user of that name."""

    text = "The user with name {name} cannot be found."


class NoSuchGroup(NoSuchEntity):
    """The account has no group of that name."""

    text = "The group with name {name} cannot be found."


class NoSuchAccessKey(NoSuchEntity):
    """The user, or the account, has no such access key."""

    text = "The Access Key with id {id} cannot be found."


class NotAMember(NoSuchEntity):
    """The user is not in the group."""

    text = "The user with name {user} is not in the group with name {group}."


class NoBoundary(NoSuchEntity):
    """The user has no permissions boundary to take away."""

    text = "The user with name {name} does not have a permissions boundary."


class EntityAlreadyExists(Refusal):
    """Source: iam model, EntityAlreadyExistsException (409)."""

    code, status = "EntityAlreadyExists", 409


class UserExists(EntityAlreadyExists):
    """The account has a user of that name, in some letter case."""

    text = "User with name {name} already exists."


class GroupExists(EntityAlreadyExists):
    """The account has a group of that name, in some letter case."""

    text = "Group with name {name} already exists."


class LimitExceeded(Refusal):
    """There are as many as there may be; `quota` is AWS's name of the limit.

    Source: iam model, LimitExceededException (409); IAM User Guide, "IAM and AWS STS quotas".
    """

    code, status, text = "LimitExceeded", 409, "Cannot exceed quota for {quota}: {limit}"


class DeleteConflict(Refusal):
    """What is to be deleted still holds something; `first` says what to do about it.

    Source: iam model, DeleteConflictException (409).
    """

    code, status, text = "DeleteConflict", 409, "Cannot delete entity, must {first} first."


class InvalidInput(Refusal):
    """Source: iam model, InvalidInputException (400)."""

    code = "InvalidInput"


class DuplicateTagKeys(InvalidInput):
    """One request names the same tag key twice, in whatever letter case."""

    text = "Duplicate tag keys found. Please note that Tag keys are case insensitive."


class ReservedTag(InvalidInput):
    """A tag that begins with `aws:`, which is AWS's own prefix."""

    text = "The tag prefix aws: is reserved and cannot be used in tag keys or values."


class ExpiredNotSettable(InvalidInput):
    """A status that time alone sets.  Source: recorded from AWS for certificates, SSH keys and service credentials."""

    text = "Operation does not support status Expired"


class NamelessCaller(ValidationError):  # noqa: N818 - named for what happened, as all refusals are
    """No user was named, and the caller is none."""

    text = "Must specify userName when calling with non-User credentials"


class InvalidMarker(ValidationError):  # noqa: N818 - as above
    """A marker that this listing did not hand out."""

    text = "Invalid Marker: {marker}"
