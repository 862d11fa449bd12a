"""URL-encoded parameters: bytes to a flat dictionary, and the dotted names of the query protocol to a tree.

Strict: what two readers could read in two ways (a name given twice, a broken escape, bytes that are not
UTF-8) is refused, so that nothing is checked in one reading and acted on in another.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from watchword.domain.http import HttpRequest
from watchword.wire.refusals import MalformedInput

Tree: TypeAlias = "dict[str, str | Tree]"

FORM = b"application/x-www-form-urlencoded"
MAX_PARAMETERS = 10_000
MAX_DEPTH = 32

_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_ENCODED_NUL = re.compile(rb"%00|\x00")


def form_of(request: HttpRequest) -> dict[str, str]:
    """Read the parameters of a request, from its query string and its form body alike.

    Raises MalformedInput.
    """
    body = request.body if request.body and is_form(request) else b""
    if body and request.query:
        return unique(pairs(body + b"&" + request.query))
    return unique(pairs(body or request.query))


def is_form(request: HttpRequest) -> bool:
    """Say whether the body is a form, which it also is when nothing else is said."""
    kind = request.header(b"content-type")
    return kind is None or kind[: len(FORM)].lower() == FORM


def unique(given: Iterator[tuple[str, str]]) -> dict[str, str]:
    """Gather pairs into a dictionary.

    Raises MalformedInput when a name comes twice.
    """
    found: dict[str, str] = {}
    for name, text in given:
        if name in found:
            raise MalformedInput(message=f"The parameter {name[:128]} is given more than once.")
        found[name] = text
    return found


def pairs(encoded: bytes) -> Iterator[tuple[str, str]]:
    """Take URL-encoded bytes apart, in order.

    Raises MalformedInput.
    """
    check(encoded)
    for piece in decoded(encoded.replace(b"+", b" ")).split("&"):
        if piece:
            name, _, text = piece.partition("=")
            yield (unescaped(name) if "%" in name else name), (unescaped(text) if "%" in text else text)


def unescaped(text: str) -> str:
    """Undo percent-encoding, of which every escape is known to be whole.

    Raises MalformedInput when the result is not UTF-8.
    """
    # Quoted-printable is percent-encoding with another mark, and the standard library reads it in C: a policy in a
    # parameter is hundreds of escapes.
    return decoded(a2b_qp(text.encode().replace(b"=", b"=3D").replace(b"%", b"=")))


def decoded(raw: bytes) -> str:
    """Read UTF-8.

    Raises MalformedInput.
    """
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise MalformedInput(message="The request is not valid UTF-8.") from None


def check(encoded: bytes) -> None:
    """Refuse too many parameters, broken escapes and null characters.

    Raises MalformedInput.
    """
    if encoded.count(b"&") >= MAX_PARAMETERS:
        raise MalformedInput(message=f"The request has more than {MAX_PARAMETERS} parameters.")
    if _BROKEN_ESCAPE.search(encoded):
        raise MalformedInput(message="The request has a broken percent-encoding.")
    if _ENCODED_NUL.search(encoded):
        raise MalformedInput(message="The request has a null character.")


def grow(flat: Mapping[str, str]) -> Tree:
    """Make a tree of dotted names: `Tags.member.1.Key=a` is `{"Tags": {"member": {"1": {"Key": "a"}}}}`.

    Raises MalformedInput when a name is both a value and a branch, or too deep.
    """
    root: Tree = {}
    for name, text in flat.items():
        node, leaf = root, name
        if "." in name:
            *branches, leaf = name.split(".", MAX_DEPTH)
            if "." in leaf:
                raise MalformedInput(message=f"The parameter {name[:128]} is nested too deeply.")
            for branch in branches:
                node = _descend(node, branch, name)
        if leaf in node:
            raise MalformedInput(message=f"The parameter {name[:128]} is both a value and a structure.")
        node[leaf] = text
    return root


def _descend(node: Tree, branch: str, name: str) -> Tree:
    found = node.get(branch)
    if found is None:
        fresh: Tree = {}
        node[branch] = fresh
        return fresh
    if isinstance(found, str):
        raise MalformedInput(message=f"The parameter {name[:128]} is both a value and a structure.")
    return found
