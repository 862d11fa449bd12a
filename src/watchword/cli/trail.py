"""Events read through LookupEvents alone, of AWS or of an authority of one's own: found, followed, traced back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from watchword.cli.aws import Account

Event = dict[str, Any]
"""One event as CloudTrail's log files hold it; `lookup` beside it is what LookupEvents told of it."""

DOMAIN = ".amazonaws.com"
DELAY = timedelta(minutes=15)
"""How late AWS may tell of an event.  Source: CloudTrail User Guide, "How CloudTrail works"."""
ATTEMPTS = 8
"""AWS takes two of these requests a second."""
LONGEST_CHAIN = 32
TEMPORARY = "ASIA"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. One attribute is the server's to look for, the others are looked at here."""

    key: str | None = None
    resource: str | None = None
    event: str | None = None
    user: str | None = None
    source: str | None = None

    @property
    def attribute(self) -> tuple[str, str] | None:
        """The attribute that fewest events fit, as LookupEvents names it."""
        return next(((name, value) for name, value in self._named() if value), None)

    def _named(self) -> tuple[tuple[str, str | None], ...]:
        return (
            ("AccessKeyId", self.key),
            ("ResourceName", self.resource),
            ("EventName", self.event),
            ("Username", self.user),
            ("EventSource", self.source and _source(self.source)),
        )

    def fits(self, event: Event) -> bool:
        """Whether an event has everything that is looked for."""
        told = event["lookup"]
        names = {resource.get("ResourceName") for resource in told.get("Resources", ())}
        return all(
            value is None or (value in names if name == "ResourceName" else told.get(name) == value)
            for name, value in self._named()
        )


def _source(name: str) -> str:
    return name if "." in name else name + DOMAIN


class Trail:
    """The events of one account in one region; `client` is the SDK's."""

    def __init__(self, client: Any) -> None:
        self._client = client

    @classmethod
    def of(cls, account: Account) -> Trail:
        """Open an account's events, with the patience that AWS asks for."""
        from botocore.config import Config  # noqa: PLC0415 - only commands that ask need it

        retries: Any = {"mode": "standard", "total_max_attempts": ATTEMPTS}
        return cls(account.client("cloudtrail", config=Config(retries=retries)))

    def find(self, wanted: Wanted, since: datetime | None = None, until: datetime | None = None) -> Iterator[Event]:
        """Give what fits, the newest first, page by page as it is taken."""
        asked: dict[str, Any] = {}
        if wanted.attribute:
            key, value = wanted.attribute
            asked["LookupAttributes"] = [{"AttributeKey": key, "AttributeValue": value}]
        if since:
            asked["StartTime"] = since
        if until:
            asked["EndTime"] = until
        for page in self._client.get_paginator("lookup_events").paginate(**asked):
            yield from (event for event in map(_read, page["Events"]) if wanted.fits(event))

    def one(self, event_id: str) -> Event | None:
        """Give the event of this id."""
        attribute = {"AttributeKey": "EventId", "AttributeValue": event_id}
        pages = self._client.get_paginator("lookup_events").paginate(LookupAttributes=[attribute])
        return next((_read(told) for page in pages for told in page["Events"]), None)

    def follow(self, wanted: Wanted, start: datetime, pause: Callable[[], None]) -> Iterator[Event]:
        """Give what fits as it comes to be known, the oldest first, for ever; `pause` stands between two looks."""
        seen: dict[str, datetime] = {}
        since = start
        while True:
            found = [event for event in self.find(wanted, since) if event["eventID"] not in seen]
            for event in reversed(found):
                yield event
                seen[event["eventID"]] = event["lookup"]["EventTime"]
            if seen:
                since = max(start, max(seen.values()) - DELAY)
                seen = {name: at for name, at in seen.items() if at >= since}
            pause()


def _read(told: dict[str, Any]) -> Event:
    event: Event = json.loads(told["CloudTrailEvent"])
    event["lookup"] = {name: value for name, value in told.items() if name != "CloudTrailEvent"}
    return event


@dataclass(frozen=True, slots=True)
class Hop:
    """Who acted at one step of a chain, and how the credentials of the step before were asked for there."""

    who: str
    access_key_id: str
    event: Event | None = None
    """The request by which this principal got the credentials of the hop before, or the event that was asked about."""


def chain(trail: Trail, start: str) -> list[Hop]:
    """Trace an event, or a key, back to the first who asked: the newest hop first. Empty when nothing is known.

    Each session leads to the request that it was given out by. Where no such event is left, a Watchword authority
    still tells who stood behind the session, with every event that it signed.
    """
    if start.startswith(("AKIA", TEMPORARY)):
        hops, key = [], start
        known = next(trail.find(Wanted(key=start)), None)
        if known is not None:
            hops.append(Hop(who(known), start))
    else:
        known = trail.one(start)
        if known is None:
            return []
        key = _key(known)
        hops = [Hop(who(known), key, known)]
    while key.startswith(TEMPORARY) and len(hops) < LONGEST_CHAIN:
        issued = _issuing(trail, key)
        if issued is None:
            return hops + [Hop(link["arn"], link["accessKeyId"]) for link in reversed(_recorded(known))]
        hops.append(Hop(who(issued), _key(issued), issued))
        known, key = issued, _key(issued)
    return hops


def _issuing(trail: Trail, key: str) -> Event | None:
    for event in trail.find(Wanted(resource=key)):
        given = ((event.get("responseElements") or {}).get("credentials") or {}).get("accessKeyId")
        if given == key:
            return event
    return None


def _recorded(event: Event | None) -> list[dict[str, str]]:
    more = (event or {}).get("additionalEventData") or {}
    recorded: list[dict[str, str]] = more.get("chain", [])
    return recorded


def _key(event: Event) -> str:
    key: str = event["userIdentity"].get("accessKeyId") or ""
    return key


def who(event: Event) -> str:
    """Name who asked: an ARN where there is one, else what is known of it."""
    identity = event["userIdentity"]
    if identity["type"] == "AWSAccount":
        return f"{identity.get('principalId', '?')} of account {identity.get('accountId', '?')}"
    found = (identity.get(name) for name in ("arn", "invokedBy", "principalId", "userName"))
    return str(next((name for name in found if name), "?"))
