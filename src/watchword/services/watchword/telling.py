"""How a session is told."""

from __future__ import annotations

from typing import Any

from watchword.services.sessions.live import Found
from watchword.services.sessions.standing import Rule
from watchword.store import instance_profiles, journal
from watchword.store.tx import Tx


def brief(tx: Tx, found: Found) -> dict[str, Any]:
    """Tell a session as listings hold it."""
    session, entry = found.session, found.entry
    told: dict[str, Any] = {
        "AccessKeyId": session.access_key_id,
        "State": found.state.value,
        "PrincipalType": session.type.value,
        "PrincipalArn": session.principal().arn,
        "IssuerArn": session.issuer_arn,
        "SessionName": session.name,
        "SourceIdentity": session.source_identity,
        "IssuedAt": session.issued_at,
        "ExpiresAt": session.expires_at,
        "RequesterArn": session.chain[-1].arn if session.chain else "",
        "IssuingAccessKeyId": session.issuing_key_id,
        "SourceIp": entry.source_ip,
        "UserAgent": entry.user_agent,
        "MfaAuthenticated": session.mfa,
        "EventId": entry.request_id,
    }
    if found.rule is not None:
        told["Ending"] = _ending(found.rule)
    if (last := _last_call(tx, session.access_key_id)) is not None:
        told["LastCall"] = last
    return {name: value for name, value in told.items() if value not in ("", None) or name in ALWAYS}


ALWAYS = frozenset({"SessionName", "RequesterArn", "SourceIp"})
"""Members that are told though they are empty."""


def whole(tx: Tx, found: Found) -> dict[str, Any]:
    """Tell all that is known of a session."""
    session = found.session
    told = {
        **brief(tx, found),
        "Chain": [{"PrincipalArn": link.arn, "AccessKeyId": link.access_key_id} for link in session.chain],
        "Policies": list(session.policies),
        "PolicyArns": list(session.policy_arns),
        "Tags": [{"Key": key, "Value": value} for key, value in session.tags],
        "TransitiveTagKeys": list(session.transitive_tag_keys),
    }
    profile = instance_profiles.by_id(tx, session.instance_profile) if session.instance_profile else None
    further = {
        "FederatedProvider": session.federated_provider,
        "FederatedSubject": session.federated_subject,
        "InstanceProfileArn": profile.arn if profile else "",
    }
    return told | {name: value for name, value in further.items() if value}


def _ending(rule: Rule) -> dict[str, Any]:
    told = {"EndingId": rule.id, "EndedAt": int(rule.at), "EndedBy": rule.by}
    return {**told, "Reason": rule.reason} if rule.reason else told


def _last_call(tx: Tx, access_key_id: str) -> dict[str, Any] | None:
    last = journal.last_by(tx, access_key_id)
    if last is None:
        return None
    told = {
        "At": int(last.at),
        "EventSource": f"{last.service}.amazonaws.com",
        "EventName": last.event,
        "SourceIp": last.source_ip,
        "UserAgent": last.user_agent,
        "EventId": last.request_id,
    }
    return {**told, "ErrorCode": last.error} if last.error else told
