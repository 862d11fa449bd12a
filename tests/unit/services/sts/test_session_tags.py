"""Session tags: one key whatever its case, and what a chain carries along."""

import pytest

from watchword.services.sts import session_tags
from watchword.services.sts.refusals import (
    DuplicateTagKeys,
    TagKeyReserved,
    TransitiveKeyInherited,
    TransitiveKeyNotPassed,
)
from watchword.services.sts.session_tags import NO_TAGS, SessionTags


def tag(key: str, value: str = "v") -> dict[str, str]:
    return {"Key": key, "Value": value}


def test_no_tags_passed_are_the_inherited_ones() -> None:
    inherited = SessionTags({"Star": "1"}, ("Star",))
    assert session_tags.read(None, None, inherited) is inherited
    assert session_tags.read([], [], NO_TAGS) == NO_TAGS


def test_keys_keep_their_case() -> None:
    read = session_tags.read([tag("Project", "Automation"), tag("CostCenter", "12345")], ["project"])
    assert read == SessionTags({"Project": "Automation", "CostCenter": "12345"}, ("Project",))


@pytest.mark.parametrize("keys", [("a", "a"), ("Team", "team")])
def test_a_key_is_passed_once(keys: tuple[str, str]) -> None:
    with pytest.raises(DuplicateTagKeys, match=r"Duplicate tag keys found\. Please note that Tag keys"):
        session_tags.read([tag(key) for key in keys], None)


@pytest.mark.parametrize("passed", [[], [tag("Team")]])
def test_a_transitive_key_is_among_the_tags(passed: list[dict[str, str]]) -> None:
    with pytest.raises(TransitiveKeyNotPassed, match="must be included in the requested tags"):
        session_tags.read(passed, ["Other"])


@pytest.mark.parametrize("key", ["Heart", "heart"])
def test_an_inherited_tag_is_not_overridden(key: str) -> None:
    with pytest.raises(TransitiveKeyInherited, match="conflicts with a transitive tag key from the calling session"):
        session_tags.read([tag(key, "3")], None, SessionTags({"Heart": "1"}, ("Heart",)))


@pytest.mark.parametrize("key", ["aws:x", "AWS:x"])
def test_the_prefix_of_aws_is_reserved(key: str) -> None:
    with pytest.raises(TagKeyReserved, match="reserved"):
        session_tags.read([tag(key)], None)


def test_only_transitive_tags_pass_on_and_stay_transitive() -> None:
    first = session_tags.read([tag("Star", "1"), tag("Heart", "1"), tag("Sun", "1")], ["star", "Heart"])
    second = session_tags.read([tag("Moon", "2")], ["Moon"], first.inherited())
    assert second.tags == {"Star": "1", "Heart": "1", "Moon": "2"}
    assert second.transitive == ("Star", "Heart", "Moon")
    assert session_tags.read([tag("Sun", "2")], None, NO_TAGS).inherited() is NO_TAGS
