"""Tell people of a run: what was owed to them before, then what is news, and the administrators how all that went."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchword.rotation.ledger import Ledger
from watchword.rotation.notices import Delivery
from watchword.rotation.results import Run
from watchword.rotation.rules.shapes import Telling
from watchword.rotation.telling import digests
from watchword.rotation.telling.letters import Letter, Letters
from watchword.rotation.telling.news import WARN, Entry, again
from watchword.rotation.telling.posting import Delivered, post
from watchword.rotation.telling.ways import Ways

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


def tell(
    run: Run,
    telling: Telling,
    ledger: Ledger,
    now: Callable[[], float],
    *,
    ses: SESV2Client | None = None,
    warn: Sequence[float] = WARN,
    environment: Mapping[str, str] | None = None,
) -> Delivered:
    """Tell each owner what is news to it, and the administrators what the run came to.

    Telling of the same run again tells nobody anything twice. `warn` are seconds before a change, at which its owner is
    told of it. Raises BadTemplate, before anything is kept or sent; LedgerFault.
    """
    ways = Ways(telling, os.environ if environment is None else environment, ses)
    letters = Letters(telling.templates)
    letters.check()
    teller = _Teller(run, telling, ledger, ways, letters, tuple(warn), now)
    try:
        return teller.tell()
    finally:
        ways.close()


def check_templates(telling: Telling) -> None:
    """Read the templates that the rules name. Raises BadTemplate."""
    Letters(telling.templates).check()


@dataclass(frozen=True, slots=True)
class _Owed:
    delivery: Delivery
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Teller:
    run: Run
    telling: Telling
    ledger: Ledger
    ways: Ways
    letters: Letters
    warn: tuple[float, ...]
    now: Callable[[], float]

    def tell(self) -> Delivered:
        owners = digests.by_owner(self.run, self.telling.admins)
        news = list(self._digests(owners))  # all are written before the first is kept
        self._summary([])
        for one in news:
            self.ledger.owe(one.delivery, one.marks)
        outcome = self._post() + Delivered(nowhere=tuple(o.to for o in owners if not self.ways.leads_to(o.to)))
        for one in self._summary(self.ledger.deliveries(failed=True)):
            self.ledger.owe(one.delivery, one.marks)
        written = {one.id for one in self.ledger.deliveries(self.run.id) if not one.attempts}
        return outcome + self._post(only=written)

    def _post(self, only: set[str] | None = None) -> Delivered:
        owed = [one for one in self.ledger.owed() if only is None or one.id in only]
        return post(owed, self.ways, self.ledger, self.telling.attempts, self.now)

    def _digests(self, owners: Sequence[digests.Owner]) -> Iterator[_Owed]:
        for owner in owners:
            if not self.ways.leads_to(owner.to):
                continue
            record = self._record(owner)
            entries = digests.entries_of(self.run, owner, record, self.warn, self.now())
            news, marks = self._news(owner.to, entries)
            if news:
                digest = digests.digest(self.run, owner.to, news, record.rotations, self.now())
                yield _Owed(self._delivery(owner.to, "digest", self.letters.digest(digest)), marks)

    def _news(self, to: str, entries: Sequence[Entry]) -> tuple[list[Entry], tuple[str, ...]]:
        """Tell which entries are news to somebody, or are due again; and the marks that telling them uses up."""
        now = self.now()
        marks = {entry.mark for entry in entries} | {again(entry, now)[0] for entry in entries if entry.weekly}
        untold = self.ledger.untold(to, marks)
        news = [one for one in entries if one.mark in untold or (one.weekly and again(one, now)[0] in untold)]
        used: list[str] = []
        for entry in news:
            week, first = again(entry, now)
            used += (entry.mark,) if not entry.weekly else first if entry.mark in untold else (week,)
        return news, tuple(used)

    def _record(self, owner: digests.Owner) -> digests.Record:
        changed = sorted({(line.account, line.user_id) for line in owner.lines if line.done})
        history = {user: self.ledger.history(account=account, user=user) for account, user in changed}
        named = {line.rotation for line in owner.lines} | {one.rotation for some in history.values() for one in some}
        found = (self.ledger.find(one) for one in sorted(named) if one)
        return digests.Record({one.id: one for one in found if one is not None}, history)

    def _summary(self, failed: Sequence[Delivery]) -> list[_Owed]:
        summary = digests.summary(self.run, failed)
        if not summary.says_something:
            return []
        letter = self.letters.summary(summary)
        admins = dict.fromkeys(to for to in self.telling.admins if self.ways.leads_to(to))
        return [_Owed(self._delivery(to, "summary", letter), ()) for to in admins]

    def _delivery(self, to: str, kind: str, letter: Letter) -> Delivery:
        chat = self.ways.is_chat(to)
        return Delivery(
            id=f"{self.run.id}/{kind}/{hashlib.sha256(to.casefold().encode()).hexdigest()[:16]}",
            run=self.run.id,
            to=to,
            subject=letter.subject,
            text=letter.chat if chat else letter.text,
            html="" if chat else letter.html,
            owed_at=self.now(),
        )
