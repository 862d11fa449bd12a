"""One account of a sweep: looked at, each user judged, and, where that was ordered, each user's steps carried out."""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import structlog
from botocore.exceptions import BotoCoreError, ClientError

from watchword.rotation.access import Member, Unreachable, one_line
from watchword.rotation.acting import Settled
from watchword.rotation.inventory import Looked
from watchword.rotation.ledger import Exempted, Fenced, LedgerFault
from watchword.rotation.machine import Situation, next_steps
from watchword.rotation.records import OPEN, Rotation
from watchword.rotation.results import AccountResult, Line, Mode
from watchword.rotation.seen import Account, User
from watchword.rotation.steps import RESTS, Step
from watchword.rotation.sweeping.foresight import foresee
from watchword.rotation.sweeping.holding import Before, held_to
from watchword.rotation.sweeping.lines import Telling, of_nobody, replaced
from watchword.rotation.sweeping.orders import Orders
from watchword.rotation.sweeping.plans import NO_MATCH, Held
from watchword.rotation.terms import Terms

log = structlog.get_logger()

BUSY = "another runner has it in hand"
NOT_PLANNED = "not in the plan"


def sweep_account(orders: Orders, account: Account) -> AccountResult:
    """Look at an account and do what was ordered. What is wrong with it is told in the result, and not raised.

    Raises LedgerFault: without the ledger nothing can be done anywhere.
    """
    result = AccountResult(account=account.id, name=account.name, email=account.email)
    calls, ledger = orders.hub.calls, orders.ledger
    before = calls.made(account.id)
    calls.set_rate(account.id, ledger.pace(account.id))
    rate = calls.rate(account.id)
    try:
        with closing(orders.hub.member(account)) as member:
            result = _Account(orders, account, member).swept(result)
    except LedgerFault:
        raise
    except Unreachable as unreachable:
        result = msgspec.structs.replace(result, failed=unreachable.reason)
    except (ClientError, BotoCoreError) as refused:
        result = msgspec.structs.replace(result, failed=one_line(refused))
    except Exception as fault:  # noqa: BLE001 - whatever it is: one account never hides another
        kind, place = type(fault).__name__, _place(fault)  # its own words may show values, and so may a trace
        log.error("an account could not be swept", account=account.id, fault=kind, at=place)  # noqa: TRY400
        result = msgspec.structs.replace(result, failed=f"a fault of this tool's own: {kind} at {place}")
    if calls.rate(account.id) < rate:  # the other workers need not find out by themselves
        ledger.set_pace(account.id, calls.rate(account.id))
    return msgspec.structs.replace(result, calls=calls.made(account.id) - before)


