"""`watchword rotation status`: what is under way, what waits for whom, and what the last runs came to."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from watchword.cli import tables
from watchword.cli.exits import Exit
from watchword.cli.rotation import records, showing
from watchword.cli.rotation.agenda import Agenda, agenda
from watchword.cli.rotation.desk import Desk, desk
from watchword.cli.rotation.words import when

if TYPE_CHECKING:
    from watchword.rotation.ledger import Exempted, RunSummary
    from watchword.rotation.notices import Delivery
    from watchword.rotation.records import Event, Rotation

RUNS = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger says. `ended` are exemptions that hold no longer; `lost` messages that were given up."""

    rotations: tuple[Rotation, ...]
    exemptions: tuple[Exempted, ...]
    ended: tuple[Exempted, ...]
    owed: list[Delivery]
    lost: list[Delivery]
    runs: list[RunSummary]
    schedule: Agenda | None

    @property
    def waits(self) -> bool:
        """Whether something waits for a person."""
        held = any(one.blocked or one.undone_at for one in self.rotations)
        return held or bool(self.ended or self.owed or self.lost)


@click.command()
@click.option("--account", default="", metavar="ID", help="Only this account, by number or name.")
@click.option("--user", default="", help="Only this user, with its history.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@desk
def status(desk: Desk, account: str, user: str, as_json: bool) -> None:
    """Tell what is under way, and what it waits for.

    Messages that are owed or lost are told too, exemptions that have ended, and how the last runs did. Only the ledger
    is asked, and no account. Exit code 3 means that something waits for a person.

    \b
    watchword rotation status --user build-bot
    """  # noqa: D301 - click keeps the lines after this control character
    account = desk.account_id(account) if account else ""
    standing = _standing(desk, account, user)
    history = desk.ledger.history(account=account, user=user) if user else []
    if as_json:
        click.echo(tables.encoded(_record(standing, history)))
    else:
        _show(standing, whole=bool(user))
        if history:
            told = records.without_intents(history)
            click.echo("\nHistory:")
            tables.write("table", records.events(told), told)
    if standing.waits:
        click.get_current_context().exit(Exit.FINDING)


def _standing(desk: Desk, account: str, user: str) -> Standing:
    from watchword.rotation.records import OPEN, State  # noqa: PLC0415 - loaded only when used

    ledger, now = desk.ledger, desk.clock()
    rotations = ledger.every(account, states=OPEN | {State.ROLLED_BACK})
    exemptions = [one for one in ledger.exemptions(account) if user in {"", one.user}]
    return Standing(
        tuple(one for one in sorted(rotations, key=_place) if user in {"", one.user, one.user_id}),
        tuple(one for one in exemptions if now < one.until),
        tuple(one for one in exemptions if now >= one.until),
        ledger.owed(),
        [one for one in ledger.deliveries(failed=True) if one.given_up],
        ledger.runs(RUNS),
        agenda(desk.ledger_at, time.time()),
    )


def _place(rotation: Rotation) -> tuple[str, str]:
    return rotation.account, rotation.user


def _record(standing: Standing, history: list[Event]) -> dict[str, Any]:
    import msgspec  # noqa: PLC0415 - loaded only when used

    told: dict[str, Any] = msgspec.to_builtins(standing)
    for message in (*told["owed"], *told["lost"]):
        message.pop("html", None)
    return told | {"history": msgspec.to_builtins(history)}


def _show(standing: Standing, *, whole: bool) -> None:
    if standing.rotations:
        tables.write("table", records.rotations(whole=whole), standing.rotations)
    else:
        showing.say("nothing is under way")
    for one in standing.exemptions:
        _say(f"Exempt: {one.user} of {one.account} until {when(one.until)}: {one.reason}")
    for one in standing.ended:
        _say(f"No longer exempt: {one.user} of {one.account}, since {when(one.until)}: {one.reason}; renew or lift it")
    for owed in standing.owed:
        tried = f"tried {owed.attempts} time(s): {owed.error}" if owed.attempts else "not tried yet"
        _say(f"Owed to {owed.to}: {owed.subject}; {tried}")
    for lost in standing.lost:
        _say(f"Never reached {lost.to}: {lost.subject}; {lost.error}")
    if standing.runs:
        showing.say("\nLast runs:")
        tables.preview(records.runs(), standing.runs)
    if standing.schedule:
        comes, told = standing.schedule.next_at, standing.schedule
        then = f"next {when(comes)} UTC" if told.on else "held as a standby"
        showing.say(f"\nSchedule: `{told.expression}` {told.time_zone}: {then}")


def _say(line: str) -> None:
    showing.say(tables.shown(line).plain)
