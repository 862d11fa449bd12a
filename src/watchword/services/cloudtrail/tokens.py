"""Where the next page goes on, sealed: only who was handed a token can go on from it, with the same question."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from watchword.services import positions
from watchword.services.cloudtrail.refusals import InvalidNextToken
from watchword.services.operation import Call
from watchword.store.journal_search import Position

Asked = Sequence[object]
"""Everything that makes a question: the token is good for no other."""


def hand_out(call: Call, asked: Asked, position: Position) -> str:
    """Seal a position to the caller's account and question."""
    return positions.seal(call, f"{position.at}/{position.seq}", listing=_purpose(asked))


def take_back(call: Call, asked: Asked, token: str) -> Position:
    """Open a token.

    Raises InvalidNextToken.
    """
    try:
        opened = positions.unseal(call, token, listing=_purpose(asked))
    except positions.Unknown as error:
        raise InvalidNextToken from error
    at, _, seq = opened.partition("/")
    return Position(int(at), int(seq))


def _purpose(asked: Asked) -> str:
    return f"next token of LookupEvents {msgspec.json.encode(asked).decode()}"
