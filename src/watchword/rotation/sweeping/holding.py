"""What a plan lists and was not done, though nothing failed: the account is no longer as the plan found it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from watchword.rotation.records import Rotation
from watchword.rotation.results import Line
from watchword.rotation.seen import Key
from watchword.rotation.steps import Why
from watchword.rotation.sweeping.lines import of_planned, replaced
from watchword.rotation.sweeping.plans import NO_MATCH, Plan, Planned, Will


@dataclass(frozen=True, slots=True)
class Before:
    """What there was when the plan was taken up: keys by id, who has a key in hand, and users that others have."""

    keys: Mapping[str, Key]
    with_key: Callable[[str], Rotation | None]
    busy: Collection[str] = ()


def held_to(plan: Plan, account: str, lines: Sequence[Line], before: Before) -> Iterator[Line]:
    """Give an account's lines, with an error where something of the plan neither was done now nor had been before."""
    settled = {line.user_id for line in lines if line.error or line.done or line.why is Why.SECRET} | set(before.busy)
    missed: dict[str, Planned] = {}
    for one in plan.changes:
        if one.account == account and one.user_id not in settled and not _is_done(one, before):
            missed.setdefault(one.user_id, one)
    for line in lines:
        found = missed.pop(line.user_id, None)
        yield replaced(line, error=f"{NO_MATCH}: {found.will} {found.key}") if found else line
    for one in missed.values():
        yield of_planned(one, f"{NO_MATCH}: there is no such user, or it has no such key")


def _is_done(planned: Planned, before: Before) -> bool:
    """Whether a change was made already, by whomever."""
    key, rotation = before.keys.get(planned.key), before.with_key(planned.key)
    match planned.will:
        case Will.REPLACE:
            if rotation is None or rotation.old != planned.key:
                return False
            return bool(rotation.current_at) or rotation.id != planned.rotation  # another runner has just opened it
        case Will.DEACTIVATE:
            return key is None or not key.active
        case Will.DELETE:
            return key is None
        case _:
            return rotation is not None
