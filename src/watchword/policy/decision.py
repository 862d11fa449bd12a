"""A decision and what settled it. The words for people stand in explain."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from watchword.policy.compiled import Statement
from watchword.policy.kinds import Kind


class Outcome(StrEnum):
    """What a decision says. Both denials refuse; no Allow anywhere lifts the explicit one."""

    ALLOW = "Allow"
    IMPLICIT_DENY = "ImplicitDeny"
    EXPLICIT_DENY = "ExplicitDeny"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that settled a decision.

    `layer` is the kind of policy. `policy`, `statement` (its Sid, or its number from 1) and `effect` are empty where
    nothing in that layer allowed, or where no statement was needed.
    """

    layer: Kind
    policy: str
    statement: str
    effect: str
    note: str


_ALLOWED = {
    Kind.IDENTITY: "an identity-based policy allows it",
    Kind.RESOURCE: "a resource-based policy grants it to the principal",
    Kind.TRUST: "the trust policy grants it to the principal",
}
_NOUNS = {
    Kind.IDENTITY: "identity-based policy",
    Kind.RESOURCE: "resource-based policy",
    Kind.TRUST: "role trust policy",
    Kind.BOUNDARY: "permissions boundary",
    Kind.SESSION: "session policy",
    Kind.SCP: "service control policy",
    Kind.RCP: "resource control policy",
}


def noun(layer: Kind) -> str:
    """Give AWS's words for a kind of policy."""
    return _NOUNS[layer]


def with_article(layer: Kind) -> str:
    """Give AWS's words for one policy of a kind."""
    words = noun(layer)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


class Decision(NamedTuple):
    """Whether a request may go on, and the layer and statement that settled it.

    A named tuple, like Request and Policies: made for every decision, at a quarter of a frozen dataclass's cost.
    """

    outcome: Outcome
    layer: Kind
    statement: Statement | None = None

    @property
    def allowed(self) -> bool:
        return self.outcome is Outcome.ALLOW

    @property
    def because(self) -> tuple[Reason, ...]:
        """Tell what settled it. Made when asked for, as most decisions are never explained."""
        found = self.statement
        if found is None:
            note = "the account's root user has all rights" if self.allowed else f"no {noun(self.layer)} allows it"
            return (Reason(self.layer, "", "", "", note),)
        effect = "Deny" if found.denies else "Allow"
        note = _ALLOWED[self.layer] if self.allowed else f"explicit deny in {with_article(self.layer)}"
        return (Reason(self.layer, found.policy, found.label, effect, note),)

    def __bool__(self) -> bool:
        raise TypeError("ask `.allowed`; a Decision is always truthy otherwise")
