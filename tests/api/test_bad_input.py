"""Bad parameters, documents and names: AWS's error each time, nothing half-done, and the server still there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from botocore.exceptions import ClientError

from tests.support.authority import Authority
from tests.support.refusals import refused
from tests.support.wire import Answer, Raw, send, signed

IAM = "Version=2010-05-08&"
CREATE = f"{IAM}Action=CreateUser&UserName=ann"
TAGGED = f"{CREATE}&Tags.member"
GOOD = {"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}


def state(iam: Any) -> dict[str, Any]:
    """Give all that the account holds."""
    users = iam.list_users()["Users"]
    return {
        "users": users,
        "roles": iam.list_roles()["Roles"],
        "groups": iam.list_groups()["Groups"],
        "policies": iam.list_policies(Scope="Local")["Policies"],
        "keys": [iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"] for user in users],
        "inline": [iam.list_user_policies(UserName=user["UserName"])["PolicyNames"] for user in users],
    }


@pytest.fixture(scope="module")
def before(sandbox_authority: Authority) -> tuple[Any, dict[str, Any]]:
    """The administrator's client, and what the account holds just after init."""
    client = sandbox_authority.client("iam")
    return client, state(client)


@pytest.fixture
def still(sandbox_authority: Authority, before: tuple[Any, dict[str, Any]]) -> Iterator[Authority]:
    """An authority that the test leaves as it was, and answering."""
    yield sandbox_authority
    client, held = before
    assert state(client) == held


@pytest.fixture
def unmoved(still: Authority, before: tuple[Any, dict[str, Any]]) -> Any:
    """IAM of an account that the test leaves as it was."""
    return before[0]


def post(authority: Authority, service: str, body: str | bytes, **headers: str) -> Answer:
    content = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return send(authority, signed(authority, service, body=content, headers=named))


def expect(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code), answer.body[:500]
    assert answer.text("RequestId") == answer.headers["x-amzn-requestid"]
    assert len(answer.body) < 100_000


