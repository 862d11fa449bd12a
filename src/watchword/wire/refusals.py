"""What the wire itself refuses: requests that name no operation, or whose bytes do not say what it needs."""

from __future__ import annotations

from watchword.domain.refusal import Refusal


class MissingAction(Refusal):
    """No operation is named.  Source: IAM, Common Errors, MissingAction."""

    code, json_code = "MissingAction", "UnknownOperationException"
    text = "The request is missing an action or a required parameter."


class InvalidAction(Refusal):
    """The operation named does not exist.  Source: IAM, Common Errors, InvalidAction; wording as answered by AWS."""

    code, json_code = "InvalidAction", "UnknownOperationException"
    text = "Could not find operation {action} for version {version}"


class UnknownOperation(Refusal):
    """No operation has this target or path.  Source: AWS JSON protocol, UnknownOperationException."""

    code, json_code = "InvalidAction", "UnknownOperationException"
    text = "no operation answers to {what}"


class UnknownService(Refusal):
    """The request is signed for a service that is not here."""

    code, json_code = "InvalidAction", "UnknownOperationException"
    text = "the service `{service}` is not offered here; offered are: {offered}"


class WrongScope(Refusal):
    """The signature is for one service and the operation of another.  Source: SigV4, credential scope."""

    code, status = "SignatureDoesNotMatch", 403
    json_code, json_status = "InvalidSignatureException", 400
    text = "Credential should be scoped to correct service: '{service}'."


class MalformedInput(Refusal):
    """The parameters cannot be read.  Source: MalformedInput, as query services answer it."""

    code, json_code = "MalformedInput", "SerializationException"


def not_a(kind: str, text: str) -> MalformedInput:
    """Refuse a text that is not of a type. A blob is not repeated: it may be a secret."""
    return MalformedInput(message=f"Invalid {kind}{'' if kind == 'blob' else f': {text[:64]}'}")
