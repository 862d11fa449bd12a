"""Refusals: every "no" that a caller may hear, each one declaration of code, status and words.

A refusal is raised where the rule is; the wire alone decides how it looks in each protocol.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - the trade's word; an error is something else
    """A request was understood and refused (or could not be understood).

    `code`, `status` and `text` are what query and REST-XML services answer. JSON services of AWS answer some
    refusals under other names: `json_code` and `json_status`, where they differ. `reason` is what those of AWS
    Organizations tell beside the words.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 400
    text: ClassVar[str] = "{message}"
    json_code: ClassVar[str | None] = None
    json_status: ClassVar[int | None] = None
    reason: ClassVar[str | None] = None

    def __init__(self, **values: object) -> None:
        self.values = values
        self.message = self.text.format(**values)
        super().__init__(self.message)


class ValidationError(Refusal):
    """A parameter breaks its constraint.  Source: IAM and STS, Common Errors."""

    code, json_code = "ValidationError", "ValidationException"


class AccessDenied(Refusal):
    """The caller may not.  Source: IAM User Guide, "Troubleshoot access denied error messages"."""

    code, status = "AccessDenied", 403
    json_code, json_status = "AccessDeniedException", 400


class InvalidIdentityToken(Refusal):
    """What an identity provider is said to have signed is not to be believed.

    Source: sts model, InvalidIdentityTokenException (400).
    """

    code = "InvalidIdentityToken"


class NotOffered(Refusal):
    """The operation exists in AWS and is not offered here."""

    code, status, text = "NotImplemented", 501, "`{operation}` of `{service}` is not offered here: {reason}"


class InternalFailure(Refusal):
    """Something broke on our side. The only refusal that is our fault.  Source: Common Errors, InternalFailure."""

    code, status = "InternalFailure", 500
    text = "The request processing has failed because of an unknown error, exception or failure."


class ServiceUnavailable(Refusal):
    """The store cannot take the request now; nothing was changed, and the client may try again."""

    code, status, text = "ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server."
    json_code = "ServiceUnavailableException"
