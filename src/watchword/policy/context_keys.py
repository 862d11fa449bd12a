"""Which keys of a request's context a document asks for: in conditions, and as variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from watchword.policy.document import Clause, Document
from watchword.policy.operators import named
from watchword.policy.variables import VARIABLE

_WITH_VARIABLES = ("String", "Arn", "Bool")
"""The operators whose values may hold variables begin so.  Source: as `comparisons` reads them."""


def context_keys(documents: Iterable[Document]) -> tuple[str, ...]:
    """List the keys that documents ask for, each once, as it is first written; letter case tells no two apart."""
    found: dict[str, str] = {}
    for document in documents:
        for clause in document.clauses:
            for key in _asked(clause, variables=document.variables):
                found.setdefault(key.lower(), key)
    return tuple(found.values())


def _asked(clause: Clause, *, variables: bool) -> Iterator[str]:
    if variables:
        yield from _variables(clause.resources or ())
    for condition in clause.conditions:
        yield condition.key
        operator = named(condition.operator)
        if variables and operator is not None and operator.comparison.startswith(_WITH_VARIABLES):
            yield from _variables(condition.values)


def _variables(texts: Iterable[str]) -> Iterator[str]:
    """In an ARN variables count in the last part alone; one that stands elsewhere is told all the same."""
    for text in texts:
        for found in VARIABLE.finditer(text):
            escape, with_default, _default, bare = found.groups()
            if not escape:
                yield with_default if bare is None else bare
