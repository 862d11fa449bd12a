"""Events in CloudTrail's shape, made from journal entries.

Source: CloudTrail User Guide, "CloudTrail record contents for management, data, and network activity events";
CloudTrail API, Event.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from watchword.domain.arn import PARTS, Arn
from watchword.domain.clock import iso8601
from watchword.domain.principal import PrincipalType
from watchword.services.cloudtrail.elements import error_code, request_parameters, response_elements
from watchword.services.cloudtrail.identity import user_identity
from watchword.store.journal import ROOT, Entry
from watchword.store.journal_search import NOBODY, Found

VERSION = "1.11"
"""The event format's."""
HOME = "us-east-1"
"""Where AWS records requests to global endpoints."""
GLOBAL = frozenset({"iam", "organizations"})
"""Services with no other endpoint than a global one."""
DOMAIN = ".amazonaws.com"
"""What follows a service's name in an event source; our own service's as well, as tools cut it off."""


def told(found: Found, account: str) -> dict[str, Any]:
    """Write one event of LookupEvents' answer, for the account that asks."""
    entry = found.entry
    own = found.account in {entry.account, NOBODY}
    name = entry.user_name or (ROOT if entry.principal_type == PrincipalType.ROOT.value else None)
    return {
        "EventId": found.event_id,
        "EventName": entry.event,
        "ReadOnly": "true" if entry.read_only else "false",
        "AccessKeyId": (entry.access_key_id or None) if own else None,
        "EventTime": int(entry.at),
        "EventSource": entry.service + DOMAIN,
        "Username": name if own or not entry.account else None,
        "Resources": [{"ResourceType": kind, "ResourceName": resource} for kind, resource in entry.resources],
        "CloudTrailEvent": msgspec.json.encode(record(found, account)).decode(),
    }


def record(found: Found, account: str) -> dict[str, Any]:
    """Write the whole event, as CloudTrail's log files hold it."""
    entry = found.entry
    return {
        "eventVersion": VERSION,
        "userIdentity": user_identity(found),
        "eventTime": iso8601(entry.at),
        "eventSource": entry.service + DOMAIN,
        "eventName": entry.event,
        "awsRegion": HOME if entry.service in GLOBAL else entry.region or HOME,
        "sourceIPAddress": entry.source_ip,
        "userAgent": entry.user_agent,
        **_error(entry),
        "requestParameters": request_parameters(entry.service, entry.event, entry.request),
        "responseElements": response_elements(entry.response),
        **_more(entry),
        "requestID": entry.request_id,
        "eventID": found.event_id,
        "readOnly": entry.read_only,
        **_resources(entry),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": found.account or account,
        **({"sharedEventID": entry.request_id} if entry.owner and entry.account else {}),
        "eventCategory": "Management",
    }


def _error(entry: Entry) -> dict[str, Any]:
    if not entry.error:
        return {}
    return {"errorCode": error_code(entry.service, entry.error), "errorMessage": entry.error_message}


def _more(entry: Entry) -> dict[str, Any]:
    """Tell how the session that asked came about, from the first principal on; CloudTrail has no such thing."""
    if entry.session is None or not entry.session.chain:
        return {}
    chain = [{"arn": arn, "accessKeyId": key_id} for arn, key_id in entry.session.chain]
    return {"additionalEventData": {"chain": chain}}


def _resources(entry: Entry) -> dict[str, Any]:
    """List the resources that are told by ARN, but not the sessions that the request itself made."""
    listed = list(_by_arn(entry))
    return {"resources": listed} if listed else {}


def _by_arn(entry: Entry) -> Iterator[dict[str, str]]:
    for kind, name in entry.resources:
        if name.startswith("arn:") and name.count(":") >= PARTS - 1 and not kind.startswith("AWS::STS::"):
            yield {"accountId": Arn.parse(name).account, "type": kind, "ARN": name}
