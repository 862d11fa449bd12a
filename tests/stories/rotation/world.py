"""Where the stories of a rotation play: an account of an organization, a tool that sweeps it, and a clock.

The organization stands in our own authority, or in moto's server as a stand-in for AWS. There the clock that moves is
the tool's own: what a key was used for last stays told as of real time.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.exceptions import ClientError

from tests.stories.rotation.wire import Wire
from tests.support.authority import ONE_TRY, Authority, botocore_session, run
from watchword.rotation.access import Calls, Hub, Member, open_hub
from watchword.rotation.acting import settle
from watchword.rotation.inventory import look
from watchword.rotation.ledger import Ledger
from watchword.rotation.records import Rotation
from watchword.rotation.results import Mode, Run
from watchword.rotation.rules import Rules, read_rules
from watchword.rotation.seen import Account
from watchword.rotation.sweeping.choice import EVERYTHING, Choice
from watchword.rotation.sweeping.orders import Hands, Orders
from watchword.rotation.sweeping.plans import Plan, digest, plan_of
from watchword.rotation.sweeping.sweeps import sweep
from watchword.rotation.terms import DAY

ROLE = "OrganizationAccountAccessRole"
SETTLED = 61
"""Seconds after which it is settled whether a key was made."""


def no_wait(_seconds: float) -> None:
    """Go on at once."""


HANDS = Hands(look=partial(look, pause=no_wait), settle=partial(settle, pause=no_wait))


@dataclass(frozen=True)
class Place:
    """How an account is reached; of plain values, so that a process of its own can be given it."""

    endpoint: str
    key_id: str
    secret: str
    account: str
    ledger: str
    region: str = "us-east-1"
    aws: tuple[tuple[str, Any], ...] = ()
    """Settings of the rules' first section."""

    def rules(self, text: str = "", **aws: Any) -> Rules:
        """Read rules, of which the first section is there already."""
        return read_rules(self.written(text, **aws))

    def written(self, text: str = "", **aws: Any) -> str:
        """Write rules."""
        told = {"endpoint_url": self.endpoint, "region": self.region, "role_name": ROLE, "calls_per_second": 1000}
        told |= {**dict(self.aws), **aws}
        return "\n".join(["[aws]", *(f"{name} = {json.dumps(value)}" for name, value in told.items()), text])

    def hub(self, rules: Rules, calls: Calls, clock: Callable[[], float], wire: Wire) -> Hub:
        """Sign the tool in."""
        session = botocore.session.Session()
        session.register_component("data_loader", botocore_session().get_component("data_loader"))
        session.set_credentials(self.key_id, self.secret)
        wire.attach(session)
        return open_hub(rules.aws, calls=calls, session=session, clock=clock)


@dataclass
class Clock:
    """How many seconds the account's clock stands ahead."""

    ahead: float = 0.0


