"""What IAM refuses about policies and roles, in AWS's words. Its families are declared in `refusals`."""

from __future__ import annotations

from watchword.domain.refusal import ValidationError
from watchword.services.iam.refusals import DeleteConflict, EntityAlreadyExists, LimitExceeded, NoSuchEntity


class UnreadableArn(ValidationError):  # noqa: N818 - named for what happened, as all refusals are
    """An ARN of no known form.  Source: recorded from AWS, AttachRolePolicy (two spaces)."""

    text = "Invalid ARN:  Could not be parsed!"


class NoSuchPolicy(NoSuchEntity):
    """There is no such managed policy, or it is not attached."""

    text = "Policy {arn} was not found."


class NotAttachable(NoSuchEntity):
    """There is no such managed policy to attach."""

    text = "Policy {arn} does not exist or is not attachable."


class NoSuchBoundary(NoSuchEntity):
    """There is no such managed policy to set as a permissions boundary."""

    text = "Scope ARN: {arn} does not exist or is not attachable."


class NoSuchPolicyVersion(NoSuchEntity):
    """A managed policy has no such version."""

    text = "Policy {arn} version {version} does not exist or is not attachable."


class NoSuchInlinePolicy(NoSuchEntity):
    """A user, group or role (`kind`) has no inline policy of that name."""

    text = "The {kind} policy with name {name} cannot be found."


class NoSuchRole(NoSuchEntity):
    """There is no such role."""

    text = "The role with name {name} cannot be found."


class PolicyExists(EntityAlreadyExists):
    """The account has a managed policy of that name, in some letter case."""

    text = "A policy called {name} already exists. Duplicate names are not allowed."


class RoleExists(EntityAlreadyExists):
    """The account has a role of that name, in some letter case."""

    text = "Role with name {name} already exists."


class VersionQuotaReached(LimitExceeded):
    """A managed policy has all the versions it may have."""

    text = (
        "A managed policy can have up to {limit} versions. Before you create a new version, you must delete an "
        "existing version."
    )


class InlineSizeReached(LimitExceeded):
    """The inline policies of a user, group or role (`kind`) are too large together."""

    text = "Maximum policy size of {limit} bytes exceeded for {kind} {name}"


class PolicyAttached(DeleteConflict):
    """A managed policy is attached to someone, or bounds someone."""

    text = "Cannot delete a policy attached to entities."


class PolicyHasVersions(DeleteConflict):
    """A managed policy has versions besides its default one."""

    text = (
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
        "The default version is deleted with the policy."
    )


class VersionIsDefault(DeleteConflict):
    """The version that speaks is not deleted."""

    text = "Cannot delete the default version of a policy."


class NoRoleBoundary(NoSuchEntity):
    """The role has no permissions boundary to take away."""

    text = "The role with name {name} does not have a permissions boundary."
