"""What every command of a rotation is given: rules, ledger and the way into the accounts, opened when asked for."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watchword.cli import aws
from watchword.cli.credentials import places
from watchword.cli.exits import Exit, Stop
from watchword.cli.rotation.choosing import numbered
from watchword.cli.rotation.words import meant

if TYPE_CHECKING:
    from watchword.rotation.access import Hub, Member
    from watchword.rotation.ledger import Ledger
    from watchword.rotation.rules import Rules
    from watchword.rotation.seen import Account

RULES_FILE = Path("rotation.toml")
LEDGER_FILE = "rotation.db"
SEE_ACCOUNTS = "; `watchword rotation inventory` shows those there are"
NUMBER = re.compile(r"[0-9]{12}")
STALE = 30.0
"""Seconds after which a sandbox is asked anew how far it is ahead."""
RULES_HELP = f"File of rules.  [default: {RULES_FILE} here, or what `schedule --example` prints]"
LEDGER_HELP = (
    "Where it is kept what was done: `sqlite:////FILE` or `postgresql://HOST/NAME`.  [default: a file of yours]"
)
CLOCK_HELP = "Go by the clock of a Watchword sandbox, which `watchword sandbox advance` moves."
NO_RULES = f"No {RULES_FILE} is here: the ordinary rules hold (`watchword rotation schedule --example` prints them)."


@dataclass
class Desk:
    """What a command was told of where to look, and what is opened of it."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    data: Path | None = None
    rules_file: Path | None = None
    ledger_url: str | None = None
    follows: bool = False
    at_once: int | None = None
    closing: Callable[[Callable[[], None]], Any] = field(default=lambda _close: None)

    @cached_property
    def rules(self) -> Rules:
        """The rules. Raises BadRules."""
        from watchword.rotation.rules import Rules, read_rules  # noqa: PLC0415 - loaded only when used

        file = self.rules_file or (RULES_FILE if RULES_FILE.is_file() else None)
        if file is None:
            click.echo(NO_RULES, err=True)
        rules = read_rules(file) if file else Rules()
        at_once = self.at_once or rules.aws.concurrency
        return replace(rules, aws=replace(rules.aws, concurrency=at_once))

    @cached_property
    def ledger_at(self) -> str:
        """The ledger's URL."""
        return self.ledger_url or f"sqlite:///{places.home(environ).absolute() / LEDGER_FILE}"

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger. Raises LedgerFault."""
        from watchword.rotation.ledger import Ledger  # noqa: PLC0415 - loaded only when used

        ledger = Ledger.open(self.ledger_at)
        self.closing(ledger.close)
        return ledger

    @cached_property
    def account(self) -> aws.Account:
        """Whom the tool signs in as."""
        told = self.rules.aws
        return aws.opened(
            self.profile or told.profile or None,
            self.region or told.region or None,
            self.endpoint_url or told.endpoint_url or None,
            self.data,
        )

    @cached_property
    def hub(self) -> Hub:
        """The way into the accounts. Raises botocore's errors."""
        from watchword.rotation.access import open_hub  # noqa: PLC0415 - loaded only when used

        account = self.account
        where = replace(
            self.rules.aws, profile="", endpoint_url=account.endpoint_url or "", region=account.region
        )  # fmt: skip
        return open_hub(where, session=account.core, clock=self.clock)

    @cached_property
    def clock(self) -> Callable[[], float]:
        """The accounts' clock: that of this machine, or a sandbox's."""
        return SandboxClock(self.account) if self.follows else time.time

    def account_of(self, account_id: str) -> Account:
        """Find an account of those that are looked after, by its number or its name. Raises Stop."""
        accounts = self.hub.accounts()
        found = [one for one in accounts if account_id in {one.id, one.name}]
        if not found:
            near = meant(account_id, [name for one in accounts for name in (one.id, one.name)])
            raise Stop(f"no account that is looked after is `{account_id}`{near or SEE_ACCOUNTS}", Exit.USAGE)
        if len(found) > 1:
            ids = ", ".join(one.id for one in found)
            raise Stop(f"several accounts are called `{account_id}`; say which: {ids}", Exit.USAGE)
        return found[0]

    def account_id(self, told: str) -> str:
        """Give an account's number; one that is told by its name is asked for. Raises Stop."""
        return told if NUMBER.fullmatch(told) else self.account_of(told).id

    def member(self, account_id: str) -> Member:
        """Reach an account. Raises Stop, Unreachable."""
        return self.hub.member(self.account_of(account_id))

    def central(self) -> Member:
        """Reach the account in which the rules may keep secrets. Raises Unreachable."""
        from watchword.rotation.seen import Account  # noqa: PLC0415 - loaded only when used

        return self.hub.member(Account(self.rules.secret.central_account or self.hub.account))


