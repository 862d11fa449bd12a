"""ExplainDecision: what a request would get, and which statements of which policies settle that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from watchword.crypto.sigv4.refusals import ExpiredToken, InvalidClientTokenId
from watchword.domain.clock import iso8601
from watchword.domain.refusal import Refusal
from watchword.policy import Decision, Kind, Outcome, Policies, Reason, Request, denial_message, evaluate, explained
from watchword.services.deciding.context import Connection, RequestContext
from watchword.services.deciding.credential_kinds import check_credential_kind
from watchword.services.deciding.layers import layers_of, with_rcps
from watchword.services.operation import OPERATIONS, Call, ContextValue, Operation, Reply, Target, Way, operation
from watchword.services.sessions.live import Found, State
from watchword.services.sessions.refusals import SessionBlocked
from watchword.services.watchword import supposed_resources
from watchword.services.watchword.refusals import InvalidParameter, NotFound
from watchword.services.watchword.supposed import Supposed, asked_about, found

MOST_REASONS = 50
NOTHING = "None"
UNKNOWN: Mapping[str, ContextValue] = {"aws:securetransport": None, "aws:sourceip": None}
"""What the connection of a supposed request would tell; its user agent and region are unknown anyhow."""
_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9-]+")
_ABROAD = {
    True: "the other account's policies allow it; what they say is that account's to know",
    False: "no policy of the other account is known to allow it; what they say is that account's to know",
}


@dataclass(frozen=True, slots=True)
class Known:
    """The context of a supposed request: what is told of it goes before what follows from it."""

    told: Mapping[str, ContextValue]
    following: RequestContext

    def __call__(self, key: str) -> ContextValue:
        return self.told[key] if key in self.told else self.following(key)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a request; `message` is what the principal would be told, empty if it is allowed."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    message: str = ""


@operation(
    "watchword",
    way=Way.READ,
    on=asked_about,
    journal=("action", "resource_arn", "principal_arn", "access_key_id"),
    told=("Outcome",),
    raises=(InvalidParameter, NotFound),
)
def explain_decision(
    call: Call,
    *,
    action: str,
    resource_arn: str | None = None,
    principal_arn: str | None = None,  # noqa: ARG001 - this and the next are read by the target
    access_key_id: str | None = None,  # noqa: ARG001
    context_entries: Sequence[Mapping[str, Any]] | None = None,
) -> Reply:
    """Decide about a request without carrying it out, and tell what settled it.

    Raises InvalidParameter, NotFound.
    """
    if _ACTION.fullmatch(action) is None:
        raise InvalidParameter(message=f"`{action}` is no action: write it as in `iam:CreateUser`, without wildcards.")
    supposed, told = found(call), _told(context_entries or ())
    target = supposed_resources.target(call.asking, supposed, action, resource_arn or supposed_resources.EVERY)
    answer = _answer(call, supposed, action, target, told)
    reply: dict[str, Any] = {
        "Outcome": answer.outcome.value,
        "Allowed": answer.outcome is Outcome.ALLOW,
        "PrincipalArn": supposed.caller.principal.arn,
        "Action": action,
        "ResourceArn": target.arn,
        "Reasons": [_written(reason) for reason in answer.reasons[:MOST_REASONS]],
    }
    return {**reply, "Message": answer.message} if answer.message else reply


def _told(entries: Iterable[Mapping[str, Any]]) -> dict[str, ContextValue]:
    """Read the context that was given, by lower-case name: one value is a text, several are a list."""
    told: dict[str, ContextValue] = {}
    for entry in entries:
        name, values = entry["ContextKeyName"].lower(), tuple(entry["ContextKeyValues"])
        if name in told:
            raise InvalidParameter(message=f"The context key `{entry['ContextKeyName']}` stands twice.")
        told[name] = values[0] if len(values) == 1 else values
    return told


def _answer(call: Call, supposed: Supposed, action: str, target: Target, told: Mapping[str, ContextValue]) -> Answer:
    """Answer as the real request would be, in that order: the session, its kind, what no policy forbids, policies."""
    asked = _operation(action)
    caller = supposed.caller
    asking = replace(call.asking, caller=caller, parameters={}, source_ip="")
    layers, tags = layers_of(caller, target.policy, call.directory)
    layers = with_rcps(layers, action.lower(), target, call.directory)
    offered = asked or OPERATIONS["watchword", "explain_decision"]  # which has no context keys of its own either
    context = RequestContext(Connection("", None, secure=False, region=""), asking, offered, target, tags)
    known = Known({**UNKNOWN, **supposed.known, **told}, context)
    request = Request(caller.principal, action, target.arn, known, target.account)
    answer = _always() if asked and asked.always else _by_policies(request, layers, target, known)
    return _not_of_this_kind(supposed, asked, answer) or _not_live(supposed.session, answer) or answer


def _operation(action: str) -> Operation | None:
    """Find the operation that an action is named after, in whatever letter case."""
    service, _, name = action.lower().partition(":")
    fitting = (one for one in OPERATIONS.values() if one.service == service)
    return next((one for one in fitting if one.function.replace("_", "") == name), None)


def _always() -> Answer:
    return Answer(Outcome.ALLOW, (Reason(Kind.IDENTITY, "", "", "Allow", "no policy can forbid it"),))


def _by_policies(request: Request, layers: Policies, target: Target, known: Known) -> Answer:
    if target.account and target.account != request.principal.account:
        return _across_accounts(request, layers, target, known)
    decision, reasons = explained(request, layers, trust=target.trust)
    return _worded(decision, reasons, request)


def _across_accounts(request: Request, layers: Policies, target: Target, known: Known) -> Answer:
    """Tell the whole decision, and of its reasons only those at home: what others' policies and tags say is theirs."""
    decision = evaluate(request, layers, trust=target.trust)
    following = replace(known.following, target=Target(target.arn, ""))
    at_home = request._replace(resource_account="", context=Known(known.told, following))
    home, reasons = explained(at_home, layers._replace(resource=None, rcp=None))
    if not decision.allowed and not home.allowed:
        return _worded(home, reasons, request)
    layer = Kind.TRUST if target.trust else Kind.RESOURCE
    effect = "Allow" if decision.allowed else NOTHING
    abroad = Reason(layer, "", "", effect, _ABROAD[decision.allowed])
    ours = reasons if home.allowed else ()
    if decision.allowed:
        return Answer(Outcome.ALLOW, (*ours, abroad))
    refused = Decision(Outcome.IMPLICIT_DENY, layer)
    return _worded(refused, (abroad, *ours), request)


