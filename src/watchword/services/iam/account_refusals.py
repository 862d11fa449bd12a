"""What IAM refuses about passwords, password policies and the settings of an account, in AWS's words."""

from __future__ import annotations

from watchword.domain.refusal import AccessDenied, Refusal, ValidationError
from watchword.services.iam.refusals import EntityAlreadyExists, InvalidInput, NoSuchEntity


class NoLoginProfile(NoSuchEntity):
    """The user has no password.  Source: recorded from AWS, ChangePassword and UpdateLoginProfile."""

    text = "Login Profile for User {name} cannot be found."


class LoginProfileExists(EntityAlreadyExists):
    """The user has a password.  Source: recorded from AWS, CreateLoginProfile."""

    text = "Login Profile for user {name} already exists."


class PasswordPolicyViolation(Refusal):
    """The password does not meet the account's policy.  Source: iam model, PasswordPolicyViolationException (400)."""

    code = "PasswordPolicyViolation"


class WrongUserType(Refusal):
    """Root and sessions of roles have no password to change.  Source: iam model, InvalidUserTypeException (400)."""

    code, text = "InvalidUserType", "Only IAM Users can change their own password"


class WrongPassword(AccessDenied):
    """The old password is another one. AWS's own words for this are not known."""

    text = "The old password was incorrect."


class PasswordNeeded(ValidationError):  # noqa: N818 - named for what happened, as all refusals are
    """Only root, in a session of AssumeRoot, gets a login profile without a password."""

    text = "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null"


class PasswordNotTaken(ValidationError):  # noqa: N818 - as above
    """Nobody sets a password for root.  Source: IAM API, CreateLoginProfile, Password."""

    text = "Password must be omitted when the request is made with an AssumeRoot session"


class NoPasswordPolicy(NoSuchEntity):
    """The account has no password policy of its own.  Source: recorded from AWS, GetAccountPasswordPolicy."""

    text = "The Password Policy with domain name {account} cannot be found."


class AliasTaken(EntityAlreadyExists):
    """Some account has that alias.  Source: recorded from AWS, CreateAccountAlias."""

    text = "The account alias {alias} already exists."


class NoSuchAlias(NoSuchEntity):
    """The account does not have that alias."""

    text = "The account alias {alias} cannot be found."


class BadProperty(InvalidInput):
    """An account property that does not exist, or cannot have that value."""
