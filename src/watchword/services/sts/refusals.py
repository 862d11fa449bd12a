"""What STS refuses, each once: code, status and AWS's words."""

from __future__ import annotations

from watchword.domain.refusal import AccessDenied, Refusal, ValidationError


class Invalid(ValidationError):  # noqa: N818 - the trade's word; those below are told apart by theirs
    """A parameter that the model takes and the operation does not."""


class RoleArnInvalid(Invalid):
    """Source: answers recorded from AWS for AssumeRole with a broken RoleArn."""

    text = "{arn} is invalid"


class RequestArnInvalid(Invalid):
    """Where an identity provider vouches: RoleArn is no role's, or PrincipalArn no provider's.

    Source: answers recorded from AWS.
    """

    text = "Request ARN is invalid"


class RootMayNotAssume(AccessDenied):
    """Source: IAM User Guide, "AWS account root user": root cannot assume a role."""

    text = "Roles may not be assumed by root accounts."


class RootMayNotAssumeRoot(AccessDenied):
    """Source: STS API, AssumeRoot: not with root user credentials."""

    text = "AssumeRoot cannot be called with root user credentials."


class RootNotAssumable(AccessDenied):
    """Source: STS API, AssumeRoot: members of an organization with root sessions, by its management account."""

    text = "User: {caller} is not authorized to perform: sts:AssumeRoot on resource: {root}"


class TaskPolicyUnknown(Invalid):
    """Source: STS API, AssumeRoot, TaskPolicyArn."""

    text = "`{arn}` is not a task policy: name one of those under `arn:aws:iam::aws:policy/root-task/`"


class SessionCredentialsRefused(AccessDenied):
    """Source: IAM User Guide, "Compare AWS STS credentials"."""

    text = "Cannot call {operation} with session credentials"


class MfaDeviceUnknown(AccessDenied):
    """Source: AWS Knowledge Center, "Use an MFA token to authenticate access through the AWS CLI"."""

    # Two spaces after the first sentence are AWS's.
    text = (
        "MultiFactorAuthentication failed, unable to validate MFA code.  "
        "Please verify your MFA serial number is valid and associated with this user."
    )


class MfaHalfGiven(Invalid):
    """A device without a code proves nothing, nor does a code without its device."""

    text = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."


class MfaCodeInvalid(AccessDenied):
    """A code that is wrong, or was used before.  Source: answers recorded from AWS, with the space they end in."""

    text = "MultiFactorAuthentication failed with invalid MFA one time pass code. "


class MfaCodesTooMany(AccessDenied):
    """A limit of ours: six digits must not be guessed."""

    text = "too many wrong MFA codes were given for this user: wait {minutes} minutes, then give a new one"


class RoleDurationExceeded(Invalid):
    """Source: STS API, AssumeRole, DurationSeconds."""

    text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."


class ChainedDurationExceeded(Invalid):
    """Source: STS API, AssumeRole, DurationSeconds; IAM User Guide, "Role chaining"."""

    text = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."


class ChainTooLong(Invalid):
    """A limit of ours: a session carries every link back to its origin, and a token must stay small."""

    text = (
        "this session is {links} steps away from the credential it began with, and no role can be assumed from it: "
        "assume the role from an earlier session, or from that credential"
    )


class SourceIdentityFixed(Invalid):
    """Source: an answer recorded from AWS; IAM User Guide, "Monitor and control actions taken with assumed roles"."""

    text = "The source identity is already set for this assume role session"


class ContextsNotOffered(Invalid):
    """Context assertions are sealed by AWS for its own Identity Center; nobody here can issue one."""

    text = "ProvidedContexts is not offered here, because no context provider is: leave it out"


class InvalidParameterValue(Refusal):
    """Source: answers recorded from AWS for AssumeRole with session tags."""

    code = "InvalidParameterValue"


class DuplicateTagKeys(InvalidParameterValue):
    text = "Duplicate tag keys found. Please note that Tag keys are case insensitive."


class TransitiveKeyNotPassed(InvalidParameterValue):
    text = "The specified transitive tag key must be included in the requested tags."


class TransitiveKeyInherited(InvalidParameterValue):
    text = (
        "One of the specified transitive tag keys can't be set because it conflicts "
        "with a transitive tag key from the calling session."
    )


class TagKeyReserved(InvalidParameterValue):
    """Source: IAM User Guide, "Rules for tagging in IAM and AWS STS"."""

    text = "the tag key `{key}` begins with `aws:`, which is reserved: choose another"


class SessionPolicyTooLong(Invalid):
    """Source: STS API, Policy: inline and managed session policies together."""

    text = (
        "1 validation error detected: Value at '{member}' failed to satisfy constraint: "
        "Member must have length less than or equal to {limit}"
    )


class TooManySessionPolicies(Invalid):
    """Source: STS API, PolicyArns: up to ten."""

    text = SessionPolicyTooLong.text


class SessionPolicyUnknown(Invalid):
    """Source: STS API, PolicyArns: the policies must exist in the same account as the role or user."""

    text = "the managed policy `{arn}` does not exist in account {account}: name one that does"


class PackedPolicyTooLarge(Refusal):
    """Source: STS API, PackedPolicyTooLargeException."""

    code = "PackedPolicyTooLarge"
    text = "Packed policy consumes {percent}% of allotted space, please use smaller policy."


class PackedTagsTooLarge(PackedPolicyTooLarge):
    """The same refusal, when tags alone are too much."""

    text = "Packed size of session tags consumes {percent}% of allotted space."


class AccessKeyIdInvalid(Invalid):
    """An identifier that no account number can be read from."""

    text = "`{key_id}` carries no account number: it is not an access key id of AWS's shape"
