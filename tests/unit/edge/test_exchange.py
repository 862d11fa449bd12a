"""One request on its way: what is known before and after each step."""

from __future__ import annotations

import pytest

from watchword.domain.http import HttpRequest
from watchword.domain.principal import ANONYMOUS
from watchword.edge.exchange import Exchange
from watchword.wire import Catalog

REQUEST = HttpRequest("POST", b"/", b"", ((b"user-agent", b"\xe9"),), b"", "192.0.2.7", secure=True)


def test_nothing_is_known_at_first() -> None:
    exchange = Exchange(REQUEST, "id", 0.0)
    assert exchange.caller.principal is ANONYMOUS
    assert exchange.caller.access_key_id == ""
    assert exchange.parameters == {}
    with pytest.raises(RuntimeError, match="not been routed"):
        exchange.action  # noqa: B018 - asking is the test


def test_an_action_is_named_as_policies_name_it() -> None:
    wire = Catalog.load(["sts"]).operation("sts", "AssumeRole")
    assert Exchange(REQUEST, "id", 0.0, wire=wire).action == "sts:AssumeRole"


def test_the_connection_is_told_even_before_a_claim() -> None:
    connection = Exchange(REQUEST, "id", 0.0).connection
    assert (connection.source_ip, connection.user_agent, connection.secure, connection.region) == (
        "192.0.2.7",
        "\u00e9",
        True,
        "",
    )
    assert Exchange(HttpRequest("GET", b"/", b"", (), b""), "id", 0.0).connection.user_agent is None


def test_parameters_are_not_shared() -> None:
    one, other = Exchange(REQUEST, "1", 0.0), Exchange(REQUEST, "2", 0.0)
    one.parameters["a"] = 1
    assert other.parameters == {}
