"""How labels go from version to version. Pure: labels in, labels out.

Source: Secrets Manager API, PutSecretValue and UpdateSecretVersionStage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from watchword.services.secretsmanager.refusals import CurrentStays, InvalidParameter, NotThere, TooManyLabels, Unnamed
from watchword.services.secretsmanager.targets import CURRENT, PREVIOUS

MOST = 20
"""On all versions of a secret together.  Source: Secrets Manager User Guide, "Quotas"."""

Labels = Mapping[str, str]
"""The version that each label is on."""


def attached(labels: Labels, version_id: str, wanted: Iterable[str]) -> dict[str, str]:
    """Put labels on a version, away from wherever they are; who loses AWSCURRENT gets AWSPREVIOUS.

    Raises TooManyLabels.
    """
    wanted = set(wanted)
    after = {**labels, **dict.fromkeys(wanted, version_id)}
    former = labels.get(CURRENT)
    if CURRENT in wanted and former not in (None, version_id):
        after[PREVIOUS] = str(former)
    if len(after) > MOST and len(after) > len(labels):
        raise TooManyLabels
    return after


def moved(labels: Labels, label: str, *, source: str | None, target: str | None) -> dict[str, str]:
    """Move a label from one version to another, or take it away.

    Raises Unnamed, NotThere, CurrentStays, InvalidParameter, TooManyLabels.
    """
    bearer = labels.get(label)
    if target is None:
        return _taken(labels, label, source)
    if source is not None and source != bearer:
        raise NotThere(label=label)
    if source is None and bearer not in (None, target):
        raise Unnamed(label=label, version=bearer)
    return attached(labels, target, [label])


def _taken(labels: Labels, label: str, source: str | None) -> dict[str, str]:
    if source is None:
        raise InvalidParameter(message="You must provide either MoveToVersionId or RemoveFromVersionId.")
    if labels.get(label) != source:
        raise NotThere(label=label)
    if label == CURRENT:
        raise CurrentStays
    return {name: version for name, version in labels.items() if name != label}
