"""Temporary access keys: who asked for them, when, from where, and everyone who stands behind."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from watchword.cli.aws import Account
from watchword.cli.trail import DOMAIN, Event, Hop, Trail, Wanted, chain
from watchword.cli.uses import Known, Use
from watchword.cli.whose import accounts, records
from watchword.cli.whose.answer import Answer, Link


def ask(account: Account, answer: Answer) -> bool:
    """Find out who is behind a session; gives False where a denial keeps one from knowing it."""
    accounts.find(account, answer)
    hops = records.first(account, answer, lambda trail: chain(trail, answer.id)) or []
    latest = records.first(account, answer, lambda trail: _latest(trail, answer.id)) if hops else None
    if latest:
        _last_use(answer, latest)
    if hops and hops[0].event is None:  # it was used, so its own name is known
        answer.owner, hops = hops[0].who, hops[1:]
    if hops:
        _request(answer, hops[0])
    if not (answer.owner or answer.requested_by or answer.not_allowed or records.silent(answer)):
        answer.notes.append(
            "no event of the last 90 days names it; those of its last minutes may not be told yet, and other regions "
            "have their own"
        )
    answer.chain = tuple(Link(hop.who, hop.access_key_id) for hop in hops)
    return bool(answer.owner or answer.requested_by) or not answer.not_allowed


def _latest(trail: Trail, key_id: str) -> Event | None:
    return next(trail.find(Wanted(key=key_id)), None)


def _last_use(answer: Answer, event: Event) -> None:
    service = event["eventSource"].removesuffix(DOMAIN)
    answer.used(Use(Known.USED, event["lookup"]["EventTime"].astimezone(UTC), service, event.get("awsRegion")))


def _request(answer: Answer, hop: Hop) -> None:
    """Take up the request that gave the key out, if it is still on record."""
    answer.requested_by, answer.requested_with = hop.who, hop.access_key_id or None
    event = hop.event
    if event is None:
        answer.notes.append("the request for it is on record no more; who stood behind it is, with what it did")
        return
    given: dict[str, Any] = event.get("responseElements") or {}
    session = given.get("assumedRoleUser") or given.get("federatedUser") or {}
    answer.owner = answer.owner or session.get("arn") or event["userIdentity"].get("arn")
    answer.requested_at = answer.created = records.moment(event["eventTime"])
    answer.expires = records.moment((given.get("credentials") or {}).get("expiration"))
    answer.request = f"{event['eventSource'].removesuffix(DOMAIN)}:{event['eventName']}"
    answer.event_id = event["eventID"]
    answer.source_ip, answer.user_agent = event.get("sourceIPAddress"), event.get("userAgent")
    answer.source_identity = given.get("sourceIdentity")
