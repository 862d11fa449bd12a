"""The engine as a process that can be killed: imported once by the server that forks it, so that it starts at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import botocore.session

from watchword.rotation.access import Calls, Member, open_hub
from watchword.rotation.acting import Settled, settle
from watchword.rotation.ledger import Ledger
from watchword.rotation.rules import Rules
from watchword.rotation.rules.shapes import Aws
from watchword.rotation.seen import Account
from watchword.rotation.terms import DAY, Terms

LOADER = botocore.session.Session().get_component("data_loader")
for _service in ("iam", "sts", "secretsmanager"):
    LOADER.load_service_model(_service, "service-2")
"""Each service's model is read once, for every process that is forked from here."""
TERMS = Terms(never_used_after=None, replace_after=36_500 * DAY)
"""Only what is asked for is begun, however long a user waits for its case."""


@dataclass(frozen=True)
class Engine:
    """How the engine reaches an account. `ahead` is by how many seconds the account's clock is moved."""

    endpoint: str
    key: str
    secret: str
    ledger: str
    ahead: float = 0.0
    region: str = "us-east-1"

    def member(self, ahead: Callable[[], float] | None = None) -> Member:
        """Reach the account with the tool's own credentials."""
        session = botocore.session.Session()
        session.register_component("data_loader", LOADER)
        session.set_credentials(self.key, self.secret)
        aws = Aws(endpoint_url=self.endpoint, region=self.region, calls_per_second=100_000.0)
        moved = ahead or (lambda: self.ahead)
        hub = open_hub(
            aws, calls=Calls(calls_per_second=100_000.0), session=session, clock=lambda: time.time() + moved()
        )
        return hub.member(Account(hub.account))


def turn(member: Member, ledger: Ledger, user: str, **more: Any) -> Settled:
    """Take a user's turn; a new key is asked for, whatever the old one's age."""
    return settle(
        member,
        user,
        rules=Rules(ordinary=TERMS),
        ledger=ledger,
        holder="one",
        allowed=lambda _step: True,
        pause=lambda _seconds: None,
        **more,
    )


def run(engine: Engine, user: str, *, forced: bool) -> None:
    """Take a turn in a process of its own."""
    turn(engine.member(), Ledger.open(engine.ledger), user, forced=forced)
