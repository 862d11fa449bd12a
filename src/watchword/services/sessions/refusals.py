"""How a blocked session is refused."""

from __future__ import annotations

from watchword.domain.clock import iso8601
from watchword.domain.refusal import AccessDenied
from watchword.services.sessions.standing import Rule


class SessionBlocked(AccessDenied):
    """The session is blocked for a while, or would be if it were issued."""

    def __init__(self, rule: Rule) -> None:
        until = f" until {iso8601(rule.until)}" if rule.until is not None else ""
        super().__init__(message=f"The session is blocked{until}{f': {rule.reason}' if rule.reason else ''}")
