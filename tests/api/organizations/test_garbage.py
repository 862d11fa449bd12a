"""Whatever is asked of an organization, by whomever in it: no answer is a fault of the server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.organizations.organization import RCP, SCP, Organized, rcp, scp
from tests.api.test_every_operation import OFFERED, shapes
from tests.api.test_fuzz import readable
from tests.support.accounts import ADMINISTRATOR, member_of
from tests.support.authority import Authority, initialise, serving
from tests.support.wire import send, signed

SERVICE = "organizations"
ENDS_IT = {
    "CloseAccount",
    "DeleteOrganization",
    "DeleteOrganizationalUnit",
    "DeletePolicy",
    "LeaveOrganization",
    "RemoveAccountFromOrganization",
}
ASKED = sorted(name for service, name in OFFERED if service == SERVICE and name not in ENDS_IT)
THINGS = ("root", "unit", "policy", "guard", "member", "manager", "helper", "handshake", "request", "token")
MADE_UP = (
    "r-none",
    "ou-none-12345678",
    "p-12345678",
    "rp-12345678",
    "999999999999",
    "h-12345678",
    "car-12345678",
    "p-",
)
DEEP = '{"tags":' * 200 + "{}" + "}" * 200
CONTENTS = (
    scp("Deny", "ec2:*"),
    scp("Allow", "*", Condition={"StringLike": {"aws:PrincipalArn": "*${aws:username}*"}}),
    scp(
        "Deny",
        "iam:*",
        Condition={"NumericLessThan": {"aws:EpochTime": "1e400"}, "IpAddress": {"aws:SourceIp": "::/0"}},
    ),
    rcp("sts:*", Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}),
    '{"tags":{"a":{"tag_value":{"@@assign":["\\u0000"],"@@operators_allowed_for_child_policies":["@@none"]}}}}',
    '{"tags":{"A":{"@@append":[1e308,true,"x"]}}}',
    '{"Version":"2012-10-17","Statement":[]}',
    '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"organizations:*","Resource":"*"}}',
    "{}",
    "[]",
    "null",
    "\ud83d\ude00",
    DEEP,
)
TEXTS = st.one_of(
    st.sampled_from(("name", "a@example.com", "sso.amazonaws.com", "", "İ", "aws:x", "x" * 2_000)),
    st.text(st.characters(codec="utf-8"), max_size=30),
)
STRINGS = (
    st.sampled_from([f"<{thing}>" for thing in THINGS]) | st.sampled_from(MADE_UP) | st.sampled_from(CONTENTS) | TEXTS
)

PLACES = ("<root>", "<unit>")
ACCOUNTS = ("<member>", "<manager>", "<helper>")
POLICIES = ("<policy>", "<guard>", "p-FullAWSAccess")
FITTING = {
    "AccountId": ACCOUNTS,
    "ChildId": (*ACCOUNTS, *PLACES),
    "Content": CONTENTS,
    "CreateAccountRequestId": ("<request>",),
    "DestinationParentId": PLACES,
    "Email": ("a@example.com", "b@example.com"),
    "HandshakeId": ("<handshake>",),
    "Id": (*ACCOUNTS, "nobody@example.com"),
    "NextToken": ("<token>",),
    "OrganizationalUnitId": ("<unit>",),
    "ParentId": PLACES,
    "PolicyId": POLICIES,
    "ResourceId": (*PLACES, *ACCOUNTS, *POLICIES),
    "RootId": ("<root>",),
    "ServicePrincipal": ("sso.amazonaws.com", "config.amazonaws.com"),
    "SourceParentId": PLACES,
    "TargetId": (*PLACES, *ACCOUNTS),
}
"""What each member is, mostly, so that more is reached than the model's limits."""


