"""Every service that is offered, and which of their operations a request asks for.

The credential scope says the service and the target, action or path says the operation. Both must agree: what a
signature was made for is what will be authorised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from watchword.domain.http import HttpReply, HttpRequest
from watchword.domain.refusal import Refusal
from watchword.wire import jsonrpc, query
from watchword.wire.form import form_of, is_form
from watchword.wire.model import read_model
from watchword.wire.operation import Operation, Service
from watchword.wire.refusals import InvalidAction, MissingAction, UnknownOperation, UnknownService, WrongScope
from watchword.wire.rest import Route

_HEADER_SCOPE = re.compile(rb"Credential=[^,\s]*/([^/,\s]+)/aws4_request")
_QUERY_SCOPE = re.compile(rb"(?:^|&)X-Amz-Credential=([^&]*)")
_ACTION = re.compile(rb"(?:^|&)Action=([A-Za-z0-9]+)(?=&|$)")
_VERSION = re.compile(rb"(?:^|&)Version=([0-9A-Za-z-]*)(?=&|$)")
_NO_VERSION = "NO_VERSION_SPECIFIED"


@dataclass(slots=True)
class Catalog:
    """The services on offer, by name, and ways to find an operation among them."""

    services: Mapping[str, Service]
    _by_scope: dict[str, Service] = field(default_factory=dict, repr=False)
    _by_target: dict[str, Service] = field(default_factory=dict, repr=False)
    _routes: dict[str, list[tuple[Route, str]]] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, names: Iterable[str]) -> Catalog:
        """Read the models of services, by botocore's names for them.

        Raises LookupError for a service that has no model, or none in a protocol spoken here.
        """
        return cls({name: Service.of(name, read_model(name)) for name in names})

    def __post_init__(self) -> None:
        for name, service in self.services.items():
            self._by_scope[service.signing_name] = service
            if service.protocol_name == "json":
                self._by_target[service.model.metadata.target_prefix] = service
            if service.protocol_name == "rest-json":
                found = [(Route(operation), key) for key, operation in service.model.operations.items()]
                self._routes[name] = sorted(found, key=lambda route: route[0].weight)

    def operation(self, service: str, name: str) -> Operation:
        """Give an operation by names.

        Raises KeyError.
        """
        return self.services[service].operation(name)

    def operation_names(self, service: str) -> tuple[str, ...]:
        """Every operation of a service's model.

        Raises KeyError.
        """
        return self.services[service].operation_names

    def errors(self, service: str) -> dict[str, tuple[str, int]]:
        """Give the modelled exceptions of a service: shape name to the code and status on the wire.

        Raises KeyError.
        """
        return self.services[service].errors

    def route(self, request: HttpRequest) -> Operation:
        """Say which operation a request asks for.

        Raises MissingAction, InvalidAction, UnknownOperation, UnknownService, WrongScope, MalformedInput.
        """
        scope = scope_of(request)
        signed_for = self._by_scope.get(scope) if scope else None
        target = request.header(b"x-amz-target")
        if target is not None:
            return self._by_header(target.decode("utf-8", "replace"), scope)
        if scope and signed_for is None:
            raise UnknownService(service=scope[:64], offered=", ".join(self.services))
        if signed_for is None:
            return self._unsigned(request)
        match signed_for.protocol_name:
            case "query":
                return _by_action(signed_for, *action_of(request))
            case "rest-json":
                return self._by_path(signed_for, request)
            case _:
                raise UnknownOperation(what="a request without X-Amz-Target")

    def _by_header(self, target: str, scope: str | None) -> Operation:
        prefix, _, name = target.rpartition(".")
        service = self._by_target.get(prefix)
        if service is None or name not in service.model.operations:
            raise UnknownOperation(what=f"the target `{target[:128]}`")
        if scope and scope != service.signing_name:
            raise WrongScope(service=service.signing_name)
        return service.operation(name)

    def _unsigned(self, request: HttpRequest) -> Operation:
        for service in self.services.values():
            if service.name in self._routes and request.path not in {b"/", b""}:
                try:
                    return self._by_path(service, request)
                except UnknownOperation:
                    continue
        action, version = action_of(request)
        spoken = [service for service in self.services.values() if service.protocol_name == "query"]
        for service in spoken:
            if service.model.metadata.api_version == version and action in service.model.operations:
                return service.operation(action)
        raise InvalidAction(action=action, version=version)

    def _by_path(self, service: Service, request: HttpRequest) -> Operation:
        for route, name in self._routes[service.name]:
            if route.match(request) is not None:
                return service.operation(name)
        raise UnknownOperation(what=f"{request.method[:16]} {request.path[:128].decode('ascii', 'replace')}")

    def encode_refusal(self, request: HttpRequest, refusal: Refusal, request_id: str) -> HttpReply:
        """Write a refusal for a request that reached no operation, in the protocol that it seems to speak."""
        service = self._by_scope.get(scope_of(request) or "")
        target = request.header(b"x-amz-target")
        if target is not None:
            prefix = target.decode("utf-8", "replace").rpartition(".")[0]
            return jsonrpc.refuse(getattr(self._by_target.get(prefix), "model", None), refusal, request_id)
        if service is not None:
            return service.encode_refusal(refusal, request_id)
        if (request.header(b"content-type") or b"").startswith(b"application/x-amz-json"):
            return jsonrpc.refuse(None, refusal, request_id)
        return query.refuse(None, refusal, request_id)


def _by_action(service: Service, action: str, version: str) -> Operation:
    if version != service.model.metadata.api_version or action not in service.model.operations:
        raise InvalidAction(action=action, version=version)
    return service.operation(action)


def scope_of(request: HttpRequest) -> str | None:
    """Read the service out of the credential scope, wherever the signature stands; None when there is none.

    Source: SigV4, credential scope `key/date/region/service/aws4_request`.
    """
    header = request.header(b"authorization")
    if header is not None:
        found = _HEADER_SCOPE.search(header)
        return found[1].decode("utf-8", "replace") if found else None
    given = _QUERY_SCOPE.search(request.query)
    if given is None:
        return None
    parts = unquote_to_bytes(given[1]).split(b"/")
    return parts[-2].decode("utf-8", "replace") if len(parts) > 1 else None


def action_of(request: HttpRequest) -> tuple[str, str]:
    """Read which action and version a query request names, without reading all of it where that can be avoided.

    A request that names them twice, or in two ways, is refused when its parameters are read.

    Raises MissingAction, MalformedInput.
    """
    source = request.body if request.body and is_form(request) else request.query
    action, version = _ACTION.search(source), _VERSION.search(source)
    if action and version:
        return action[1].decode("ascii"), version[1].decode("ascii")
    parameters = form_of(request)
    name = parameters.get("Action")
    if not name:
        raise MissingAction
    return name[:128], parameters.get("Version", _NO_VERSION)[:64]
