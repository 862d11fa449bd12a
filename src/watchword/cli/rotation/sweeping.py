"""A sweep as commands ask for it: on what is known of here, with a bar while it lasts, and ended when asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from watchword.cli import tables
from watchword.cli.exits import Stop
from watchword.cli.rotation import showing
from watchword.cli.rotation.choosing import expect_found
from watchword.cli.rotation.stopping import stoppable

if TYPE_CHECKING:
    from watchword.cli.rotation.desk import Desk
    from watchword.rotation.results import Mode, Run
    from watchword.rotation.sweeping.choice import Choice
    from watchword.rotation.sweeping.plans import Plan

NO_WAY = "the rules say no way to them (`smtp`, `ses`, or a channel)"
NAMED = 3
"""Addresses that are named; of the others, how many they are."""


def dry(desk: Desk, mode: Mode, choice: Choice, *, ahead: float = 0.0) -> Run:
    """Look, and change nothing.

    Raises Stop for an account or a user that is named and not there, and when it was told to stop.
    """
    run, stopped = swept(desk, mode, choice, doing="Looking", ahead=ahead, keep=False)
    if stopped:
        raise Stop("stopped before everything was looked at; nothing was changed")
    expect_found(desk, choice, run)
    return run


def swept(desk: Desk, mode: Mode, choice: Choice, *, doing: str, **more: Any) -> tuple[Run, bool]:
    """Sweep, with a bar on a terminal; gives the run, and whether it was told to stop."""
    from watchword.rotation.sweeping.orders import Orders  # noqa: PLC0415 - loaded only when used
    from watchword.rotation.sweeping.sweeps import sweep  # noqa: PLC0415 - likewise

    plan: Plan | None = more.pop("plan", None)
    ahead: float = more.pop("ahead", 0.0)
    orders = Orders(
        desk.hub, desk.rules, desk.ledger, mode, choice, by=desk.hub.arn, plan=plan, ahead=ahead
    )  # fmt: skip
    with stoppable() as stopped, showing.progress(doing) as progress:
        run = sweep(orders, progress=progress, until=stopped, **more)
        return run, stopped()


def teller(desk: Desk) -> Callable[[Run], None]:
    """Give what tells owners and administrators of a run. Raises TellingFault for a template that cannot be used."""
    from watchword.rotation.telling import check_templates, tell  # noqa: PLC0415 - loaded only when used

    telling = desk.rules.telling
    check_templates(telling)  # before anything is changed of which nobody could be told

    def told(run: Run) -> None:
        ses = desk.hub.client("sesv2", telling.ses.region) if telling.ses else None
        outcome = tell(run, telling, desk.ledger, desk.clock, ses=ses, warn=desk.rules.ordinary.warn)
        for failure in outcome.failures:
            then = "it was tried often enough" if failure.given_up else "it stays owed, and the next run tries again"
            showing.say(tables.shown(f"Not delivered to {failure.to}: {failure.why}; {then}").plain)
        if outcome.nowhere:
            showing.say(tables.shown(f"{_some(outcome.nowhere)}: {NO_WAY}").plain)

    return told


def _some(nowhere: Sequence[str]) -> str:
    whom = list(dict.fromkeys(nowhere))
    more = f" and {len(whom) - NAMED:,} more" if len(whom) > NAMED else ""
    return f"Not told: {', '.join(whom[:NAMED])}{more}"