FORMS: dict[str, tuple[bytes | str, str]] = {
    "nothing": (b"", "MissingAction"),
    "no action": (f"{IAM}UserName=ann", "MissingAction"),
    "an empty action": (f"{IAM}Action=", "MissingAction"),
    "no version": ("Action=CreateUser&UserName=ann", "InvalidAction"),
    "json": (json.dumps({"Action": "CreateUser", "UserName": "ann"}), "MissingAction"),
    "xml": ("<CreateUserRequest><UserName>ann</UserName></CreateUserRequest>", "MissingAction"),
    "bytes that are no text": (CREATE.encode() + b"\xff\xfe", "MalformedInput"),
    "escapes that are no text": (f"{CREATE}%ff%fe", "MalformedInput"),
    "half a surrogate": (f"{CREATE}%ed%a0%80", "MalformedInput"),
    "utf-16": (CREATE.encode("utf-16"), "MalformedInput"),
    "a broken escape": (f"{CREATE}%", "MalformedInput"),
    "another broken escape": (f"{CREATE}%zz", "MalformedInput"),
    "a null": (f"{CREATE}%00", "MalformedInput"),
    "a bare null": (CREATE.encode() + b"\0", "MalformedInput"),
    "a name twice": (f"{CREATE}&UserName=ben", "MalformedInput"),
    "the action twice": (f"{CREATE}&Action=DeleteUser", "MalformedInput"),
    "the action twice, hidden": (f"{CREATE}&%41ction=DeleteUser", "MalformedInput"),
    "too many parameters": (CREATE + "".join(f"&P{n}=" for n in range(10_000)), "MalformedInput"),
    "ten thousand tags": (
        CREATE + "".join(f"&Tags.member.{n}.Key={n}&Tags.member.{n}.Value=" for n in range(1, 4_990)),
        "ValidationError",
    ),
    "deep names": (f"{CREATE}&{'.'.join('a' * 5_000)}=x", "MalformedInput"),
    "a value that is a branch": (f"{CREATE}&UserName.x=y", "MalformedInput"),
    "a list that is a text": (f"{CREATE}&Tags=x", "MalformedInput"),
    "an element that is a text": (f"{TAGGED}.1=x", "MalformedInput"),
    "an index of 0": (f"{TAGGED}.0.Key=a&{TAGGED[len(CREATE) + 1 :]}.0.Value=b", "MalformedInput"),
    "an index that is none": (f"{TAGGED}.x.Key=a", "MalformedInput"),
    "a huge index": (f"{TAGGED}.99999999999999999999.Key=a", "MalformedInput"),
    "half a tag": (f"{TAGGED}.1.Key=a", "ValidationError"),
    "an empty name": (f"{IAM}Action=CreateUser&UserName=", "ValidationError"),
    "no name": (f"{IAM}Action=CreateUser", "ValidationError"),
    "a list of a name": (f"{IAM}Action=CreateUser&UserName.member.1=ann", "MalformedInput"),
    "a text for a number": (f"{IAM}Action=ListUsers&MaxItems=many", "MalformedInput"),
    "a fraction": (f"{IAM}Action=ListUsers&MaxItems=1.5", "MalformedInput"),
    "an exponent": (f"{IAM}Action=ListUsers&MaxItems=1e2", "MalformedInput"),
    "no number": (f"{IAM}Action=ListUsers&MaxItems=", "MalformedInput"),
    "an underscore": (f"{IAM}Action=ListUsers&MaxItems=1_0", "MalformedInput"),
    "other digits": (f"{IAM}Action=ListUsers&MaxItems={quote(chr(0x0661))}", "MalformedInput"),
    "a huge number": (f"{IAM}Action=ListUsers&MaxItems={'9' * 30}", "MalformedInput"),
    "a longer number": (f"{IAM}Action=ListUsers&MaxItems={'9' * 100_000}", "MalformedInput"),
    "zero": (f"{IAM}Action=ListUsers&MaxItems=0", "ValidationError"),
    "less": (f"{IAM}Action=ListUsers&MaxItems=-1", "ValidationError"),
    "more": (f"{IAM}Action=ListUsers&MaxItems=1001", "ValidationError"),
    "a boolean that is none": (f"{IAM}Action=ListPolicies&OnlyAttached=maybe", "MalformedInput"),
    "an unknown choice": (f"{IAM}Action=ListPolicies&Scope=Mine", "ValidationError"),
    "a marker of nobody": (f"{IAM}Action=ListUsers&Marker=x", "ValidationError"),
    "an empty marker": (f"{IAM}Action=ListUsers&Marker=", "ValidationError"),
    "an odd marker": (f"{IAM}Action=ListUsers&Marker=%e4%b8%ad%0a", "ValidationError"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_cannot_be_taken(still: Authority, form: str) -> None:
    body, code = FORMS[form]
    expect(post(still, "iam", body), 400, code)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"Seconds": "\xff"}',
        b'{"Seconds": "60"}',
        b'{"Seconds": 1.5}',
        b'{"Seconds": true}',
        b'{"Seconds": null}',
        b'{"Seconds": NaN}',
        b'{"Seconds": 1e400}',
        b'{"Seconds": -1}',
        b'{"Seconds": 99999999999999999999999999}',
        b'{"Seconds": [60]}',
        b'{"Seconds": {"Seconds": 60}}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"Seconds": 60} trailing',
        b'\xef\xbb\xbf{"Seconds": 60}',
        b'{"Seconds": 60}\0',
    ],
    ids=lambda body: repr(body[:30]),
)
def test_json_that_cannot_be_taken(still: Authority, body: bytes) -> None:
    headers = {"X_Amz_Target": "Watchword.AdvanceClock", "Content_Type": "application/x-amz-json-1.1"}
    answer = post(still, "watchword", body, **headers)
    assert answer.status == 400, answer.body
    assert json.loads(answer.body)["__type"] in {"SerializationException", "ValidationException"}
    told = post(still, "watchword", b"{}", **headers | {"X_Amz_Target": "Watchword.GetServerInformation"})
    assert json.loads(told.body)["AheadSeconds"] == 0


