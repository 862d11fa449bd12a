"""A leaked key: deactivated at once, sessions that it may have made refused, and a successor on its way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from watchword.rotation import inventory
from watchword.rotation.acting import faults, undoing
from watchword.rotation.acting.faults import STOPS, Refused
from watchword.rotation.acting.settling import Settled, settle
from watchword.rotation.acting.taking import Busy, Gone, taken
from watchword.rotation.acting.turn import At, Look, Means, Turn, nothing, nowhere
from watchword.rotation.ledger import OneAtATime
from watchword.rotation.records import OPEN, Event, Kind, State
from watchword.rotation.steps import Why

if TYPE_CHECKING:
    from watchword.rotation.access import Member
    from watchword.rotation.ledger import Ledger
    from watchword.rotation.rules import Rules

LONGEST_SESSION = 36 * 3_600.0
"""Seconds: the longest that temporary credentials of a user live.  Source: STS API, GetSessionToken and
GetFederationToken."""
POLICY = "policy/watchword/refuse-sessions"
"""Comes with the member role, and denies whatever is asked with temporary credentials."""
REFUSED, LET = "sessions refused", "sessions let"
MOST = 10_000
"""Lines of one account that are looked through for sessions that are refused."""


@dataclass(slots=True)
class Quarantined:
    """What became of a leaked key. `findings` say what a person must see to."""

    user: str
    key: str
    rotation: str = ""
    findings: list[str] = field(default_factory=list)
    settled: Settled | None = None
    """What the start of its replacement came to."""


def quarantine(
    member: Member,
    key_id: str,
    *,
    rules: Rules,
    ledger: Ledger,
    holder: str,
    by: str,
    why: str,
    at: At = nothing,
    central: Callable[[], Member] = nowhere,
    pause: Callable[[float], None] = time.sleep,
    look: Look | None = None,
) -> Quarantined:
    """Take a leaked key out of use in its account, and start its replacement.

    The account of a key is in its id: `watchword.domain.ids.account_of`. Raises Refused, LedgerFault, and botocore's
    errors when the key could not be deactivated.
    """
    means = Means(member, rules, ledger, holder, look or inventory.look_at_user, by, at, central, pause)
    found = Quarantined(_deactivate_at_once(means, key_id, why), key_id)
    try:
        with taken(means, found.user) as turn:
            there = turn.user.key(key_id)
            if there is not None:
                turn.remember(key_id, replace(there, active=False))  # which a list may not tell yet
            _replace(turn, found, why)
            _refuse_sessions(turn, found)
    except Busy:
        found.findings.append(undoing.BUSY.format(user=found.user))
        return found
    except Gone as error:
        raise Refused(f"there is no user `{found.user}`") from error
    except STOPS as error:
        found.findings.append(f"{key_id} is deactivated, but {faults.reason(error)}: run quarantine again")
        return found
    found.settled = settle(
        member,
        found.user,
        rules=rules,
        ledger=ledger,
        holder=holder,
        allowed=lambda step: step.rotation == found.rotation,
        at=at,
        by=by,
        central=central,
        pause=pause,
        look=look,
    )
    return found


def detach_refusals(
    member: Member,
    *,
    rules: Rules,
    ledger: Ledger,
    holder: str,
    by: str = "",
    at: At = nothing,
    look: Look | None = None,
) -> list[str]:
    """Let users have sessions again once those that a leaked key made are over; gives what was done, user by user.

    Nothing is asked of the account where nothing is due. Raises Fenced, LedgerFault.
    """
    means = Means(member, rules, ledger, holder, look or inventory.look_at_user, by, at)
    told, now = [], member.now()
    for refused in _refused(ledger, member.account.id):
        if now < refused.at + LONGEST_SESSION:
            continue
        try:
            with taken(means, refused.user, refused.user_id) as turn:
                turn.rotation = ledger.find(refused.rotation)
                _detach(turn)
            told.append(f"{refused.user}: {LET}")
        except (Busy, Gone):
            continue
        except STOPS as error:
            told.append(f"{refused.user}: {faults.reason(error)}")
    return told


def _deactivate_at_once(means: Means, key_id: str, why: str) -> str:
    """Find whose key it is, and deactivate it before anything else is asked; gives the user's name."""
    iam, account, now = means.member.iam, means.member.account.id, means.member.now()
    try:
        name = iam.get_access_key_last_used(AccessKeyId=key_id).get("UserName", "")
    except ClientError as error:
        raise Refused(f"{key_id} is no key of account {account}: {faults.reason(error)}") from error
    if not name or name == account:
        raise Refused(f"{key_id} is no user's key in account {account}: a root user's must be deleted by its owner")

    def note(what: str) -> None:
        means.ledger.note(Event(now, account, "", name, "", what, key_id, means.by or means.holder, why))

    note("intend quarantine")
    means.at("ask quarantine")
    for seconds in (0.5, 1.0, 2.0, None):
        try:
            iam.update_access_key(UserName=name, AccessKeyId=key_id, Status="Inactive")
            break
        except (ClientError, BotoCoreError) as error:
            if seconds is None or not faults.may_pass(error):
                note("quarantine failed")
                raise
            means.pause(seconds)
    means.at("asked quarantine")
    note("quarantined")
    return name


