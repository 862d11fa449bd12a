"""Policies ready to be asked: compiled once, never changed, with the candidates for each action remembered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from watchword.policy.actions import IsAbout, about
from watchword.policy.conditions import Clue, Holds, all_of, clues
from watchword.policy.document import Clause, Document
from watchword.policy.principals import Naming as NamesPrincipal
from watchword.policy.principals import names
from watchword.policy.resources import Applies, Naming, applies
from watchword.policy.variables import Get

REMEMBERED_ACTIONS = 1024
"""Actions whose candidates a set remembers before it starts anew: a bound, as a gateway may ask for any action."""


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One statement of a compiled policy. Each test is None where everything passes."""

    policy: str
    label: str
    """The statement's Sid, or its number from 1."""
    denies: bool
    is_about: IsAbout
    resource: Applies | None
    condition: Holds | None
    clues: tuple[Clue, ...]
    principal: NamesPrincipal | None
    excepts_principals: bool
    clause: Clause
    """The statement as written, for the explanation."""

    def takes_in(self, head: str, tail: str, get: Get) -> bool:
        """Tell whether resource and conditions fit; the action was asked before."""
        resource, condition = self.resource, self.condition
        return (resource is None or resource(head, tail, get)) and (condition is None or condition(get))


Candidates = tuple[tuple[Statement, ...], tuple[Statement, ...]]
"""The Deny statements about one action, and the Allow statements."""


class _About(dict[str, Candidates]):
    """From a lower-case action to the statements about it, found when first asked for."""

    __slots__ = ("_statements",)

    def __init__(self, statements: tuple[Statement, ...]) -> None:
        super().__init__()
        self._statements = statements

    def __missing__(self, action: str) -> Candidates:
        fitting = [statement for statement in self._statements if statement.is_about(action)]
        found = (
            tuple(statement for statement in fitting if statement.denies),
            tuple(statement for statement in fitting if not statement.denies),
        )
        if len(self) >= REMEMBERED_ACTIONS:
            self.clear()
        self[action] = found
        return found


class PolicySet:
    """Statements of one layer, of one policy or many; the order of policies means nothing.

    `about[action]` gives the statements about a lower-case action: those that deny, those that allow.
    """

    __slots__ = ("about", "statements")

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.statements = tuple(statements)
        self.about = _About(self.statements)

    @classmethod
    def of(cls, policies: Iterable[Policy]) -> PolicySet:
        """Merge the statements of several policies."""
        return cls(statement for policy in policies for statement in policy.statements)


class Policy(PolicySet):
    """One policy."""

    __slots__ = ("name",)

    def __init__(self, name: str, statements: Iterable[Statement]) -> None:
        super().__init__(statements)
        self.name = name


def compile_policy(document: Document, name: str = "") -> Policy:
    """Compile a document; `name` is what reasons call the policy."""
    return Policy(
        name, [_statement(document, clause, name, number) for number, clause in enumerate(document.clauses, 1)]
    )


def _statement(document: Document, clause: Clause, policy: str, number: int) -> Statement:
    naming = Naming(document.kind, document.variables, clause.denies, clause.excepts_resources)
    found = clues(clause.conditions, variables=document.variables, denies=clause.denies)
    return Statement(
        policy=policy,
        label=clause.sid or str(number),
        denies=clause.denies,
        is_about=about(clause.actions, excepts=clause.excepts_actions),
        resource=None if clause.resources is None else applies(clause.resources, naming),
        condition=all_of(found),
        clues=found,
        principal=None if clause.principals is None else names(clause.principals, excepts=clause.excepts_principals),
        excepts_principals=clause.excepts_principals,
        clause=clause,
    )
