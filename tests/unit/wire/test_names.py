from __future__ import annotations

import pytest
from botocore import xform_name

from tests.unit.wire.oracle import SERVICES, every_operation, operation_model
from watchword.wire.names import camel, snake


@pytest.mark.parametrize(("service", "name"), every_operation(*SERVICES, "acm-pca", "cognito-idp"))
def test_names_are_those_of_botocore(service: str, name: str) -> None:
    assert snake(name) == xform_name(name)
    model = operation_model(service, name)
    for shape in (model.input_shape, model.output_shape):
        members = shape.members if shape else {}
        assert [snake(member) for member in members] == [xform_name(member) for member in members]


def test_plural_acronyms_stay_whole() -> None:
    assert snake("ListCertificateARNs") == xform_name("ListCertificateARNs") == "list_certificate_arns"


def test_paths_lower_the_first_letter_only() -> None:
    assert [camel(name) for name in ("RoleName", "SAMLAssertion", "")] == ["roleName", "sAMLAssertion", ""]