class SandboxClock:
    """A sandbox's clock: real time, and how far the sandbox stands ahead of it, asked anew now and then."""

    def __init__(self, account: aws.Account, real: Callable[[], float] = time.time) -> None:
        from watchword.wire.model import MODELS  # noqa: PLC0415 - loaded only when used

        account.learn(MODELS)
        self._client, self._real = account.client("watchword"), real
        if aws.is_aws(self._client):
            raise Stop("AWS is no sandbox; leave `--follow-sandbox-clock` out", Exit.USAGE)
        self._asked, self._ahead = float("-inf"), 0.0

    def __call__(self) -> float:
        now = self._real()
        if now > self._asked + STALE:
            self._ahead = float(self._client.get_server_information()["AheadSeconds"])
            self._asked = now
        return now + self._ahead


def desk(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a `desk`, from the options that it takes for it."""

    @click.option("--rules", "rules_file", type=click.Path(path_type=Path, dir_okay=False, exists=True),
                  envvar="WATCHWORD_ROTATION_RULES", show_envvar=True, help=RULES_HELP)  # fmt: skip
    @click.option("--ledger", "ledger_url", metavar="URL", envvar="WATCHWORD_ROTATION_LEDGER",
                  show_envvar=True, help=LEDGER_HELP)  # fmt: skip
    @click.option("--follow-sandbox-clock", "follows", is_flag=True, envvar="WATCHWORD_FOLLOW_SANDBOX_CLOCK",
                  show_envvar=True, help=CLOCK_HELP)  # fmt: skip
    @aws.options
    @wraps(command)
    def asking(
        *given: Any,
        profile: str | None,
        region: str | None,
        endpoint_url: str | None,
        data: Path | None,
        rules_file: Path | None,
        ledger_url: str | None,
        follows: bool,
        **more: Any,
    ) -> None:
        at_once = more.pop("at_once", None)
        closing = click.get_current_context().call_on_close
        made = Desk(profile, region, endpoint_url, data, rules_file, ledger_url, follows, at_once, closing)
        log_to_stderr()
        with faults_told():
            if "choice" in more:
                more["choice"] = numbered(made, more["choice"])
            command(*given, desk=made, **more)

    return asking


def log_to_stderr() -> None:
    """Data goes to standard output; what is said as it happens does not, and never shows what was in hand."""
    import structlog  # noqa: PLC0415 - loaded only when used

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@contextmanager
def faults_told() -> Iterator[None]:
    """Turn what rules, ledger, accounts and acts refuse into one line on standard error.

    Raises Stop.
    """
    with aws.refusals_told():
        try:
            yield
        except Exception as fault:
            stop = _stop(fault)
            if stop is None:
                raise
            raise stop from fault


def _stop(fault: Exception) -> Stop | None:
    """Say it for a person, or give None for what is no refusal of ours."""
    from watchword.rotation.access import Unreachable  # noqa: PLC0415 - loaded only when used
    from watchword.rotation.acting import Refused  # noqa: PLC0415 - likewise
    from watchword.rotation.ledger import LedgerFault  # noqa: PLC0415 - likewise
    from watchword.rotation.rules import BadRules  # noqa: PLC0415 - likewise
    from watchword.rotation.sweeping.plans import NoPlan  # noqa: PLC0415 - likewise
    from watchword.rotation.telling import TellingFault  # noqa: PLC0415 - likewise

    if isinstance(fault, BadRules):
        for problem in fault.problems[:-1]:
            click.echo(str(problem), err=True)
        return Stop(f"{fault.problems[-1]}; mend the rules, then run this again", Exit.USAGE)
    if isinstance(fault, LedgerFault):
        return Stop(f"{fault}; choose another with `--ledger`, or mend it")
    if isinstance(fault, Unreachable):
        return Stop(f"{fault}; see that the role is there: `watchword rotation member-role`", Exit.DENIED)
    if isinstance(fault, NoPlan):
        return Stop(f"{fault}; make one with `watchword rotation plan --out FILE`", Exit.USAGE)
    if isinstance(fault, TellingFault):
        return Stop(f"{fault}; mend it, or send nothing: `--no-tell`")
    return Stop(str(fault)) if isinstance(fault, Refused) else None
