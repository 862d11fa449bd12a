"""The decision: every layer's explicit denies first, then who must allow.

1. An explicit Deny in any layer ends it.          2. RCPs of the resource's account only deny.
3. SCPs of the principal's account: each level must allow.
4. Same account: a direct grant of the resource policy is enough; a grant to the role or user behind a session stands
   in for the identity policy; otherwise the identity policy must allow. Boundary and session policy limit both.
5. Another account's resource: the resource policy must allow too, and nothing stands in for the identity policy.
Source: IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from watchword.domain.principal import Principal, PrincipalType
from watchword.policy.compiled import PolicySet, Statement
from watchword.policy.decision import Decision, Outcome
from watchword.policy.kinds import Kind
from watchword.policy.principals import Strength
from watchword.policy.resources import split_resource
from watchword.policy.variables import Get

_NOT_GRANTED: tuple[Strength, Statement | None] = (Strength.NONE, None)
# Looked up once: in CPython 3.11 each look-up of an enumeration's member costs as much as a small call.
_ALLOW, _IMPLICIT_DENY, _EXPLICIT_DENY = Outcome
_IDENTITY, _ROOT = Kind.IDENTITY, PrincipalType.ROOT
_ASSUMED_ROLE, _FEDERATED_USER = PrincipalType.ASSUMED_ROLE, PrincipalType.FEDERATED_USER
_SERVICE_LINKED = "role/aws-service-role/"


class Request(NamedTuple):
    """What is asked.

    `resource` is an ARN, or `*` for an action that knows no resource. `resource_account` is the account that owns it;
    empty for the principal's own. `context` gives a key's value by its lower-case name; a tuple is multi-valued.
    """

    principal: Principal
    action: str
    resource: str
    context: Get
    resource_account: str = ""


class Policies(NamedTuple):
    """All that has a say, by layer; None where a layer does not exist.

    `session` None means no session policy, an empty set one that allows nothing. `scp` and `rcp` hold one set for each
    level from the organisation's root to the account; an empty level allows nothing. `resource` is a trust policy
    where the question is who may assume a role.
    """

    identity: PolicySet | None = None
    resource: PolicySet | None = None
    boundary: PolicySet | None = None
    session: PolicySet | None = None
    scp: tuple[PolicySet, ...] | None = None
    rcp: tuple[PolicySet, ...] | None = None


@dataclass(slots=True)
class _Question:
    """A request, taken apart once."""

    principal: Principal
    action: str
    head: str
    tail: str
    get: Get

    def first(self, statements: Iterable[Statement]) -> Statement | None:
        """Find a statement that takes the request in, and its principal where it names any."""
        head, tail, get = self.head, self.tail, self.get
        for statement in statements:
            test = statement.resource
            if test is not None and not test(head, tail, get):
                continue
            holds = statement.condition
            if holds is not None and not holds(get):
                continue
            if statement.principal is None or statement.principal(self.principal):
                return statement
        return None

    def fits(self, statement: Statement) -> bool:
        """Tell whether a statement takes the request in, whomever it names."""
        return statement.takes_in(self.head, self.tail, self.get)


def evaluate(request: Request, policies: Policies, *, trust: bool = False) -> Decision:
    """Decide a request. With `trust`, the resource policy is a role's trust policy and must name the principal.

    Source: IAM User Guide, "Policy evaluation logic".
    """
    principal = request.principal
    head, tail = split_resource(request.resource)
    question = _Question(principal, request.action.lower(), head, tail, request.context)
    if policies.scp or policies.rcp:
        policies = as_reached(principal, policies)
    denial = _denied(question, policies, trust=trust)
    if denial is not None:
        return denial
    if not principal.account:
        return _without_account(question, policies, trust=trust)
    for level in policies.scp or ():  # step 3: each level must allow
        if question.first(level.about[question.action][1]) is None:
            return Decision(_IMPLICIT_DENY, Kind.SCP)
    if trust and principal.type is _ROOT:
        return Decision(_IMPLICIT_DENY, Kind.TRUST)  # AWS: roles may not be assumed by root accounts
    if request.resource_account and request.resource_account != principal.account:
        return _across_accounts(question, policies, trust=trust)
    return _within_account(question, policies, trust=trust)


def as_reached(principal: Principal, policies: Policies) -> Policies:
    """Leave out what does not reach a principal: SCPs one without account, both one that a service made for itself."""
    if not principal.account:
        return policies._replace(scp=None)
    # Looked for at the one place: a path of one's own may hold `:role/aws-service-role/` further on.
    if principal.type is _ASSUMED_ROLE and principal.issuer_arn.split(":", 5)[-1].startswith(_SERVICE_LINKED):
        return policies._replace(scp=None, rcp=None)
    return policies


def _denied(question: _Question, policies: Policies, *, trust: bool) -> Decision | None:
    """Step 1: look for an explicit Deny, in the order in which the layers are named to the caller."""
    action = question.action
    for level in policies.rcp or ():
        if (found := question.first(level.about[action][0])) is not None:
            return Decision(_EXPLICIT_DENY, Kind.RCP, found)
    for level in policies.scp or ():
        if (found := question.first(level.about[action][0])) is not None:
            return Decision(_EXPLICIT_DENY, Kind.SCP, found)
    if policies.resource is not None:
        found = _named_denial(question, policies.resource, bounded=policies.boundary is not None)
        if found is not None:
            return Decision(_EXPLICIT_DENY, Kind.TRUST if trust else Kind.RESOURCE, found)
    for policy_set in (policies.identity, policies.boundary, policies.session):
        if policy_set is not None and (found := question.first(policy_set.about[action][0])) is not None:
            return Decision(_EXPLICIT_DENY, _layer(policy_set, policies), found)
    return None


def _layer(policy_set: PolicySet, policies: Policies) -> Kind:
    """Name the layer of a set; looked up afterwards, as most decisions deny nothing."""
    if policy_set is policies.identity:
        return _IDENTITY
    return Kind.BOUNDARY if policy_set is policies.boundary else Kind.SESSION


def _named_denial(question: _Question, policy: PolicySet, *, bounded: bool) -> Statement | None:
    """Find a Deny of the resource policy that names the principal; a statement without principal is no one's."""
    for statement in policy.about[question.action][0]:
        if statement.principal is None or not question.fits(statement):
            continue
        # AWS: NotPrincipal with Deny denies every principal that has a permissions boundary, listed or not.
        if (bounded and statement.excepts_principals) or statement.principal(question.principal):
            return statement
    return None


