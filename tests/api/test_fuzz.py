"""Whatever is sent: no answer is a fault of the server, and every answer can be read by botocore.

Three laws over a live authority: parameters of any shape for any operation, JSON of any shape, and good requests with
some of their bytes changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.parsers import create_parser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.plain import exchange, head
from tests.api.test_every_operation import OFFERED, READING, TEAM, shapes
from tests.support.authority import Authority, initialise, serving
from tests.support.wire import VERSIONS, Answer, Raw, presigned, send, signed

OFTEN = settings(
    max_examples=600,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
QUERY = sorted(names for names in OFFERED if names[0] in VERSIONS)
JSON = sorted(names for names in OFFERED if names[0] not in VERSIONS and names[1] != "ResetSandbox")


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """An authority of its own, with something to act on: what is sent here may break its own account."""
    data = tmp_path_factory.mktemp("fuzz") / "data"
    with serving(data, initialise(data, "--sandbox", "--account-id", "111122223333")) as authority:
        iam = authority.client("iam")
        iam.create_user(UserName="ann", Tags=TEAM)
        iam.create_group(GroupName="team")
        iam.create_policy(PolicyName="Reading", PolicyDocument=READING)
        iam.create_role(RoleName="Reader", AssumeRolePolicyDocument=TRUST)
        yield authority
        assert send(authority, signed(authority, "sts", {"Action": "GetCallerIdentity"})).status in {200, 403}
        assert "Traceback" not in (data / "server.log").read_text()


TRUST = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
)
KNOWN = [
    "ann",
    "team",
    "Reader",
    "Reading",
    "own",
    "/",
    "/ops/",
    "v1",
    "v2",
    "Active",
    "Inactive",
    "AKIAIOSFODNN7EXAMPLE",
    "arn:aws:iam::111122223333:role/Reader",
    "arn:aws:iam::111122223333:policy/Reading",
    "arn:aws:iam::999988887777:policy/Reading",
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:iam::111122223333:user/ann",
    READING,
    TRUST,
    "{}",
    "true",
    "false",
    "0",
    "1",
    "900",
    "3600",
    "129600",
    "-1",
    "",
]
TEXTS = st.one_of(
    st.sampled_from(KNOWN),
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from("aA/%{[\u0130\ufffe").flatmap(lambda c: st.integers(1, 20_000).map(lambda n: c * n)),
)
SCALARS = {
    "integer": st.sampled_from(["0", "1", "100", "900", "3600", "43200"]) | TEXTS,
    "boolean": st.sampled_from(["true", "false"]) | TEXTS,
}
INDEXES = st.sampled_from(["1", "1", "2", "3", "0", "x", "999999", ""])


@st.composite
def fields(draw: st.DrawFn, shape: Shape, name: str) -> dict[str, str]:
    """Draw one member of a form: mostly of its shape, sometimes of another."""
    if draw(st.integers(0, 9)) == 0:
        odd = draw(st.sampled_from([name, f"{name}.member.1", f"{name}.x", f"{name}.entry.1.key", f"{name}."]))
        return {odd: draw(TEXTS)}
    found: dict[str, str] = {}
    if isinstance(shape, ListShape):
        for index in draw(st.lists(INDEXES, max_size=3)):
            found |= draw(fields(shape.member, f"{name}.member.{index}"))
    elif isinstance(shape, StructureShape):
        for key, member in shape.members.items():
            if draw(st.integers(0, 9)):
                found |= draw(fields(member, f"{name}.{key}"))
    else:
        found[name] = draw(SCALARS.get(shape.type_name, TEXTS))
    return found


@st.composite
def forms(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    service, name = draw(st.sampled_from(QUERY))
    shape = shapes(service, name).input_shape
    found = {"Action": name}
    for key, member in shape.members.items() if shape else ():
        needed = shape is not None and key in shape.required_members
        if draw(st.integers(0, 9)) < (9 if needed else 4):
            found |= draw(fields(member, key))
    return service, found


def readable(model: OperationModel, answer: Answer) -> None:
    """Hold an answer against the law."""
    assert answer.status < 500 or answer.status == 501, answer.body
    parser: Any = create_parser(model.service_model.metadata["protocol"])
    parsed = parser.parse(
        {"status_code": answer.status, "headers": answer.headers, "body": answer.body}, model.output_shape
    )
    assert parsed["ResponseMetadata"]["RequestId"] == answer.headers["x-amzn-requestid"]
    assert answer.status == 200 or parsed["Error"]["Code"]


@OFTEN
@given(form=forms())
def test_parameters_of_any_shape(target: Authority, form: tuple[str, dict[str, str]]) -> None:
    service, parameters = form
    readable(shapes(service, parameters["Action"]), send(target, signed(target, service, parameters)))


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("x" * 10_000),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.just("Seconds"), inner),
    max_leaves=8,
)
BODIES = ANYTHING.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=200)


@settings(OFTEN, max_examples=150)
@given(names=st.sampled_from(JSON), body=BODIES)
def test_json_of_any_shape(target: Authority, names: tuple[str, str], body: bytes) -> None:
    prefix = shapes(*names).service_model.metadata["targetPrefix"]
    headers = {"X-Amz-Target": f"{prefix}.{names[1]}", "Content-Type": "application/x-amz-json-1.1"}
    readable(shapes(*names), send(target, signed(target, names[0], body=body, headers=headers)))


Change = tuple[int, int, int, str]
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.integers(0, 500),
        st.integers(0, 20),
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=20),
    ),
    min_size=1,
    max_size=3,
)
"""Which part, where in it, how much is taken away, and what stands there instead."""


@settings(OFTEN, max_examples=600)
@given(in_query=st.booleans(), changes=CHANGES)
def test_a_signed_request_with_any_part_changed(target: Authority, *, in_query: bool, changes: list[Change]) -> None:
    asked = {"Action": "CreateUser", "UserName": "changed"}
    raw = presigned(target, "iam", asked) if in_query else signed(target, "iam", asked)
    for part, start, length, instead in changes:
        change(raw, part, partial(spliced, start, length, instead))
    length_told = ("Content-Length", str(len(raw.body)))
    answer = exchange(target, head(raw, length_told) + raw.body)
    assert 200 <= answer.status < 500 or answer.status == 501, answer


def spliced(start: int, length: int, instead: str, text: str) -> str:
    return text[:start] + instead + text[start + length :]


def change(raw: Raw, part: int, edit: Callable[[str], str]) -> None:
    """Change the method, the target, the body, or one of the headers; framing stays whole."""
    if part == 0:
        raw.method = edit(raw.method)
    elif part == 1:
        raw.target = "/" + edit(raw.target)
    elif part == 2:
        raw.body = edit(raw.body.decode("latin-1")).encode("latin-1")
    else:
        at = part % len(raw.headers)
        name, value = raw.headers[at]
        raw.headers[at] = (name, edit(value))
