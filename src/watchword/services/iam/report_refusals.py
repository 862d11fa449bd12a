"""What is refused about reports. Words are AWS's as recorded from it, but where a class says that they are ours."""

from __future__ import annotations

from watchword.domain.refusal import AccessDenied, Refusal, ValidationError
from watchword.services.iam.refusals import InvalidInput, NoSuchEntity


class ReportNotPresent(Refusal):
    """No credential report was asked for. AWS says no words at all; these are of its API reference.

    Source: iam model, CredentialReportNotPresentException (410).
    """

    code, status = "ReportNotPresent", 410
    text = "The credential report does not exist. To generate a credential report, use GenerateCredentialReport."


class ReportExpired(Refusal):
    """The credential report is too old. Words as above.  Source: iam model, CredentialReportExpiredException (410)."""

    code, status = "ReportExpired", 410
    text = (
        "The most recent credential report has expired. To generate a new credential report, use "
        "GenerateCredentialReport."
    )


class ReportInProgress(Refusal):
    """The credential report is not done. Words as above.

    Source: iam model, CredentialReportNotReadyException (404).
    """

    code, status = "ReportInProgress", 404
    text = "The credential report is still being generated."


class NoSuchJob(NoSuchEntity):
    """A job that never was, is over, or is somebody else's.  Source: recorded, GetServiceLastAccessedDetails."""

    text = "Job {id} does not exist."


class NoSuchSource(NoSuchEntity):
    """An ARN of nobody here.  Source: recorded, GenerateServiceLastAccessedDetails."""

    text = "ARN {arn} does not exist."


class ForeignSource(AccessDenied):
    """Another account's user, group, role or policy.  Source: recorded, GenerateServiceLastAccessedDetails."""

    text = "User: {caller} is not authorized to perform the operation on {arn}"


class SourceNotSupported(InvalidInput):
    """An ARN of something that has no policies.  Source: recorded, GenerateServiceLastAccessedDetails."""

    text = "Invalid Entity Arn: {arn} is not supported."


class PartitionInvalid(ValidationError):  # noqa: N818 - named for what happened, as all refusals are
    """An ARN of another partition.  Source: recorded, GenerateServiceLastAccessedDetails."""

    text = "Invalid ARN partition"


class ServiceInvalid(ValidationError):  # noqa: N818 - as above
    """An ARN of another service.  Source: recorded, GenerateServiceLastAccessedDetails."""

    text = "Invalid service in ARN"


class NamespacesUnknown(InvalidInput):
    """Names that no service has.  Source: recorded, ListPoliciesGrantingServiceAccess."""

    text = "Invalid service namespace: [{names}]"


class NamespaceUnknown(InvalidInput):
    """A name that no service has.  Source: recorded (sic), GetServiceLastAccessedDetailsWithEntities."""

    text = "Service namepace {name} is either invalid or unsupported."  # codespell:ignore namepace
