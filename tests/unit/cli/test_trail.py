"""Following events and tracing sessions, over a trail that is told here: as AWS tells one, and as we do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watchword.cli.trail import Trail, Wanted, chain, who

START = datetime(2026, 1, 31, 9, tzinfo=UTC)
HUMAN = {"type": "IAMUser", "arn": "arn:aws:iam::1:user/ann", "accessKeyId": "AKIAANN"}


class Enough(Exception):  # noqa: N818 - no fault: it ends what would go on for ever
    """The test has seen what it came for."""


class Told:
    """Stands for the SDK's client: tells events by one attribute, as LookupEvents does."""

    def __init__(self, *events: dict[str, Any]) -> None:
        self.events = list(events)
        self.asked: list[dict[str, Any]] = []

    def get_paginator(self, _operation: str) -> Told:
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        self.asked.append(asked)
        fitting = [event for event in self.events if self._fits(event, asked)]
        newest_first = sorted(fitting, key=lambda event: event["EventTime"], reverse=True)
        return [{"Events": newest_first[:1]}, {"Events": []}, {"Events": newest_first[1:]}]

    def _fits(self, event: dict[str, Any], asked: dict[str, Any]) -> bool:
        if event["EventTime"] < asked.get("StartTime", START):
            return False
        for attribute in asked.get("LookupAttributes", ()):
            key, value = attribute["AttributeKey"], attribute["AttributeValue"]
            names = [resource["ResourceName"] for resource in event["Resources"]]
            if value not in (names if key == "ResourceName" else [event.get(key)]):
                return False
        return True


def trail(told: Told) -> Trail:
    return Trail(told)


def event(name: str, *, minute: int = 0, by: dict[str, Any] = HUMAN, issued: str = "", **more: Any) -> dict[str, Any]:
    whole = {
        "eventID": f"{name}-{minute}",
        "eventName": name,
        "eventTime": "2026-01-31T09:00:00Z",
        "eventSource": "sts.amazonaws.com",
        "userIdentity": by,
        "responseElements": {"credentials": {"accessKeyId": issued}} if issued else None,
    } | more
    return {
        "EventId": whole["eventID"],
        "EventName": name,
        "EventSource": whole["eventSource"],
        "EventTime": START + timedelta(minutes=minute),
        "Username": by.get("userName"),
        "AccessKeyId": by.get("accessKeyId"),
        "Resources": [{"ResourceName": issued}] if issued else [],
        "CloudTrailEvent": json.dumps(whole),
    }


def session(name: str, key: str) -> dict[str, Any]:
    return {"type": "AssumedRole", "arn": f"arn:aws:sts::1:assumed-role/{name}/run", "accessKeyId": key}


def test_the_most_selective_attribute_is_the_servers_to_look_for() -> None:
    told = Told()
    for wanted, attribute in (
        (Wanted(key="K", user="ann", event="E"), ("AccessKeyId", "K")),
        (Wanted(resource="R", event="E"), ("ResourceName", "R")),
        (Wanted(user="ann", event="E"), ("EventName", "E")),
        (Wanted(user="ann", source="iam"), ("Username", "ann")),
        (Wanted(source="iam"), ("EventSource", "iam.amazonaws.com")),
        (Wanted(), None),
    ):
        assert list(trail(told).find(wanted)) == []
        sent = [(one["AttributeKey"], one["AttributeValue"]) for one in told.asked[-1].get("LookupAttributes", ())]
        assert sent == ([attribute] if attribute else [])


def test_the_others_are_looked_at_here() -> None:
    told = Told(event("AssumeRole", minute=1, issued="ASIA1"), event("GetUser", minute=2), event("GetUser", minute=3))
    assert [one["eventName"] for one in trail(told).find(Wanted(key="AKIAANN", event="AssumeRole"))] == ["AssumeRole"]
    assert [one["eventID"] for one in trail(told).find(Wanted(resource="ASIA1", source="sts"))] == ["AssumeRole-1"]
    assert list(trail(told).find(Wanted(resource="ASIA1", source="iam"))) == []


def test_what_is_followed_is_told_once_oldest_first_and_late_ones_too() -> None:
    told = Told(event("A", minute=20), event("B", minute=21))
    pauses: Iterator[Callable[[], object]] = iter(
        [
            lambda: told.events.append(event("D", minute=40)),
            lambda: told.events.append(event("Late", minute=30)),
            lambda: None,
        ]
    )

    def pause() -> None:
        happens = next(pauses, None)
        if happens is None:
            raise Enough
        happens()

    names: list[str] = []
    follows = trail(told).follow(Wanted(), START, pause)
    with pytest.raises(Enough):
        names.extend(one["eventName"] for one in follows)
    assert names == ["A", "B", "D", "Late"]


def test_each_session_leads_to_who_asked_for_it() -> None:
    told = Told(
        event("GetUser", minute=3, by=session("second", "ASIA2")),
        event("AssumeRole", minute=2, by=session("first", "ASIA1"), issued="ASIA2"),
        event("AssumeRole", minute=1, issued="ASIA1"),
    )
    assert [(hop.who, hop.access_key_id) for hop in chain(trail(told), "ASIA2")] == [
        ("arn:aws:sts::1:assumed-role/second/run", "ASIA2"),
        ("arn:aws:sts::1:assumed-role/first/run", "ASIA1"),
        ("arn:aws:iam::1:user/ann", "AKIAANN"),
    ]
    assert [hop.who for hop in chain(trail(told), "GetUser-3")] == [hop.who for hop in chain(trail(told), "ASIA2")]
    assert chain(trail(told), "ASIANOTHING") == []
    assert chain(trail(told), "nothing") == []


def test_where_no_event_is_left_the_recorded_chain_goes_on() -> None:
    recorded = [
        {"arn": "arn:aws:iam::1:user/ann", "accessKeyId": "AKIAANN"},
        {"arn": "arn:aws:sts::1:assumed-role/first/run", "accessKeyId": "ASIA1"},
    ]
    told = Told(event("GetUser", by=session("second", "ASIA2"), additionalEventData={"chain": recorded}))
    hops = chain(trail(told), "ASIA2")
    assert [hop.access_key_id for hop in hops] == ["ASIA2", "ASIA1", "AKIAANN"]
    assert hops[-1].event is None


def test_a_trail_that_leads_in_a_circle_ends() -> None:
    told = Told(event("AssumeRole", by=session("a", "ASIA1"), issued="ASIA1"))
    assert len(chain(trail(told), "ASIA1")) <= 32


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (HUMAN, "arn:aws:iam::1:user/ann"),
        ({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}, "ec2.amazonaws.com"),
        ({"type": "AWSAccount", "principalId": "AIDA1", "accountId": "2"}, "AIDA1 of account 2"),
        ({"type": "WebIdentityUser", "principalId": "arn:p:app:bob", "userName": "bob"}, "arn:p:app:bob"),
        ({"type": "Unknown"}, "?"),
    ],
)
def test_who_asked(identity: dict[str, Any], expected: str) -> None:
    assert who({"userIdentity": identity}) == expected
