"""What the journal keeps of a request: what is declared, cut to size, and never more."""

from __future__ import annotations

from typing import Any

from tests.unit.edge.asked import ACCOUNT, ANN, ANN_ARN, NOW, ROLE_ARN, declared, holder, session
from watchword.domain.http import HttpRequest
from watchword.domain.principal import PrincipalType
from watchword.domain.refusal import ValidationError
from watchword.edge.exchange import Exchange
from watchword.edge.record import LONGEST_TEXT, MOST_PARTS, entry_of
from watchword.services.operation import Caller, Way
from watchword.store.journal import Entry, Use, row_of
from watchword.wire import Catalog

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
    assert b"123456" not in row_of(entry)[-1]


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
    return len(row_of(entry)[-1])
