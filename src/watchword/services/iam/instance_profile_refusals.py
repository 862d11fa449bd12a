"""What IAM refuses about instance profiles, in AWS's words.  Source: recorded from AWS, unless said otherwise."""

from __future__ import annotations

from watchword.services.iam.refusals import EntityAlreadyExists, NoSuchEntity


class NoSuchInstanceProfile(NoSuchEntity):
    """The account has no instance profile of that name."""

    text = "Instance Profile {name} cannot be found."


class NotInProfile(NoSuchEntity):
    """The instance profile does not hold that role."""

    text = "Role {role} in Instance Profile {profile} cannot be found."


class InstanceProfileExists(EntityAlreadyExists):
    """The account has an instance profile of that name, in some letter case."""

    text = "Instance Profile {name} already exists."
