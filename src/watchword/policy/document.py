"""Policy text to a checked document: what the statements say, in plain values, with nothing interpreted yet."""

from __future__ import annotations

from dataclasses import dataclass

from watchword.policy.checks import faults
from watchword.policy.kinds import Kind
from watchword.policy.malformed import SYNTAX, Fault, MalformedPolicy, Problem
from watchword.policy.reader import Positions, UnreadableError, line_and_column, read

CURRENT = "2012-10-17"
INVALID_JSON = "This policy contains invalid Json"
"""Source: AWS's answer to CreateRole with a text that is no JSON; the other operations say `SYNTAX`."""

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator, as written."""

    operator: str
    key: str
    values: Texts


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement, as written. `resources` and `principals` are None where the element is absent."""

    sid: str
    denies: bool
    actions: Texts
    excepts_actions: bool
    resources: Texts | None
    excepts_resources: bool
    principals: dict[str, Texts] | None
    excepts_principals: bool
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document. `variables` tells whether its version knows `${…}`."""

    kind: Kind
    variables: bool
    clauses: tuple[Clause, ...]


def parse(text: str, kind: Kind, *, lenient: bool = False) -> Document:
    """Take a policy text apart; the first check that fails, in AWS's order, is what is told.

    `lenient` is for documents that exist already: it refuses only what cannot be understood.
    Raises MalformedPolicy.   Source: IAM User Guide, "Grammar of the IAM JSON policy language".
    """
    try:
        value = read(text)
    except UnreadableError as error:
        raise _unreadable(text, kind, error) from None
    for fault in faults(value, kind, lenient=lenient):
        raise MalformedPolicy(fault.message, *line_and_column(text, Positions(text).of(fault.path)), fault.detail)
    return _document(value, kind)


def problems(text: str, kind: Kind) -> list[Problem]:
    """Tell everything that is wrong with a policy text, in the order of its lines."""
    try:
        value = read(text)
    except UnreadableError as error:
        found = _unreadable(text, kind, error)
        return [Problem(found.line, found.column, f"{found.message} {found.detail}")]
    wrong = list(faults(value, kind))
    if not wrong:
        return []
    positions = Positions(text)
    told = {_problem(text, positions, fault): None for fault in wrong}
    return sorted(told, key=lambda problem: (problem.line, problem.column))


def policy_size(text: str) -> int:
    """Count the characters that a quota counts: all but white space.  Source: IAM User Guide, "IAM and STS quotas"."""
    return len("".join(text.split()))


def _unreadable(text: str, kind: Kind, error: UnreadableError) -> MalformedPolicy:
    plain = kind is Kind.TRUST and not error.repeated
    detail = "(a key stands twice)" if error.repeated else "(no JSON)"
    return MalformedPolicy(INVALID_JSON if plain else SYNTAX, *line_and_column(text, error.offset), detail)


def _problem(text: str, positions: Positions, fault: Fault) -> Problem:
    statement = None
    if fault.path[:1] == ("Statement",):
        statement = fault.path[1] if len(fault.path) > 1 and isinstance(fault.path[1], int) else 0
    message = f"{fault.message} {fault.detail}".rstrip()
    return Problem(*line_and_column(text, positions.of(fault.path)), message, statement)


def _document(value: object, kind: Kind) -> Document:
    """Only a value without faults comes here, so its shape is known."""
    assert isinstance(value, dict)
    statements = value["Statement"]
    if isinstance(statements, dict):
        statements = [statements]
    return Document(kind, value.get("Version") == CURRENT, tuple(_clause(statement) for statement in statements))


def _clause(statement: dict[str, object]) -> Clause:
    actions = statement.get("Action", statement.get("NotAction"))
    resources = statement.get("Resource", statement.get("NotResource"))
    principals = statement.get("Principal", statement.get("NotPrincipal"))
    return Clause(
        sid=str(statement.get("Sid", "")),
        denies=statement["Effect"] == "Deny",
        actions=texts(actions),
        excepts_actions="NotAction" in statement,
        resources=None if resources is None else texts(resources),
        excepts_resources="NotResource" in statement,
        principals=_principals(principals),
        excepts_principals="NotPrincipal" in statement,
        conditions=_conditions(statement.get("Condition")),
    )


def _principals(value: object) -> dict[str, Texts] | None:
    if isinstance(value, dict):
        return {str(name): texts(one) for name, one in value.items()}
    return None if value is None else {"AWS": texts(value)}


def _conditions(block: object) -> tuple[Condition, ...]:
    if not isinstance(block, dict):
        return ()
    return tuple(
        Condition(operator, key, texts(values)) for operator, keys in block.items() for key, values in keys.items()
    )


def texts(value: object) -> Texts:
    """Write one JSON value, or a list of them, as texts; nulls, which AWS takes in lists, say nothing."""
    if isinstance(value, list):
        return tuple(_text(one) for one in value if one is not None)
    return (_text(value),)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