@dataclass
class World:
    """The story's own: what it did last is in `wire`, how many calls that took in `calls`."""

    place: Place
    home: Path
    ledger: Ledger
    sandbox: Authority | None = None
    environment: dict[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    calls: Calls = field(default_factory=Calls)
    wire: Wire = field(default_factory=Wire)
    _signed_in: dict[tuple[str, float], dict[str, Any]] = field(default_factory=dict)
    _clients: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    @property
    def account(self) -> str:
        """The account that the story is about."""
        return self.place.account

    def now(self) -> float:
        """Tell the account's time."""
        return time.time() + self.clock.ahead

    def pass_seconds(self, seconds: float) -> None:
        """Let time pass."""
        if self.sandbox is not None and seconds:
            self.sandbox.advance(int(seconds))
        self.clock.ahead += int(seconds)

    def pass_days(self, days: float) -> None:
        """Let days pass."""
        self.pass_seconds(days * DAY)

    def client(self, service: str, key: dict[str, Any] | None = None, *, account: str = "", region: str = "") -> Any:
        """Make a client: of a key, or of the administrator of an account."""
        given = key or self._administrator(account or self.account)
        known = (service, region, given["AccessKeyId"])
        if known not in self._clients:
            make: Any = boto3.session.Session(botocore_session=botocore_session()).client
            self._clients[known] = make(
                service,
                endpoint_url=self.place.endpoint,
                region_name=region or self.place.region,
                aws_access_key_id=given["AccessKeyId"],
                aws_secret_access_key=given["SecretAccessKey"],
                aws_session_token=given.get("SessionToken"),
                config=ONE_TRY,
            )
        return self._clients[known]

    @property
    def own(self) -> dict[str, Any]:
        """The tool's own key."""
        return {"AccessKeyId": self.place.key_id, "SecretAccessKey": self.place.secret}

    def user(self, name: str, *, account: str = "", path: str = "/", **tags: str) -> dict[str, Any]:
        """Make a user with a key; `replace_after="45"` is the tag `watchword:replace-after`."""
        iam = self.client("iam", account=account)
        told = [{"Key": f"watchword:{tag.replace('_', '-')}", "Value": value} for tag, value in tags.items()]
        iam.create_user(UserName=name, Path=path, Tags=told)
        key: dict[str, Any] = iam.create_access_key(UserName=name)["AccessKey"]
        return key

    def use(self, key: dict[str, Any]) -> None:
        """Use a key for something; that it is refused is a use, too."""
        with suppress(ClientError):
            self.client("iam", key).list_users()

    def keys(self, name: str, account: str = "") -> dict[str, bool]:
        """Tell a user's keys, and whether each is active."""
        told = self.client("iam", account=account).list_access_keys(UserName=name)["AccessKeyMetadata"]
        return {key["AccessKeyId"]: key["Status"] == "Active" for key in told}

    def current(self, name: str, key: dict[str, Any] | None = None) -> dict[str, str]:
        """Read what is current in a user's secret; with a key, or as the tool's role."""
        secret = f"Account_{self.account}_User_{name}_AccessKey"
        told = self.client("secretsmanager", key).get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")
        value: dict[str, str] = json.loads(told["SecretString"])
        return value

    def rotation(self, name: str) -> Rotation:
        """Give the newest rotation of a user."""
        return [one for one in self.ledger.every() if one.user == name][-1]

    def events(self, name: str) -> list[str]:
        """Tell a user's history."""
        return [event.what for event in self.ledger.history(user=name, limit=1000)]

    # the tool

    def orders(self, mode: Mode = Mode.APPLY, text: str = "", *, wire: Wire | None = None, **more: Any) -> Orders:
        """Give orders, with a new count of calls."""
        rules, self.wire = self.place.rules(text, **more.pop("aws", {})), wire or Wire()
        self.calls = more.pop("calls", None) or Calls(calls_per_second=1000, pause=no_wait)
        hub = self.place.hub(rules, self.calls, self.now, self.wire)
        return Orders(hub, rules, self.ledger, mode, by="eve", hands=HANDS, **{"holder": "one", **more})

    def sweep(self, text: str = "", *, mode: Mode = Mode.APPLY, force: str = "", **more: Any) -> Run:
        """Sweep the organization."""
        tell = {"tell": more.pop("tell")} if "tell" in more else {}
        choice = Choice(forced=(force,)) if force else more.pop("choice", EVERYTHING)
        return sweep(self.orders(mode, text, choice=choice, **more), **tell)

    def plan(self, text: str = "", **more: Any) -> Plan:
        """Make a plan by a dry run."""
        orders = self.orders(Mode.PLAN, text, **more)
        rules = digest(orders.rules)
        return plan_of(sweep(orders, keep=False), hub=orders.hub.account, rules=rules, choice=orders.choice)

    def member(self, text: str = "") -> Member:
        """Reach the account as the tool does."""
        return self.orders(text=text).hub.member(Account(self.account))

    def cli(self, *words: str, text: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """Run `watchword rotation`, by the sandbox's clock where there is one."""
        return run("rotation", *words, *self.options(text), env=self.environment | more, cwd=self.home)

    def options(self, text: str = "") -> list[str]:
        """Write the rules; gives what a command is told of them, and of the ledger."""
        rules = self.home / "rules.toml"
        rules.write_text(self.place.written(text))
        return [
            *("--rules", str(rules), "--ledger", self.place.ledger),
            *(["--follow-sandbox-clock"] if self.sandbox else []),
        ]

    def _administrator(self, account: str) -> dict[str, Any]:
        """Sign in again when time has passed: sessions end."""
        if (account, self.clock.ahead) not in self._signed_in:
            sts = self.client("sts", self.own)
            role = f"arn:{self.partition}:iam::{account}:role/{ROLE}"
            told = sts.assume_role(RoleArn=role, RoleSessionName="admin")["Credentials"]
            self._signed_in[account, self.clock.ahead] = told
        return self._signed_in[account, self.clock.ahead]

    @property
    def partition(self) -> str:
        """The partition that the region is in."""
        return botocore_session().get_partition_for_region(self.place.region)


def opened(place: Place, home: Path, **more: Any) -> Iterator[World]:
    """Open a world, for a fixture."""
    ledger = Ledger.open(place.ledger)
    environment = {"WATCHWORD_HOME": str(home)} | more.pop("environment", {})
    yield World(place, home, ledger, environment=dict(os.environ) | environment, **more)
    ledger.close()


def elsewhere(world: World, **more: Any) -> World:
    """Give the same world with another place."""
    return replace(world, place=replace(world.place, **more), _signed_in={}, _clients={})
