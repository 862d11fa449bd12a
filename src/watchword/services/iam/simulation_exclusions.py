"""Policies that a simulation leaves out, to see what would be if they were taken away.

Source: IAM API, SimulatePrincipalPolicy, PolicyExclusionList; PolicyIdentifier; InlinePolicyIdentifierType.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from watchword.policy.match import glob
from watchword.services.iam.simulation_refusals import ExclusionInvalid
from watchword.services.iam.simulation_sources import Source

Matches = Callable[[Source], bool]

_ARN = re.compile(r"arn:aws:iam::(?:[0-9]{12}|aws):policy/[\x21-\x7e]+")
_INLINE = ("user", "group", "role")
_BOUNDARY, _SCP = "permission-boundary", "scp"


def without(sources: Sequence[Source], exclusions: Sequence[Mapping[str, Any]]) -> list[Source]:
    """Leave out the attached policies that an identifier matches; one that matches none is passed over.

    Raises ExclusionInvalid.
    """
    tests = [_matcher(identifier) for identifier in exclusions]
    return [source for source in sources if not any(test(source) for test in tests)]


def without_boundary(exclusions: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether the boundary is left out."""
    return any(identifier.get("PolicyType") == _BOUNDARY for identifier in exclusions)


def without_scps(exclusions: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether the organization's policies are left out."""
    return any(identifier.get("PolicyType") == _SCP for identifier in exclusions)


def _matcher(identifier: Mapping[str, Any]) -> Matches:
    if len(identifier) != 1:
        raise ExclusionInvalid(why="give exactly one of PolicyType, PolicyArn and InlinePolicyIdentifier.")
    if "PolicyType" in identifier:
        return _of_type(identifier["PolicyType"])
    if "PolicyArn" in identifier:
        return _of_arn(identifier["PolicyArn"])
    return _inline(identifier["InlinePolicyIdentifier"])


def _of_type(sort: str) -> Matches:
    """Types that no attached policy has match nothing; for a boundary and SCPs others ask, above."""
    return lambda source: source.type in (_INLINE if sort == "inline" else (sort,))


def _of_arn(arn: str) -> Matches:
    if not _ARN.fullmatch(arn):
        raise ExclusionInvalid(why=f"{arn} is not the ARN of a managed policy.")
    path, _slash, _name = arn.rpartition("/")
    if "*" in path or "?" in path:
        raise ExclusionInvalid(why=f"{arn} has a wildcard outside the policy's name.")
    return _named(arn, lambda source: source.arn)


def _inline(identifier: Mapping[str, str]) -> Matches:
    fits = _named(identifier["AttachmentName"], lambda source: source.holder)
    kind, name = identifier["AttachmentType"], identifier["PolicyName"]
    return lambda source: source.type == kind and source.name == name and fits(source)


def _named(pattern: str, text: Callable[[Source], str]) -> Matches:
    if pattern.count("*") > 1:
        raise ExclusionInvalid(why=f"{pattern} has more than one *.")
    test = glob(pattern)
    return lambda source: bool(text(source)) and test(text(source))
