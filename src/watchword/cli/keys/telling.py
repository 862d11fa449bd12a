"""How a rotation stands, for a person and for a script. It never has a secret."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum

import click

from watchword.cli import tables, times
from watchword.cli.credentials import durations
from watchword.cli.keys import reasons
from watchword.cli.keys.machine import Do, Rotation, Step

AGAIN = "`watchword keys rotate` again"


class Stage(StrEnum):
    """Where a rotation stands."""

    NONE = "none"
    INTENT = "intent"
    CREATED = "created"
    OVERLAP = "overlap"
    RECOVERY = "recovery"
    UNDOING = "undoing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a rotation stands: the members of the JSON, in this order."""

    profile: str
    user: str
    account: str
    stage: Stage
    old_access_key_id: str
    new_access_key_id: str | None
    switched: datetime | None
    deactivated: datetime | None
    did: tuple[str, ...]
    next: str | None
    next_at: datetime | None
    blocked: str | None


def standing(rotation: Rotation, step: Step, did: tuple[str, ...] = (), *, recorded: bool = True) -> Standing:
    """Say how a rotation stands that rests at a step."""
    blocked, back = step.do is Do.BLOCKED, rotation.undoing and step.do is Do.FINISH and not step.why
    return Standing(
        rotation.profile,
        rotation.user or "root",
        rotation.account,
        _stage(rotation, step) if recorded else Stage.NONE,
        rotation.old,
        None if back else rotation.new or None,
        None if back else _instant(rotation.switched_at),
        None if back else _instant(rotation.deactivated_at),
        did,
        None if blocked or step.do is Do.FINISH else _next(rotation, step),
        _instant(step.at),
        reason(step) if blocked else None,
    )


def reason(step: Step) -> str:
    """Say why a rotation rests."""
    return step.why.format(key=step.key)


def show(told: Standing, form: str, now: datetime) -> None:
    """Print it on standard output."""
    if form == "json":
        click.echo(tables.encoded({member.name: getattr(told, member.name) for member in fields(told)}))
        return
    for label, text in _lines(told, now):
        click.echo(f"{label:<9} {tables.shown(text)}")


def _lines(told: Standing, now: datetime) -> Iterator[tuple[str, str]]:
    yield "profile", told.profile
    yield "user", f"{told.user}, account {told.account}"
    yield "stage", told.stage
    yield "old key" if told.new_access_key_id else "key", told.old_access_key_id
    if told.new_access_key_id:
        yield "new key", told.new_access_key_id
    if told.switched:
        yield "switched", times.both(told.switched, now)
    if told.deactivated:
        yield "old off", times.both(told.deactivated, now)
    if told.next:
        yield "next", told.next
    if told.next_at:
        yield "when", f"{times.both(told.next_at, now)}: run {AGAIN} then"
    if told.blocked:
        yield "blocked", told.blocked


def _stage(rotation: Rotation, step: Step) -> Stage:
    if step.do is Do.FINISH:
        return Stage.DONE
    if rotation.undoing:
        return Stage.UNDOING
    if not rotation.new:
        return Stage.INTENT
    if rotation.switched_at is None:
        return Stage.CREATED
    return Stage.OVERLAP if rotation.deactivated_at is None else Stage.RECOVERY


def _next(rotation: Rotation, step: Step) -> str:
    if step.do is not Do.WAIT:
        return f"{_PLANS.get(step.do, 'repair what an earlier run left')}: run `watchword keys rotate`"
    if step.why == reasons.OVERLAP:
        return f"deactivate {step.key}, if it is unused for {durations.said(rotation.quiet)} until then"
    return f"{_WAITS[step.why].format(key=step.key)}; {reason(step)}"


_WAITS = {
    reasons.STILL_USED: "deactivate {key}, if it is not used again until then",
    reasons.RECOVERY: "delete {key}",
    reasons.UNSETTLED: "wait a minute",
}


_PLANS = {
    Do.CREATE: "make a new key, keep its secret, prove that it works, and put it in the profile",
    Do.SWITCH: "prove that the key works, and put it in the profile",
    Do.VERIFY: "prove that the old key works",
    Do.DEACTIVATE: "deactivate the key that is to go",
    Do.ACTIVATE: "activate the old key",
    Do.DELETE: "delete the inactive key",
    Do.RESUME: "keep the old key, which someone has activated again",
}


def _instant(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(int(at), UTC)
