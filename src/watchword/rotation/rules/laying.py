"""One layer laid over what held before it. Ages are counted from a key's creation; terms hold the lengths between."""

from __future__ import annotations

from dataclasses import replace

from watchword.rotation.rules.shapes import Layer
from watchword.rotation.terms import DAY, SecretTerms, Terms


def lay(terms: Terms, layer: Layer) -> Terms:
    """Lay a layer over terms. What is contradictory becomes one of the terms' faults."""
    terms = _lay_ages(terms, layer)
    return replace(
        terms,
        quiet=terms.quiet if layer.quiet is None else layer.quiet,
        unused_after=_period(terms.unused_after, layer.unused_after),
        unused=layer.unused or terms.unused,
        never_used_after=_period(terms.never_used_after, layer.never_used_after),
        never_used=layer.never_used or terms.never_used,
        hand_off=terms.hand_off if layer.hand_off is None else layer.hand_off,
        exempt=layer.exempt or terms.exempt,
        owners=layer.owners or terms.owners,
        secret=_lay_secret(terms.secret, layer),
    )


def no_later(layer: Layer, terms: Terms) -> Layer:
    """Take from a layer the ages that would keep a key in use for longer than terms do."""
    deactivate_at = terms.replace_after + terms.overlap
    return replace(
        layer,
        replace=None if layer.replace and layer.replace > terms.replace_after else layer.replace,
        deactivate=None if layer.deactivate and layer.deactivate > deactivate_at else layer.deactivate,
    )


def contradiction(replace_at: float, deactivate_at: float, delete_at: float, limit: float) -> str:
    """Say what is wrong with ages that do not follow each other; empty where nothing is."""
    if not replace_at < deactivate_at < delete_at:
        return (
            f"a key is replaced after {_days(replace_at)}, deactivated after {_days(deactivate_at)} and deleted after "
            f"{_days(delete_at)} days: each must be longer than the one before"
        )
    if limit < deactivate_at:
        return (
            f"the limit of {_days(limit)} days is shorter than the {_days(deactivate_at)} after which it is deactivated"
        )
    return ""


def _lay_ages(terms: Terms, layer: Layer) -> Terms:
    """An age that is not given keeps its distance from the one before it, and so does the limit."""
    replace_at = terms.replace_after if layer.replace is None else layer.replace
    deactivate_at = replace_at + terms.overlap if layer.deactivate is None else layer.deactivate
    delete_at = deactivate_at + terms.recovery if layer.delete is None else layer.delete
    limit = max(deactivate_at, terms.limit - terms.replace_after + replace_at) if layer.limit is None else layer.limit
    wrong = contradiction(replace_at, deactivate_at, delete_at, limit)
    if wrong:
        return replace(terms, faults=(*terms.faults, wrong))
    return replace(
        terms,
        replace_after=replace_at,
        overlap=deactivate_at - replace_at,
        recovery=delete_at - deactivate_at,
        limit=limit,
        warn=tuple(one for one in (terms.warn if layer.warn is None else layer.warn) if one < replace_at),
    )


def _period(before: float | None, laid: float | None) -> float | None:
    """Zero lifts a period."""
    if laid is None:
        return before
    return laid or None


def _lay_secret(secret: SecretTerms, layer: Layer) -> SecretTerms:
    return replace(
        secret,
        keep=layer.keep or secret.keep,
        name=layer.secret_name or secret.name,
        kms_key=secret.kms_key if layer.kms_key is None else layer.kms_key,
        regions=secret.regions if layer.regions is None else layer.regions,
        readers=secret.readers if layer.readers is None else layer.readers,
    )


def _days(seconds: float) -> str:
    return f"{seconds / DAY:g}"
