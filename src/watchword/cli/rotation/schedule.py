"""`watchword rotation schedule`: when sweeps begin by themselves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from watchword.cli import tables
from watchword.cli.exits import Exit, Stop
from watchword.cli.rotation import sheets, showing, words
from watchword.cli.rotation.choosing import choosing
from watchword.cli.rotation.desk import Desk, desk
from watchword.cli.rotation.durable import durable, private

if TYPE_CHECKING:
    from watchword.rotation.sweeping.choice import Choice
    from watchword.rotation.sweeping.schedules import Schedule


UTC = "UTC"


@click.command()
@click.option("--daily", metavar="HH:MM", help="Each day at this time.")
@click.option("--cron", metavar="EXPR", help="At these times: `0 3 * * 1-5` is three at night, Monday to Friday.")
@click.option("--time-zone", metavar="ZONE", help=f"The zone it is meant in.  [default: {UTC}]")
@click.option("--dry-run", is_flag=True, help="Only look and tell: change no key.")
@click.option(
    "--on/--off", "on", default=None, help="Heed it, or hold it as a standby that another site can take over."
)
@click.option("--remove", is_flag=True, help="Take it away.")
@click.option("--example", is_flag=True, help="Print rules to begin with, each explained, and do nothing else.")
@choosing
@tables.output
@desk
def schedule(
    desk: Desk,
    choice: Choice,
    daily: str | None,
    cron: str | None,
    time_zone: str | None,
    dry_run: bool,
    on: bool | None,
    remove: bool,
    example: bool,
    form: str,
) -> None:
    """Say when sweeps begin by themselves.

    Without options, tell when. Some `watchword rotation worker` must live then. Accounts that are new are swept, and
    those that are gone are not: nothing needs to be set up for them.

    \b
    watchword rotation schedule --example > rotation.toml
    watchword rotation schedule --daily 03:00 --time-zone Europe/Berlin
    """  # noqa: D301 - click keeps the lines after this control character
    if example:
        click.echo(_example(), nl=False)
        return
    with durable():
        from watchword.rotation.sweeping import schedules  # noqa: PLC0415 - loaded only when used
        from watchword.rotation.sweeping.workers import work_url  # noqa: PLC0415 - likewise
    _expect_one_wish(choice, daily, cron, time_zone, dry_run=dry_run, on=on, remove=remove)
    desk.ledger  # noqa: B018 - makes the directory, and finds what is wrong with the place
    url = private(work_url(desk.ledger_at))
    if daily or cron:
        schedules.put(url, _made(choice, daily, cron, time_zone or UTC, dry_run=dry_run, on=on is not False))
    elif remove or on is not None:
        if schedules.find(url) is None:
            raise Stop("there is no schedule; make one with `--daily 03:00`")
        schedules.drop(url) if remove else schedules.switch(url, on=bool(on))
    _tell(schedules.find(url), time.time(), form)  # a schedule goes by the time of the world, in a sandbox too


def _expect_one_wish(
    choice: Choice,
    daily: str | None,
    cron: str | None,
    time_zone: str | None,
    *,
    dry_run: bool,
    on: bool | None,
    remove: bool,
) -> None:
    """See that nothing is asked for that would not be heeded. Raises Stop."""
    from watchword.rotation.sweeping.choice import EVERYTHING  # noqa: PLC0415 - loaded only when used

    if daily and cron:
        raise Stop("say `--daily` or `--cron`, not both", Exit.USAGE)
    if remove and (daily or cron or on is not None):
        raise Stop("`--remove` takes the schedule away, and goes with nothing else", Exit.USAGE)
    if not (daily or cron) and (dry_run or time_zone or choice != EVERYTHING):
        raise Stop("say when, too: a schedule is set whole, with `--daily 03:00` or `--cron EXPR`", Exit.USAGE)


def _made(choice: Choice, daily: str | None, cron: str | None, time_zone: str, *, dry_run: bool, on: bool) -> Schedule:
    from watchword.rotation.results import Mode  # noqa: PLC0415 - loaded only when used
    from watchword.rotation.sweeping import schedules  # noqa: PLC0415 - likewise
    from watchword.rotation.sweeping.workflows import Wish  # noqa: PLC0415 - likewise

    wish = Wish(mode=Mode.PLAN if dry_run else Mode.APPLY, choice=choice, by="schedule")
    try:
        expression = schedules.daily(daily) if daily else cron or ""
        schedules.checked(expression, time_zone)
    except schedules.BadSchedule as error:
        raise Stop(str(error), Exit.USAGE) from error
    return schedules.Schedule(expression, time_zone, wish, on=on)


def _tell(found: Schedule | None, now: float, form: str) -> None:
    if found is None:
        if form == "json":
            click.echo("null")
        showing.say("there is no schedule; make one with `--daily 03:00`")
        return
    comes = found.next_at(now) if found.on else 0.0
    if form == "json":
        record: dict[str, tables.Value] = {
            "expression": found.expression,
            "time_zone": found.time_zone,
            "mode": str(found.wish.mode),
            "on": found.on,
            "next": sheets.moment(comes),
        }
        click.echo(tables.encoded(record))
        return
    what = "looks and tells" if found.wish.mode == "plan" else "rotates"
    next_time = f"next {words.when(comes)} UTC" if found.on else "held as a standby (`--on` heeds it)"
    click.echo(f"`{found.expression}` {found.time_zone}: {what}; {next_time}")
    showing.say("Keep a worker alive for it: `watchword rotation worker`.")


def _example() -> str:
    from importlib.resources import files  # noqa: PLC0415 - loaded only when used

    return files("watchword.rotation.rules").joinpath("example.toml").read_text()
