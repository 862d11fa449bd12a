"""Which policies bear on a caller, layer by layer, and the tags that they see on it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from watchword.crypto.sigv4.refusals import InvalidClientTokenId
from watchword.domain.principal import PrincipalType
from watchword.policy import Kind, Policies, Policy, PolicySet
from watchword.services.compiling import compiled
from watchword.services.directory import Directory
from watchword.services.operation import Caller, Target

EVERY = "*"
"""What is asked on nothing in particular: RCPs guard resources, and that is none."""
NO_TAGS: Mapping[str, str] = {}
UNDER_RCPS = ("sts:", "secretsmanager:")
"""The services whose resources RCPs reach.  Source: Organizations User Guide, "AWS services that support RCPs"."""


def layers_of(
    caller: Caller, resource_policy: Policy | None, directory: Directory
) -> tuple[Policies, Mapping[str, str]]:
    """Gather the policies that bear on what a caller asks, and its principal tags.

    Raises InvalidClientTokenId when the user or role is gone, Miss.
    """
    principal = caller.principal
    session = caller.session
    limits = _session_policies(caller, directory)
    session_tags = dict(session.tags) if session else NO_TAGS
    if not principal.account:  # whom an identity provider vouches for: only the trust policy speaks
        return Policies(resource=resource_policy), NO_TAGS
    scp = directory.limits(principal.account).scp
    if principal.unique_id == principal.account:  # root, or a user that root federated
        return Policies(session=limits, resource=resource_policy, scp=scp), session_tags
    is_role = principal.type is PrincipalType.ASSUMED_ROLE
    known = directory.role(principal.unique_id) if is_role else directory.user(principal.unique_id)
    if known is None:
        raise InvalidClientTokenId
    policies = Policies(known.policies, resource_policy, known.boundary, limits, scp)
    return policies, overriding(known.tags, session_tags)


def with_rcps(policies: Policies, action: str, target: Target, directory: Directory) -> Policies:
    """Add the RCPs that guard what an action is asked on: those of the account that owns it, whoever asks.

    Raises Miss.
    """
    if target.arn == EVERY or not action.startswith(UNDER_RCPS):
        return policies
    if target.trust and target.policy is None:  # no such role: it trusts nobody, and its account may be made up
        return policies
    rcp = directory.limits(target.account).rcp
    return policies if rcp is None else policies._replace(rcp=rcp)


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


def overriding(own: Mapping[str, str], session: Mapping[str, str]) -> Mapping[str, str]:
    """Lay session tags over the tags of a role or user: the same key, in whatever case, is replaced."""
    if not session:
        return own
    replaced = {key.lower() for key in session}
    return {**{key: value for key, value in own.items() if key.lower() not in replaced}, **session}
