"""Whether a session is still good: not ended before its time, and not blocked."""

from __future__ import annotations

from watchword.crypto.sigv4.refusals import ExpiredToken, InvalidClientTokenId
from watchword.crypto.tokens import Session
from watchword.domain.clock import iso8601
from watchword.services.directory import Directory
from watchword.services.sessions.lineage import accounts
from watchword.services.sessions.refusals import SessionBlocked
from watchword.services.sessions.standing import Rule, blocked, ended, standings


class SessionEnded(ExpiredToken):
    """Somebody ended the session. Its holder is told when and why, and not by whom."""

    def __init__(self, rule: Rule) -> None:
        why = f": {rule.reason}" if rule.reason else ""
        super().__init__(
            f"The security token included in the request is expired. The session was ended at {iso8601(rule.at)}{why}"
        )


def check_standing(session: Session | None, directory: Directory, now: float, source_ip: str) -> None:
    """Refuse a session that was ended or is blocked, by an account that it came from, and all of a closed account's.

    Raises InvalidClientTokenId, SessionEnded, SessionBlocked, Miss.
    """
    if session is None:
        return
    behind = accounts(session)
    for account in behind:
        if directory.is_closed(account):
            raise InvalidClientTokenId
    by = standings(behind, directory.standing)
    if rule := ended(session, by):
        raise SessionEnded(rule)
    if rule := blocked(session, by, now, source_ip):
        raise SessionBlocked(rule)
