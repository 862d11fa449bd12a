"""CloudTrail's part: looking up what the story has done so far."""

from __future__ import annotations

from tests.api.answers import Watched


def tell(watched: Watched) -> None:
    trail = watched.client("cloudtrail")
    first = trail.lookup_events(MaxResults=1)
    assert first["Events"][0]["CloudTrailEvent"]
    trail.lookup_events(MaxResults=1, NextToken=first["NextToken"])