def test_elements_of_a_list_are_taken_by_their_number(authority: Authority, iam: Any) -> None:
    tags = {7: "c", 3: "b", 1: "a"}
    given = {f"Tags.member.{n}.{part}": text for n, text in tags.items() for part in ("Value", "Key")}
    assert send(authority, signed(authority, "iam", {"Action": "CreateUser", "UserName": "ann", **given})).status == 200
    assert [tag["Key"] for tag in iam.list_user_tags(UserName="ann")["Tags"]] == ["a", "b", "c"]


@pytest.mark.parametrize("kind", ["text/xml", "application/json", "multipart/form-data; boundary=x", "nonsense", ""])
def test_a_form_under_another_name_is_not_read(still: Authority, kind: str) -> None:
    expect(post(still, "iam", CREATE, Content_Type=kind), 400, "MissingAction")


def test_parameters_may_stand_in_the_query_of_a_post(still: Authority) -> None:
    raw = signed(still, "sts", body=b"")
    query = urlencode({"Action": "GetCallerIdentity", "Version": "2011-06-15"})
    assert send(still, Raw("POST", f"/?{query}", raw.headers, b"")).code == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    "name",
    ["../admin", "a/b", "a\nb", "ann\n", "a\rb", "a\tb", "a b", "\u0430nn", "a\u200b", "\U0001f600", "%2e", "x" * 65],
)
def test_names_that_are_none(unmoved: Any, name: str) -> None:
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    calls: list[Callable[[], Any]] = [
        lambda: unmoved.create_user(UserName=name),
        lambda: unmoved.create_role(RoleName=name, AssumeRolePolicyDocument=trust),
        lambda: unmoved.create_policy(PolicyName="x" * 70 + name, PolicyDocument=document(GOOD)),
        lambda: unmoved.put_user_policy(UserName="admin", PolicyName="x" * 70 + name, PolicyDocument=document(GOOD)),
        lambda: unmoved.get_user(UserName=name),
    ]
    for call in calls:
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"]["Code"] in {"ValidationError", "NoSuchEntity"}
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] in {400, 404}


@pytest.mark.parametrize("path", ["x", "/x", "x/", "//\n/", "/a b/", "/\u00e9/", "/" + "x" * 600 + "/", "/\x7f\x80/"])
def test_paths_that_are_none(unmoved: Any, path: str) -> None:
    with refused("ValidationError", status=400):
        unmoved.create_user(UserName="ann", Path=path)


def test_a_path_of_dots_is_only_a_name(authority: Authority, iam: Any) -> None:
    made = iam.create_user(UserName="..", Path="/../../")["User"]
    assert made["Arn"] == f"arn:aws:iam::{authority.account_id}:user/../../.."
    assert iam.get_user(UserName="..")["User"] == made


def test_a_huge_value_is_not_repeated_at_length(still: Authority) -> None:
    name = "<&>" * 100_000
    answer = send(still, signed(still, "iam", {"Action": "CreateUser", "UserName": name}))
    expect(answer, 400, "ValidationError")