def _worded(decision: Decision, reasons: tuple[Reason, ...], request: Request) -> Answer:
    return Answer(decision.outcome, reasons, "" if decision.allowed else denial_message(decision, request))


def _not_of_this_kind(supposed: Supposed, asked: Operation | None, answer: Answer) -> Answer | None:
    """Say that such credentials may not call an operation at all, whatever policies say."""
    if asked is None:
        return None
    try:
        check_credential_kind(supposed.caller, asked)
    except Refusal as refusal:
        note = "temporary credentials of this kind cannot call it, whatever policies say"
        return _refused(note, refusal.message, answer)
    return None


def _not_live(state: Found | None, answer: Answer) -> Answer | None:
    """Say that a session opens nothing any longer, or for the time being."""
    if state is None or state.state is State.LIVE:
        return None
    rule = state.rule
    if state.state is State.BLOCKED and rule is not None:
        refused = SessionBlocked(rule)
        return _refused(f"the session is blocked by `{rule.id}`", refused.message, answer)
    if state.state is State.ENDED and rule is None:
        return _refused("an account that the session came from was closed", InvalidClientTokenId().message, answer)
    ended = f"the session was ended at {iso8601(rule.at)}" if rule else "the session has expired"
    return _refused(ended, ExpiredToken().message, answer)


def _refused(note: str, message: str, answer: Answer) -> Answer:
    """Refuse a request for another cause than its policies, which are told all the same."""
    return Answer(Outcome.IMPLICIT_DENY, (Reason(Kind.SESSION, "", "", NOTHING, note), *answer.reasons), message)


def _written(reason: Reason) -> dict[str, str]:
    told = {"Layer": reason.layer.value, "Effect": reason.effect, "Detail": reason.note}
    further = {"Policy": reason.policy, "Statement": reason.statement}
    return told | {name: value for name, value in further.items() if value}
