"""Whom a resource or trust policy may name when it is written, in AWS's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from watchword.policy.kinds import Kind
from watchword.policy.malformed import Fault, Path, Statements

_ACCOUNT = r"(?:[0-9]{12})"
_NAME = r"[\w+=,.@-]+"
AWS_PRINCIPAL = re.compile(
    rf"\*|{_ACCOUNT}|(?:AIDA|AROA)[A-Z0-9]{{12,28}}"
    rf"|arn:aws[a-z-]*:iam::{_ACCOUNT}:(?:root|(?:user|role)/(?:[!-)+->@-~]+/)*{_NAME})"
    rf"|arn:aws[a-z-]*:sts::{_ACCOUNT}:(?:assumed-role/{_NAME}/{_NAME}|federated-user/{_NAME})"
    r"|arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity [A-Z0-9]+",
    re.ASCII,
)
"""`*`, an account, a unique id, or the ARN of one root, user, role or session. A group is none."""
_OTHER = re.compile(r"[^\s*?]+", re.ASCII)


def principal_faults(kind: Kind, *, lenient: bool) -> Callable[[Statements], Iterator[Fault]]:
    """Give the check of a kind of document that names principals."""

    def check(statements: Statements) -> Iterator[Fault]:
        for path, statement in statements:
            if not lenient and kind is not Kind.RCP:
                yield from _presence(path, statement, kind)
            for name in ("Principal", "NotPrincipal"):
                if name in statement:
                    yield from _names((*path, name), statement[name], lenient=lenient)

    return check


def _presence(path: Path, statement: dict[str, object], kind: Kind) -> Iterator[Fault]:
    if kind is Kind.TRUST and "NotPrincipal" in statement:
        yield Fault((*path, "NotPrincipal"), "Has prohibited field NotPrincipal.")
    elif not statement.get("Principal", statement.get("NotPrincipal")):
        yield Fault(path, "Missing required field Principal")


def _names(path: Path, value: object, *, lenient: bool) -> Iterator[Fault]:
    """A wildcard in a name is refused by every reader: under NotPrincipal it would let in more than it says."""
    for sort, names in (value if isinstance(value, dict) else {"AWS": value}).items():
        here = (*path, sort)
        if not names and not lenient:
            yield Fault(here, f'Invalid principal in policy: "{sort}":""')
        for place, name in _placed(here, names):
            if not _is_name(sort, name, lenient=lenient):
                yield Fault(place, f'Invalid principal in policy: "{sort}":"{name}"')


def _placed(path: Path, names: object) -> Iterator[tuple[Path, str]]:
    if isinstance(names, list):
        yield from (((*path, index), str(name)) for index, name in enumerate(names))
    else:
        yield path, str(names)


def _is_name(sort: str, name: str, *, lenient: bool) -> bool:
    if sort == "AWS":
        return name == "*" or (("*" not in name) if lenient else AWS_PRINCIPAL.fullmatch(name) is not None)
    return ("*" not in name) if lenient else _OTHER.fullmatch(name) is not None
