from __future__ import annotations

import pytest

from tests.unit.wire.oracle import SERVICES, catalog, every_operation, operation_model
from watchword.domain.http import HttpRequest
from watchword.domain.refusal import ValidationError
from watchword.wire import Service
from watchword.wire.model import read_model
from watchword.wire.names import snake


@pytest.mark.parametrize(("service", "name"), every_operation(*SERVICES))
def test_names_in_and_out_are_the_models(service: str, name: str) -> None:
    model, operation = operation_model(service, name), catalog().operation(service, name)
    inputs = model.input_shape.members if model.input_shape else {}
    outputs = model.output_shape.members if model.output_shape else {}
    assert operation.inputs == tuple(map(snake, inputs))
    assert operation.outputs == tuple(outputs)
    required = model.input_shape.required_members if model.input_shape else []
    assert operation.required == frozenset(map(snake, required))
    assert operation.unsigned == (model.auth_type == "none")


def test_what_needs_no_signature_is_known() -> None:
    unsigned = {name for name in catalog().operation_names("sts") if catalog().operation("sts", name).unsigned}
    assert unsigned == {"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}


def test_parse_reads_and_checks() -> None:
    operation = catalog().operation("iam", "GetRole")
    assert operation.parse(HttpRequest("POST", b"/", b"", (), b"RoleName=a")) == {"role_name": "a"}
    with pytest.raises(ValidationError, match="Value null at 'roleName'"):
        operation.parse(HttpRequest("POST", b"/", b"", (), b""))


def test_the_first_protocol_that_is_spoken_is_taken() -> None:
    assert catalog().services["acm-pca"].protocol_name == "json"


@pytest.mark.parametrize("name", ["ec2", "s3"])
def test_a_service_in_a_protocol_not_spoken_is_told(name: str) -> None:
    with pytest.raises(LookupError, match="spoken here are query, json, rest-json"):
        Service.of(name, read_model(name))


def test_modelled_exceptions_tell_code_and_status() -> None:
    errors = catalog().errors("iam")
    assert errors["NoSuchEntityException"] == ("NoSuchEntity", 404)
    assert errors["LimitExceededException"] == ("LimitExceeded", 409)
    assert catalog().errors("sts")["PackedPolicyTooLargeException"] == ("PackedPolicyTooLarge", 400)
    assert catalog().errors("secretsmanager")["ResourceNotFoundException"] == ("ResourceNotFoundException", 400)
    assert catalog().errors("secretsmanager")["InternalServiceError"] == ("InternalServiceError", 500)
    ours = ("AccessDenied", "InvalidParameter", "LimitExceeded", "ResourceNotFound", "SandboxOnly")
    assert catalog().errors("watchword") == {f"{name}Exception": (f"{name}Exception", 400) for name in ours}
