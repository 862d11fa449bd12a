"""Answers of AWS, read so that what cannot be understood is not told: the SDK's own error repeats the whole answer.

The answer to CreateAccessKey holds a secret, and one that a proxy cut short would stand in logs, ledger and mails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError
from botocore.parsers import ResponseParserFactory


class Garbled(BotoCoreError):  # noqa: N818  named by what is so, as all of ours
    """An answer cannot be understood: what was asked for may have been done, as with an answer that is lost."""

    fmt = "the answer cannot be understood ({kind})"


class SilentParsers(ResponseParserFactory):
    """Makes parsers whose errors hold nothing of the answer."""

    def create_parser(self, protocol_name: str) -> Any:
        """Make a parser for a protocol."""
        parser: Any = super().create_parser(protocol_name)
        parser.parse = _silent(parser.parse)
        return parser


def _silent(parse: Callable[..., Any]) -> Callable[..., Any]:
    def parsed(*given: Any, **more: Any) -> Any:
        kind = ""
        try:
            return parse(*given, **more)
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer may stand in its words
            kind = type(error).__name__
        raise Garbled(kind=kind)  # out of the block above, or the error would go along as its context

    return parsed
