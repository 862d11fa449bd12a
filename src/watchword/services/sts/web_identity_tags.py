"""Session tags in the claims of a token, in both forms that AWS documents.

Nested: `https://aws.amazon.com/tags` is an object of `principal_tags` and `transitive_tag_keys`. Flat: a claim for
each, `https://aws.amazon.com/tags/principal_tags/<key>` and `https://aws.amazon.com/tags/transitive_tag_keys`.
Source: IAM User Guide, "Passing session tags using AssumeRoleWithWebIdentity".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from watchword.services.sts import session_tags
from watchword.services.sts.session_tags import SessionTags
from watchword.services.sts.web_identity_refusals import ClaimInvalid

CLAIM = "https://aws.amazon.com/tags"
FLAT_TAG = f"{CLAIM}/principal_tags/"
FLAT_TRANSITIVE = f"{CLAIM}/transitive_tag_keys"

MOST_TAGS = 50
LONGEST_KEY = 128
LONGEST_VALUE = 256
"""Source: IAM User Guide, "IAM and AWS STS quotas", session tags."""
MARKS = frozenset("_.:/=+-@")


def read(claims: Mapping[str, Any]) -> SessionTags:
    """Read the session tags that a provider passes.

    Raises ClaimInvalid, DuplicateTagKeys, TagKeyReserved, TransitiveKeyNotPassed.
    """
    nested = claims.get(CLAIM, {})
    if not isinstance(nested, dict) or not isinstance(nested.get("principal_tags", {}), dict):
        raise ClaimInvalid(claim=CLAIM, problem="it must be an object of principal_tags and transitive_tag_keys")
    named = [*nested.get("principal_tags", {}).items()]
    named += [(name.removeprefix(FLAT_TAG), value) for name, value in claims.items() if name.startswith(FLAT_TAG)]
    if len(named) > MOST_TAGS:
        raise ClaimInvalid(claim=CLAIM, problem=f"there may be up to {MOST_TAGS} tags")
    passed = [{"Key": _checked(key, LONGEST_KEY, 1), "Value": _value(value)} for key, value in named]
    transitive = [*_keys(nested.get("transitive_tag_keys")), *_keys(claims.get(FLAT_TRANSITIVE))]
    return session_tags.read(passed, transitive)


def _value(value: object) -> str:
    """A tag has one value; a list may hold it."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return _checked(value, LONGEST_VALUE, 0)


def _keys(value: object) -> list[str]:
    keys = [] if value is None else value if isinstance(value, list) else [value]
    return [_checked(key, LONGEST_KEY, 1) for key in keys]


def _checked(text: object, longest: int, shortest: int) -> str:
    if not isinstance(text, str) or not shortest <= len(text) <= longest or not all(map(_may_stand_in_tag, text)):
        problem = "keys have up to 128 letters, digits, spaces and characters of _.:/=+-@, and one value of up to 256"
        raise ClaimInvalid(claim=CLAIM, problem=problem)
    return text


def _may_stand_in_tag(character: str) -> bool:
    return character in MARKS or unicodedata.category(character)[0] in "LZN"