def _replace(turn: Turn, found: Quarantined, why: str) -> None:
    """See that a successor will be made: by the rotation that speaks of the key, or by a new one."""
    ledger, user = turn.means.ledger, turn.user
    for rotation in ledger.of_user(user.account, user.id):
        turn.rotation = rotation
        if rotation.kind is Kind.REPLACE and rotation.state in OPEN and rotation.new == found.key:
            if user.key(rotation.old) is None:  # it was seen out, and that is not on record yet
                turn.record("closed", rotation.old, Why.OLD_GONE, state=State.ABANDONED)
                continue
            _take_back(turn, found, why)
            return
        if rotation.kind is Kind.REPLACE and rotation.state in OPEN and rotation.old == found.key:
            turn.record("quarantined", found.key, why, leaked=True)
            found.rotation = rotation.id
            return
        if found.key in {rotation.old, rotation.new}:
            turn.record("closed", found.key, "quarantined", state=State.ABANDONED)
    _open(turn, found, why)


def _take_back(turn: Turn, found: Quarantined, why: str) -> None:
    """The new key leaked: the old one is what works, if it did not leak as well."""
    rotation = turn.standing()
    found.rotation = rotation.id
    if rotation.leaked:
        orphans = (*rotation.orphans, found.key)
        turn.record("disowned", found.key, why, state=State.DUE, new="", orphans=orphans)
        return
    undoing.begin(turn, f"the new key leaked: {why}")
    undoing.finish(turn)
    found.findings.append(
        f"the new key leaked, so {rotation.old} was brought back: resume when it may be replaced again"
    )


def _open(turn: Turn, found: Quarantined, why: str) -> None:
    user = turn.user
    try:
        turn.open(Kind.REPLACE, found.key, Why.LEAKED, why, leaked=True)
        found.rotation = turn.standing().id
    except OneAtATime:
        other = next(one for one in turn.means.ledger.of_user(user.account, user.id) if one.state in OPEN)
        turn.rotation, found.rotation = other, other.id
        found.findings.append(f"another key of `{user.name}` is being replaced, so none is made for {found.key} yet")


def _refuse_sessions(turn: Turn, found: Quarantined) -> None:
    """Attach the one policy that the member role may attach; that it cannot be is told, and stops nothing."""
    iam, name = turn.means.member.iam, turn.user.name
    try:
        turn.change(
            "refuse sessions",
            lambda: iam.attach_user_policy(UserName=name, PolicyArn=_policy_of(turn)),
            again=True,
            key=found.key,
        )
    except (ClientError, BotoCoreError) as error:
        lacks = faults.code(error) == "NoSuchEntity"
        mend = f"`{POLICY}` is not in the account: deploy the member role's policies" if lacks else faults.reason(error)
        found.findings.append(f"sessions that the key made are not refused: {mend}")
        turn.record("sessions not refused", found.key, mend)
        return
    turn.record(REFUSED, found.key)


def _detach(turn: Turn) -> None:
    iam, name = turn.means.member.iam, turn.user.name
    try:
        turn.change(
            "let sessions", lambda: iam.detach_user_policy(UserName=name, PolicyArn=_policy_of(turn)), again=True
        )
    except ClientError as error:
        if faults.code(error) != "NoSuchEntity":
            raise
    turn.record(LET)


def _policy_of(turn: Turn) -> str:
    return f"arn:{turn.means.member.partition}:iam::{turn.user.account}:{POLICY}"


def _refused(ledger: Ledger, account: str) -> list[Event]:
    """Give, for each user of an account whose sessions are refused, the line that says since when."""
    last = {event.user_id: event for event in ledger.history(account, what=(REFUSED, LET), limit=MOST)}
    return [event for event in last.values() if event.what == REFUSED]
