"""May they, asked from inside an operation: for each secret of a batch, and for what a change would leave the caller.

The request itself is allowed by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from watchword.domain.refusal import AccessDenied
from watchword.policy import Decision, Request, denial_message, evaluate
from watchword.services.deciding.context import Connection, RequestContext
from watchword.services.deciding.layers import layers_of, with_rcps
from watchword.services.operation import OPERATIONS, Asking, Call, Operation, Target
from watchword.wire.names import snake


def refuse_denied(asking: Asking, action: str, target: Target) -> None:
    """Refuse what policies do not allow.

    Raises AccessDenied.
    """
    decision, request = _decide(asking, action, target)
    if not decision.allowed:
        raise _denied(decision, request, target)


def is_locked_out(asking: Asking, action: str, target: Target) -> bool:
    """Tell whether policies keep the caller out."""
    return not _decide(asking, action, target)[0].allowed


def refuse_loss(call: Call, action: str, tags: Mapping[str, str]) -> None:
    """Refuse tags with which the caller could not do again what it does.

    Raises AccessDenied.   Source: Secrets Manager API, TagResource: "losing your permissions for this secret".
    """
    before = call.target
    told = {f"secretsmanager:resourcetag/{name.lower()}": value for name, value in tags.items()}
    others = {key: value for key, value in before.keys().items() if not key.startswith("secretsmanager:resourcetag/")}
    after = replace(before, tags=lambda: tags, keys=lambda: {**others, **told})
    left, request = _decide(call.asking, action, after)
    if not left.allowed:
        raise _denied(left, request, before)


def _denied(decision: Decision, request: Request, target: Target) -> AccessDenied:
    named = request._replace(resource=target.called) if target.called else request
    return AccessDenied(message=denial_message(decision, named))


def _decide(asking: Asking, action: str, target: Target) -> tuple[Decision, Request]:
    layers, tags = layers_of(asking.caller, target.policy, asking.directory)
    connection = Connection(asking.source_ip, asking.user_agent, asking.secure, asking.region)
    context = RequestContext(connection, asking, _operation(action), target, tags)
    request = Request(asking.caller.principal, action, target.arn, context, target.account)
    return evaluate(request, with_rcps(layers, action, target, asking.directory)), request


def _operation(action: str) -> Operation:
    service, _, name = action.partition(":")
    return OPERATIONS[service, snake(name)]
