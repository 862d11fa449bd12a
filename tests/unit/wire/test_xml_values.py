from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.wire.oracle import REQUEST_ID, catalog, seen
from watchword.wire.results import ResultError
from watchword.wire.xml_values import escaped


@given(st.text(st.characters()))
def test_any_text_makes_parsable_xml(text: str) -> None:
    ET.fromstring(f"<a>{escaped(text)}</a>".encode())


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\r\n")))
def test_what_xml_can_hold_comes_back(text: str) -> None:
    assert (ET.fromstring(f"<a>{escaped(text)}</a>").text or "") == text


def test_empty_lists_stay_and_none_goes() -> None:
    operation = catalog().operation("iam", "ListUsers")
    reply = operation.encode({"Users": [], "IsTruncated": False, "Marker": None}, REQUEST_ID)
    assert b"<Users></Users><IsTruncated>false</IsTruncated></ListUsersResult>" in reply.body
    assert seen("iam", "ListUsers", reply)["Users"] == []


def test_instants_are_whole_seconds() -> None:
    credentials = {"AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c", "Expiration": 1_700_000_000.987}
    reply = catalog().operation("sts", "GetSessionToken").encode({"Credentials": credentials}, REQUEST_ID)
    assert b"<Expiration>2023-11-14T22:13:20Z</Expiration>" in reply.body


@pytest.mark.parametrize(
    "result",
    [
        {"Person": {}},
        {"User": {"Name": "ann"}},
        {"User": {"UserName": 1}},
        {"User": {"UserName": None, "Other": None}},
        {"User": {"UserName": True}},
        {"User": {"CreateDate": "2026-01-01T00:00:00Z"}},
        {"User": {"CreateDate": True}},
    ],
)
def test_a_result_that_does_not_fit_is_told_and_not_sent(result: dict[str, Any]) -> None:
    with pytest.raises(ResultError):
        catalog().operation("iam", "GetUser").encode(result, REQUEST_ID)
