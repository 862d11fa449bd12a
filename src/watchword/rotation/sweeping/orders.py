"""What a sweep goes by: whom to ask, the rules, the record, and what was ordered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from watchword.rotation.access import Hub, Member
from watchword.rotation.acting import Settled, detach_refusals, names_by_id, settle
from watchword.rotation.inventory import Looked, look, look_at_user
from watchword.rotation.ledger import Ledger
from watchword.rotation.results import Mode
from watchword.rotation.rules import Rules
from watchword.rotation.seen import Account, User
from watchword.rotation.sweeping.choice import EVERYTHING, Choice
from watchword.rotation.sweeping.plans import Plan


@dataclass(frozen=True, slots=True)
class Hands:
    """What looks and what acts; others in tests."""

    look: Callable[..., Looked] = look
    look_at: Callable[..., User | None] = look_at_user
    settle: Callable[..., Settled] = settle
    detach: Callable[..., list[str]] = detach_refusals
    names: Callable[..., dict[str, str]] = names_by_id


@dataclass(frozen=True, slots=True)
class Orders:
    """One sweep's orders.

    `holder` is the runner's name in the ledger's leases: one that is gone on with after a kill keeps its name, and
    takes back its own. `ahead` is how many seconds ahead of the accounts' clock it judges; only a dry run may.
    """

    hub: Hub
    rules: Rules
    ledger: Ledger
    mode: Mode
    choice: Choice = EVERYTHING
    by: str = ""
    holder: str = ""
    plan: Plan | None = None
    ahead: float = 0.0
    thorough: bool = False
    """Whether users are read one by one of whose keys nothing is to be done, as a report of every key needs."""
    hands: Hands = field(default_factory=Hands)
    _central: list[Member] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def central(self) -> Member:
        """Reach the account in which the rules may keep secrets, signed in to once. Raises Unreachable."""
        with self._lock:
            if not self._central:
                account = self.rules.secret.central_account or self.hub.account
                self._central.append(self.hub.member(Account(account)))
            return self._central[0]
