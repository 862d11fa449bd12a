"""Ending sessions now: shows which they are, asks, ends them, and tells what came of each."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from watchword.cli import aws, tables
from watchword.cli.exits import Exit, Stop
from watchword.cli.sessions import ending, own
from watchword.cli.sessions.asking import confirm, expect_somebody
from watchword.cli.sessions.authority import opened, others_told, say
from watchword.cli.sessions.criteria import Criteria, session_key
from watchword.cli.sessions.ending import Outcome, Wish
from watchword.cli.times import Instant, instant

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Asked:
    """What stood on the command line."""

    words: tuple[str, ...]
    criteria: Criteria
    before: Instant | None
    reason: str | None
    dry_run: bool
    yes: bool


def run(account: aws.Account, asked: Asked, form: str) -> None:
    """End what was asked for, or only show it.

    Raises Stop, as when nobody can be asked, or nobody agrees.
    """
    if not (asked.words or asked.criteria.asked() or asked.before is not None):
        raise Stop(
            "say which sessions are to end: their key ids, as `watchword sessions list` shows them, or `--role`, "
            "`--user` or another option of `watchword sessions end --help`",
            Exit.USAGE,
        )
    if not (asked.yes or asked.dry_run):
        expect_somebody()
    ids = _ids(asked.words)
    if asked.words and not ids:
        say("no key id came on standard input; nothing was ended")
        return
    client = opened(account)
    now = aws.now(account)
    before = None if asked.before is None else instant(asked.before, lambda: now)
    wish = Wish(ids, asked.criteria, before, asked.reason)
    with others_told(client):
        _Ending(account, client, wish, now, form).run(dry_run=asked.dry_run, yes=asked.yes)


def _ids(words: tuple[str, ...]) -> tuple[str, ...]:
    """Read key ids, each once; `-` stands for those on standard input."""
    found: list[str] = []
    for word in words:
        found += [session_key(each) for each in (_piped() if word == STDIN else [word])]
    return tuple(dict.fromkeys(found))


def _piped() -> list[str]:
    return sys.stdin.read().split()


@dataclass(frozen=True, slots=True)
class _Ending:
    account: aws.Account
    client: Any
    wish: Wish
    now: datetime
    form: str

    def run(self, *, dry_run: bool, yes: bool) -> None:
        if dry_run:
            self._tell(self._carried_out(dry=True), dry=True)
            return
        if yes:
            self._warn()
        elif not self._agreed():
            return
        outcome = self._carried_out(dry=False)
        own.forget({told["AccessKeyId"] for told in outcome.told})
        self._tell(outcome, dry=False)

    def _agreed(self) -> bool:
        """Show what would end, and ask; there is nothing to ask when nothing would."""
        outcome = self._carried_out(dry=True)
        if not outcome.count:
            self._tell(outcome, dry=True)
            return False
        tables.preview(ending.sheet(self.now), self._results(outcome, dry=True))
        self._say_more(outcome)
        self._warn()
        say(f"{outcome.said} would end, for good.")
        confirm(outcome.count)
        return True

    def _tell(self, outcome: Outcome, *, dry: bool) -> None:
        results = self._results(outcome, dry=dry)
        if self.form == "json":
            told: dict[str, Any] = {"dry_run": dry, "count": outcome.count, "ending_ids": outcome.ending_ids}
            click.echo(tables.encoded(told | {"sessions": list(map(ending.record, results))}))
        elif results or self.form == "csv":
            tables.write(self.form, ending.sheet(self.now), results)
        if outcome.count:
            self._say_more(outcome)
            if dry:
                self._warn()
            say(f"{outcome.said} would end; nothing was ended." if dry else f"{outcome.said} ended.")
        else:
            say("no live session matches; nothing was ended")
        if unknown := [result.access_key_id for result in results if result.result == ending.UNKNOWN]:
            raise Stop(
                f"no session of this account is known by {', '.join(unknown)}; see that the id is right, and whose it "
                "is: `watchword whose KEY-ID`"
            )

    def _say_more(self, outcome: Outcome) -> None:
        if outcome.count > len(outcome.told):
            say(f"the newest {len(outcome.told):,} are shown")

    def _warn(self) -> None:
        wish = self.wish
        if own.strikes_own(self.account, self.client, wish.ids, wish.criteria.asked(), wish.before):
            say("Your own session is among them: whatever uses it is refused from then on, this terminal as well.")

    def _carried_out(self, *, dry: bool) -> Outcome:
        return ending.carried_out(self.client, self.wish, dry=dry)

    def _results(self, outcome: Outcome, *, dry: bool) -> list[ending.Result]:
        key = own.key(self.account)
        return list(ending.results(self.client, self.wish, outcome, self.now, key, dry=dry))
