"""What Secrets Manager refuses, in AWS's words where they are known.

Source: secretsmanager model; words as recorded from AWS by public test suites and in bug reports.
"""

from __future__ import annotations

from watchword.domain.refusal import AccessDenied, Refusal


class NoSuchSecret(Refusal):
    """Source: recorded, GetSecretValue."""

    code, text = "ResourceNotFoundException", "Secrets Manager can't find the specified secret."


class NoSuchValue(NoSuchSecret):
    """Source: recorded, GetSecretValue; `what` is `VersionId: …` or `staging label: …`."""

    text = "Secrets Manager can't find the specified secret value for {what}"


class NoSuchPolicy(NoSuchSecret):
    """Source: secretsmanager model, GetResourcePolicy, PolicyName."""

    text = "Secrets Manager can't find the specified resource policy."


class SecretExists(Refusal):
    """Source: recorded, CreateSecret."""

    code, text = "ResourceExistsException", "The operation failed because the secret {name} already exists."


class VersionExists(SecretExists):
    """Source: secretsmanager model, ClientRequestToken; recorded, PutSecretValue."""

    text = (
        "You can't use ClientRequestToken {token} because that value is already in use for a version of secret {arn}."
    )


class InvalidRequest(Refusal):
    """Source: secretsmanager model, InvalidRequestException."""

    code = "InvalidRequestException"


class MarkedForDeletion(InvalidRequest):
    """Source: recorded, GetSecretValue and TagResource."""

    text = "You can't perform this operation on the secret because it was marked for deletion."


class AlreadyScheduled(InvalidRequest):
    """Source: recorded, DeleteSecret."""

    text = "You can't perform this operation on the secret because it was already scheduled for deletion."


class NameScheduled(InvalidRequest):
    """Source: recorded, CreateSecret."""

    text = "You can't create this secret because a secret with this name is already scheduled for deletion."


class StageOfAnother(InvalidRequest):
    """Source: recorded, GetSecretValue."""

    text = "You provided a VersionStage that is not associated to the provided VersionId."


class NoValue(InvalidRequest):
    """Neither a text nor bytes were passed."""

    text = "You must provide either SecretString or SecretBinary."


class EmptyVersion(InvalidRequest):
    """A rotation has made room for a version, and put no value there yet."""

    text = "You can't move the staging label AWSCURRENT to a version that has no secret value."


class NoRotator(InvalidRequest):
    """Source: recorded, RotateSecret."""

    text = "No Lambda rotation function ARN is associated with this secret."


class RotationNotComplete(InvalidRequest):
    """Source: recorded, RotateSecret."""

    text = "A previous rotation isn\N{RIGHT SINGLE QUOTATION MARK}t complete. That rotation will be reattempted."


class TokenInUse(InvalidRequest):
    """The version is there already, and no rotation made it."""

    text = "You can't use ClientRequestToken {token} because that value is already in use for a version of this secret."


class NotAnAccessKey(InvalidRequest):
    """Our rotator cannot read what the secret holds."""

    text = (
        "The secret value must be a JSON object whose UserName is a user of the secret's account, with the AccessKeyId"
        " and SecretAccessKey of that user."
    )


class AnotherUser(InvalidRequest):
    """Who put the value may have no leave for that user's keys."""

    text = (
        "The secret names another user than the one for whom its rotation was set up: call RotateSecret to set it up"
        " for this one."
    )


class KeyStillUsed(InvalidRequest):
    """The key that was to go is needed by somebody."""

    text = (
        "The access key {key} is still in use: it was last used at {used}, and its successor is current since {since}."
        " Nothing was changed."
    )


class CannotInvoke(AccessDenied):
    """No rotator of this ARN is registered.  Source: recorded, RotateSecret."""

    text = (
        "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to"
        " the principal secretsmanager.amazonaws.com."
    )


class InvalidParameter(Refusal):
    """Source: secretsmanager model, InvalidParameterException."""

    code = "InvalidParameterException"


class NoToken(InvalidParameter):
    """Source: recorded, CreateSecret without an SDK."""

    text = "You must provide a ClientRequestToken value. We recommend a UUID-type value."


class TwoValues(InvalidParameter):
    """A secret is a text or bytes."""

    text = "You can't specify both a binary secret value and a string secret value in the same secret."


class OnReplica(InvalidParameter):
    """Source: recorded, DeleteSecret and PutResourcePolicy on a replica."""

    text = "Operation not permitted on a replica secret. Call must be made in primary secret's region."


class StillReplicated(InvalidParameter):
    """Source: recorded, DeleteSecret."""

    text = "You can't delete secret {arn} that still has replica regions [{regions}]."


class CurrentStays(InvalidParameter):
    """Source: recorded, UpdateSecretVersionStage."""

    text = (
        "You can only move staging label AWSCURRENT to a different secret version."
        " It can\N{RIGHT SINGLE QUOTATION MARK}t be completely removed."
    )


class Unnamed(InvalidParameter):
    """Source: recorded, UpdateSecretVersionStage."""

    text = (
        "The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently attached to version"
        " {version}, so you must explicitly reference that version in RemoveFromVersionId."
    )


class NotThere(InvalidParameter):
    """Source: recorded, UpdateSecretVersionStage."""

    text = (
        "When you move staging label {label}, if you specify RemoveFromVersionId, it must be set to the version that"
        " currently has the staging label {label}."
    )


class LimitExceeded(Refusal):
    """Source: secretsmanager model, LimitExceededException."""

    code = "LimitExceededException"


class TooManyLabels(LimitExceeded):
    """Source: recorded, UpdateSecretVersionStage; Secrets Manager User Guide, "Quotas": 20 on all versions."""

    text = "You exceeded the maximum number of staging labels allowed on a secret."


class TooManyVersions(LimitExceeded):
    """Source: Secrets Manager User Guide, "Quotas": about 100, and all of the last 24 hours."""

    text = "You exceeded the maximum number of versions allowed on a secret."


class TooManySecrets(LimitExceeded):
    """Source: Secrets Manager User Guide, "Quotas"."""

    text = "You exceeded the maximum number of secrets allowed in an account."


class KeyInTheWay(LimitExceeded):
    """A key that the secret does not know of takes the place of the one that a rotation would make."""

    text = "Cannot exceed quota for AccessKeysPerUser: {limit}. In the way is {keys}, which this secret did not make."


class InvalidNextToken(Refusal):
    """Source: secretsmanager model, InvalidNextTokenException."""

    code, text = "InvalidNextTokenException", "The NextToken value is invalid."


class DecryptionFailure(Refusal):
    """What is kept does not open.  Source: secretsmanager model, DecryptionFailure."""

    code = "DecryptionFailure"
    text = "Secrets Manager can't decrypt the protected secret text using the provided KMS key."


class MalformedPolicy(Refusal):
    """Source: secretsmanager model, MalformedPolicyDocumentException."""

    code = "MalformedPolicyDocumentException"


class UnknownPrincipal(MalformedPolicy):
    """Source: recorded, PutResourcePolicy."""

    text = "This resource policy contains an unsupported principal."


class PublicPolicy(Refusal):
    """Source: secretsmanager model, PublicPolicyException."""

    code = "PublicPolicyException"
    text = "The BlockPublicPolicy parameter is set to true, and the resource policy grants broad access to your secret."
