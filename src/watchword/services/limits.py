"""What an organization's policies leave of an account: its SCPs and RCPs, level by level, ready to be asked.

The order is from the root to the account. What a level means in a decision is the policy language's business.
Source: Organizations User Guide, "SCP evaluation", "Resource control policies".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from watchword.policy import Kind, Policy, PolicySet
from watchword.services.compiling import compiled
from watchword.store import accounts, organization_policy_attachments, organization_units, organizations
from watchword.store.organization_policies import RCP, SCP
from watchword.store.organization_policy_attachments import Attached
from watchword.store.tx import Tx

Levels = tuple[PolicySet, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """An account's SCPs, which limit its principals, and its RCPs, which limit who reaches its resources.

    None where there are none: outside of an organization, in its management account, and where the type is not
    enabled. A level without any SCP allows nothing. RCPs only deny, so levels that hold AWS's own alone are left out.
    """

    scp: Levels | None = None
    rcp: Levels | None = None


UNLIMITED = Limits()


def read_limits(tx: Tx, account: str) -> tuple[Limits, frozenset[str]] | None:
    """Read what limits an account, and the subjects by any of which that changes; None where there is no account.

    Nothing is remembered of accounts that somebody made up: there are more of them than of others.
    """
    organization = organizations.of(tx, account)
    if organization is None:
        return None if accounts.by_id(tx, account) is None else (UNLIMITED, frozenset((account,)))
    subjects = frozenset((account, organization.id))
    if organization.management_account == account:
        return UNLIMITED, subjects
    kinds = organization_policy_attachments.enabled(tx, organization.id) & {SCP, RCP}
    if not kinds:
        return UNLIMITED, subjects
    path = (*organization_units.path(tx, account), account)
    found = organization_policy_attachments.along(tx, organization.id, path, sorted(kinds))
    scp = _levels(path, found, SCP) if SCP in kinds else None
    rcp = tuple(level for level in _levels(path, found, RCP) if level.statements)
    return Limits(scp, rcp or None), subjects.union(path, (one.policy.id for one in found))


def _levels(path: Sequence[str], found: Sequence[Attached], kind: str) -> Levels:
    """Put policies on their levels. All that AWS's own RCP says is Allow, which no other kind asks an RCP for."""
    language = Kind.SCP if kind == SCP else Kind.RCP
    fitting = [one for one in found if one.policy.type == kind and not (kind == RCP and one.policy.is_awss)]
    return tuple(
        _level(tuple(compiled(one.policy.content, language, one.policy.name) for one in fitting if one.target_id == at))
        for at in path
    )


@lru_cache(maxsize=2_048)
def _level(policies: tuple[Policy, ...]) -> PolicySet:
    """Make one level's set once for all accounts below it: what it remembers of actions serves them all."""
    return PolicySet.of(policies)
