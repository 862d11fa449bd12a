"""What the policy simulator refuses. AWS's words where they are on record; where they are not, plain ones."""

from __future__ import annotations

from watchword.services.iam.refusals import InvalidInput


class UnclearEntity(InvalidInput):
    """An ARN that names no user, group or role.  Source: recorded from AWS, SimulatePrincipalPolicy."""

    text = "Invalid Entity Arn: {arn} does not clearly define entity type and name."


class ForeignSource(InvalidInput):
    """Policies are simulated within their account.  Source: recorded from AWS, SimulatePrincipalPolicy."""

    text = "Invalid Policy Source Arn: caller's account {caller} does not have access to policies in account {account}"


class CallerMissing(InvalidInput):
    """A resource policy needs somebody to name.  Source: IAM API, SimulateCustomPolicy, CallerArn."""

    text = "Invalid caller - Caller cannot be null or empty."


class CallerInvalid(InvalidInput):
    """A caller that is no user, group or role.  Source: IAM API, SimulateCustomPolicy, CallerArn."""

    text = "Invalid caller - Caller must be an IAM user, role or group in this context."


class ResourceInvalid(InvalidInput):
    """A resource that is neither an ARN nor a lone `*`.  Source: recorded from AWS, SimulatePrincipalPolicy."""

    text = "ResourceNames are not in a valid ARN format: {arn}."


class ResourceOwnerInvalid(InvalidInput):
    """An owner that is no account's ARN.  Source: recorded from AWS (sic), SimulatePrincipalPolicy."""

    text = "'{arn}' is not a valid as a Resource Owner."


class ActionInvalid(InvalidInput):
    """An action without its service, or with wildcards.  Source: IAM API, SimulateCustomPolicy, ActionNames."""

    text = "Invalid action name: {name}. Name one operation with its service, such as iam:CreateUser."


class PolicyInvalid(InvalidInput):
    """A document that is no policy of its kind; `why` are the words of MalformedPolicyDocument."""

    text = "{name} is not a valid policy: {why} (line {line}, column {column})"


class PolicyInapplicable(InvalidInput):
    """A resource policy about another service's resources.  Source: IAM API, SimulateCustomPolicy, ResourceArns."""

    text = "ResourcePolicy is not applicable to the resource {arn}."


class TooManyBoundaries(InvalidInput):
    """Source: IAM API, SimulateCustomPolicy: "You can input only one permissions boundary"."""

    text = "PermissionsBoundaryPolicyInputList can hold only one policy."


class HandlingUnknown(InvalidInput):
    """Source: IAM API, SimulateCustomPolicy, ResourceHandlingOption."""

    text = "Invalid resource handling option: {option}. It is one of {options}."


class ResourceMissing(InvalidInput):
    """A scenario without one of its resources.  Source: IAM API, SimulateCustomPolicy, ResourceHandlingOption."""

    text = "The resource handling option {option} requires a resource of type {type}."


class ContextInvalid(InvalidInput):
    """A context entry that is not whole, stands twice, or is not of its type."""

    text = "Invalid context entry {name}: {why}"


class ExclusionInvalid(InvalidInput):
    """Source: IAM API, SimulatePrincipalPolicy, PolicyExclusionList."""

    text = "Invalid policy identifier in PolicyExclusionList: {why}"


class TooLarge(InvalidInput):
    """More than one answer's worth of work for a single action."""

    text = "The simulation is too large: simulate fewer resources or fewer policies in one request."
