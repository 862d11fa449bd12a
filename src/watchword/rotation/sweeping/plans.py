"""A plan: what a dry run found to be changed, to the key. What is carried out is held to it.

A plan is JSON that people read, keep and compare; it holds nothing that does not stand in a report.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

import msgspec

from watchword.rotation.records import Kind, Rotation
from watchword.rotation.results import AccountResult, Line, Mode, Run
from watchword.rotation.rules import Rules
from watchword.rotation.steps import Do, Step, Why
from watchword.rotation.sweeping.choice import Choice

VERSION = 1
NO_MATCH = "no longer matches the plan"


class Will(StrEnum):
    """What a planned change comes to."""

    REPLACE = "replace"
    """A new key is made, kept and made current; the old one goes on working."""
    DEACTIVATE = "deactivate"
    DELETE = "delete"
    BEGIN = "begin"
    """A rotation is opened and then waits, as for its owner's word: the account is not changed yet."""


WHAT_BECOMES = {
    Do.CREATE: Will.REPLACE, Do.CURRENT: Will.REPLACE, Do.DEACTIVATE: Will.DEACTIVATE, Do.DELETE: Will.DELETE,
    Do.OPEN: Will.BEGIN,
}  # fmt: skip


class Planned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One change that is planned, of one key."""

    account: str
    account_name: str = ""
    user: str
    user_id: str
    key: str
    will: Will
    do: Do
    """The step that comes next; `will` is what it leads to."""
    kind: Kind
    why: Why
    rotation: str = ""
    state: str = ""
    """How far an open rotation has come; empty where none is."""
    note: str = ""

    @property
    def whose(self) -> tuple[str, str]:
        """The account, and the user's unique id."""
        return self.account, self.user_id


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be changed. Instants are epoch seconds of the accounts' clock."""

    version: int = VERSION
    made_at: float
    ahead: bool = False
    """Whether it looks ahead of its time: then it can be read, and not be carried out."""
    hub: str
    """The account that the tool itself signs in to."""
    rules: str
    """A digest of the rules that it was made by."""
    choice: Choice = Choice()
    unreached: tuple[str, ...] = ()
    """Accounts that could not be looked at: the plan says nothing of them."""
    changes: tuple[Planned, ...] = ()

    def of_user(self, account: str, user_id: str) -> tuple[Planned, ...]:
        """Give what is planned for one user."""
        return tuple(one for one in self.changes if one.whose == (account, user_id))


class NoPlan(ValueError):  # noqa: N818 - the name is what is wrong with the file
    """A file is no plan, or none that can be carried out; the text says why."""


def plan_of(run: Run, *, hub: str, rules: str, choice: Choice, ahead: bool = False) -> Plan:
    """Make a plan of what a dry run found."""
    if run.mode is Mode.APPLY:
        msg = "a plan is made of a dry run"
        raise ValueError(msg)
    return Plan(
        made_at=run.started_at,
        ahead=ahead,
        hub=hub,
        rules=rules,
        choice=choice,
        unreached=tuple(one.account for one in run.accounts if one.failed),
        changes=tuple(planned for result in run.accounts for planned in planned_in(result)),
    )


def planned_in(result: AccountResult) -> Iterator[Planned]:
    """Give the changes of one account."""
    for line in result.lines:
        told = dict.fromkeys((change.key, WHAT_BECOMES[change.do]) for change in line.will)  # a new key counts once
        go_on = {key for key, will in told if will is not Will.BEGIN}
        yield from (_planned(line, key, will) for key, will in told if will is not Will.BEGIN or key not in go_on)


def _planned(line: Line, key: str, will: Will) -> Planned:
    return Planned(
        account=line.account,
        account_name=line.account_name,
        user=line.user,
        user_id=line.user_id,
        key=key,
        will=will,
        do=line.do,
        kind=line.kind,
        why=line.why,
        rotation=line.rotation,
        state=line.state,
        note=line.note,
    )


def read_plan(content: bytes | str) -> Plan:
    """Read a plan.

    Raises NoPlan.
    """
    try:
        plan = msgspec.json.decode(content, type=Plan)
    except msgspec.MsgspecError as error:
        raise NoPlan(f"this is no plan: {error}") from error
    if plan.version != VERSION:
        raise NoPlan(f"this plan is of version {plan.version}, and this tool reads version {VERSION}: make it anew")
    return plan


def expect_usable(plan: Plan, *, hub: str, rules: str) -> None:
    """See that a plan may be carried out here.

    Raises NoPlan.
    """
    if plan.ahead:
        raise NoPlan("this plan looks ahead of its time (`--as-of`): it can be read, and not be carried out")
    if plan.hub != hub:
        raise NoPlan(f"this plan was made from account {plan.hub}, and you are signed in to {hub}")
    if plan.rules != rules:
        raise NoPlan("the rules have changed since this plan was made: make it anew")


Find = Callable[[str], Rotation | None]
"""Gives the rotation of an id as it is on record."""


@dataclass(slots=True)
class Held:
    """What may be changed of one user: what the plan lists. Whatever else comes up is refused, and noted."""

    planned: Collection[Planned]
    find: Find
    refused: list[Step] = field(default_factory=list)

    def __call__(self, step: Step) -> bool:
        """Whether a step may be carried out. An undo that somebody has begun is gone on with in any case."""
        if step.do is Do.ROLLED_BACK:
            return True
        rotation = self.find(step.rotation) if step.rotation else None
        allowed = any(_lists(one, step, rotation) for one in self.planned)
        if not allowed:
            self.refused.append(step)
        return allowed


def _lists(planned: Planned, step: Step, rotation: Rotation | None) -> bool:
    """Whether a step is what was planned, or what that leads to."""
    old = rotation.old if rotation else step.key
    kind = rotation.kind if rotation else step.kind
    if planned.will is Will.REPLACE:
        of_it = planned.key == old and kind is Kind.REPLACE
        ours = step.do in {Do.DEACTIVATE, Do.DELETE} and step.why is Why.LOST  # a key whose secret could not be kept
        return of_it and (step.do in {Do.OPEN, Do.CREATE, Do.CURRENT} or ours)
    if planned.key != step.key:
        return False
    if step.do is Do.OPEN:
        return planned.kind is step.kind
    return planned.will is not Will.BEGIN and step.do is Do(planned.will)


def digest(rules: Rules) -> str:
    """Give what tells the rules by which keys are judged from others; who is told, and how, is none of them."""
    judging = (rules.ordinary, rules.exempt_group, rules.tags, rules.secret, rules.owners, rules.overrides)
    return digest_of(msgspec.json.encode(judging, order="deterministic", enc_hook=str).decode())


def digest_of(text: str) -> str:
    """Give what tells one text from another."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"
