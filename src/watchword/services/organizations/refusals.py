"""What Organizations refuses, in AWS's words where they are known. A `reason` is the model's, beside the words."""

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


class OrganizationNotEmpty(Refusal):
    """Source: organizations model, OrganizationNotEmptyException."""

    code = "OrganizationNotEmptyException"
    text = "To delete an organization you must first remove all member accounts (except the master)."


class NoSuchAccount(Refusal):
    """Source: organizations model, AccountNotFoundException."""

    code = "AccountNotFoundException"
    text = "You specified an account that doesn't exist in your organization."


class NoSuchRequest(Refusal):
    """Source: organizations model, CreateAccountStatusNotFoundException."""

    code = "CreateAccountStatusNotFoundException"
    text = "We can't find a create account request with the CreateAccountRequestId that you specified."


class AccountAlreadyClosed(Refusal):
    """Source: organizations model, AccountAlreadyClosedException."""

    code, text = "AccountAlreadyClosedException", "You attempted to close an account that is already closed."


class MasterCannotLeave(Refusal):
    """Source: organizations model, MasterCannotLeaveOrganizationException."""

    code = "MasterCannotLeaveOrganizationException"
    text = "You can't remove the management account from the organization."


class ResourcePolicyNotFound(Refusal):
    """Source: organizations model, ResourcePolicyNotFoundException."""

    code = "ResourcePolicyNotFoundException"
    text = "We can't find a resource policy in your organization."


class AccountAlreadyRegistered(Refusal):
    """Source: organizations model, AccountAlreadyRegisteredException."""

    code = "AccountAlreadyRegisteredException"
    text = "The provided account is already a delegated administrator for your organization."


class AccountNotRegistered(Refusal):
    """Source: organizations model, AccountNotRegisteredException."""

    code = "AccountNotRegisteredException"
    text = "The provided account is not a registered delegated administrator for your organization."


class InvalidInput(Refusal):
    """Source: organizations model, InvalidInputException."""

    code = "InvalidInputException"


class InvalidNextToken(InvalidInput):
    """A token that this listing did not hand out.  Source: InvalidInputException, INVALID_NEXT_TOKEN."""

    text, reason = "You provided a NextToken that isn't valid.", "INVALID_NEXT_TOKEN"


class ConsolidatedBillingOnly(InvalidInput):
    """There are no bills here, so every organization has all features."""

    text = "An organization without all features only joins bills, and there are none here: ask for `ALL`."
    reason = "INVALID_ENUM"


class DuplicateTagKey(InvalidInput):
    """Source: InvalidInputException, DUPLICATE_TAG_KEY."""

    text = "Tag keys must be unique among the tags attached to the same entity."
    reason = "DUPLICATE_TAG_KEY"


class SystemTag(InvalidInput):
    """Source: InvalidInputException, INVALID_SYSTEM_TAGS_PARAMETER."""

    text = "You specified a tag key that is a system tag. You can't add, edit, or delete system tag keys."
    reason = "INVALID_SYSTEM_TAGS_PARAMETER"


class InvalidRoleName(InvalidInput):
    """Source: InvalidInputException, INVALID_ROLE_NAME."""

    text = "You provided a role name that isn't valid. A role name can't begin with the prefix AWSServiceRoleFor."
    reason = "INVALID_ROLE_NAME"


class TargetNotSupported(InvalidInput):
    """Source: InvalidInputException, TARGET_NOT_SUPPORTED."""

    text = "You can't perform the specified operation on that target entity."
    reason = "TARGET_NOT_SUPPORTED"


class UnrecognizedService(InvalidInput):
    """Source: InvalidInputException, UNRECOGNIZED_SERVICE_PRINCIPAL."""

    text = "You specified an unrecognized service principal."
    reason = "UNRECOGNIZED_SERVICE_PRINCIPAL"


class InvalidPolicyJson(InvalidInput):
    """Source: InvalidInputException, INVALID_RESOURCE_POLICY_JSON."""

    text = "The provided resource policy document isn't valid: {detail}"
    reason = "INVALID_RESOURCE_POLICY_JSON"


class InvalidPolicyPrincipal(InvalidInput):
    """Source: InvalidInputException, INVALID_PRINCIPAL."""

    text = "You specified an invalid principal element in the policy."
    reason = "INVALID_PRINCIPAL"


class UnsupportedPolicyAction(InvalidInput):
    """Source: InvalidInputException, UNSUPPORTED_ACTION_IN_RESOURCE_POLICY."""

    text = "The resource policy contains an action that can't be delegated: {action}"
    reason = "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"


class ConstraintViolation(Refusal):
    """Source: organizations model, ConstraintViolationException."""

    code = "ConstraintViolationException"


class TooManyAccounts(ConstraintViolation):
    """Source: ConstraintViolationException, ACCOUNT_NUMBER_LIMIT_EXCEEDED."""

    text = "You have exceeded the allowed number of AWS accounts: {limit}."
    reason = "ACCOUNT_NUMBER_LIMIT_EXCEEDED"


class TooManyTags(ConstraintViolation):
    """Source: ConstraintViolationException, MAX_TAG_LIMIT_EXCEEDED."""

    text, reason = "You have exceeded the number of tags allowed on this resource: {limit}.", "MAX_TAG_LIMIT_EXCEEDED"


class CannotCloseManagement(ConstraintViolation):
    """Source: ConstraintViolationException, CANNOT_CLOSE_MANAGEMENT_ACCOUNT."""

    text, reason = "You can't close the management account.", "CANNOT_CLOSE_MANAGEMENT_ACCOUNT"


class TooManyClosed(ConstraintViolation):
    """Source: ConstraintViolationException, CLOSE_ACCOUNT_QUOTA_EXCEEDED."""

    text, reason = "You have exceeded close account quota for the past 30 days.", "CLOSE_ACCOUNT_QUOTA_EXCEEDED"


class WaitPeriodActive(ConstraintViolation):
    """Source: ConstraintViolationException, WAIT_PERIOD_ACTIVE; Organizations API, LeaveOrganization."""

    text = "After you create an account, you must wait at least four days before you can remove it."
    reason = "WAIT_PERIOD_ACTIVE"


class IsDelegatedAdministrator(ConstraintViolation):
    """Source: ConstraintViolationException, CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG."""

    text = "This operation cannot be performed on a delegated administrator account: deregister it first."
    reason = "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"


class ManagementCannotBeDelegated(ConstraintViolation):
    """Source: ConstraintViolationException, CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR."""

    text = "You cannot register the management account as a delegated administrator for your organization."
    reason = "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"


class SuspendedCannotBeDelegated(ConstraintViolation):
    """Source: ConstraintViolationException, CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR."""

    text = "You cannot register a suspended account as a delegated administrator."
    reason = "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR"


class ServiceNotTrusted(ConstraintViolation):
    """Source: ConstraintViolationException, SERVICE_ACCESS_NOT_ENABLED."""

    text = (
        "You attempted to register a delegated administrator before you enabled service access. Call the "
        "EnableAWSServiceAccess API first."
    )
    reason = "SERVICE_ACCESS_NOT_ENABLED"
