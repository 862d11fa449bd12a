from __future__ import annotations

from urllib.parse import quote_from_bytes, unquote_to_bytes, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.domain.http import HttpRequest
from watchword.wire import MalformedInput
from watchword.wire.form import MAX_DEPTH, MAX_PARAMETERS, form_of, grow, pairs, unescaped

FORM = (b"content-type", b"application/x-www-form-urlencoded; charset=utf-8")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def posted(body: bytes, query: bytes = b"", kind: tuple[bytes, bytes] = FORM) -> HttpRequest:
    return HttpRequest("POST", b"/", query, (kind,), body)


@given(st.dictionaries(TEXT.filter(bool), TEXT))
def test_what_urlencode_writes_is_read_back(values: dict[str, str]) -> None:
    assert form_of(posted(urlencode(values).encode())) == values


@given(st.lists(st.one_of(st.binary(max_size=4), st.sampled_from([b"=", b"==", b"=41", b"\r\n", b"_", b" "]))))
def test_unescaping_agrees_with_the_standard_library(pieces: list[bytes]) -> None:
    raw = b"".join(
        piece if piece.isascii() and b"%" not in piece else quote_from_bytes(piece).encode() for piece in pieces
    )
    try:
        expected = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        with pytest.raises(MalformedInput):
            unescaped(raw.decode())
    else:
        assert unescaped(raw.decode()) == expected


def test_body_and_query_string_are_read_together() -> None:
    assert form_of(posted(b"A=1", b"B=a+b%2Bc")) == {"A": "1", "B": "a b+c"}


def test_a_body_of_another_kind_is_not_a_form() -> None:
    assert form_of(posted(b"A=1", b"B=2", (b"content-type", b"application/json"))) == {"B": "2"}


def test_a_name_without_a_value_is_empty() -> None:
    assert form_of(posted(b"&&Tags&A=b=c&")) == {"Tags": "", "A": "b=c"}


@pytest.mark.parametrize(
    ("body", "query"),
    [
        (b"A=1&A=1", b""),
        (b"A=1&%41=2", b""),
        (b"A=1", b"A=1"),
        (b"A=%", b""),
        (b"A=%4", b""),
        (b"A=%zz", b""),
        (b"A=%FF", b""),
        (b"A=\xff", b""),
        (b"\xc3%A9=1&%C3=%A9", b""),
        (b"A=%00", b""),
        (b"A=\0", b""),
        (b"&".join(b"A%d=1" % number for number in range(MAX_PARAMETERS + 1)), b""),
    ],
)
def test_what_cannot_be_read_in_one_way_is_refused(body: bytes, query: bytes) -> None:
    with pytest.raises(MalformedInput):
        form_of(posted(body, query))


def test_as_many_parameters_as_allowed_are_read() -> None:
    body = b"&".join(b"T.member.%d=1" % number for number in range(MAX_PARAMETERS))
    assert len(list(pairs(body))) == MAX_PARAMETERS


def test_dots_make_a_tree() -> None:
    flat = {"A": "1", "T.member.2.Key": "b", "T.member.1.Key": "a"}
    assert grow(flat) == {"A": "1", "T": {"member": {"2": {"Key": "b"}, "1": {"Key": "a"}}}}


@pytest.mark.parametrize(
    "flat",
    [
        {"T": "", "T.member.1": "a"},
        {"T.member.1": "a", "T": ""},
        {"T.member.1": "a", "T.member.1.Key": "b"},
        {"T" + ".a" * MAX_DEPTH + ".b": "1"},
        {"." * 100_000: "1"},
    ],
)
def test_a_tree_that_contradicts_itself_or_is_too_deep_is_refused(flat: dict[str, str]) -> None:
    with pytest.raises(MalformedInput):
        grow(flat)
