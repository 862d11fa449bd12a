"""`watchword sessions show`: one session, back to the human, and everything that limits it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import click

from watchword.cli import aws, tables, times
from watchword.cli.exits import Stop
from watchword.cli.sessions import own
from watchword.cli.sessions.authority import authority, gone
from watchword.cli.sessions.criteria import session_key
from watchword.cli.sessions.rows import LIVE, SessionRow, left, row

SHORT = 60
"""Characters of a user agent that a person wants to see."""


@click.command()
@click.argument("key_id", metavar="KEY_ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@authority
def show(account: aws.Account, client: Any, key_id: str, as_json: bool) -> None:
    """Show all that is known of one session.

    Who stands behind the session with the access key KEY_ID, what limits it, what it did last, and who ended it, when
    and why.
    """
    found = session_key(key_id)
    told = _told(client, found)
    now = aws.now(account)
    session = row(told, now, own.key(account))
    if as_json:
        click.echo(tables.encoded(_record(session, told)))
        return
    for label, text in _lines(session, told, now):
        click.echo(f"{label:<12} {tables.shown(text)}".rstrip())


def _told(client: Any, key_id: str) -> dict[str, Any]:
    try:
        told: dict[str, Any] = client.get_session(AccessKeyId=key_id)["Session"]
    except client.exceptions.ClientError as error:
        if not gone(error):
            raise
        raise Stop(
            f"no session of this account is known by {key_id}; see whose it is: `watchword whose {key_id}`"
        ) from error
    return told


def _record(session: SessionRow, told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(session, name) for name in SessionRow.__slots__} | {
        "principal_type": told["PrincipalType"],
        "chain": [{"who": link["PrincipalArn"], "access_key_id": link["AccessKeyId"]} for link in told["Chain"]],
        "policies": told["Policies"],
        "policy_arns": told["PolicyArns"],
        "tags": {tag["Key"]: tag["Value"] for tag in told["Tags"]},
        "transitive_tag_keys": told["TransitiveTagKeys"],
        "federated_provider": told.get("FederatedProvider"),
        "federated_subject": told.get("FederatedSubject"),
        "instance_profile": told.get("InstanceProfileArn"),
        "last_call_event_id": (told.get("LastCall") or {}).get("EventId"),
    }


def _lines(session: SessionRow, told: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, str]]:
    yield "session", session.access_key_id + (", your own" if session.own else "")
    yield "state", _state(session, now)
    yield from _ending(session, now)
    yield "acts as", session.principal
    yield "may do as", session.issuer
    yield from _behind(session, told)
    yield "issued", f"{times.both(session.issued, now)}, event {session.event_id}"
    yield "expires", times.both(session.expires, now)
    yield "from", f"{session.source_ip}, {(session.user_agent or '?')[:SHORT]}"
    yield "MFA", "yes" if session.mfa else "no"
    yield from _limits(told)
    yield "last call", _last_call(session, told, now)


def _state(session: SessionRow, now: datetime) -> str:
    if session.state == LIVE:
        return f"live, {left(session.seconds_left)} left"
    if session.state == "blocked" and session.expires > now:
        return "blocked: refused while the block stands"
    return session.state


def _ending(session: SessionRow, now: datetime) -> Iterator[tuple[str, str]]:
    if session.ended and session.ended_by:
        yield "ended", f"{times.both(session.ended, now)} by {session.ended_by}, {session.ending_id}"
    if session.reason:
        yield "because", session.reason


def _behind(session: SessionRow, told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Lead back to the first who asked: each line is who stood behind the line above."""
    for link in reversed(told["Chain"]):
        yield "asked for by", f"{link['PrincipalArn']} ({link['AccessKeyId'] or 'no key'})"
    if not told["Chain"]:
        yield "asked for by", f"{session.requester} ({session.issuing_access_key_id or 'no key'})"
    if told.get("FederatedProvider"):
        yield "vouched for", f"{told.get('FederatedSubject') or '?'} by {told['FederatedProvider']}"
    if told.get("InstanceProfileArn"):
        yield "profile", told["InstanceProfileArn"]
    if session.source_identity:
        yield "identity", session.source_identity


def _limits(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for arn in told["PolicyArns"]:
        yield "limited by", arn
    for document in told["Policies"]:
        yield "limited by", _compact(document)
    for tag in told["Tags"]:
        on = " (goes on to the next role)" if tag["Key"] in told["TransitiveTagKeys"] else ""
        yield "tag", f"{tag['Key']}={tag['Value']}{on}"


def _compact(document: str) -> str:
    try:
        return json.dumps(json.loads(document), separators=(",", ":"), ensure_ascii=False)
    except ValueError:
        return document


def _last_call(session: SessionRow, told: Mapping[str, Any], now: datetime) -> str:
    if session.last_call is None:
        return "none"
    last = told["LastCall"]
    refused = f" ({session.last_call_error})" if session.last_call_error else ""
    asked = f"{session.last_call_action}{refused} from {last['SourceIp']}"
    return f"{times.both(session.last_call, now)}: {asked}, event {last['EventId']}"