def _granted(question: _Question, policies: Policies) -> tuple[Strength, Statement | None]:
    """Find the most direct grant of the resource policy."""
    best, grant = Strength.NONE, None
    if policies.resource is not None:
        for statement in policies.resource.about[question.action][1]:
            if statement.principal is None:
                continue
            strength = statement.principal(question.principal)
            if strength > best and question.fits(statement):
                best, grant = strength, statement
    return best, grant


def _without_account(question: _Question, policies: Policies, *, trust: bool) -> Decision:
    """Nobody's account: only the resource policy speaks, and a role is never assumed without a signature or a token."""
    layer = Kind.TRUST if trust else Kind.RESOURCE
    strength, grant = _granted(question, policies)
    if strength is Strength.DIRECT and not (trust and not question.principal.arn):
        return Decision(_ALLOW, layer, grant)
    return Decision(_IMPLICIT_DENY, layer)


def _within_account(question: _Question, policies: Policies, *, trust: bool) -> Decision:
    """Step 4."""
    strength, grant = _granted(question, policies) if policies.resource is not None else _NOT_GRANTED
    if strength:
        layer = Kind.TRUST if trust else Kind.RESOURCE
        if strength is Strength.DIRECT:
            return Decision(_ALLOW, layer, grant)
        if strength is not Strength.ACCOUNT:
            limit = _limits(question, policies)
            return limit if limit is not None else Decision(_ALLOW, layer, grant)
    elif trust or _is_kms_key(question):
        return Decision(_IMPLICIT_DENY, Kind.TRUST if trust else Kind.RESOURCE)
    return _by_identity(question, policies)


def _is_kms_key(question: _Question) -> bool:
    """Key policies, like trust policies, must name the principal or its account before identity policies count."""
    return question.tail.startswith("key/") and question.action.startswith("kms:")


def _across_accounts(question: _Question, policies: Policies, *, trust: bool) -> Decision:
    """Step 5."""
    decision = _by_identity(question, policies)
    if not decision.allowed:
        return decision
    strength, grant = _granted(question, policies)
    layer = Kind.TRUST if trust else Kind.RESOURCE
    return Decision(_ALLOW if strength else _IMPLICIT_DENY, layer, grant)


def _by_identity(question: _Question, policies: Policies) -> Decision:
    """Ask the identity policies, then what limits them."""
    identity, found = policies.identity, None
    if not _has_all_rights(question.principal):
        found = question.first(identity.about[question.action][1]) if identity is not None else None
        if found is None:
            return Decision(_IMPLICIT_DENY, _IDENTITY)
    limit = _limits(question, policies)
    return limit if limit is not None else Decision(_ALLOW, _IDENTITY, found)


def _has_all_rights(principal: Principal) -> bool:
    """Root has all rights in its account; so, before the session policy, has a federated user that root made."""
    if principal.type is _FEDERATED_USER:
        return principal.issuer_arn.endswith(":root")
    return principal.type is _ROOT


def _limits(question: _Question, policies: Policies) -> Decision | None:
    """Boundary and session policy: what does not allow, denies. A federated user without session policy has nothing."""
    action = question.action
    if policies.boundary is not None and question.first(policies.boundary.about[action][1]) is None:
        return Decision(_IMPLICIT_DENY, Kind.BOUNDARY)
    if policies.session is not None:
        if question.first(policies.session.about[action][1]) is None:
            return Decision(_IMPLICIT_DENY, Kind.SESSION)
    elif question.principal.type is _FEDERATED_USER:
        return Decision(_IMPLICIT_DENY, Kind.SESSION)
    return None
