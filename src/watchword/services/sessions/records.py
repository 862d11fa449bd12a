"""What is kept of a session that was issued: all of it but what opens it."""

from __future__ import annotations

import msgspec

from watchword.crypto.tokens import Session
from watchword.services.sessions.lineage import parts
from watchword.store.issued import Issued

_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(Session).decode


def issued_of(session: Session) -> Issued:
    """Write a session down for the record of the request that gave it."""
    record = msgspec.Raw(_ENCODE(session))
    return Issued(session.account, session.access_key_id, session.expires_at, parts(session), record)


def session_of(issued: Issued) -> Session:
    """Read what `issued_of` wrote."""
    return _DECODE(issued.record)
