"""The canonical request: one spelling for every way of writing the same request. Bytes in, bytes out.

Source: IAM User Guide, "Create a signed AWS API request"; AWS's Signature Version 4 test suite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote_from_bytes, unquote_to_bytes

from watchword.crypto.sigv4.refusals import IncompleteSignature, InvalidURIPath, MalformedQueryString
from watchword.domain.http import Header

Pair = tuple[bytes, bytes]

_CANONICAL = re.compile(
    rb"(?:[A-Za-z0-9_.~-]|%(?:[0189A-F][0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[BCDF]))*"  # the rest needs no escape
)
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rules:
    """How one service canonicalises. The defaults are every service's but S3."""

    double_encode: bool = True
    """The path is encoded once more as it came, so `%20` becomes `%2520`. S3 decodes and encodes instead."""
    normalize_path: bool = True
    """`.`, `..` and empty segments are resolved. S3 takes them as names."""
    unsigned_payload: bool = False
    """The body may stay out of the signature, where the client says so (S3 alone)."""


STANDARD = Rules()
S3 = Rules(double_encode=False, normalize_path=False, unsigned_payload=True)


def canonical_path(path: bytes, rules: Rules) -> bytes:
    """Spell a path in the canonical way.

    Raises InvalidURIPath when it is relative, has a broken escape, or climbs above the root.
    """
    if path in (b"/", b""):
        return b"/"
    if not path.startswith(b"/"):
        raise InvalidURIPath(message="The path does not begin with '/'.")
    if b"%" in path and _BROKEN_ESCAPE.search(path):
        raise InvalidURIPath(message="The path has an incomplete or illegal escape % sequence.")
    segments = _resolved(path) if rules.normalize_path else path.split(b"/")[1:]
    if not rules.double_encode:
        segments = [unquote_to_bytes(segment) for segment in segments]
    return b"".join(b"/" + _encode(segment) for segment in segments) or b"/"


def _resolved(path: bytes) -> list[bytes]:
    """Resolve `.`, `..` and empty segments; one closing slash stays, as an empty last segment."""
    kept: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            if not kept:
                raise InvalidURIPath(message="The path climbs above its root.")
            kept.pop()
        elif segment not in (b"", b"."):
            kept.append(segment)
    if kept and path.endswith(b"/"):
        kept.append(b"")
    return kept


def canonical_pairs(query: bytes) -> list[Pair]:
    """Spell a query string's names and values in the canonical way, in the order they came.

    Every `&` parts two pairs, also empty ones, as botocore signs them. A literal `+` is a space.
    Raises MalformedQueryString.
    """
    if not query:
        return []
    if b"%" in query and (broken := _BROKEN_ESCAPE.search(query)):
        escape = broken[0].decode("ascii", "replace")
        raise MalformedQueryString(message=f"Illegal hex character in escape % pattern: {escape}")
    pairs = []
    for piece in query.split(b"&"):
        name, _, value = piece.partition(b"=")
        pairs.append((_respelled(name), _respelled(value)))
    return pairs


def canonical_query(pairs: Iterable[Pair], *, without: Sequence[bytes] = (b"X-Amz-Signature",)) -> bytes:
    """Join canonical pairs, sorted as pairs: by name and then value, never as joined text."""
    return b"&".join(name + b"=" + value for name, value in sorted(pairs) if name not in without)


def decoded(text: bytes) -> str:
    """Give what a canonical name or value stands for; bytes beyond ASCII as Latin-1, so that nothing can fail."""
    return unquote_to_bytes(text).decode("latin-1")


def folded(headers: Sequence[Header]) -> dict[bytes, bytes]:
    """Gather headers by name: values trimmed, inner white space made one space, same names joined in wire order.

    Raises IncompleteSignature for two Authorization headers: a reader before us may have believed the other one.
    """
    gathered: dict[bytes, bytes] = {}
    for name, value in headers:
        trimmed = b" ".join(value.split())
        if name not in gathered:
            gathered[name] = trimmed
        elif name == b"authorization":
            raise IncompleteSignature("The request has more than one Authorization header.")
        else:
            gathered[name] += b"," + trimmed
    return gathered


def canonical_request(
    method: str, path: bytes, query: bytes, *, headers: Mapping[bytes, bytes], signed: Sequence[bytes], payload: bytes
) -> bytes:
    """Write the canonical request. `path` and `query` are canonical already, `signed` are sorted header names.

    Raises KeyError when a signed header is not there.
    """
    lines = [method.encode("utf-8", "surrogatepass"), path, query]
    lines += [name + b":" + headers[name] for name in signed]
    lines += [b"", b";".join(signed), payload]
    return b"\n".join(lines)


def string_to_sign(amz_date: str, scope: str, request: bytes) -> bytes:
    """Write what is signed: `scope` is `date/region/service/aws4_request`, `request` the canonical request."""
    return f"AWS4-HMAC-SHA256\n{amz_date}\n{scope}\n{sha256(request).hexdigest()}".encode("latin-1")


def _respelled(text: bytes) -> bytes:
    if _CANONICAL.fullmatch(text):  # as every SDK writes it: four times faster than taking it apart
        return text
    return _encode(unquote_to_bytes(text.replace(b"+", b" ")))


def _encode(text: bytes) -> bytes:
    return quote_from_bytes(text, safe="").encode("ascii")
