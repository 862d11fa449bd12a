"""Policy documents on their way in and out: checked, measured, and encoded as IAM's API hands them over."""

from __future__ import annotations

from urllib.parse import quote

from watchword.domain.refusal import Refusal
from watchword.policy import Kind, parse, policy_size


def check(document: str, kind: Kind, *, limit: int, reached: Refusal) -> None:
    """See that a document is a policy of its kind, and not too large; white space does not count.

    Raises MalformedPolicy, and `reached` when it has more than `limit` characters.
    """
    parse(document, kind)
    if policy_size(document) > limit:
        raise reached


def encoded(document: str) -> str:
    """Write a document as every IAM answer does.  Source: IAM API, PolicyVersion: "URL-encoded … RFC 3986"."""
    return quote(document, safe="")
