"""May they: from what is asked to a Call, which alone opens a handler.

The only place where a `Call` is made. Every action that a request needs is decided in its own right, over all layers:
SCPs and RCPs, the resource's policy, identity policies, the boundary, the session policies.
"""

from __future__ import annotations

from dataclasses import replace

from watchword.edge.denial import Denied, sealed_reasons
from watchword.policy import (
    Decision,
    Kind,
    Outcome,
    Policies,
    Request,
    denial_message,
    evaluate,
)
from watchword.services.deciding.context import Connection, RequestContext
from watchword.services.deciding.credential_kinds import check_credential_kind
from watchword.services.deciding.layers import layers_of, with_rcps
from watchword.services.operation import Asking, Call, Operation, Target

ALWAYS_ALLOWED = Decision(Outcome.ALLOW, Kind.IDENTITY)
"""For the few operations that no policy can forbid."""


def target_of(operation: Operation, asking: Asking) -> Target:
    """Find what a request acts on, for a caller whose kind of credential may ask at all.

    Raises AccessDenied, InvalidClientTokenId, Miss, and what finding the target raises.
    """
    check_credential_kind(asking.caller, operation)
    return operation.on(asking)


def authorise(
    operation: Operation, action: str, asking: Asking, target: Target, *, connection: Connection, request_id: str
) -> Call:
    """Decide whether a caller may do what it asks, and make the Call if so.

    Raises Denied, InvalidClientTokenId, Miss.
    """
    if operation.always:
        return Call(ALWAYS_ALLOWED, asking, target, request_id)
    layers, tags = layers_of(asking.caller, target.policy, asking.directory)
    context = RequestContext(connection, asking, operation, target, tags)
    decision = _decide(action, layers, context, request_id)
    for further in operation.also(asking, target):
        about = context if further.on is None else replace(context, target=further.on)
        _decide(further.action, layers, about, request_id)
    return Call(decision, asking, target, request_id)


def _decide(action: str, layers: Policies, context: RequestContext, request_id: str) -> Decision:
    """Decide one action on the target that the context tells of.

    Raises Denied.
    """
    target = context.target
    layers = with_rcps(layers, action, target, context.asking.directory)
    request = Request(context.asking.caller.principal, action, target.arn, context, target.account)
    decision = evaluate(request, layers, trust=target.trust)
    if not decision.allowed:
        encoded = sealed_reasons(request, layers, context, request_id, trust=target.trust)
        named = request._replace(resource=target.called) if target.called else request
        raise Denied(denial_message(decision, named), encoded)
    return decision
