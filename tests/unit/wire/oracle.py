"""botocore as the oracle: what it sends becomes an HttpRequest, what we answer goes through its parsers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSRequest, prepare_request_dict
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import ResponseParserFactory
from botocore.serialize import create_serializer
from hypothesis import strategies as st

from watchword.domain.http import HttpReply, HttpRequest
from watchword.wire import MODELS, Catalog

SERVICES = ("sts", "iam", "secretsmanager", "rolesanywhere", "organizations", "cloudtrail", "watchword")
REQUEST_ID = "7a62c49f-347e-4fc4-9331-6e8eaabbccdd"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def catalog() -> Catalog:
    return Catalog.load((*SERVICES, "acm-pca", "cognito-idp", "cognito-identity"))


@cache
def service_model(name: str) -> ServiceModel:
    loader = Loader(extra_search_paths=[str(MODELS)])
    return ServiceModel(loader.load_service_model(name, "service-2"), name)


def every_operation(*services: str) -> list[tuple[str, str]]:
    return [(service, name) for service in services for name in service_model(service).operation_names]


def operation_model(service: str, name: str) -> OperationModel:
    return service_model(service).operation_model(name)


def protocol_of(service: str) -> str:
    protocol = service_model(service).metadata["protocol"]
    return "json" if protocol == "smithy-rpc-v2-cbor" else str(protocol)


def sent(service: str, name: str, parameters: Mapping[str, Any]) -> HttpRequest:
    """Serialise as an SDK does, and say only whom the signature would be for."""
    serializer = create_serializer(protocol_of(service), include_validation=False)
    request = serializer.serialize_to_request(dict(parameters), operation_model(service, name))
    prepare_request_dict(request, endpoint_url="http://localhost")
    prepared = AWSRequest(request["method"], request["url"], request["headers"], request["body"]).prepare()
    url = urlsplit(prepared.url)
    signing_name = catalog().services[service].signing_name
    scope = f"AWS4-HMAC-SHA256 Credential=AKIA/20261122/us-east-1/{signing_name}/aws4_request, SignedHeaders=host"
    headers = [(b"authorization", scope.encode())]
    given: dict[str, Any] = dict(prepared.headers.items())
    for key, value in given.items():
        headers.append((key.lower().encode(), value if isinstance(value, bytes) else str(value).encode()))
    body: Any = prepared.body or b""
    raw_body = body.encode() if isinstance(body, str) else bytes(body)
    return HttpRequest(request["method"], url.path.encode(), url.query.encode(), headers, raw_body)


def seen(service: str, name: str, reply: HttpReply) -> dict[str, Any]:
    """Parse as an SDK does; instants come out as epoch seconds."""
    factory = ResponseParserFactory()
    factory.set_parser_defaults(timestamp_parser=_instant)
    parser = factory.create_parser(protocol_of(service))
    headers = {key.decode(): value.decode() for key, value in reply.headers}
    response = {"status_code": reply.status, "headers": headers, "body": reply.body}
    shape: Any = operation_model(service, name).output_shape
    parsed: dict[str, Any] = parser.parse(response, shape)
    return parsed


def _instant(value: Any) -> float:
    if isinstance(value, (int, float)):
        return value
    return (datetime.fromisoformat(value) - _EPOCH).total_seconds()


def comparable(value: Any) -> Any:
    """Write datetimes as the epoch seconds that we hold."""
    match value:
        case datetime():
            return (value - _EPOCH).total_seconds()
        case dict():
            return {key: comparable(item) for key, item in value.items()}
        case list():
            return [comparable(item) for item in value]
        case _:
            return value


def without_empty(value: Any) -> Any:
    """Drop the empty structures and maps that the query protocol has no way to send."""
    match value:
        case dict():
            kept = {key: without_empty(item) for key, item in value.items()}
            return {key: item for key, item in kept.items() if item is not None} or None
        case list() if value:
            return [item for item in map(without_empty, value) if item is not None] or None
        case _:
            return value


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\n\r"), max_size=12)
_SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "blob": st.binary(max_size=12),
}
_DATETIMES = st.integers(86_400, 221_845_392_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
MAX_DEPTH = 4


def values(shape: Any, *, datetimes: bool, depth: int = 0, location: str = "") -> st.SearchStrategy[Any]:
    """Make values of a shape: datetimes for what an SDK is given, epoch seconds for what a handler returns."""
    match shape.type_name:
        case "structure":
            return _structures(shape, datetimes=datetimes, depth=depth)
        case "list":
            inner = values(shape.member, datetimes=datetimes, depth=depth + 1)
            # a query string has no way to say that a list is empty
            return st.lists(inner, min_size=bool(location), max_size=0 if depth > MAX_DEPTH else 3)
        case "map":
            inner = values(shape.value, datetimes=datetimes, depth=depth + 1)
            if shape.value.type_name == "structure":  # a key without a value is a null, and no SDK sends one
                inner = inner.filter(lambda item: without_empty(item) is not None)
            return st.dictionaries(_XML_TEXT, inner, max_size=0 if depth > MAX_DEPTH else 3)
        case "timestamp":
            return _DATETIMES if datetimes else _DATETIMES.map(comparable).map(int)
        case "string" | "character":
            return _texts(shape, sent=datetimes, location=location)
        case kind:
            return _SCALARS[kind]


def _texts(shape: Any, *, sent: bool, location: str) -> st.SearchStrategy[str]:
    if getattr(shape, "enum", None):
        return st.sampled_from(shape.enum)
    if location:
        return st.text("abc/%? é", min_size=1, max_size=9)
    return _TEXT if sent else _XML_TEXT


def _structures(shape: Any, *, datetimes: bool, depth: int) -> st.SearchStrategy[Any]:
    if getattr(shape, "is_document_type", False) or depth > MAX_DEPTH:
        return st.just({})
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, member in shape.members.items():
        location = str(member.serialization.get("location", ""))
        strategy = values(member, datetimes=datetimes, depth=depth + 1, location=location)
        (required if location == "uri" else optional)[name] = strategy
    if shape.is_tagged_union:
        return st.one_of([st.fixed_dictionaries({name: strategy}) for name, strategy in optional.items()])
    return st.fixed_dictionaries(required, optional=optional)