def document(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


DOCUMENTS: dict[str, str] = {
    "no json": "allow everything",
    "an empty object": "{}",
    "a list": "[]",
    "null": "null",
    "half": document(GOOD)[:-1],
    "more after it": document(GOOD) + "{}",
    "single quotes": document(GOOD).replace('"', "'"),
    "a comment": document(GOOD) + " // all",
    "a key twice": document(GOOD).replace('"Effect"', '"Effect":"Deny","Effect"'),
    "a statement twice": '{"Version":"2012-10-17","Statement":[],"Statement":[]}',
    "a key twice, escaped": document(GOOD).replace('"Effect"', '"Eff\\u0065ct":"Deny","Effect"'),
    "a condition key twice": document(
        GOOD | {"Condition": {"StringEquals": {"aws:username": "ann"}, "stringequals": {"aws:username": "ben"}}}
    ).replace("stringequals", "StringEquals"),
    "brackets": "[" * 100_000,
    "objects": '{"Statement":' * 8_000,
    "brackets within": document(GOOD).replace('"*"', "[" * 50_000 + '"*"' + "]" * 50_000),
    "numbers": document(GOOD).replace('"*"', "1e999999"),
    "a long number": document(GOOD).replace('"*"', "9" * 50_000),
    "half a surrogate": document(GOOD).replace("iam:GetUser", "iam:\\ud800"),
    "an unknown version": document(GOOD).replace("2012-10-17", "2013-01-01"),
    "an unknown effect": document(GOOD).replace("Allow", "Permit"),
    "an unknown element": document(GOOD | {"Unless": "x"}),
    "an unknown operator": document(GOOD | {"Condition": {"StringSounds": {"aws:username": "ann"}}}),
    "a principal": document(GOOD | {"Principal": "*"}),
    "no resource": document({"Effect": "Allow", "Action": "*"}),
}


@pytest.mark.parametrize("given", DOCUMENTS)
def test_a_document_that_is_no_policy(unmoved: Any, given: str) -> None:
    with refused("MalformedPolicyDocument", status=400):
        unmoved.create_policy(PolicyName="Bad", PolicyDocument=DOCUMENTS[given])
    with refused("MalformedPolicyDocument", status=400):
        unmoved.put_user_policy(UserName="admin", PolicyName="Bad", PolicyDocument=DOCUMENTS[given])


def test_a_thousand_statements_are_too_many(still: Authority, unmoved: Any) -> None:
    thousand = document(*({"Effect": "Allow", "Action": f"iam:A{n}", "Resource": "*"} for n in range(1_000)))
    trust = document(
        *({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"} for _ in range(1_000))
    )
    with refused("LimitExceeded", status=409):
        unmoved.create_policy(PolicyName="Long", PolicyDocument=thousand)
    with refused("LimitExceeded", status=409):
        unmoved.put_user_policy(UserName="admin", PolicyName="Long", PolicyDocument=thousand)
    with refused("LimitExceeded", status=409):
        unmoved.create_role(RoleName="Long", AssumeRolePolicyDocument=trust)
    with refused("ValidationError", status=400):
        still.client("sts").get_federation_token(Name="guest", Policy=thousand)


def test_a_pattern_of_stars_is_matched_in_no_time(authority: Authority, iam: Any) -> None:
    stars = "iam:" + "*a" * 600 + "*b"
    statement = {"Effect": "Deny", "Action": stars, "Resource": "arn:aws:iam::*:user/" + "*r" * 100 + "*x"}
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document(GOOD, statement))
    ann = authority.of("iam", iam.create_access_key(UserName="ann")["AccessKey"])
    ann.get_user(UserName="ann")
    began = time.monotonic()
    ann.get_user(UserName="ann")
    assert time.monotonic() - began < 1


def test_the_same_create_sent_twice_at_once(authority: Authority, iam: Any) -> None:
    raw = signed(authority, "iam", {"Action": "CreateUser", "UserName": "ann"})
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: send(authority, raw), range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert {answer.code for answer in answers if answer.status == 409} == {"EntityAlreadyExists"}
    assert [user["UserName"] for user in iam.list_users()["Users"]] == ["admin", "ann"]


def test_a_tag_of_any_letters_comes_back_as_it_was(iam: Any) -> None:
    tags = [{"Key": "\u00e9\u4e2d_.:/=+-@ x", "Value": "\u00fc \u0623"}, {"Key": "empty", "Value": ""}]
    iam.create_user(UserName="ann", Tags=tags)
    assert iam.list_user_tags(UserName="ann")["Tags"] == sorted(tags, key=lambda tag: tag["Key"].lower())
    iam.create_role(
        RoleName="Reader",
        AssumeRolePolicyDocument=document({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}),
        Description="<a href='x'>&amp;\t\n\r \u00ff",
    )
    assert iam.get_role(RoleName="Reader")["Role"]["Description"] == "<a href='x'>&amp;\t\n\r \u00ff"


@pytest.mark.parametrize("text", ["\x00", "\x08", "\ufffe", "\U0001f600", "]]>\x1f"])
def test_what_xml_cannot_hold_is_refused_readably(unmoved: Any, text: str) -> None:
    with pytest.raises(ClientError) as caught:
        unmoved.tag_user(UserName="admin", Tags=[{"Key": f"a{text}", "Value": text}])
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    with pytest.raises(ClientError) as caught:
        unmoved.get_user(UserName=f"a{text}")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
