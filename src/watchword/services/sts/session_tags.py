"""Session tags: those passed in a request, and the transitive ones that a role chain carries along.

Tag keys are one whatever their letter case, and keep the case they were given in.
Source: IAM User Guide, "Passing session tags in AWS STS".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from watchword.services.sts.refusals import (
    DuplicateTagKeys,
    TagKeyReserved,
    TransitiveKeyInherited,
    TransitiveKeyNotPassed,
)

Passed = Sequence[Mapping[str, str]]
"""The Tags parameter: each with `Key` and `Value`."""

RESERVED = "aws:"


@dataclass(frozen=True, slots=True)
class SessionTags:
    """The tags of one session, and the keys among them that pass on to the sessions assumed from it."""

    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: tuple[str, ...] = ()

    def inherited(self) -> SessionTags:
        """Give what a session assumed from this one begins with."""
        if not self.transitive:
            return NO_TAGS
        passing = _folded(self.transitive)
        return SessionTags({key: value for key, value in self.tags.items() if key.lower() in passing}, self.transitive)


NO_TAGS = SessionTags()


def read(passed: Passed | None, transitive_keys: Sequence[str] | None, inherited: SessionTags = NO_TAGS) -> SessionTags:
    """Join the tags of a request with those inherited from the calling session.

    Raises DuplicateTagKeys, TagKeyReserved, TransitiveKeyInherited, TransitiveKeyNotPassed.
    """
    if not passed and not transitive_keys:
        return inherited
    tags = _unique(passed or ())
    keys = {key.lower(): key for key in tags}
    wanted = _folded(transitive_keys or ())
    if not _folded(inherited.tags).isdisjoint(keys.keys() | wanted):
        raise TransitiveKeyInherited
    if not wanted <= keys.keys():
        raise TransitiveKeyNotPassed
    transitive = tuple(key for folded, key in keys.items() if folded in wanted)
    return SessionTags({**inherited.tags, **tags}, (*inherited.transitive, *transitive))


def _unique(passed: Passed) -> dict[str, str]:
    tags = {tag["Key"]: tag["Value"] for tag in passed}
    if len(_folded(tags)) != len(passed):
        raise DuplicateTagKeys
    for key in tags:
        if key.lower().startswith(RESERVED):
            raise TagKeyReserved(key=key)
    return tags


def _folded(keys: Collection[str]) -> set[str]:
    return {key.lower() for key in keys}