@st.composite
def values(draw: st.DrawFn, shape: Shape, name: str) -> Any:
    """Draw a value: mostly of its shape, and of its kind; sometimes of another."""
    if draw(st.integers(0, 39)) == 0:
        return draw(st.none() | st.booleans() | st.floats() | STRINGS | st.just([]) | st.just({}))
    if isinstance(shape, StructureShape):
        found: Any = draw(structures(shape))
    elif isinstance(shape, ListShape):
        found = [draw(values(shape.member, name)) for _ in range(draw(st.integers(0, 3)))]
    elif isinstance(shape, MapShape):
        found = {draw(TEXTS): draw(values(shape.value, name))}
    elif shape.type_name == "string":
        known = shape.metadata.get("enum") or FITTING.get(name)
        found = draw(st.sampled_from(known) if known and draw(st.integers(0, 14)) else STRINGS)
    else:
        found = draw(st.integers(0, 21) | st.integers(0, 21) | st.integers())
    return found


@st.composite
def structures(draw: st.DrawFn, shape: StructureShape) -> dict[str, Any]:
    needed = shape.required_members
    return {
        name: draw(values(member, name))
        for name, member in shape.members.items()
        if draw(st.integers(0, 29)) < (29 if name in needed else 9)
    }


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    name = draw(st.sampled_from(ASKED))
    shape = shapes(SERVICE, name).input_shape
    return name, draw(structures(shape)) if shape else {}


class Company:
    """An organization with one of everything, and who asks: its manager, a member, a delegated administrator."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        member, helper = member_of(authority), member_of(authority, "helper")
        client = authority.client(SERVICE)
        organized = Organized(authority, client, client.list_roots()["Roots"][0]["Id"], member)
        for kind in (SCP, RCP, "TAG_POLICY"):
            organized.enable(kind)
        client.enable_aws_service_access(ServicePrincipal="sso.amazonaws.com")
        client.register_delegated_administrator(AccountId=helper.account_id, ServicePrincipal="sso.amazonaws.com")
        invited = client.invite_account_to_organization(Target={"Type": "EMAIL", "Id": "nobody@example.com"})
        self.keys = [None, *(one.user("bea", ADMINISTRATOR) for one in (member, helper))]
        self.things = {
            "root": organized.root,
            "unit": organized.unit("one"),
            "policy": organized.policy(CONTENTS[0]),
            "guard": organized.policy(CONTENTS[3], kind=RCP),
            "member": member.account_id,
            "manager": authority.account_id,
            "helper": helper.account_id,
            "handshake": invited["Handshake"]["Id"],
            "request": client.list_create_account_status()["CreateAccountStatuses"][0]["Id"],
            "token": client.list_accounts(MaxResults=1)["NextToken"],
        }

    def filled(self, value: Any) -> Any:
        """Put what there is in the place of its word."""
        if isinstance(value, str):
            return self.things.get(value[1:-1], value) if value[:1] + value[-1:] == "<>" else value
        if isinstance(value, Mapping):
            return {key: self.filled(inner) for key, inner in value.items()}
        return [self.filled(inner) for inner in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    data = tmp_path_factory.mktemp("garbage") / "data"
    with serving(data, initialise(data, "--sandbox")) as authority:
        made = Company(authority)
        yield made
        for key in made.keys:  # whatever policies stand now, they are understood
            asked = signed(authority, "iam", {"Action": "ListUsers"}, credentials=key)
            assert send(authority, asked).status in {200, 403}
        assert "Traceback" not in (data / "server.log").read_text()


@settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(request=requests(), who=st.sampled_from([0, 0, 1, 2]))
def test_garbage_in_the_shape_of_the_model(company: Company, request: tuple[str, dict[str, Any]], who: int) -> None:
    name, parameters = request
    prefix = shapes(SERVICE, name).service_model.metadata["targetPrefix"]
    headers = {"X-Amz-Target": f"{prefix}.{name}", "Content-Type": "application/x-amz-json-1.1"}
    body = json.dumps(company.filled(parameters)).encode()
    asked = signed(company.authority, SERVICE, body=body, headers=headers, credentials=company.keys[who])
    readable(shapes(SERVICE, name), send(company.authority, asked))
