"""A decision with all that settled it, for whoever asks why: the slow sister of `Decision.because`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from watchword.policy.compiled import Statement
from watchword.policy.decision import Decision, Outcome, Reason, with_article
from watchword.policy.evaluate import Policies, Request
from watchword.policy.explain import near_misses
from watchword.policy.kinds import Kind
from watchword.policy.simulate import Say, Simulation, simulate

NOTHING = "None"
"""The effect of what had none: where nothing allows, and of statements that did not apply."""


def explained(request: Request, policies: Policies, *, trust: bool = False) -> tuple[Decision, tuple[Reason, ...]]:
    """Decide a request as `evaluate` does, and tell what settled it, the decisive first.

    An allowed one is told with what each limiting layer allows it by, an explicit denial with every statement that
    denies, and an implicit one with the Allow statements that nearly applied.
    """
    found = simulate(request, policies, trust=trust)
    decision = found.decision
    settled = tuple(replace(reason, effect=reason.effect or _effect(decision)) for reason in decision.because)
    if decision.outcome is Outcome.ALLOW:
        return decision, (*settled, *_allowing(found, trust=trust))
    if decision.outcome is Outcome.EXPLICIT_DENY:
        return decision, (*settled, *_denying(found, trust=trust))
    missed = (_missed(reason, trust=trust) for reason in near_misses(request, policies))
    return decision, (*settled, *missed)


def _effect(decision: Decision) -> str:
    return "Allow" if decision.allowed else NOTHING


def _layers(found: Simulation, *, trust: bool) -> Iterator[tuple[Kind, Say]]:
    """Give the layers that exist, but for the organisation's: a member is not told what they hold."""
    says = (
        (Kind.IDENTITY, found.identity),
        (Kind.TRUST if trust else Kind.RESOURCE, found.resource),
        (Kind.BOUNDARY, found.boundary),
        (Kind.SESSION, found.session),
    )
    return ((layer, say) for layer, say in says if say is not None)


def _allowing(found: Simulation, *, trust: bool) -> Iterator[Reason]:
    for layer, say in _layers(found, trust=trust):
        if say.allows and layer is not found.decision.layer:
            yield _reason(layer, say.allows[0], "Allow", f"{with_article(layer)} allows it too")


def _denying(found: Simulation, *, trust: bool) -> Iterator[Reason]:
    for layer, say in _layers(found, trust=trust):
        for statement in say.denies:
            if statement is not found.decision.statement:
                yield _reason(layer, statement, "Deny", f"explicit deny in {with_article(layer)}, too")


def _reason(layer: Kind, statement: Statement, effect: str, note: str) -> Reason:
    return Reason(layer, statement.policy, statement.label, effect, note)


def _missed(reason: Reason, *, trust: bool) -> Reason:
    layer = Kind.TRUST if trust and reason.layer is Kind.RESOURCE else reason.layer
    return replace(reason, layer=layer, effect=NOTHING)
