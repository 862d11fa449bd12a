"""`watchword keys rotate`: replaces one's own key, a safe step at a time."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click
from msgspec.structs import replace

from watchword.cli import aws, tables, times
from watchword.cli.aws import Account
from watchword.cli.credentials import aws_files, places, store
from watchword.cli.credentials.asking import Ask, asking
from watchword.cli.credentials.aws_files import Files, Place
from watchword.cli.exits import Exit, Stop
from watchword.cli.keys import machine, profile_keys, signing, telling
from watchword.cli.keys.caller import Caller
from watchword.cli.keys.hands import Hands
from watchword.cli.keys.ledger import Ledger, ledger_in
from watchword.cli.keys.machine import Do, Rotation, Step
from watchword.cli.keys.rotating import Run
from watchword.cli.keys.telling import Standing

STAGES = ("next", "finish", "undo", "status")
HURRY = "Deactivate and delete the old key without waiting? It cannot be brought back, and AWS may tell late of a use."
ROOT = (
    "This is a key of root's. Better none at all: give its work to a user or a role, then delete it "
    "(`watchword keys deactivate`, `watchword keys delete`)."
)


@dataclass(frozen=True, slots=True)
class Rules:
    """How long the old key is kept, in seconds: while it has to be unused, and then inactive."""

    quiet: int | None = None
    recovery: int | None = None

    def laid_on(self, rotation: Rotation) -> Rotation:
        """Take up what was given; the rest stays."""
        given = {"quiet": self.quiet, "recovery": self.recovery}
        return replace(rotation, **{name: value for name, value in given.items() if value is not None})


@click.command()
@click.option("--stage", type=click.Choice(STAGES), default="next", show_default=True, help="What to do.")
@click.option("--quiet", type=times.Duration(), help="How long the old key has to be unused.  [default: 24h]")
@click.option("--recovery", type=times.Duration(), help="How long it is inactive before its end.  [default: 7d]")
@click.option("--yes", is_flag=True, help="Do not ask before `--stage finish`.")
@click.option("--mfa-serial", default="", help="Device to ask about where MFA is needed.  [default: the profile's]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@aws.account
def rotate(
    account: Account,
    stage: str,
    quiet: int | None,
    recovery: int | None,
    yes: bool,
    mfa_serial: str,
    as_json: bool,
) -> None:
    """Replace the key of a profile, a safe step at a time.

    There is no moment in which no key works. Every run does the next safe step, and says what comes next and when:
    `next` makes a new key, keeps and proves it and puts it in the profile; later runs deactivate the old key once it is
    proved unused, and delete it after the time of recovery. `undo` goes back to the old key while it is there. `finish`
    does not wait, except for proof that the old key is unused. `status` only tells. A run that was ended anywhere is
    gone on with by the next.
    """
    profile = profile_keys.profile_of(account, os.environ)
    home = places.home(os.environ)
    turn = Turn(account, profile_keys.files_of(account), profile, ledger_in(home), Rules(quiet, recovery), mfa_serial)
    if stage == "finish":
        _confirm(yes=yes)
    told, now = turn.take(stage)
    telling.show(told, "json" if as_json else "table", now)
    if told.blocked:
        denied = told.blocked.startswith("not allowed")
        raise Stop(f"nothing more was changed: {told.blocked}", Exit.DENIED if denied else Exit.ERROR)


@dataclass(slots=True)
class Turn:
    """One run of the command. While it lasts, no other one rotates."""

    account: Account
    where: Files
    profile: str
    ledger: Ledger
    rules: Rules = Rules()
    mfa_serial: str = ""
    person: Ask = field(default_factory=asking)
    pause: signing.Pause = time.sleep

    def take(self, stage: str) -> tuple[Standing, datetime]:
        """Do what a stage says.

        Raises Stop, and botocore's errors.
        """
        with self.ledger.alone():
            return self._take(stage)

    def _take(self, stage: str) -> tuple[Standing, datetime]:
        recorded = self.ledger.find(self._is_mine)
        hands = self._hands(recorded)
        hands.sign(recorded)
        if recorded is None:
            run, first = self._begun(hands)
            if stage == "status" or first.do is Do.BLOCKED:
                return self._told(run, first, recorded=False)
            if stage != "next":
                raise Stop("no rotation is under way; `watchword keys rotate` begins one", Exit.USAGE)
        else:
            run = Run(hands, self.ledger, self.rules.laid_on(recorded))
        if stage == "undo":
            run.record(undoing=True)
        elif stage != "status" and recorded is not None and run.rotation != recorded:
            run.record()
        step = run.ask() if stage == "status" else run.go(hurry=stage == "finish")
        self._tell_others(run.rotation, step)
        return self._told(run, step)

    def _hands(self, recorded: Rotation | None) -> Hands:
        place = (
            Place(Path(recorded.path), recorded.section)
            if recorded
            else profile_keys.place_of(self.where, self.profile)
        )
        serial = self.mfa_serial or aws_files.config_place(self.where, self.profile).values().get("mfa_serial", "")
        caller = Caller(self.account, serial, self.person)
        return Hands(self.account, place, store.opened(os.environ), caller, self.pause, self.ledger.at)

    def _is_mine(self, rotation: Rotation) -> bool:
        there = {str(self.where.credentials), str(self.where.config)}
        return rotation.profile == self.profile and rotation.path in there

    def _begun(self, hands: Hands) -> tuple[Run, Step]:
        """Begin in mind: nothing is recorded before the first change."""
        who = hands.identity
        if who is None or not who.has_keys:
            raise Stop(f"{who.arn if who else 'nobody'} has no access keys; choose a user's profile", Exit.USAGE)
        other = self.ledger.find(lambda known: (known.account, known.user_id) == (who.account, who.user_id))
        if other is not None:
            raise Stop(
                f"the keys of this user are being rotated by profile `{other.profile}` in {other.path}: run "
                f"`watchword keys rotate --profile {other.profile}`. When that has switched, give this profile the new "
                "key too"
            )
        if who.is_root:
            click.echo(ROOT, err=True)
        place, world = hands.place, hands.look(None)
        rotation = Rotation(
            who.account, who.user_id, who.user, self.profile, str(place.path), place.section, world.in_profile
        )
        return Run(hands, self.ledger, self.rules.laid_on(rotation)), machine.begin(world)

    def _told(self, run: Run, step: Step, *, recorded: bool = True) -> tuple[Standing, datetime]:
        now = datetime.fromtimestamp(run.hands.now, UTC)
        return telling.standing(run.rotation, step, tuple(run.did), recorded=recorded), now

    def _tell_others(self, rotation: Rotation, step: Step) -> None:
        """Name profiles of the same files that still hold the old key: they stop working when it goes."""
        if step.do is not Do.WAIT or rotation.undoing:
            return
        others = [name for name in aws_files.holders(self.where).get(rotation.old, ()) if name != rotation.profile]
        if others:
            names = ", ".join(f"`{name}`" for name in others)
            click.echo(
                f"Note: the old key also stands in profile {tables.shown(names)}: give it the new one.", err=True
            )


def _confirm(*, yes: bool) -> None:
    """Ask before what cannot be undone."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Stop("`--stage finish` deletes the old key; add `--yes` to say so in a script", Exit.USAGE)
    click.confirm(HURRY, abort=True, err=True)
