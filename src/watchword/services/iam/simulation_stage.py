"""A simulation set up: who asks, what their policies are, on which resources; then decided action by action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from watchword.domain.principal import Principal
from watchword.policy import TRUST_ACTIONS, Kind, Policies, PolicySet, Request, context_keys, simulate
from watchword.policy.document import Clause
from watchword.services.iam import paging, simulation_checks, simulation_sources
from watchword.services.iam.simulation_context import Value
from watchword.services.iam.simulation_refusals import CallerMissing, TooLarge
from watchword.services.iam.simulation_results import EVERY_RESOURCE, Outlook, Teller, Told
from watchword.services.iam.simulation_sources import Source
from watchword.services.operation import Call, Reply

MOST_WORK = 1_000_000
"""Statements that one answer may look at: about a second. AWS, too, may answer fewer results than asked for.

One that lists many resources or values counts as so many.
"""
MOST_TOLD = 50_000
"""Matched statements and missing keys that one answer may tell: some ten megabytes."""
ACTIONS_TO_A_STATEMENT = 5
"""How many listed actions are looked at in the time of a statement; whatever the resources, they are asked once."""
_RESOURCE_POLICY = "ResourcePolicy"


@dataclass(frozen=True, slots=True)
class Scene:
    """What is on stage before any action: the caller and the policies that go with it."""

    principal: Principal
    known: Mapping[str, Value]
    """What the principal itself tells, by lower-case key."""
    identity: Sequence[Source]
    boundary: Source | None
    levels: tuple[PolicySet, ...] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters that both operations share, by the names of AWS's members in snake_case."""

    action_names: Sequence[str]
    resource_arns: Sequence[str] | None
    resource_policy: str | None
    resource_owner: str | None
    context: Mapping[str, Value]
    resource_handling_option: str | None
    max_items: int | None
    marker: str | None


def play(call: Call, scene: Scene, asked: Asked) -> Reply:
    """Simulate one page of actions.

    Raises InvalidInput's kinds, InvalidMarker.
    """
    return _Stage(scene, asked).page(call)


class _Stage:
    def __init__(self, scene: Scene, asked: Asked) -> None:
        self._scene, self._asked = scene, asked
        self._resources = simulation_checks.resources(asked.resource_arns)
        self._actions = simulation_checks.actions(asked.action_names)
        self._owner = simulation_checks.owner(asked.resource_owner) or scene.principal.account
        simulation_checks.handling(asked.resource_handling_option, self._resources)
        self._context: dict[str, Value] = {**scene.known, **asked.context}
        self._resource_policies = self._on_resources()
        self._policies = Policies(
            identity=simulation_sources.together(scene.identity),
            boundary=None if scene.boundary is None else simulation_sources.together([scene.boundary]),
            scp=scene.levels,
        )

    def _on_resources(self) -> dict[bool, Source]:
        """Read the resource policy as every pair of action and resource needs it: as a trust policy, or as another."""
        text = self._asked.resource_policy
        if text is None:
            return {}
        if not self._scene.principal.arn:
            raise CallerMissing
        simulation_checks.named(self._resources)
        needed = {_is_trust(action, resource) for action in self._actions for resource in self._resources}
        read = {
            trust: simulation_sources.given(
                text, _RESOURCE_POLICY, Kind.TRUST if trust else Kind.RESOURCE, sort="resource"
            )
            for trust in needed
        }
        if False in read:
            simulation_checks.applicable(read[False].document, self._resources)
        return read

    def page(self, call: Call) -> Reply:
        page = paging.page(call, "EvaluationResults", self._asked.marker, self._asked.max_items)
        first = int(page.after or 0)
        fitting = replace(page, size=min(page.size, self._most_actions()))
        actions = list(enumerate(self._actions))[first : first + fitting.fetch]
        told = self._results([action for _, action in actions[: fitting.size]])
        return replace(fitting, size=len(told)).reply(
            actions, tell=lambda row: told[row[0] - first], position=lambda row: str(row[0] + 1)
        )

    def _results(self, actions: Sequence[str]) -> list[Told]:
        """Tell of the first actions, as many as an answer has room for.

        Raises TooLarge when it has none for a single one.
        """
        missing, results, room = self._missing(), list[Told](), MOST_TOLD
        teller = Teller(self._sources(), missing)
        for action in actions:
            outlooks = [self._outlook(action, resource) for resource in self._resources]
            room -= sum(2 * len(outlook.simulation.matched) + len(missing) for outlook in outlooks)
            if room < 0 and not results:
                raise TooLarge
            if room < 0:
                break
            results.append(teller.told(action, outlooks))
        return results

    def _most_actions(self) -> int:
        layers = [*(source.policy for source in self._sources()), *(self._scene.levels or ())]
        clauses = [statement.clause for layer in layers for statement in layer.statements]
        listed = sum(len(clause.actions) for clause in clauses)
        most = min(
            MOST_WORK // (len(self._resources) * (sum(map(_weight, clauses)) + 1)),
            MOST_WORK * ACTIONS_TO_A_STATEMENT // (listed + 1),
        )
        if not most:
            raise TooLarge
        return most

    def _sources(self) -> list[Source]:
        bounding = [] if self._scene.boundary is None else [self._scene.boundary]
        return [*self._scene.identity, *self._resource_policies.values(), *bounding]

    def _missing(self) -> list[str]:
        """List the keys that identity and resource policies ask for and nobody has told.

        Source: IAM API, EvaluationResult, MissingContextValues: those of every policy, whatever the action.
        """
        sources = [*self._scene.identity, *self._resource_policies.values()]
        asked = context_keys(source.document for source in sources)
        return [key for key in asked if key.lower() not in self._context]

    def _outlook(self, action: str, resource: str) -> Outlook:
        principal = self._scene.principal
        trust = _is_trust(action, resource) and bool(self._resource_policies)
        source = self._resource_policies.get(trust)
        policies = self._policies if source is None else self._policies._replace(resource=source.policy)
        # Without a caller there is no account that a resource could be outside of.
        account = simulation_checks.account_of(resource) or self._owner if principal.arn else ""
        request = Request(principal, action, resource, self._context.get, account)
        found = simulate(request, policies, trust=trust)
        return Outlook(resource, found, abroad=bool(account) and account != principal.account)


def _weight(clause: Clause) -> int:
    return max(1, len(clause.resources or ()) + sum(len(condition.values) for condition in clause.conditions))


def _is_trust(action: str, resource: str) -> bool:
    """Tell whether a role's trust policy is what a resource policy would be here."""
    return action.lower() in TRUST_ACTIONS and resource != EVERY_RESOURCE and ":role/" in resource
