"""Canonical spellings."""

from __future__ import annotations

from urllib.parse import quote_from_bytes, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.crypto.sigv4.canonical import (
    S3,
    STANDARD,
    Rules,
    canonical_pairs,
    canonical_path,
    canonical_query,
    folded,
)
from watchword.crypto.sigv4.refusals import InvalidURIPath, MalformedQueryString


@pytest.mark.parametrize(
    ("path", "standard", "s3"),
    [
        (b"", b"/", b"/"),
        (b"/", b"/", b"/"),
        (b"//", b"/", b"//"),
        (b"/a/./b/../c", b"/a/c", b"/a/./b/../c"),
        (b"/a/..", b"/", b"/a/.."),
        (b"//a//", b"/a/", b"//a//"),
        (b"/a%20b", b"/a%2520b", b"/a%20b"),
        (b"/a%2fb", b"/a%252fb", b"/a%2Fb"),
        (b"/a b", b"/a%20b", b"/a%20b"),
        (b"/$x~", b"/%24x~", b"/%24x~"),
        ("/ሴ".encode(), b"/%E1%88%B4", b"/%E1%88%B4"),
        (b"/\xff", b"/%FF", b"/%FF"),
    ],
)
def test_paths(path: bytes, standard: bytes, s3: bytes) -> None:
    assert canonical_path(path, STANDARD) == standard
    assert canonical_path(path, S3) == s3


@pytest.mark.parametrize("path", [b"a", b"*", b"/..", b"/a/../../b", b"/%", b"/%zz", b"/a%2"])
def test_bad_paths(path: bytes) -> None:
    with pytest.raises(InvalidURIPath):
        canonical_path(path, Rules())


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        (b"", b""),
        (b"a", b"a="),
        (b"a=", b"a="),
        (b"a=b=c", b"a=b%3Dc"),
        (b"b=1&a=2&a=1", b"a=1&a=2&b=1"),
        (b"Param-3=3&Param=2&%E1%88%B4=1", b"%E1%88%B4=1&Param=2&Param-3=3"),
        (b"p=B&P=A", b"P=A&p=B"),
        (b"a=%2f&b=%7e&c=%41", b"a=%2F&b=~&c=A"),
        (b"a=x+y&b=x%20y&c=x%2By", b"a=x%20y&b=x%20y&c=x%2By"),
        ("ሴ=bar".encode(), b"%E1%88%B4=bar"),
        (b"a=1&X-Amz-Signature=0", b"a=1"),
    ],
)
def test_queries(query: bytes, canonical: bytes) -> None:
    assert canonical_query(canonical_pairs(query)) == canonical


@pytest.mark.parametrize("query", [b"%", b"a=%4", b"a=%zz", b"%g0=1"])
def test_broken_escapes(query: bytes) -> None:
    with pytest.raises(MalformedQueryString):
        canonical_pairs(query)


def escaped(texts: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return texts.map(lambda text: b"".join(b"%%%02X" % byte if byte % 3 else bytes([byte]) for byte in text))


@given(escaped(st.binary(max_size=12).filter(lambda text: not set(text) & set(b"%&=+"))))
def test_the_short_cut_spells_as_the_long_way(text: bytes) -> None:
    [(name, _)] = canonical_pairs(text + b"=") if text else [(b"", b"")]
    assert name == quote_from_bytes(unquote_to_bytes(text), safe="").encode()


def test_same_names_are_joined_in_wire_order_and_white_space_is_one_space() -> None:
    headers = [(b"a", b" value4 "), (b"b", b'"x   y"'), (b"a", b"value1"), (b"c", b"v1\n  v2\t v3")]
    assert folded(headers) == {b"a": b"value4,value1", b"b": b'"x y"', b"c": b"v1 v2 v3"}
