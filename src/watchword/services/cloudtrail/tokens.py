"""Where the next page goes on, sealed: only who was handed a token can go on from it, with the same question."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence

import msgspec

from watchword.crypto.sealing import BrokenSeal
from watchword.services.cloudtrail.refusals import InvalidNextToken
from watchword.services.operation import Call
from watchword.store.journal_search import Position

Asked = Sequence[object]
"""Everything that makes a question: the token is good for no other."""


def hand_out(call: Call, asked: Asked, position: Position) -> str:
    """Seal a position to the caller's account and question."""
    sealed = call.vault.seal(f"{position.at}/{position.seq}".encode(), to=_purpose(asked))
    return urlsafe_b64encode(sealed).decode("ascii")


def take_back(call: Call, asked: Asked, token: str) -> Position:
    """Open a token.

    Raises InvalidNextToken.
    """
    try:
        opened = call.vault.open(b64decode(token, altchars=b"-_", validate=True), to=_purpose(asked))
    except (ValueError, BrokenSeal) as error:
        raise InvalidNextToken from error
    at, _, seq = opened.decode().partition("/")
    return Position(int(at), int(seq))


def _purpose(asked: Asked) -> str:
    return f"next token of LookupEvents {msgspec.json.encode(asked).decode()}"
