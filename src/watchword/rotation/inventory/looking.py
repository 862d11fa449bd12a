"""An account, looked at: the credential report first, and then, one by one, only users whose keys may need anything."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from watchword.rotation.access import Member, one_line
from watchword.rotation.inventory.candidates import bounds_of, may_need
from watchword.rotation.inventory.groups import ExemptGroup
from watchword.rotation.inventory.others import Others
from watchword.rotation.inventory.report import Report, Row, Unreadable, fetch
from watchword.rotation.inventory.users import FAILURES, Reading, of_row
from watchword.rotation.ledger import Exempted
from watchword.rotation.results import Other
from watchword.rotation.rules import Rules
from watchword.rotation.seen import User

NOBODY: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of an account.

    `users` are those whose keys may need anything, or all where that was asked for; `total` is how many there are.
    `failed` says what could not be looked at that hides keys altogether.
    """

    users: tuple[User, ...] = ()
    others: tuple[Other, ...] = ()
    report_at: float = 0.0
    """When the credential report was made, epoch seconds."""
    failed: str = ""
    total: int = 0


def look(
    member: Member,
    rules: Rules,
    *,
    always: Mapping[str, str] = NOBODY,
    exemptions: Iterable[Exempted] = (),
    thorough: bool = False,
    ahead: float = 0.0,
    pause: Callable[[float], None] = time.sleep,
) -> Looked:
    """Look at an account. What is wrong is told in the result, and not raised.

    `always` are names of users that are read in any case, with their unique ids where those are on record. `thorough`
    reads every user, and credentials that the report does not have. `ahead` is how many seconds ahead of the account's
    clock its keys are to be judged.
    """
    try:
        report = fetch(member.iam, pause)
    except Unreadable as error:
        return Looked(failed=str(error))
    except FAILURES as error:
        return Looked(failed=one_line(error))
    return _Look(member, rules, always, tuple(exemptions), member.now() + ahead, thorough=thorough).at(report)


def look_at_user(member: Member, name: str, rules: Rules) -> User | None:
    """Read one user afresh, and everything of it; None when it is not there.

    What else cannot be read is in its `unread`. Raises ClientError and BotoCoreError when it cannot be told who it is.
    """
    reading = Reading(member, name)
    user = reading.user()
    if user is None:
        return None
    group = rules.exempt_group
    return reading.rest_of(user, lambda _: group if group and reading.is_in(group) else "")[0]


@dataclass(slots=True)
class _Look:
    member: Member
    rules: Rules
    always: Mapping[str, str]
    exemptions: tuple[Exempted, ...]
    now: float
    thorough: bool
    failures: list[str] = field(default_factory=list)

    def at(self, report: Report) -> Looked:
        group = ExemptGroup(self.member, self.rules.exempt_group)
        users = tuple(user for row in self._rows(report) for user in self._user(row, group))
        told = tuple(self._others(report))
        return Looked(users, told, report.at, "; ".join(self.failures), len(report.rows))

    def _rows(self, report: Report) -> Iterator[Row]:
        """Users that are to be read in any case may be younger than the report."""
        names = {row.user for row in report.rows}
        yield from report.rows
        for name in self.always:
            if name not in names:
                yield Row(name, f"arn:{self.member.partition}:iam::{self.member.account.id}:user/{name}", 0.0, (), {})

    def _user(self, row: Row, group: ExemptGroup) -> Iterator[User]:
        account = self.member.account
        always = self.thorough or row.user in self.always
        if not always and not may_need(row, self.rules.bounds(account, row.user, row.path), self.now):
            return
        reading = Reading(self.member, row.user)
        try:
            user = reading.user()
        except FAILURES as error:
            user = of_row(account.id, row, self.always.get(row.user, ""), one_line(error))
        if user is None or not (always or user.unread or self._may_need(row, user)):
            return
        read, known = reading.rest_of(user, group.of)
        if not known:
            self.failures.append(f"the keys of `{row.user}` cannot be listed: {read.unread[-1]}")
        yield read

    def _may_need(self, row: Row, user: User) -> bool:
        """Whether, now that its tags are known, it still may need anything."""
        terms = self.rules.terms(self.member.account, user, self.exemptions)
        return may_need(row, bounds_of(terms), self.now)

    def _others(self, report: Report) -> Iterator[Other]:
        """One kind that cannot be listed hides no other."""
        found = Others(self.member, report, self.rules.ordinary, self.now)
        asked_for = (found.of_services(), found.uploaded()) if self.thorough else ()
        for kind in (found.of_report(certificates=not self.thorough), *asked_for):
            try:
                yield from kind
            except Unreadable as error:
                self.failures.append(str(error))
            except FAILURES as error:
                self.failures.append(f"other credentials cannot all be listed: {one_line(error)}")
