"""HTML: one file that needs nothing else, runs no script, and lets nothing be loaded."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from watchword.rotation.audit import Severity
from watchword.rotation.reporting import chart
from watchword.rotation.reporting.contents import Contents, age
from watchword.rotation.results import Line, Mode
from watchword.rotation.steps import Do
from watchword.rotation.telling.words import counted, day, moment
from watchword.rotation.terms import DAY

GRAVITY = {severity: place for place, severity in enumerate(reversed(Severity))}


def render(contents: Contents) -> str:
    """Write the page."""
    style = files(__package__).joinpath("report.css").read_text(encoding="utf-8")
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=PackageLoader(__package__, "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"day": day, "moment": moment, "counted": counted}
    return environment.get_template("report.html.j2").render(
        contents=contents,
        run=contents.run,
        style=Markup(style),  # noqa: S704 - our own file
        policy=f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'",
        tiles=_tiles(contents),
        svg=chart.histogram(contents.bands, chart.thresholds(contents.terms)),
        held=_held(contents),
        age=lambda line: age(line, contents.now),
        hours=_hours(contents),
        dry=contents.run.mode is not Mode.APPLY,
        shown={one.account: tuple(sorted(one.lines, key=lambda line: line.created)) for one in contents.run.accounts},
    )


def _tiles(contents: Contents) -> tuple[tuple[str, int, str], ...]:
    counts, dry = contents.counts, contents.run.mode is not Mode.APPLY
    failed = counts["unreachable"] + counts["errors"]
    changed = ("would change", counts["would_change"]) if dry else ("changed", counts["changed"])
    past = sum(
        contents.now - line.created >= contents.terms.replace_after
        for line in contents.lines
        if line.active and line.key
    )
    return (
        ("accounts", counts["accounts"], "plain"),
        ("users", counts["users"], "plain"),
        ("active keys", counts["active_keys"], "plain"),
        (f"{contents.terms.replace_after / DAY:g} days or older", past, "warn" if past else "good"),
        (*changed, "plain"),
        ("findings", counts["findings"], "warn" if counts["findings"] else "good"),
        ("failed", failed, "bad" if failed else "good"),
    )


def _held(contents: Contents) -> list[tuple[Line, str]]:
    """What goes no further until somebody does something, and why."""
    found = [(line, line.error or _why(line)) for line in contents.lines if line.error or _is_held(line)]
    return sorted(found, key=lambda one: (one[0].do is not Do.BLOCKED, one[0].account, one[0].user, one[0].key))


def _is_held(line: Line) -> bool:
    return line.finding or line.do in {Do.BLOCKED, Do.REPORT}


def _why(line: Line) -> str:
    return f"{line.why} ({line.note})" if line.note else str(line.why)


def _hours(contents: Contents) -> float:
    """How old the oldest reading is, in hours."""
    read = contents.read_at
    return max(0.0, (contents.now - read[0]) / 3600) if read else 0.0
