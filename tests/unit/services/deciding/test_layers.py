"""Tags that policies see on a principal."""

from __future__ import annotations

from watchword.services.deciding.layers import overriding


def test_session_tags_override_without_regard_to_case() -> None:
    own = {"Department": "Marketing", "Team": "blue"}
    assert overriding(own, {"department": "engineering"}) == {"Team": "blue", "department": "engineering"}
    assert overriding(own, {}) is own
