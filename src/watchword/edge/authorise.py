"""May they: from what is asked to a Call, which alone opens a handler.

The only place where a `Call` is made. Every action that a request needs is decided in its own right, over all layers:
SCPs and RCPs, the resource's policy, identity policies, the boundary, the session policies.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from watchword.crypto.sigv4.refusals import InvalidClientTokenId
from watchword.domain.principal import PrincipalType
from watchword.domain.refusal import AccessDenied
from watchword.edge.context import Connection, RequestContext
from watchword.edge.limits import check_credential_kind
from watchword.policy import (
    Decision,
    Kind,
    Outcome,
    Policies,
    PolicySet,
    Request,
    denial_message,
    evaluate,
)
from watchword.services.directory import Directory, compiled
from watchword.services.operation import Asking, Call, Caller, Need, Operation, Target

NO_TAGS: Mapping[str, str] = {}
ALWAYS_ALLOWED = Decision(Outcome.ALLOW, Kind.IDENTITY)
"""For the few operations that no policy can forbid."""


def authorise(operation: Operation, action: str, asking: Asking, connection: Connection, request_id: str) -> Call:
    """Decide whether a caller may do what it asks, and make the Call if so.

    Raises AccessDenied, InvalidClientTokenId, Miss, and what finding the target raises.
    """
    check_credential_kind(asking.caller, operation)
    target = operation.on(asking)
    if operation.always:
        return Call(ALWAYS_ALLOWED, asking, target, request_id)
    layers, tags = _layers(asking.caller, target, asking.directory)
    context = RequestContext(connection, asking, operation, target, tags)
    decision = _decide(Need(action), asking, target, layers, context)
    for further in operation.also(asking, target):
        _decide(further, asking, target, layers, context)
    return Call(decision, asking, target, request_id)


def _decide(need: Need, asking: Asking, target: Target, layers: Policies, context: RequestContext) -> Decision:
    """Decide one action.

    Raises AccessDenied.
    """
    request = Request(asking.caller.principal, need.action, need.on or target.arn, context, target.account)
    decision = evaluate(request, layers, trust=target.trust)
    if not decision.allowed:
        raise AccessDenied(message=denial_message(decision, request))
    return decision


def _layers(caller: Caller, target: Target, directory: Directory) -> tuple[Policies, Mapping[str, str]]:
    """Gather the policies that bear on a caller, and its principal tags.

    Raises InvalidClientTokenId when the user or role is gone, Miss.
    """
    principal = caller.principal
    session = caller.session
    limits = _session_policies(caller, directory)
    session_tags = dict(session.tags) if session else NO_TAGS
    if principal.unique_id == principal.account:  # root, or a user that root federated
        return Policies(session=limits, resource=target.policy), session_tags
    is_role = principal.type is PrincipalType.ASSUMED_ROLE
    known = directory.role(principal.unique_id) if is_role else directory.user(principal.unique_id)
    if known is None:
        raise InvalidClientTokenId
    policies = Policies(identity=known.policies, boundary=known.boundary, session=limits, resource=target.policy)
    return policies, _overlaid(known.tags, session_tags)


def _session_policies(caller: Caller, directory: Directory) -> PolicySet | None:
    """Give the session policies; a federated user without any is left with nothing but resource grants."""
    session = caller.session
    if session is None or not (session.policies or session.policy_arns):
        return PolicySet.of(()) if caller.principal.type is PrincipalType.FEDERATED_USER else None
    if not session.policy_arns:
        return _given(session.policies)
    named = (directory.managed_policy(arn) for arn in session.policy_arns)
    given = (compiled(document, Kind.SESSION, "") for document in session.policies)
    return PolicySet.of(
        [*(policy for policy in named if policy is not None), *given]
    )  # one deleted since grants nothing


@lru_cache(maxsize=2_048)
def _given(documents: tuple[str, ...]) -> PolicySet:
    return PolicySet.of(compiled(document, Kind.SESSION, "") for document in documents)


def _overlaid(own: Mapping[str, str], session: Mapping[str, str]) -> Mapping[str, str]:
    """Lay session tags over the principal's own; names are the same without regard to case."""
    if not session:
        return own
    named = {name.lower() for name in session}
    return {name: value for name, value in own.items() if name.lower() not in named} | dict(session)
