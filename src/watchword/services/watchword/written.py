"""How kept criteria are told: under the names by which they were given."""

from __future__ import annotations

from typing import Any

from watchword.services.sessions.criteria import Criteria


def who(criteria: Criteria) -> dict[str, Any]:
    """Tell whose sessions are meant, as the parameters of a request."""
    name = criteria.principal.rpartition("/")[2]
    told = {
        "User": name if ":user/" in criteria.principal else "",
        "Role": name if ":role/" in criteria.principal else "",
        "SessionName": criteria.session_name,
        "SourceIdentity": criteria.source_identity,
        "IssuingAccessKeyId": criteria.issuing_key_id,
    }
    return {name: value for name, value in told.items() if value}
