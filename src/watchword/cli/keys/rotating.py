"""One run of a rotation: sees what is true, asks what comes next, does it, records it; until there is nothing to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import click
from msgspec.structs import replace

from watchword.cli import aws
from watchword.cli.exits import Stop
from watchword.cli.keys import machine
from watchword.cli.keys.hands import Hands
from watchword.cli.keys.ledger import Ledger
from watchword.cli.keys.machine import RESTS, Do, Rotation, Step

MOST = 40
"""Steps in one run: no way through the machine is half as long."""
CREATED = "the new key's secret could not be kept, so the key was deleted again and nothing has changed: {cause}"
LIMIT = (
    "there is no room for a new key, though only one is listed; wait a minute, then run `watchword keys rotate` "
    "again: what an earlier run may have made is found then"
)
REFUSED = frozenset(range(400, 500)) - {408}
"""Answers by which nothing was made; a request that timed out may still have been carried out."""


@dataclass(slots=True)
class Run:
    """One run: what it goes by, and what it did."""

    hands: Hands
    ledger: Ledger
    rotation: Rotation
    did: list[str] = field(default_factory=list)

    def go(self, *, hurry: bool = False) -> Step:
        """Do what can be done now; gives the step at which it rests.

        Raises Stop, and botocore's errors.
        """
        for _ in range(MOST):
            step = self.ask(hurry=hurry)
            if step.do is Do.FINISH:
                self._finish(step)
            if step.do in RESTS:
                return step
            ACTS[step.do](self, step)
        raise Stop("the keys change all the time; see that nothing else rotates them, then try again")

    def ask(self, *, hurry: bool = False) -> Step:
        """Ask what comes next."""
        world = self.hands.look(self.rotation)
        return machine.next_step(self.rotation, world, self.hands.now, hurry=hurry)

    def record(self, **changes: object) -> None:
        """Change what is recorded, durably."""
        self.rotation = self.ledger.keep(replace(self.rotation, **changes))

    def tell(self, what: str) -> None:
        """Say what was done."""
        self.did.append(what)
        click.echo(what, err=True)

    def _finish(self, step: Step) -> None:
        rotation = self.rotation
        self.hands.drop_sessions(step.key)
        self.hands.drop(rotation.old, rotation.new)
        self.ledger.forget(rotation)
        if step.why:
            self.tell(f"Not undone: {step.why.format(key=step.key)}.")
        else:
            self.tell("Undone: all is as before." if rotation.undoing else "Done: the old key is gone.")


def _create(run: Run, step: Step) -> None:
    """Ask for a key, and keep its secret before anything else."""
    del step
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded only when used

    before = run.rotation.attempts
    _keep_old(run)
    run.record(attempts=(*before, run.hands.now))
    try:
        pair = run.hands.create()
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in REFUSED:
            run.record(attempts=before)
            _nothing_made(run)
        if aws.code(error) == "LimitExceeded":
            raise Stop(LIMIT) from error
        raise
    try:
        run.hands.keep(pair)
    except (Stop, OSError) as error:
        _give_back(run, pair.id)
        raise Stop(CREATED.format(cause=error)) from error
    run.record(new=pair.id)
    run.tell(f"Created {pair.id}; its secret is kept in your store.")


def _keep_old(run: Run) -> None:
    """Keep the old secret, so that undo can bring it back; a store that cannot keep is found before a key is made."""
    old = run.hands.pair(run.rotation.old)
    if old is None:
        raise Stop(f"the profile does not hold {run.rotation.old} any more; see `watchword keys rotate --stage undo`")
    run.hands.keep(old)


def _nothing_made(run: Run) -> None:
    """Leave no rotation behind that never began."""
    if not run.rotation.attempts:
        run.hands.drop(run.rotation.old)
        run.ledger.forget(run.rotation)


def _give_back(run: Run, key: str) -> None:
    run.record(lost=key)
    run.hands.set_active(key, active=False)
    run.hands.delete(key)
    run.record(lost="", attempts=())
    _nothing_made(run)


def _adopt(run: Run, step: Step) -> None:
    run.record(new=step.key)
    run.tell(f"Found {step.key}, which an earlier run made; its secret is kept.")


def _disown(run: Run, step: Step) -> None:
    run.record(lost=step.key, new="" if run.rotation.new == step.key else run.rotation.new)
    run.tell(f"Found {step.key}, which an earlier run made and whose secret was lost.")


def _forget_lost(run: Run, step: Step) -> None:
    run.hands.drop(step.key)
    run.record(lost="")


def _verify(run: Run, step: Step) -> None:
    run.hands.prove(run.rotation, step.key)
    run.tell(f"Verified {step.key}: it works.")


def _switch(run: Run, step: Step) -> None:
    run.hands.prove(run.rotation, step.key)
    note = run.hands.install(step.key)
    run.tell(f"Verified {step.key}, and put it in profile `{run.rotation.profile}`.")
    if note:
        click.echo(f"Note: {note}.", err=True)


def _note_switched(run: Run, step: Step) -> None:
    del step
    count = run.hands.drop_sessions(run.rotation.old)
    run.record(switched_at=run.hands.now)
    if count:
        run.tell(f"Let go of {count} kept session(s) that came from the old key.")


def _note_deactivated(run: Run, step: Step) -> None:
    del step
    run.hands.drop_sessions(run.rotation.old)
    run.record(deactivated_at=run.hands.now)


def _resume(run: Run, step: Step) -> None:
    run.record(switched_at=run.hands.now, deactivated_at=None)
    run.tell(f"Someone has activated {step.key} again: it is kept as if the profile had just been switched.")


def _deactivate(run: Run, step: Step) -> None:
    run.hands.set_active(step.key, active=False)
    run.tell(f"Deactivated {step.key}.")


def _activate(run: Run, step: Step) -> None:
    run.hands.set_active(step.key, active=True)
    run.tell(f"Activated {step.key} again.")


def _delete(run: Run, step: Step) -> None:
    run.hands.delete(step.key)
    run.tell(f"Deleted {step.key}.")


ACTS: dict[Do, Callable[[Run, Step], None]] = {
    Do.CREATE: _create,
    Do.ADOPT: _adopt,
    Do.DISOWN: _disown,
    Do.FORGET_LOST: _forget_lost,
    Do.VERIFY: _verify,
    Do.SWITCH: _switch,
    Do.NOTE_SWITCHED: _note_switched,
    Do.NOTE_DEACTIVATED: _note_deactivated,
    Do.RESUME: _resume,
    Do.DEACTIVATE: _deactivate,
    Do.ACTIVATE: _activate,
    Do.DELETE: _delete,
}
