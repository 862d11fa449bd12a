"""What a simulation answers: one result for each action, with one inside for each resource that was named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from watchword.policy import Outcome, Say, Simulation
from watchword.policy.compiled import Statement
from watchword.services.iam.simulation_sources import Source

EVERY_RESOURCE = "*"
Told = dict[str, Any]

_DECISIONS = {
    Outcome.ALLOW: "allowed",
    Outcome.IMPLICIT_DENY: "implicitDeny",
    Outcome.EXPLICIT_DENY: "explicitDeny",
}
_STRICTEST_FIRST = (Outcome.EXPLICIT_DENY, Outcome.IMPLICIT_DENY, Outcome.ALLOW)


@dataclass(frozen=True, slots=True)
class Outlook:
    """One action on one resource; `abroad` says that caller and resource have different accounts."""

    resource: str
    simulation: Simulation
    abroad: bool

    @property
    def outcome(self) -> Outcome:
        return self.simulation.decision.outcome


class Teller:
    """Tells outlooks of one simulation, whose policies and lacking keys are the same for all of them."""

    def __init__(self, sources: Iterable[Source], missing: Sequence[str]) -> None:
        self._owners = {
            statement: (source, number)
            for source in sources
            for number, statement in enumerate(source.policy.statements)
        }
        self._missing = list(missing)

    def told(self, action: str, outlooks: Sequence[Outlook]) -> Told:
        """Write one action's result; the strictest decision stands for all.

        AWS names the action's kind of resource by a template, which is not known here: `*`, as where there is none.
        Source: IAM API, EvaluationResult.
        """
        outcome = _strictest(outlook.outcome for outlook in outlooks)
        settling = [outlook.simulation for outlook in outlooks if outlook.outcome is outcome]
        result: Told = {
            "EvalActionName": action,
            "EvalResourceName": EVERY_RESOURCE,
            "EvalDecision": _DECISIONS[outcome],
            "MatchedStatements": self._matched(statement for one in settling for statement in one.matched),
            "MissingContextValues": self._missing,
            **_organisation(outlooks),
            **_boundary(outlooks),
            **_details(outlooks),
        }
        if [outlook.resource for outlook in outlooks] != [EVERY_RESOURCE]:
            result["ResourceSpecificResults"] = [self._of_resource(outlook) for outlook in outlooks]
        return result

    def _of_resource(self, outlook: Outlook) -> Told:
        """Source: IAM API, ResourceSpecificResult."""
        return {
            "EvalResourceName": outlook.resource,
            "EvalResourceDecision": _DECISIONS[outlook.outcome],
            "MatchedStatements": self._matched(outlook.simulation.matched),
            "MissingContextValues": self._missing,
            **_boundary([outlook]),
            **(_details([outlook]) if outlook.abroad else {}),
        }

    def _matched(self, statements: Iterable[Statement]) -> list[Told]:
        return [self._statement(*self._owners[statement]) for statement in dict.fromkeys(statements)]

    @staticmethod
    def _statement(source: Source, number: int) -> Told:
        """Source: IAM API, Statement and Position."""
        span = source.spans[number]
        return {
            "SourcePolicyId": source.id,
            "SourcePolicyType": source.type,
            "StartPosition": {"Line": span.start[0], "Column": span.start[1]},
            "EndPosition": {"Line": span.end[0], "Column": span.end[1]},
        }


def _strictest(outcomes: Iterable[Outcome]) -> Outcome:
    return min(outcomes, key=_STRICTEST_FIRST.index)


def _organisation(outlooks: Sequence[Outlook]) -> Told:
    levels = [outlook.simulation.scp for outlook in outlooks if outlook.simulation.scp is not None]
    if not levels:
        return {}
    return {"OrganizationsDecisionDetail": {"AllowedByOrganizations": all(map(_allows, levels))}}


def _allows(levels: Sequence[Say]) -> bool:
    return all(say.outcome is Outcome.ALLOW for say in levels)


def _boundary(outlooks: Sequence[Outlook]) -> Told:
    says = [outlook.simulation.boundary for outlook in outlooks if outlook.simulation.boundary is not None]
    if not says:
        return {}
    return {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": _allows(says)}}


def _details(outlooks: Sequence[Outlook]) -> Told:
    """Tell each kind of policy's own decision where two accounts are concerned; nothing where an SCP has ended it.

    Source: IAM API, EvaluationResult, EvalDecisionDetails. Its keys are the names that AWS gives policy types.
    """
    if any(not _allows(outlook.simulation.scp or ()) for outlook in outlooks):
        return {}
    if all(outlook.resource == EVERY_RESOURCE and not outlook.abroad for outlook in outlooks):
        return {}
    says: dict[str, list[Say]] = {}
    for outlook in outlooks:
        if outlook.abroad:
            for name, say in _by_type(outlook.simulation).items():
                says.setdefault(name, []).append(say)
    decided = {name: _DECISIONS[_strictest(say.outcome for say in found)] for name, found in says.items()}
    return {"EvalDecisionDetails": decided}


def _by_type(simulation: Simulation) -> Mapping[str, Say]:
    bounded = {} if simulation.boundary is None else {"Permissions Boundary Policy": simulation.boundary}
    return {"IAM Policy": simulation.identity, "Resource Policy": simulation.resource or Say(), **bounded}
