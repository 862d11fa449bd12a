"""The story: what happens on which day, and what is shown of it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from demo.rotation.commands import Shell
from demo.rotation.company import DAY, EXTERNAL_ID, Company, Workload, listed
from demo.rotation.days import Days
from demo.rotation.ending import Ending, ending
from demo.rotation.killing import killed_run
from demo.rotation.post import Post
from demo.rotation.terminal import Terminal, say
from demo.stage import Key, Stage, StoryBrokenError
from watchword.rotation.ledger import Ledger
from watchword.rotation.records import State

WHO = "sts get-caller-identity"
EXEMPT_DAYS = 50
SETTLED = 120
"""Seconds after which it is beyond doubt which keys a killed run has made."""
Keys = dict[tuple[str, str], dict[str, bool]]
"""By account and user: its keys, and which of them are active."""


@dataclass
class Story:
    """Everything that the chapters need."""

    stage: Stage
    terminal: Terminal
    company: Company
    days: Days
    post: Post
    out: Path
    unreachable: str
    creates: int
    """After so many keys the killed run is killed."""
    rest: tuple[int, ...]
    """Days after the last that is told of, on which there is a run."""
    first: dict[str, Key] = field(init=False)
    """The key that each user had at the beginning."""

    def __post_init__(self) -> None:
        self.first = {one.user: one.keys[0] for one in self.company.workloads}

    @property
    def shell(self) -> Shell:
        return self.terminal.shell

    def one(self, user: str) -> Workload:
        """Give somebody of the cast."""
        return next(one for one in self.company.workloads if one.user == user)

    def chapter(self, title: str) -> None:
        self.stage.step(f"Day {self.days.today}. {title}")

    def pass_days(self, *upon: int) -> None:
        """Let the days pass, with a run on each of these, of which a line is shown."""
        for day in upon:
            self.days.until(day)
            self.sweep()

    def sweep(self) -> None:
        """Run as it would by itself each night, and show no more than what came of it."""
        began = self.company.now().timestamp()
        self.terminal.silently("worker --once", ends=(0, 1, 3))
        with closing(self._ledger()) as ledger:
            done = [event.what for event in ledger.history(limit=1_000_000) if event.at >= began]
        parts = (f"{done.count(what):3} {what}" for what in ("created", "deactivated", "deleted"))
        say(f"day {self.days.today:3}: {', '.join(parts)}; {self.post.arrived():2} mails")

    # the chapters

    def rules(self) -> None:
        self.chapter("The rules: one file, and every line of it may be left out")
        say(*(self.shell.folder / "rotation.toml").read_text().splitlines())

    def inventory(self) -> None:
        self.chapter("What is there? Nothing is changed by looking")
        say("(Each command has `--follow-sandbox-clock` too, as this clock is moved by hand.)")
        self.terminal.rotation("inventory", ends=(1, 3), keep=14)
        say("", f"One account, `{self.unreachable}`, cannot be reached: that is told, and hides no other.")

    def plan(self) -> None:
        self.chapter("What would be done, key by key, and why? Nothing is changed by that either")
        before = self._keys()
        self.terminal.rotation("plan --out monday.json", ends=(1, 3), keep=8)
        if self._keys() != before:
            raise StoryBrokenError("a plan has changed something")
        say("", f"(All keys of the {len(before)} users were listed before and after: they are the same.)")

    def exempt(self) -> None:
        self.chapter("One is to be left alone: until a day, and for a reason")
        one, until = self.one("legacy-scanner"), self._date(EXEMPT_DAYS)
        self.terminal.rotation(
            f"exempt {one.user} --account {one.account_id} --until {until} --reason 'moves to a role'"
        )

    def apply(self) -> None:
        self.chapter("Carry it out")
        self.terminal.rotation("apply --yes", ends=(1,), keep=6)

    def mails(self) -> None:
        self.chapter("Owners and administrators were told: by a real mail server, with TLS and a login")
        say(f"{self.post.arrived()} mails; they are kept in {self.post.folder}", "")
        self.post.show_list()
        say("", "One of them:", "")
        self.post.show_last("web-frontend@example.com")

    def reads(self) -> None:
        self.days.until(1)
        one = self.one("web-frontend")
        self.chapter("A workload reads its new pair, with the key that it has, and goes on with the new one")
        query = f"secretsmanager get-secret-value --secret-id {one.secret} --query SecretString --output text"
        self.stage.aws(query, self.first[one.user])
        self.stage.aws(WHO, one.keys[-1])

    def kill(self) -> None:
        self.days.until(4)
        self.chapter("More keys have come of age. The run is killed (kill -9) just after a key was made")
        killed_run(self.company.endpoint, self.shell, self.creates)
        victim = self._victim()
        say("", f"{victim.user} of {victim.account} has a new key, and nobody its secret. The old one still works:")
        self.stage.aws(WHO, victim.keys[-1])
        self.recover(victim)

    def recover(self, victim: Workload) -> None:
        self.chapter("The next run knows of it, and throws that key away; the one after that makes another")
        self.terminal.rotation("apply --yes", ends=(1,), keep=12)
        self.company.pass_days(SETTLED / DAY)
        say("")
        self.terminal.rotation(f"apply --yes --account {victim.account} --only {victim.user}", keep=12)
        say("", "All of that is on record:")
        self.terminal.rotation(f"status --user {victim.user} --account {victim.account_id}", keep=40)
        keys = self._keys_of(victim)
        made = len(self._attempts(victim))
        if (len(keys), sum(keys.values()), made) != (2, 2, 2) or self.days.read(victim) is None:
            raise StoryBrokenError(f"{victim.user} has {keys} after {made} creates")
        say("", f"{made} keys were made for {victim.user}, one more than needed, and one of them is gone again.")
        say("The old key works, so does the new one, and its user can read it.")
        self.post.arrived()

    def deactivated(self) -> None:
        self.days.until(15)
        self.chapter("New keys have been in use for ten days, and old ones have not: those are deactivated")
        self.terminal.rotation("apply --yes", ends=(1,), keep=6)
        self.post.arrived()
        say("", "The workload that reads its secret is well, and its old key opens nothing any more:")
        one = self.one("web-frontend")
        self.stage.aws(WHO, one.keys[-1])
        self.stage.refused(WHO, "InvalidClientTokenId", self.first[one.user])

    def still_used(self) -> None:
        one = self.one("nightly-backup")
        self.chapter("Another goes on with its old key: it is not cut off, and its owner is told")
        self.stage.aws(WHO, one.keys[-1])
        self.post.show_last(f"{one.user}@example.com", since="WHAT YOU NEED TO DO")

    def undo(self) -> None:
        self.days.until(18)
        self.chapter("The end of the month: a second host still needs an old key, and is refused")
        one = self.one("month-end-close")
        old = self.first[one.user]
        self.stage.refused(WHO, "InvalidClientTokenId", old)
        say("", "One command brings it back, until it is deleted:")
        self.terminal.rotation(f"undo {one.user} --why 'the second host needs it'")
        self.stage.aws(WHO, old)
        one.keys.append(old)

    def retired(self) -> None:
        self.pass_days(27)
        one = self.one("old-laptop")
        self.chapter("A key that was never used: deactivated on day 0, now gone, and no other was made")
        self.terminal.rotation(f"status --user {one.user} --account {one.account_id}")
        self.stage.aws(f"iam list-access-keys --user-name {one.user}", self.company.signed_in(one.account))

    def reached(self) -> None:
        self.days.until(30)
        self.chapter(f"Somebody makes the role in `{self.unreachable}`: from then on it is looked after, too")
        self.terminal.type(
            f"member-role --format json --trusted {self.company.arn} --external-id {EXTERNAL_ID}", keep=16
        )
        self.company.let_in(self.unreachable)
        say("")
        self.terminal.rotation(f"apply --yes --account {self.unreachable}", keep=6)
        self.post.arrived()

    def the_rest(self) -> None:
        self.chapter("The weeks go by. A worker sweeps by itself (`watchword rotation worker`): on these days")
        self.pass_days(*(day for day in self.rest if day <= EXEMPT_DAYS + 1))
        one = self.one("legacy-scanner")
        say(f"         The exemption of {one.user} has ended: it is something to look at until it is lifted.")
        self.terminal.rotation(f"exempt {one.user} --account {one.account_id} --lift")
        self.pass_days(*(day for day in self.rest if day > EXEMPT_DAYS + 1))

    def end(self) -> Ending:
        one = self.one("nightly-backup")
        age = one.age + self.days.today
        self.chapter(f"The old key that is still in use is {age} days old, and past every limit. It works")
        self.stage.aws(WHO, one.keys[-1])
        say(f"It goes only if somebody says so: `watchword rotation ack {one.user} --cut-off`.")
        self.chapter("The report, in one file to send around")
        self.terminal.rotation(f"report --format html --out {self.out / 'report.html'}", keep=8)
        self.chapter(f"What became of the keys that the {len(self.company.workloads)} users had at the beginning")
        with closing(self._ledger()) as ledger:
            told = ending(self.company, self.days, ledger)
        told.show()
        return told

    def _victim(self) -> Workload:
        """Find the user for whom a key was intended, and nothing more is on record."""
        with closing(self._ledger()) as ledger:
            found = [(one.account, one.user) for one in ledger.every(states={State.INTENT})]
        (victim,) = (one for one in self.company.workloads if (one.account_id, one.user) in found)
        if len(self._keys_of(victim)) == 1 or self.days.read(victim) is not None:
            raise StoryBrokenError(f"the key of {victim.user} does not hang in the air")
        return victim

    def _attempts(self, one: Workload) -> list[str]:
        with closing(self._ledger()) as ledger:
            told = ledger.history(account=one.account_id, user=one.user)
        return [event.what for event in told if event.what == "intend create"]

    def _ledger(self) -> Ledger:
        return Ledger.open(self.shell.environment["WATCHWORD_ROTATION_LEDGER"])

    def _date(self, days: int) -> str:
        return str((self.company.now() + timedelta(days=days)).date())

    def _keys_of(self, one: Workload) -> dict[str, bool]:
        return listed(self.company.within(one.account), one.user)

    def _keys(self) -> Keys:
        return {(one.account, one.user): keys for one, keys in self.company.all_keys()}
