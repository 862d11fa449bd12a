"""One report in one format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from watchword.rotation.ledger import RunSummary
from watchword.rotation.reporting import document, ocsf, page, sarif, table
from watchword.rotation.reporting.contents import Contents
from watchword.rotation.results import Run
from watchword.rotation.rules.shapes import Reporting
from watchword.rotation.terms import Terms

FORMATS: Mapping[str, Callable[[Contents], str]] = {
    "html": page.render,
    "csv": table.render,
    "json": document.render,
    "sarif": sarif.render,
    "ocsf": ocsf.render,
}
"""How a report is written, by the format's name."""
DEFAULT = Reporting()


def render(
    run: Run,
    form: str,
    *,
    history: Sequence[RunSummary] = (),
    terms: Terms | None = None,
    reporting: Reporting = DEFAULT,
    now: float = 0.0,
) -> str:
    """Write a report of a run.

    `terms` are those that hold unless an override says otherwise: thresholds of the audit and of the histogram.
    `history` are earlier runs, the newest first. `now` is the instant that ages are told at, by default the run's end.
    Raises ValueError for a format that is not in FORMATS.
    """
    if form not in FORMATS:
        raise ValueError(f"a report is written as one of {', '.join(FORMATS)}, not as `{form}`")
    contents = Contents.of(
        run,
        terms or Terms(),
        now or run.ended_at,
        borders=reporting.bands,
        title=reporting.title,
        history=tuple(history),
    )
    return FORMATS[form](contents)
