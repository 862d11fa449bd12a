"""A denial: AWS's words for everybody, and the reasons sealed for those in the caller's account who may decode them.

What another account's policies and tags say, or whether it has a role of that name, is told to nobody here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec

from watchword.domain.refusal import AccessDenied
from watchword.domain.refusal_codes import ENCODED
from watchword.policy import Kind, Outcome, Policies, Request, Simulation, simulate
from watchword.policy.compiled import Statement
from watchword.services.deciding.context import RequestContext
from watchword.services.operation import ContextValue, Target
from watchword.services.sts.authorization_reasons import Matched, Reasons, Values

MOST_STATEMENTS = 3
MOST_VALUES = 10
LONGEST_TEXT = 256
"""Characters. Who is denied must not be able to make the answer long, with a user agent for instance."""

TOLD_KEYS: Mapping[str, str] = {
    name.lower(): name
    for name in (
        "aws:CurrentTime",
        "aws:MultiFactorAuthPresent",
        "aws:RequestedRegion",
        "aws:SecureTransport",
        "aws:SourceIdentity",
        "aws:SourceIp",
        "aws:TagKeys",
        "aws:TokenIssueTime",
        "aws:UserAgent",
    )
}
"""What each message tells of the request, besides the keys that a policy asked for."""

_encode = msgspec.json.Encoder().encode


class Denied(AccessDenied):
    """Policies do not allow the request. `words` is the message without what is sealed: what the journal keeps."""

    def __init__(self, words: str, encoded: str = "") -> None:
        super().__init__(message=f"{words}{ENCODED} {encoded}" if encoded else words)
        self.words = words


class _Asking:
    """Looks up keys and remembers what was asked."""

    def __init__(self, context: RequestContext) -> None:
        self._context = context
        self.found: dict[str, ContextValue] = {}

    def __call__(self, key: str) -> ContextValue:
        value = self.found[key] = self._context(key)
        return value


def sealed_reasons(
    request: Request, policies: Policies, context: RequestContext, request_id: str, *, trust: bool
) -> str:
    """Seal to the caller's account why its request was denied; empty for whoever has no account.

    The decision is made once more, this time with everything that bears on it.
    """
    principal = request.principal
    if not principal.account:
        return ""
    abroad = bool(request.resource_account) and request.resource_account != principal.account
    if abroad:
        request, policies = request._replace(resource_account=""), policies._replace(resource=None, rcp=None)
        # Who writes a policy at home could ask it for the tags, or the organization, of whatever he can name elsewhere.
        context = replace(context, target=Target(request.resource, "", mfa_at=context.target.mfa_at))
    asking = _Asking(context)
    found = simulate(request._replace(context=asking), policies, trust=trust and not abroad)
    reasons = Reasons(
        request_id=request_id,
        at=int(context.asking.now),
        layer=_layer(found, trust=trust),
        explicit=found.decision.outcome is Outcome.EXPLICIT_DENY,
        principal_id=principal.user_id,
        name=principal.name,
        arn=principal.arn,
        action=request.action,
        resource=request.resource,
        matched=tuple(map(_matched, found.matched[:MOST_STATEMENTS])) if not found.decision.allowed else (),
        left_out=max(0, len(found.matched) - MOST_STATEMENTS) if not found.decision.allowed else 0,
        conditions=_conditions(asking),
    )
    return context.asking.tools.messages.seal_message(_encode(reasons), account=principal.account)


def _layer(found: Simulation, *, trust: bool) -> str:
    """Name the kind of policy that settled it; where the caller's own allow, it is the other account's."""
    if found.decision.allowed:
        return Kind.TRUST if trust else Kind.RESOURCE
    return found.decision.layer


def _conditions(asking: _Asking) -> dict[str, Values]:
    for key in TOLD_KEYS:
        asking(key)
    return {TOLD_KEYS.get(key, key): _short(value) for key, value in asking.found.items() if value is not None}


def _matched(statement: Statement) -> Matched:
    clause = statement.clause
    return Matched(
        policy=statement.policy,
        sid=clause.sid,
        excepts_actions=clause.excepts_actions,
        actions=_few(clause.actions),
        excepts_resources=clause.excepts_resources,
        resources=_few(clause.resources or ()),
        conditions=tuple((f"{one.operator} {one.key}", _few(one.values)) for one in clause.conditions[:MOST_VALUES]),
    )


def _short(value: Values) -> Values:
    return value[:LONGEST_TEXT] if isinstance(value, str) else _few(value)


def _few(values: Iterable[str]) -> tuple[str, ...]:
    """Keep the first values, and say how many more there are."""
    every = tuple(values)
    kept = tuple(value[:LONGEST_TEXT] for value in every[:MOST_VALUES])
    return kept if len(every) <= MOST_VALUES else (*kept, f"… and {len(every) - MOST_VALUES} more")
