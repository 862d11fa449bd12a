"""AWS's service models read as typed values: operations, shapes, members and their limits.

Read straight from botocore's data files, without importing botocore: that would cost every worker fourteen
megabytes and, for IAM, a second copy of the documentation. What the structs below do not name is never kept.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

MODELS = Path(__file__).parent / "models"
"""Our own models, in the layout that botocore's loaders read: put it on their search path."""


class Member(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """One use of a shape, and how this use goes over the wire."""

    shape: str
    location: str = ""
    location_name: str = ""
    flattened: bool = False
    timestamp_format: str = ""


class Fault(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """How a modelled exception is answered."""

    code: str = ""
    http_status_code: int = 0


class Shape(msgspec.Struct, frozen=True, rename="camel"):
    """One shape of a model: its type, its parts and its limits."""

    type: str
    members: Mapping[str, Member] = {}
    required: tuple[str, ...] = ()
    member: Member | None = None
    key: Member | None = None
    value: Member | None = None
    min: int | float | None = None
    max: int | float | None = None
    pattern: str = ""
    enum: tuple[str, ...] = ()
    sensitive: bool = False
    flattened: bool = False
    timestamp_format: str = ""
    payload: str = ""
    document: bool = False
    eventstream: bool = False
    exception: bool = False
    fault: bool = False
    error: Fault = Fault()


class Http(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """Where a rest operation stands."""

    method: str = "POST"
    request_uri: str = "/"
    response_code: int = 200


class Parameters(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """The input or output of an operation."""

    shape: str
    result_wrapper: str = ""


class OperationModel(msgspec.Struct, frozen=True, rename="camel"):
    """One operation, as the model describes it."""

    name: str
    http: Http = Http()
    input: Parameters | None = None
    output: Parameters | None = None
    authtype: str = ""
    auth: tuple[str, ...] = ()


class Metadata(msgspec.Struct, frozen=True, rename="camel"):
    """What a service is called, and what it speaks."""

    api_version: str
    endpoint_prefix: str
    protocol: str
    protocols: tuple[str, ...] = ()
    signing_name: str = ""
    target_prefix: str = ""
    json_version: str = "1.0"
    xml_namespace: str = ""


class Model(msgspec.Struct, frozen=True, rename="camel"):
    """One service: metadata, operations by name, shapes by name."""

    metadata: Metadata
    operations: Mapping[str, OperationModel]
    shapes: Mapping[str, Shape]

    def members(self, parameters: Parameters | None) -> Mapping[str, Member]:
        """Tell the members of an input or output; none when the operation has none."""
        return self.shapes[parameters.shape].members if parameters else {}


def read_model(name: str) -> Model:
    """Read the newest model of a service, ours first, then botocore's.

    Raises LookupError when there is none of that name.
    """
    for root in (MODELS, _botocore_data()):
        versions = sorted((root / name).glob("*/service-2.json*"))
        if versions:
            return _decode(versions[-1])
    raise LookupError(f"no service model is called `{name}`")


def _decode(file: Path) -> Model:
    content = file.read_bytes()
    return msgspec.json.decode(gzip.decompress(content) if file.suffix == ".gz" else content, type=Model)


@cache
def _botocore_data() -> Path:
    spec = find_spec("botocore")
    if spec is None or spec.origin is None:
        raise LookupError("botocore, whose service models are the specification, is not installed")
    return Path(spec.origin).parent / "data"
