"""Laws of the codecs: what an SDK sends is what we read, and what we write is what an SDK sees."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.wire import oracle
from watchword.wire.names import snake

few = settings(
    max_examples=6,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
OPERATIONS = oracle.every_operation(*oracle.SERVICES)


@pytest.mark.parametrize(("service", "name"), OPERATIONS)
def test_what_an_sdk_sends_is_what_we_read(service: str, name: str) -> None:
    shape = oracle.operation_model(service, name).input_shape
    strategy = oracle.values(shape, datetimes=True) if shape else st.just({})

    @few
    @given(strategy)
    def law(parameters: dict[str, Any]) -> None:
        request = oracle.sent(service, name, parameters)
        operation = oracle.catalog().route(request)
        assert (operation.service.name, operation.name) == (service, name)
        expected = oracle.comparable(parameters)
        if oracle.protocol_of(service) == "query":
            expected = oracle.without_empty(expected) or {}
        assert operation.read(request) == {snake(key): value for key, value in expected.items()}

    law()


@pytest.mark.parametrize(("service", "name"), OPERATIONS)
def test_what_we_write_is_what_an_sdk_sees(service: str, name: str) -> None:
    shape = oracle.operation_model(service, name).output_shape
    strategy = oracle.values(shape, datetimes=False) if shape else st.just({})
    operation = oracle.catalog().operation(service, name)

    @few
    @given(strategy)
    def law(result: dict[str, Any]) -> None:
        seen = oracle.seen(service, name, operation.encode(result, oracle.REQUEST_ID))
        metadata = seen.pop("ResponseMetadata")
        assert seen == result
        assert metadata["HTTPStatusCode"] == operation.model.http.response_code
        assert metadata["HTTPHeaders"]["x-amzn-requestid"] == oracle.REQUEST_ID
        assert metadata["RequestId"] == oracle.REQUEST_ID

    law()
