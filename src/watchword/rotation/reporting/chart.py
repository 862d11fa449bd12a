"""The histogram of ages, drawn as SVG: attributes only, so that no inline style is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from watchword.rotation.reporting.contents import Band
from watchword.rotation.terms import DAY, Terms

WIDTH, HEIGHT, TOP, BOTTOM, SIDE = 760, 260, 64, 34, 12
GAP = 8


@dataclass(frozen=True, slots=True)
class Threshold:
    """An age at which something happens to a key, in days."""

    days: float
    label: str


def thresholds(terms: Terms) -> tuple[Threshold, ...]:
    """Give the ages at which a key is replaced, its predecessor deactivated and deleted, and the limit."""
    replace, deactivate = terms.replace_after, terms.replace_after + terms.overlap
    return (
        Threshold(replace / DAY, "replace"),
        Threshold(deactivate / DAY, "deactivate"),
        Threshold((deactivate + terms.recovery) / DAY, "delete"),
        Threshold(terms.limit / DAY, "limit"),
    )


def histogram(bands: Sequence[Band], marks: Sequence[Threshold]) -> Markup:
    """Draw the bands as columns, and thresholds as lines where they fall in their bands."""
    most = max((band.keys for band in bands), default=0) or 1
    step = (WIDTH - 2 * SIDE) / len(bands)
    parts = [_column(band, place, step, most, marks) for place, band in enumerate(bands)]
    parts += [_mark(mark, bands, step, row) for row, mark in enumerate(marks)]
    said = "; ".join(f"{band.label} days: {band.keys}" for band in bands)
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">')
    return head.format(WIDTH, HEIGHT, f"Active keys by age: {said}") + Markup("").join(parts) + Markup("</svg>")


def _column(band: Band, place: int, step: float, most: int, marks: Sequence[Threshold]) -> Markup:
    x, base = SIDE + place * step + GAP / 2, HEIGHT - BOTTOM
    tall = (base - TOP) * band.keys / most
    due = bool(marks) and band.first >= marks[0].days
    old = bool(marks) and band.first >= marks[-1].days
    kind = "old" if old else "due" if due else "young"
    drawn = Markup(
        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="3"/>'
        '<text class="many" x="{:.1f}" y="{:.1f}" text-anchor="middle">{:,}</text>'
        '<text class="band" x="{:.1f}" y="{}" text-anchor="middle">{} days</text>'
    )
    middle, width = x + (step - GAP) / 2, step - GAP
    tall = max(tall, 1.0 if band.keys else 0.0)
    return drawn.format(
        kind, x, base - tall, width, tall, middle, base - tall - 5, band.keys, middle, HEIGHT - 12, band.label
    )


def _mark(mark: Threshold, bands: Sequence[Band], step: float, row: int) -> Markup:
    x = SIDE + _place(mark.days, bands) * step
    drawn = Markup(
        '<line class="mark" x1="{0:.1f}" y1="{1}" x2="{0:.1f}" y2="{2}"/>'
        '<text class="marked" x="{3:.1f}" y="{4}" text-anchor="{5}">{6} {7:g}</text>'
    )
    y = 10 + 11 * (row % 3)
    near_end = x > WIDTH - 90
    return drawn.format(
        x,
        y - 8,
        HEIGHT - BOTTOM,
        x - 4 if near_end else x + 4,
        y,
        "end" if near_end else "start",
        mark.label,
        mark.days,
    )


def _place(days: float, bands: Sequence[Band]) -> float:
    """Tell how many bands lie before an age; in the last, which has no end, it lies somewhere behind the beginning."""
    for place, band in enumerate(bands):
        if band.end is None:
            return place + min(0.9, max(0.0, days - band.first) / (2 * max(days, 1)))
        if days < band.end:
            return place + (days - band.first) / (band.end - band.first)
    return float(len(bands))
