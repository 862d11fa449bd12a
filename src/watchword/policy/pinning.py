"""Trust policies are kept with unique ids and shown with ARNs, so that a re-created name inherits no trust.

Source: IAM User Guide, "AWS JSON policy elements: Principal", IAM role principals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from watchword.policy.malformed import SYNTAX, MalformedPolicy, Path
from watchword.policy.reader import Positions, UnreadableError, line_and_column, read

_NAMED = re.compile(r"arn:[^:]*:iam::[^:]*:(?:user|role)/.*", re.DOTALL)
_PINNED = re.compile(r"(?:AIDA|AROA)[A-Z0-9]+")


def pin_principals(text: str, resolve: Callable[[str], str | None]) -> str:
    """Put unique ids in place of the ARNs of users and roles; the rest of the text stays as it was written.

    Raises MalformedPolicy for an ARN that `resolve` knows nobody by.
    """

    def pinned(name: str, path: Path) -> str:
        if not _NAMED.fullmatch(name):
            return name
        unique_id = resolve(name)
        if unique_id is None:
            message = f'Invalid principal in policy: "AWS":"{name}"'
            raise MalformedPolicy(message, *line_and_column(text, Positions(text).of(path)))
        return unique_id

    return _rewritten(text, pinned)


def unpin_principals(text: str, describe: Callable[[str], str | None]) -> str:
    """Put ARNs back in place of unique ids; the id of somebody who is gone stays."""

    def named(name: str, _path: Path) -> str:
        return (describe(name) if _PINNED.fullmatch(name) else None) or name

    return _rewritten(text, named)


def _rewritten(text: str, change: Callable[[str, Path], str]) -> str:
    """Change the principals of type AWS in the text itself, from the last to the first so that offsets stay true."""
    try:
        value = read(text)
    except UnreadableError as error:
        raise MalformedPolicy(SYNTAX, *line_and_column(text, error.offset)) from None
    changes = [(path, new) for path, old in _principals(value) if (new := change(old, path)) != old]
    if not changes:
        return text
    positions = Positions(text)
    for offset, new in sorted(((positions.of(path), new) for path, new in changes), reverse=True):
        _old, end = json.decoder.scanstring(text, offset + 1)  # type: ignore[attr-defined]  # public, though not in the stubs
        text = text[:offset] + json.dumps(new, ensure_ascii=False) + text[end:]
    return text


def _principals(value: Any) -> list[tuple[Path, str]]:
    """List each AWS principal with its path. Shapes that no policy has are passed over: parsing refuses them."""
    found: list[tuple[Path, str]] = []
    statements = value.get("Statement") if isinstance(value, dict) else None
    several = statements if isinstance(statements, list) else [statements]
    for index, statement in enumerate(several):
        here: Path = ("Statement",) if several is not statements else ("Statement", index)
        for element in ("Principal", "NotPrincipal"):
            names = statement.get(element) if isinstance(statement, dict) else None
            listed = names.get("AWS") if isinstance(names, dict) else None
            path = (*here, element, "AWS")
            if isinstance(listed, list):
                found += [((*path, at), name) for at, name in enumerate(listed) if type(name) is str]
            elif type(listed) is str:
                found.append((path, listed))
    return found
