"""What a run found and did: one line for every key, by account. Plans, messages and reports are made of these alone."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from watchword.rotation.records import Kind
from watchword.rotation.seen import Known
from watchword.rotation.steps import Do, Why


class Change(msgspec.Struct, frozen=True):
    """One change of the account that would come now: what, and of which key. A key is made in the place of `key`."""

    do: Do
    key: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One key of a user and what it needs: as found where nothing was done, as left where something was.

    Instants are epoch seconds; `at` is when the next change may come, 0 where there is none.
    """

    account: str
    account_name: str
    user: str
    user_id: str
    arn: str
    """The user's."""
    key: str
    active: bool
    created: float
    used: Known
    used_at: float = 0.0
    used_service: str = ""
    do: Do
    why: Why
    at: float = 0.0
    kind: Kind = Kind.REPLACE
    rotation: str = ""
    """The open rotation's id; empty where there is none."""
    state: str = ""
    """How far that rotation has come."""
    note: str = ""
    changes: bool = False
    """Whether carrying out `do` changes the account."""
    will: tuple[Change, ...] = ()
    """What would be changed now, in its order, if all that comes next were carried out; `do` is only the next step."""
    finding: bool = False
    """Whether a person should look at it."""
    owners: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    """What this run did, in the words of the ledger's events: `created`, `stored`, `deactivated`, …"""
    error: str = ""
    """Why the step could not be carried out."""


class Other(msgspec.Struct, frozen=True, kw_only=True):
    """A long-term credential that is no access key of a user: it is told of, and never touched."""

    account: str
    user: str
    """`<root_account>` for root."""
    what: str
    """`root access key`, `password`, `service-specific credential`, `SSH public key`, `signing certificate`."""
    id: str = ""
    active: bool = True
    created: float = 0.0
    expires: float = 0.0
    used_at: float = 0.0
    service: str = ""
    finding: str = ""
    """What is wrong with it; empty where nothing is."""


class Mode(StrEnum):
    INVENTORY = "inventory"
    PLAN = "plan"
    APPLY = "apply"


class AccountResult(msgspec.Struct, frozen=True, kw_only=True):
    """One account. `failed` says why it could not be reached or finished: the others go on."""

    account: str
    name: str = ""
    email: str = ""
    failed: str = ""
    lines: tuple[Line, ...] = ()
    others: tuple[Other, ...] = ()
    users: int = 0
    calls: int = 0
    """API calls that were made."""
    report_at: float = 0.0
    """When the credential report was made that this rests on."""

    @property
    def is_failed(self) -> bool:
        """Whether it, or some step in it, failed."""
        return bool(self.failed) or any(line.error for line in self.lines)


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run over the accounts."""

    id: str
    mode: Mode
    by: str
    started_at: float
    ended_at: float
    accounts: tuple[AccountResult, ...]

    @property
    def failed(self) -> bool:
        """Whether some account, or some step, failed."""
        return any(one.is_failed for one in self.accounts)

    @property
    def has_findings(self) -> bool:
        """Whether there is something that a person should look at."""
        return any(
            any(line.finding for line in one.lines) or any(other.finding for other in one.others)
            for one in self.accounts
        )
