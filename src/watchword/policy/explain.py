"""Words about decisions: AWS's message to the caller who is refused, and the near misses for who writes policies."""

from __future__ import annotations

from watchword.domain.principal import PrincipalType
from watchword.policy.compiled import PolicySet, Statement
from watchword.policy.decision import Decision, Outcome, Reason, noun, with_article
from watchword.policy.evaluate import Policies, Request
from watchword.policy.kinds import Kind
from watchword.policy.resources import split_resource

TRUST_ACTIONS = frozenset({"sts:assumerole", "sts:tagsession", "sts:setsourceidentity"})
"""AWS does not tell who refused these: the answer is the same as for a role that does not exist."""
BY_TOKEN = frozenset({PrincipalType.WEB_IDENTITY_USER, PrincipalType.SAML_USER})
"""Whom AWS does not even name: an identity provider vouches for them, and nobody signed."""


def denial_message(decision: Decision, request: Request) -> str:
    """Word a refusal as AWS does: principal, action, resource, and the one kind of policy that settled it.

    Source: IAM User Guide, "Troubleshoot access denied error messages".
    """
    if request.principal.type in BY_TOKEN:
        return f"Not authorized to perform {request.action}"
    who = request.principal.arn or "anonymous"
    text = f"User: {who} is not authorized to perform: {request.action} on resource: {request.resource}"
    if request.action.lower() in TRUST_ACTIONS:
        return text
    if decision.outcome is Outcome.EXPLICIT_DENY:
        return f"{text} with an explicit deny in {with_article(decision.layer)}"
    return f"{text} because no {noun(decision.layer)} allows the {request.action} action"


def near_misses(request: Request, policies: Policies) -> tuple[Reason, ...]:
    """Tell which Allow statements are about the action and yet did not apply, and what stood in their way."""
    layers: list[tuple[Kind, PolicySet | None]] = [
        *((Kind.SCP, level) for level in policies.scp or ()),
        (Kind.RESOURCE, policies.resource),
        (Kind.IDENTITY, policies.identity),
        (Kind.BOUNDARY, policies.boundary),
        (Kind.SESSION, policies.session),
    ]
    action = request.action.lower()
    return tuple(
        Reason(layer, statement.policy, statement.label, "Allow", obstacle)
        for layer, policy_set in layers
        if policy_set is not None
        for statement in policy_set.about[action][1]
        if (obstacle := _obstacle(statement, request))
    )


def _obstacle(statement: Statement, request: Request) -> str:
    if statement.principal is not None and not statement.principal(request.principal):
        return "does not apply: it names another principal"
    head, tail = split_resource(request.resource)
    if statement.resource is not None and not statement.resource(head, tail, request.context):
        return "does not apply: it is about other resources"
    failed = [clue.written for clue in statement.clues if not clue.holds(request.context)]
    return f"does not apply: {', '.join(failed)} does not hold" if failed else ""
