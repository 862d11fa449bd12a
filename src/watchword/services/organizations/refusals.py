"""What Organizations refuses, in AWS's words where they are known."""

from __future__ import annotations

from watchword.domain.refusal import AccessDenied, Refusal


class AlreadyInOrganization(Refusal):
    """Source: organizations model, AlreadyInOrganizationException."""

    code, text = "AlreadyInOrganizationException", "The AWS account is already a member of an organization."


class NoOrganization(Refusal):
    """Source: organizations model, AWSOrganizationsNotInUseException."""

    code, text = "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."


class NotManagement(AccessDenied):
    """Most operations are the management account's alone.  Source: Organizations API, "Permissions"."""

    text = "You don't have permissions to access this resource."


class TooManyAccounts(Refusal):
    """Source: organizations model, ConstraintViolationException, ACCOUNT_NUMBER_LIMIT_EXCEEDED."""

    code = "ConstraintViolationException"
    text = "You have exceeded the allowed number of AWS accounts: {limit}."


class NoSuchAccount(Refusal):
    """Source: organizations model, AccountNotFoundException."""

    code = "AccountNotFoundException"
    text = "You specified an account that doesn't exist in your organization."


class NoSuchRequest(Refusal):
    """Source: organizations model, CreateAccountStatusNotFoundException."""

    code = "CreateAccountStatusNotFoundException"
    text = "We can't find a create account request with the CreateAccountRequestId that you specified."


class InvalidInput(Refusal):
    """Source: organizations model, InvalidInputException."""

    code = "InvalidInputException"


class InvalidNextToken(InvalidInput):
    """A token that this listing did not hand out.  Source: InvalidInputException, INVALID_NEXT_TOKEN."""

    text = "You provided a NextToken that isn't valid."


class ConsolidatedBillingOnly(InvalidInput):
    """There are no bills here, so every organization has all features."""

    text = "An organization without all features only joins bills, and there are none here: ask for `ALL`."


class TagsNotKept(InvalidInput):
    """Tags of accounts come with the policies that read them."""

    text = "Tags on accounts are not kept yet: leave them out."
