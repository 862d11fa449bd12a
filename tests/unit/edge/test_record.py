"""What the journal keeps of a request: what is declared, cut to size, and never more."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.edge.asked import ACCOUNT, ANN, ANN_ARN, NOW, ROLE_ARN, declared, holder, session
from watchword.domain.arn import iam_arn
from watchword.domain.http import HttpRequest
from watchword.domain.principal import Principal, PrincipalType
from watchword.domain.refusal import ValidationError
from watchword.edge.exchange import NOBODY, Exchange
from watchword.edge.record import LONGEST_TEXT, MOST_PARTS, READ_ONLY, entry_of
from watchword.services.operation import Caller, Target, Way
from watchword.store.journal import COLUMNS, Entry, Use, rows_of
from watchword.wire import Catalog
from watchword.wire.names import snake

CATALOG = Catalog.load(["iam", "sts"])
REQUEST = HttpRequest("POST", b"/", b"", ((b"user-agent", b"x" * 10_000),), b"", "192.0.2.7")


def exchange(caller: Caller = ANN, *, parameters: dict[str, Any] | None = None, **more: Any) -> Exchange:
    wire = CATALOG.operation("iam", "CreateUser")
    return Exchange(REQUEST, "id", NOW, wire, declared(**more), None, caller, parameters or {})


def test_a_stranger_leaves_a_line_too() -> None:
    entry = entry_of(Exchange(REQUEST, "id", NOW), refused=ValidationError(message="no"), sandbox=True)
    assert (entry.request_id, entry.at, entry.service, entry.event) == ("id", NOW, "", "")
    assert (entry.principal_type, entry.principal, entry.access_key_id) == ("Anonymous", "", "")
    assert (entry.error, entry.error_message) == ("ValidationError", "no")
    assert (entry.source_ip, entry.used, entry.sandbox) == ("192.0.2.7", (), True)


def test_who_did_what() -> None:
    entry = entry_of(exchange(), told={}, sandbox=False)
    assert (entry.service, entry.event, entry.account) == ("iam", "CreateUser", ACCOUNT)
    assert (entry.principal_type, entry.principal, entry.user_name) == ("User", ANN_ARN, "ann")
    assert (entry.access_key_id, entry.principal_id) == ("AKIAANN", "AIDAANN")
    assert entry.session is None
    assert entry.used == (Use("AKIAANN", "iam", ""),)
    assert not entry.read_only
    assert entry_of(exchange(way=Way.READ), told={}, sandbox=False).read_only


def test_a_session_is_told_with_where_it_came_from() -> None:
    entry = entry_of(exchange(holder(session(source_identity="ann"))), told={}, sandbox=False)
    assert entry.session is not None
    assert (entry.session.issuer_arn, entry.session.session_name) == (ROLE_ARN, "run-7")
    assert (entry.session.source_identity, entry.session.chain) == ("ann", ((ANN_ARN, "AKIAANN"),))
    assert entry.used == (Use("AROAREADER", "iam", ""),)
    guest = holder(session(PrincipalType.FEDERATED_USER, name="guest"))
    assert entry_of(exchange(guest), told={}, sandbox=False).used == ()


def test_only_what_is_declared_is_kept() -> None:
    parameters = {"user_name": "ann", "token_code": "123456", "path": None}
    entry = entry_of(
        exchange(parameters=parameters, journal=("user_name", "path"), told=("User.Arn", "User.No", "No.No")),
        told={"User": {"Arn": "arn", "Secret": "s"}, "SecretAccessKey": "s"},
        sandbox=False,
    )
    assert entry.request == {"user_name": "ann"}
    assert entry.response == {"User.Arn": "arn"}
    assert b"123456" not in record_of(entry)


def test_a_refused_request_tells_no_answer() -> None:
    entry = entry_of(exchange(told=("User.Arn",)), refused=ValidationError(message="no"), sandbox=False)
    assert entry.response is None


def test_a_stranger_cannot_fill_the_journal() -> None:
    long = "x" * 100_000
    refused = ValidationError(message=long)
    parameters = {"name": long, "blob": b"x" * 100_000, "many": [long] * 3, "deep": {"a": {"b": long}}}
    kept = entry_of(exchange(parameters=parameters, journal=tuple(parameters)), refused=refused, sandbox=False)
    assert len(kept.user_agent) == len(kept.error_message) == LONGEST_TEXT
    assert kept.request is not None
    assert len(kept.request["name"]) == LONGEST_TEXT
    assert kept.request["blob"] == "100000 bytes"
    assert kept.request["deep"] == {"a": {"b": "x" * LONGEST_TEXT}}
    assert size(kept) < 10 * LONGEST_TEXT


def test_a_list_is_kept_as_it_is_unless_it_is_long() -> None:
    tags = [{"Key": "team", "Value": "blue"}]
    kept = entry_of(exchange(parameters={"tags": tags}, journal=("tags",)), told={}, sandbox=False)
    assert kept.request == {"tags": tags}
    many = {"tags": tags * 10_000}
    kept = entry_of(exchange(parameters=many, journal=("tags",)), told={}, sandbox=False)
    assert kept.request == {"tags": tags * MOST_PARTS}


def size(entry: Entry) -> int:
    return len(record_of(entry))


def record_of(entry: Entry) -> bytes:
    (row,) = rows_of(entry)
    return row[COLUMNS.index("record")]  # type: ignore[return-value]  # the one column of bytes


def test_what_was_acted_on_is_told_even_of_a_refused_request() -> None:
    asked = exchange()
    asked.target = Target(iam_arn(ACCOUNT, "user/bob"), ACCOUNT)
    entry = entry_of(asked, refused=ValidationError(message="no"), sandbox=False)
    assert (entry.target, entry.owner) == (iam_arn(ACCOUNT, "user/bob"), "")
    assert entry.resources == (("AWS::IAM::User", iam_arn(ACCOUNT, "user/bob")), ("AWS::IAM::User", "bob"))
    asked.target = Target("*", ACCOUNT)
    assert entry_of(asked, told={}, sandbox=False).target == ""


OTHER = "444455556666"
FEDERATED = Caller(
    Principal(PrincipalType.WEB_IDENTITY_USER, "", "arn:provider", "arn:provider:app:bob", "", "arn:provider", "bob"),
    "",
)


@pytest.mark.parametrize(
    ("caller", "account", "done", "owner"),
    [
        (ANN, ACCOUNT, True, ""),
        (ANN, OTHER, True, OTHER),
        (ANN, OTHER, False, ""),  # what another account refused to whom it does not know is none of its events
        (ANN, "aws", True, ""),
        (FEDERATED, OTHER, True, OTHER),
        (FEDERATED, OTHER, False, OTHER),
        (NOBODY, OTHER, False, ""),  # a stranger must not write another's history
    ],
)
def test_which_other_account_has_to_know(caller: Caller, account: str, *, done: bool, owner: str) -> None:
    asked = exchange(caller)
    asked.target = Target(iam_arn(account, "role/reader"), account)
    outcome: dict[str, Any] = {"told": {}} if done else {"refused": ValidationError(message="no")}
    assert entry_of(asked, **outcome, sandbox=False).owner == owner


@pytest.mark.parametrize(
    ("service", "function", "way", "reads"),
    [
        ("sts", "get_caller_identity", Way.MEMORY, True),
        ("sts", "assume_role", Way.MEMORY, True),
        ("sts", "get_session_token", Way.MEMORY, False),
        ("iam", "list_users", Way.READ, True),
        ("iam", "generate_credential_report", Way.CHANGE, True),
        ("iam", "create_user", Way.CHANGE, False),
    ],
)
def test_what_reads_is_what_cloudtrail_calls_so(service: str, function: str, way: Way, *, reads: bool) -> None:
    asked = exchange()
    asked.operation = declared(service, function, way)
    assert entry_of(asked, told={}, sandbox=False).read_only is reads


def test_operations_of_which_cloudtrail_thinks_otherwise_exist() -> None:
    for service, function in READ_ONLY:
        names = {snake(name) for name in Catalog.load([service]).operation_names(service)}
        assert function in names
