"""A decision with everything that bears on it: each layer's own say, and all the statements that speak.

The slow sister of `evaluate`, which decides; here is only told what it stands on.
Source: IAM API, SimulateCustomPolicy and EvaluationResult.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from watchword.policy.compiled import PolicySet, Statement
from watchword.policy.decision import Decision, Outcome
from watchword.policy.evaluate import Policies, Request, as_reached, evaluate
from watchword.policy.resources import split_resource

_Fits = Callable[[Statement], bool]


@dataclass(frozen=True, slots=True)
class Say:
    """What the policies of one layer say, whatever the others do: the statements that take the request in."""

    denies: tuple[Statement, ...] = ()
    allows: tuple[Statement, ...] = ()

    @property
    def outcome(self) -> Outcome:
        if self.denies:
            return Outcome.EXPLICIT_DENY
        return Outcome.ALLOW if self.allows else Outcome.IMPLICIT_DENY


SILENCE = Say()


@dataclass(frozen=True, slots=True)
class Simulation:
    """One request decided and explained. A layer that does not exist, or does not reach the principal, is None."""

    decision: Decision
    identity: Say
    resource: Say | None
    boundary: Say | None
    session: Say | None
    scp: tuple[Say, ...] | None
    rcp: tuple[Say, ...] | None

    @property
    def matched(self) -> tuple[Statement, ...]:
        """Give the statements that determine the decision; none do where nothing allows.

        Those of the organisation are not told, as AWS does not.  Source: IAM API, EvaluationResult, MatchedStatements.
        """
        speaking = (self.identity, self.resource or SILENCE)
        if self.decision.outcome is Outcome.ALLOW:
            return tuple(statement for say in speaking for statement in say.allows)
        if self.decision.outcome is Outcome.IMPLICIT_DENY:
            return ()
        limiting = (self.boundary or SILENCE, self.session or SILENCE)
        return tuple(statement for say in (*speaking, *limiting) for statement in say.denies)


def simulate(request: Request, policies: Policies, *, trust: bool = False) -> Simulation:
    """Decide a request as `evaluate` does, and tell what each layer says of it."""
    decision = evaluate(request, policies, trust=trust)
    policies = as_reached(request.principal, policies)
    fits = _fitting(request)
    action = request.action.lower()

    def say(layer: PolicySet | None) -> Say | None:
        return None if layer is None else _say(layer, action, fits, fits)

    return Simulation(
        decision,
        identity=say(policies.identity) or SILENCE,
        resource=None if policies.resource is None else _of_resource(request, policies, fits),
        boundary=say(policies.boundary),
        session=say(policies.session),
        scp=_levels(policies.scp, action, fits),
        rcp=_levels(policies.rcp, action, fits),
    )


def _fitting(request: Request) -> _Fits:
    """Tell whether a statement takes the request in, with its principal where it names any."""
    head, tail = split_resource(request.resource)

    def fits(statement: Statement) -> bool:
        named = statement.principal is None or bool(statement.principal(request.principal))
        return named and statement.takes_in(head, tail, request.context)

    return fits


def _say(layer: PolicySet, action: str, denies: _Fits, allows: _Fits) -> Say:
    denying, allowing = layer.about[action]
    return Say(tuple(filter(denies, denying)), tuple(filter(allows, allowing)))


def _levels(levels: Iterable[PolicySet] | None, action: str, fits: _Fits) -> tuple[Say, ...] | None:
    return None if levels is None else tuple(_say(level, action, fits, fits) for level in levels)


def _of_resource(request: Request, policies: Policies, fits: _Fits) -> Say:
    """A statement without principal is no one's; NotPrincipal with Deny spares nobody who has a boundary."""
    head, tail = split_resource(request.resource)
    bounded = policies.boundary is not None

    def named(statement: Statement) -> bool:
        return statement.principal is not None and fits(statement)

    def denies(statement: Statement) -> bool:
        if bounded and statement.excepts_principals:
            return statement.takes_in(head, tail, request.context)
        return named(statement)

    assert policies.resource is not None
    return _say(policies.resource, request.action.lower(), denies, named)
