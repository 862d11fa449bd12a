"""May they: from what is asked to a Call, which alone opens a handler.

The only place where a `Call` is made. Every action that a request needs is decided in its own right, over all layers:
SCPs and RCPs, the resource's policy, identity policies, the boundary, the session policies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from watchword.crypto.sigv4.refusals import InvalidClientTokenId
from watchword.domain.principal import PrincipalType
from watchword.edge.context import Connection, RequestContext
from watchword.edge.denial import Denied, sealed_reasons
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
from watchword.services.operation import Asking, Call, Caller, Operation, Target
from watchword.services.sts.session_tags import overriding

NO_TAGS: Mapping[str, str] = {}
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
    layers, tags = _layers(asking.caller, target, asking.directory)
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
    request = Request(context.asking.caller.principal, action, target.arn, context, target.account)
    decision = evaluate(request, layers, trust=target.trust)
    if not decision.allowed:
        encoded = sealed_reasons(request, layers, context, request_id, trust=target.trust)
        named = request._replace(resource=target.called) if target.called else request
        raise Denied(denial_message(decision, named), encoded)
    return decision


def _layers(caller: Caller, target: Target, directory: Directory) -> tuple[Policies, Mapping[str, str]]:
    """Gather the policies that bear on a caller, and its principal tags.

    Raises InvalidClientTokenId when the user or role is gone, Miss.
    """
    principal = caller.principal
    session = caller.session
    limits = _session_policies(caller, directory)
    session_tags = dict(session.tags) if session else NO_TAGS
    if not principal.account:  # whom an identity provider vouches for: only the trust policy speaks
        return Policies(resource=target.policy), NO_TAGS
    if principal.unique_id == principal.account:  # root, or a user that root federated
        return Policies(session=limits, resource=target.policy), session_tags
    is_role = principal.type is PrincipalType.ASSUMED_ROLE
    known = directory.role(principal.unique_id) if is_role else directory.user(principal.unique_id)
    if known is None:
        raise InvalidClientTokenId
    policies = Policies(identity=known.policies, boundary=known.boundary, session=limits, resource=target.policy)
    return policies, overriding(known.tags, session_tags)


def _session_policies(caller: Caller, directory: Directory) -> PolicySet | None:
    """Give the session policies; a federated user without any is left with nothing but resource grants.

    So is a session of whose policies one is gone: what it denied nobody knows, and an AssumeRoot task's only denies.
    """
    session = caller.session
    if session is None or not (session.policies or session.policy_arns):
        return PolicySet.of(()) if caller.principal.type is PrincipalType.FEDERATED_USER else None
    if not session.policy_arns:
        return _given(session.policies)
    named = [policy for arn in session.policy_arns if (policy := directory.managed_policy(arn)) is not None]
    if len(named) < len(session.policy_arns):
        return PolicySet.of(())
    given = (compiled(document, Kind.SESSION, "") for document in session.policies)
    return PolicySet.of([*named, *given])


@lru_cache(maxsize=2_048)
def _given(documents: tuple[str, ...]) -> PolicySet:
    return PolicySet.of(compiled(document, Kind.SESSION, "") for document in documents)
