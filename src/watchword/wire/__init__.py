"""AWS's protocols: bytes to parameters and results to bytes, driven by AWS's own service models.

`Catalog.load(names)` reads the models; `catalog.route(request)` says which operation a request asks for;
`operation.parse(request)` gives its checked parameters and `operation.encode(result, request_id)` the answer.
Who asks and whether they may is not decided here.
"""

from watchword.wire.catalog import Catalog
from watchword.wire.model import MODELS
from watchword.wire.operation import Operation, Service
from watchword.wire.refusals import (
    InvalidAction,
    MalformedInput,
    MissingAction,
    UnknownOperation,
    UnknownService,
    WrongScope,
)
from watchword.wire.results import ResultError

__all__ = [
    "MODELS",
    "Catalog",
    "InvalidAction",
    "MalformedInput",
    "MissingAction",
    "Operation",
    "ResultError",
    "Service",
    "UnknownOperation",
    "UnknownService",
    "WrongScope",
]
