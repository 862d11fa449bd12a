from __future__ import annotations

import subprocess
import sys
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from tests.unit.wire.oracle import REQUEST_ID, catalog, service_model
from watchword.domain.http import HttpReply, HttpRequest
from watchword.domain.refusal import Refusal
from watchword.wire import MODELS
from watchword.wire.model import read_model


class SandboxOnly(Refusal):
    code, text = "SandboxOnlyException", "this is not a sandbox"


class Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> list[bytes]:
        return [self._body]


def answered(request: Any, **_: Any) -> Any:
    headers = [(k.lower().encode(), v if isinstance(v, bytes) else v.encode()) for k, v in request.headers.items()]
    came = HttpRequest(request.method, b"/", b"", headers, request.body)
    operation = catalog().route(came)
    reply = decided(operation.name, operation.parse(came))
    own: Any = {key.decode(): value.decode() for key, value in reply.headers}
    raw: Any = Raw(reply.body)
    return AWSResponse(request.url, reply.status, own, raw)


def decided(name: str, parameters: dict[str, Any]) -> HttpReply:
    operation = catalog().operation("watchword", name)
    if name == "ResetSandbox":
        return operation.encode_refusal(SandboxOnly(), REQUEST_ID)
    result: dict[str, Any] = {"Now": 1_700_000_000 + parameters.get("seconds", 0), "AheadSeconds": 5}
    if name == "GetServerInformation":
        result |= {"Version": "1", "Sandbox": True, "AccountId": "123456789012"}
    return operation.encode(result, REQUEST_ID)


@pytest.fixture(scope="module")
def client() -> Any:
    session = botocore.session.Session()
    session.get_component("data_loader").search_paths.append(str(MODELS))
    made = session.create_client(
        "watchword",
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="x",
    )
    made.meta.events.register("before-send", answered)
    return made


def test_a_stock_client_speaks_our_own_service(client: Any) -> None:
    assert client.advance_clock(Seconds=86_400)["Now"].timestamp() == 1_700_086_400
    told = client.get_server_information()
    assert (told["Version"], told["Sandbox"], told["AccountId"]) == ("1", True, "123456789012")


def test_a_stock_client_sees_our_own_exception(client: Any) -> None:
    with pytest.raises(client.exceptions.SandboxOnlyException) as refused:
        client.reset_sandbox()
    assert isinstance(refused.value, ClientError)
    assert refused.value.response["Error"]["Message"] == "this is not a sandbox"
    assert refused.value.response["ResponseMetadata"]["RequestId"] == REQUEST_ID


def test_our_model_is_documented_throughout() -> None:
    model = service_model("watchword")
    for name in model.operation_names:
        operation = model.operation_model(name)
        assert operation.documentation
        for shape in (operation.input_shape, operation.output_shape):
            members: dict[str, Any] = dict(shape.members) if shape else {}
            assert all(member.documentation for member in members.values())


def test_a_service_that_nobody_knows_is_told() -> None:
    with pytest.raises(LookupError, match="`nothing`"):
        read_model("nothing")


def test_the_room_stays_small_and_leaves_botocore_alone() -> None:
    script = (
        "import resource, sys; from pathlib import Path; import msgspec, urllib.parse, email.utils\n"
        "resident = lambda: int(Path('/proc/self/statm').read_text().split()[1]) * 4096\n"
        "before = resident()\n"
        "from watchword.wire import Catalog\n"
        "catalog = Catalog.load(('sts', 'iam', 'watchword'))\n"
        "for service in catalog.services.values():\n"
        "    for name in service.operation_names:\n"
        "        service.operation(name).reply_problems({})\n"
        "assert 'botocore' not in sys.modules\n"
        "print(resident() - before)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert int(run.stdout) < 25_000_000
