"""An operation and a service as the rest of the house sees them: what goes in, what comes out, and in which bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from watchword.domain.http import HttpReply, HttpRequest
from watchword.domain.refusal import Refusal
from watchword.wire import jsonrpc, query, rest
from watchword.wire.constraints import Check, Checks, refuse_problems
from watchword.wire.model import Model, OperationModel
from watchword.wire.names import snake

PROTOCOLS: Mapping[str, ModuleType] = {"query": query, "json": jsonrpc, "rest-json": rest}
"""Every protocol that is spoken here; each has `reader`, `writer` and `refuse`."""

SERVER_FAULT = 500
"""Status of a modelled exception that is the server's fault and says no more."""
BAD_REQUEST = 400


@dataclass(slots=True)
class Operation:
    """One operation of one service, in one protocol. Its codecs are compiled when they are first used."""

    service: Service
    model: OperationModel
    _read: Callable[[HttpRequest], dict[str, Any]] | None = field(default=None, repr=False)
    _write: Callable[[Mapping[str, Any], str], HttpReply] | None = field(default=None, repr=False)
    _check: Check | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """AWS's name: `AssumeRole`."""
        return self.model.name

    @property
    def unsigned(self) -> bool:
        """Whether AWS takes this operation without a signature."""
        return self.model.authtype == "none" or self.model.auth == ("smithy.api#noAuth",)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The parameters, in snake_case, in the model's order."""
        return tuple(map(snake, self.service.model.members(self.model.input)))

    @property
    def required(self) -> frozenset[str]:
        """Those parameters that no request may leave out, in snake_case."""
        given = self.model.input
        return frozenset(map(snake, self.service.model.shapes[given.shape].required)) if given else frozenset()

    @property
    def outputs(self) -> tuple[str, ...]:
        """The members of a result, as AWS names them."""
        return tuple(self.service.model.members(self.model.output))

    def parse(self, request: HttpRequest) -> dict[str, Any]:
        """Read and check the parameters of a request: snake_case at the top, AWS's names below.

        Raises MalformedInput, ValidationError.
        """
        parameters = self.read(request)
        self.validate(parameters)
        return parameters

    def read(self, request: HttpRequest) -> dict[str, Any]:
        """Read parameters, and check no more of them than their types.

        Raises MalformedInput.
        """
        if self._read is None:
            self._read = self.service.protocol.reader(self.service.model, self.model)
        return self._read(request)

    def validate(self, parameters: Mapping[str, Any]) -> None:
        """Check parameters against the model's limits.

        Raises ValidationError.
        """
        if self._check is None:
            self._check = _compiled(self.service.model, self.model)
        problems: list[str] = []
        self._check(parameters, "", problems)
        refuse_problems(problems)

    def encode(self, result: Mapping[str, Any], request_id: str) -> HttpReply:
        """Write a result; its keys are AWS's names, and None is left out.

        Raises ResultError when the result does not fit the operation's output shape.
        """
        if self._write is None:
            self._write = self.service.protocol.writer(self.service.model, self.model)
        return self._write(result, request_id)

    def encode_refusal(self, refusal: Refusal, request_id: str) -> HttpReply:
        """Write a refusal as this operation's service does."""
        return self.service.encode_refusal(refusal, request_id)

    def reply_problems(self, result: Mapping[str, Any]) -> list[str]:
        """Tell where a result breaks the limits of the output shape: for tests of handlers."""
        problems: list[str] = []
        check = self.model.output and Checks(self.service.model).structure(self.model.output.shape)
        if check:
            check(result, "", problems)
        return problems


def _compiled(model: Model, operation: OperationModel) -> Check:
    check = Checks(model).structure(operation.input.shape, snake) if operation.input else None
    return check or (lambda _value, _path, _problems: None)


@dataclass(slots=True)
class Service:
    """One service: its model, the protocol it is spoken to in, and its operations."""

    name: str
    model: Model
    protocol_name: str
    _operations: dict[str, Operation] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, name: str, model: Model) -> Service:
        """Choose a service's protocol: the first that its model offers and we speak.

        Raises LookupError when there is none.
        """
        offered = model.metadata.protocols or (model.metadata.protocol,)
        for protocol in offered:
            if protocol in PROTOCOLS:
                return cls(name, model, protocol)
        raise LookupError(f"`{name}` speaks {', '.join(offered)}; spoken here are {', '.join(PROTOCOLS)}")

    @property
    def protocol(self) -> ModuleType:
        """The module that reads and writes this service's bytes."""
        return PROTOCOLS[self.protocol_name]

    @property
    def signing_name(self) -> str:
        """The service's name in a credential scope."""
        return self.model.metadata.signing_name or self.model.metadata.endpoint_prefix

    @property
    def endpoint_prefix(self) -> str:
        """The service's name in AWS's host names."""
        return self.model.metadata.endpoint_prefix

    @property
    def operation_names(self) -> tuple[str, ...]:
        """Every operation of the model, in its order."""
        return tuple(self.model.operations)

    def operation(self, name: str) -> Operation:
        """Give an operation by AWS's name.

        Raises KeyError when the model has none of that name.
        """
        found = self._operations.get(name)
        if found is None:
            found = self._operations[name] = Operation(self, self.model.operations[name])
        return found

    def encode_refusal(self, refusal: Refusal, request_id: str) -> HttpReply:
        """Write a refusal as this service does."""
        reply: HttpReply = self.protocol.refuse(self.model, refusal, request_id)
        return reply

    @property
    def errors(self) -> dict[str, tuple[str, int]]:
        """The modelled exceptions: shape name to the code and status on the wire."""
        return {
            name: (
                shape.error.code or name,
                shape.error.http_status_code or (SERVER_FAULT if shape.fault else BAD_REQUEST),
            )
            for name, shape in self.model.shapes.items()
            if shape.exception
        }
