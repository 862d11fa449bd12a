"""From which age on a key may matter, before its user is looked at: tags are not in a credential report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from watchword.rotation.rules.laying import lay
from watchword.rotation.rules.matching import may_be_for
from watchword.rotation.rules.shapes import Bounds, Override, TagRules
from watchword.rotation.seen import Account
from watchword.rotation.terms import Terms


def possible_terms(
    ordinary: Terms, overrides: Iterable[Override], account: Account, user_name: str, path: str
) -> Sequence[Terms]:
    """List what may hold for a user, whatever tags it turns out to carry, as far as overrides go."""
    possible = [ordinary]
    for override in overrides:
        if may_be_for(override, account, user_name, path):
            laid = [lay(terms, override.layer) for terms in possible]
            possible = _distinct([*possible, *laid] if override.tags else laid)
    return possible


def bounds(possible: Sequence[Terms], tags: TagRules) -> Bounds:
    """Tell the soonest at which a key can need anything; a warning ahead of it counts.

    An exemption that has ended is told of whatever the key's age.
    """
    warn = max(max(terms.warn, default=0.0) for terms in possible)
    ages = [0.0 if terms.exempt else terms.replace_after - warn for terms in possible]
    if "replace-after" in tags.heed:
        ages.append(tags.minimum - warn)
    return Bounds(
        max(0.0, min(ages)),
        _least((terms.unused_after for terms in possible), warn),
        _least((terms.never_used_after for terms in possible), warn),
    )


def _least(periods: Iterable[float | None], warn: float) -> float | None:
    return min((max(0.0, period - warn) for period in periods if period is not None), default=None)


def _distinct(possible: list[Terms]) -> list[Terms]:
    """Keep few: each override by tag doubles what is possible, and most say nothing of periods."""
    return list(
        {
            (one.replace_after, one.unused_after, one.never_used_after, one.warn, bool(one.exempt)): one
            for one in possible
        }.values()
    )
