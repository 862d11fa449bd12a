"""Listings by page: a token is sealed to the caller's account and to the question that handed it out."""

from __future__ import annotations

import msgspec

from watchword.services import positions
from watchword.services.operation import Call
from watchword.services.secretsmanager.refusals import InvalidNextToken

LARGEST = 100
"""Source: secretsmanager model, MaxResults."""

Asked = tuple[object, ...]
"""Everything that makes a question: a token is good for no other."""
Position = tuple[int | str, str]


def token(call: Call, asked: Asked, position: Position) -> str:
    """Seal where a listing goes on."""
    return positions.seal(call, msgspec.json.encode(position).decode(), listing=_purpose(asked))


def opened(call: Call, asked: Asked, next_token: str | None) -> Position | None:
    """Read where a listing is to go on; None for the beginning.

    Raises InvalidNextToken.
    """
    if next_token is None:
        return None
    try:
        text = positions.unseal(call, next_token, listing=_purpose(asked))
    except positions.Unknown as error:
        raise InvalidNextToken from error
    value, name = msgspec.json.decode(text)
    return value, name


def _purpose(asked: Asked) -> str:
    return f"next token of secretsmanager {msgspec.json.encode(asked).decode()}"