@dataclass(slots=True)
class _Account:
    orders: Orders
    account: Account
    member: Member
    exemptions: tuple[Exempted, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    since: Mapping[str, float] = field(default_factory=dict)
    names: dict[str, str] | None = None
    """What users are called, by unique id; None while nobody had to ask."""
    busy: set[str] = field(default_factory=set)
    """Unique ids of users that another runner has."""

    def swept(self, result: AccountResult) -> AccountResult:
        orders, ledger = self.orders, self.orders.ledger
        self.exemptions = ledger.exemptions(self.account.id)
        self.rotations = ledger.rotations(self.account.id)
        looked = self._looked()
        self.rotations = ledger.rotations(self.account.id)  # of a key that another runner made meanwhile, too
        users = [user for user in looked.users if orders.choice.takes_user(user)]
        statuses = {key.id: key.active for user in users for key in user.keys}
        self.since = ledger.sighted(self.account.id, statuses, self.member.now())
        lines = [line for user in users for line in self._user(user)]
        if not looked.failed:
            lines += self._of_missing(looked.users)
            if orders.plan:
                keys = {key.id: key for user in looked.users for key in user.keys}
                lines = list(held_to(orders.plan, self.account.id, lines, Before(keys, ledger.with_key, self.busy)))
        if orders.mode is Mode.APPLY:
            self._let_sessions()
        return msgspec.structs.replace(
            result,
            failed=looked.failed,
            lines=tuple(lines),
            others=looked.others,
            users=looked.total,
            report_at=looked.report_at,
        )

    def _looked(self) -> Looked:
        """Look at users that may need something; at those that were named, or that a rotation is about, in any case."""
        orders = self.orders
        always = dict.fromkeys(orders.choice.users_in(self.account), "")
        always |= (
            {one.user: one.user_id for one in orders.plan.changes if one.account == self.account.id}
            if orders.plan
            else {}
        )
        always |= {one.user: one.user_id for one in self.rotations}
        return orders.hands.look(
            self.member,
            orders.rules,
            always=always,
            exemptions=self.exemptions,
            thorough=orders.thorough or orders.mode is Mode.INVENTORY,
            ahead=orders.ahead,
        )

    def _user(self, user: User) -> tuple[Line, ...]:
        terms = self._terms(user)
        situation = self._situation(user, self.rotations)
        found = self._told(situation, terms)
        if self.orders.mode is not Mode.APPLY or not _has_something(situation, found.steps):
            return found.lines()
        return self._acted(user, situation, found)

    def _acted(self, user: User, situation: Situation, found: Telling) -> tuple[Line, ...]:
        plan = self.orders.plan
        if plan is None:
            return self._left(self._settled(user, None, forced=situation.forced), found)
        held = Held(plan.of_user(user.account, user.id), self.orders.ledger.find)
        if held.planned:
            settled = self._settled(user, held, forced=situation.forced)
            return self._left(settled, found, held.refused)
        # its turn comes with another plan; what only goes on record, or was begun before, goes on
        goes_on = any(step.do not in RESTS and not step.changes for step in found.steps)
        lines = self._left(self._settled(user, held, forced=False), found) if goes_on else found.lines()
        return tuple(replaced(line, note=line.note or NOT_PLANNED) if line.will else line for line in lines)

    def _told(self, situation: Situation, terms: Terms) -> Telling:
        now = self._now()
        steps = next_steps(situation, terms, now)
        return Telling(self.account, situation, terms, steps, foresee(situation, terms, now))

    def _settled(self, user: User, held: Held | None, *, forced: bool) -> Settled:
        orders = self.orders
        return orders.hands.settle(
            self.member,
            user.name,
            rules=orders.rules,
            ledger=orders.ledger,
            holder=orders.holder,
            forced=forced,
            allowed=held or _anything,
            user_id=user.id,
            by=orders.by,
            central=orders.central,
        )

    def _left(self, settled: Settled, found: Telling, refused: Iterable[Step] = ()) -> tuple[Line, ...]:
        """Tell of a user as it was left."""
        error = "; ".join(filter(None, (settled.error, *dict.fromkeys(map(_unplanned, refused)))))
        if settled.busy:
            self.busy.add(found.situation.user.id)
        if settled.user is None:
            lines = replace(found, done=settled.done, error=error).lines()
            return tuple(replaced(line, note=line.note or BUSY) for line in lines) if settled.busy else lines
        user = settled.user
        situation = self._situation(user, self.orders.ledger.of_user(user.account, user.id))
        terms = self._terms(user)
        left = foresee(situation, terms, self._now())
        return Telling(self.account, situation, terms, settled.steps, left, settled.done, error).lines()

    def _of_missing(self, seen: Collection[User]) -> Iterator[Line]:
        """Tell of rotations under way whose user was not found by its name: it has another by now, or is gone."""
        known = {user.name for user in seen} | {user.id for user in seen}
        missing = [one for one in self.rotations if one.state in OPEN and not {one.user, one.user_id} & known]
        if not missing:
            return
        for rotation in missing:
            try:
                user = self._by_id(rotation.user_id)
            except (ClientError, BotoCoreError) as error:
                yield of_nobody(self.account, rotation, error=one_line(error))
                continue
            if user is not None:
                yield from self._user(user) if self.orders.choice.takes_user(user) else ()
            else:
                yield from self._of_nobody(rotation)

    def _by_id(self, user_id: str) -> User | None:
        """Read a user by its unique id. Raises ClientError and BotoCoreError."""
        if self.names is None:
            self.names = self.orders.hands.names(self.member)
        name = self.names.get(user_id)
        return self.orders.hands.look_at(self.member, name, self.orders.rules) if name else None

    def _of_nobody(self, rotation: Rotation) -> Iterator[Line]:
        """Tell of a rotation whose user is gone, and close it where that was ordered."""
        user = User(rotation.account, rotation.user_id, rotation.user, "")
        if not self.orders.choice.takes_user(user):
            return
        if self.orders.mode is not Mode.APPLY:
            yield of_nobody(self.account, rotation)
            return
        settled = self._settled(user, None, forced=False)
        yield of_nobody(self.account, rotation, done=settled.done, error=settled.error)

    def _let_sessions(self) -> None:
        """Let users have sessions again whose leaked key's are over by now."""
        orders = self.orders
        with suppress(Fenced):  # another runner sees to it
            orders.hands.detach(
                self.member, rules=orders.rules, ledger=orders.ledger, holder=orders.holder, by=orders.by
            )

    def _situation(self, user: User, rotations: Iterable[Rotation]) -> Situation:
        """A rotation of a user that was made anew under its name is told of with the one that has the name now."""
        its = tuple(one for one in rotations if user.id == one.user_id or user.name == one.user)
        return Situation(user, its, self.since, self.orders.choice.forces(user))

    def _terms(self, user: User) -> Terms:
        return self.orders.rules.terms(self.account, user, self.exemptions)

    def _now(self) -> float:
        return self.member.now() + self.orders.ahead


def _has_something(situation: Situation, steps: Sequence[Step]) -> bool:
    """Whether there is a step to carry out, or a refusal of a leaked key's sessions that may be due to end."""
    return any(step.do not in RESTS for step in steps) or any(one.leaked for one in situation.rotations)


def _place(fault: Exception) -> str:
    """Say where a fault came from, and nothing of what was in hand there."""
    frames = traceback.extract_tb(fault.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _anything(_step: Step) -> bool:
    return True


def _unplanned(step: Step) -> str:
    return f"{NO_MATCH}: {step.do} {step.key}, {step.why}"
