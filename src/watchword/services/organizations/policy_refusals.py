"""What Organizations refuses about policies, in AWS's words where they were recorded, else in its model's."""

from __future__ import annotations

from watchword.domain.refusal import Refusal
from watchword.services.organizations.refusals import ConstraintViolation, InvalidInput


class MalformedPolicyDocument(Refusal):
    """Source: organizations model, MalformedPolicyDocumentException; AWS does not say what is wrong."""

    code = "MalformedPolicyDocumentException"
    text = "The provided policy document does not meet the requirements of the specified policy type."


class NoSuchPolicy(Refusal):
    """Source: organizations model, PolicyNotFoundException."""

    code = "PolicyNotFoundException"
    text = "You specified a policy that doesn't exist."


class NoSuchTarget(Refusal):
    """Source: organizations model, TargetNotFoundException."""

    code = "TargetNotFoundException"
    text = "You specified a target that doesn't exist."


class NoSuchRoot(Refusal):
    """Source: organizations model, RootNotFoundException."""

    code = "RootNotFoundException"
    text = "You specified a root that doesn't exist."


class DuplicatePolicy(Refusal):
    """Source: organizations model, DuplicatePolicyException."""

    code = "DuplicatePolicyException"
    text = "A policy with the specified name and type already exists."


class AlreadyAttached(Refusal):
    """AWS answers this in the words of a duplicate policy.  Source: DuplicatePolicyAttachmentException, as recorded."""

    code = "DuplicatePolicyAttachmentException"
    text = "A policy with the specified name and type already exists."


class NotAttached(Refusal):
    """Source: organizations model, PolicyNotAttachedException."""

    code = "PolicyNotAttachedException"
    text = "The policy isn't attached to the specified target in the specified root."


class PolicyInUse(Refusal):
    """Source: organizations model, PolicyInUseException."""

    code = "PolicyInUseException"
    text = (
        "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before "
        "performing this operation."
    )


class TypeAlreadyEnabled(Refusal):
    """Source: organizations model, PolicyTypeAlreadyEnabledException."""

    code = "PolicyTypeAlreadyEnabledException"
    text = "The specified policy type is already enabled."


class TypeNotEnabled(Refusal):
    """Source: organizations model, PolicyTypeNotEnabledException; the words as recorded of AttachPolicy."""

    code = "PolicyTypeNotEnabledException"
    text = "This operation can be performed only for enabled policy types."


class NoEffectivePolicy(Refusal):
    """Source: organizations model, EffectivePolicyNotFoundException."""

    code = "EffectivePolicyNotFoundException"
    text = (
        "The policy type is not enabled, or the account doesn't have an effective policy of this type. Contact the "
        "administrator of your organization about attaching a policy of this type to the account."
    )


class ImmutablePolicy(InvalidInput):
    """AWS's own policies are nobody else's to change.  Source: InvalidInputException, IMMUTABLE_POLICY."""

    text, reason = "You specified a policy that is managed by AWS and can't be modified.", "IMMUTABLE_POLICY"


class NotDetachable(InvalidInput):
    """Source: InvalidInputException, NON_DETACHABLE_POLICY."""

    text, reason = "You can't detach this AWS managed policy.", "NON_DETACHABLE_POLICY"


class UnknownType(InvalidInput):
    """Source: InvalidInputException, INVALID_ENUM_POLICY_TYPE."""

    reason = "INVALID_ENUM_POLICY_TYPE"


class TooManyPolicies(ConstraintViolation):
    """Source: ConstraintViolationException, POLICY_NUMBER_LIMIT_EXCEEDED."""

    text, reason = "You have exceeded the number of policies of this type: {limit}.", "POLICY_NUMBER_LIMIT_EXCEEDED"


class PolicyTooLarge(ConstraintViolation):
    """Source: ConstraintViolationException, POLICY_CONTENT_LIMIT_EXCEEDED; the words as recorded."""

    text, reason = "You have exceeded the maximum policy size.", "POLICY_CONTENT_LIMIT_EXCEEDED"


class MostAttached(ConstraintViolation):
    """Source: ConstraintViolationException, MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED; the words as recorded."""

    text = "You have attached the maximum number of policies to the specified target."
    reason = "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"


class LastAttached(ConstraintViolation):
    """Source: ConstraintViolationException, MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED; the words as recorded."""

    text = (
        "You cannot remove the last policy attached to the specified target. You must have at least one attached at "
        "all times."
    )
    reason = "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
