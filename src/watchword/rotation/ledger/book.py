"""The ledger as one thing in hand. Each call is one transaction, from any thread or process."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from watchword.rotation.ledger import exemptions, history, leases, notices, pace, rotations, runs, sightings
from watchword.rotation.ledger.exemptions import Exempted
from watchword.rotation.ledger.leases import Lease
from watchword.rotation.ledger.opening import open_engine, reading, writing
from watchword.rotation.ledger.runs import RunSummary
from watchword.rotation.notices import Delivery
from watchword.rotation.records import Event, Rotation, State
from watchword.rotation.results import AccountResult, Run


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is on record of all rotations. Every call raises LedgerFault when the database cannot be used."""

    engine: Engine

    @classmethod
    def open(cls, url: str) -> Ledger:
        """Open the ledger at `sqlite:////FILE` or `postgresql://HOST/NAME`, made or brought up to date.

        Raises LedgerFault.
        """
        return cls(open_engine(url))

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    # Who may act. Here `now` is real time, as `time.time()` tells it, whatever the account's clock says.

    def lease(
        self, account: str, subject: str, holder: str, now: float, seconds: float = leases.SECONDS
    ) -> Lease | None:
        """Take the lease of a user, or None while somebody else's has not run out. See `leases.grant`."""
        with writing(self.engine) as connection:
            return leases.grant(connection, account, subject, holder, now=now, seconds=seconds)

    def renew(self, lease: Lease, now: float, seconds: float = leases.SECONDS) -> Lease:
        """Make a lease last longer. Raises Fenced."""
        with writing(self.engine) as connection:
            return leases.renew(connection, lease, now, seconds)

    def release(self, lease: Lease) -> None:
        """Let go of a lease; after it, nothing can be kept under it."""
        with writing(self.engine) as connection:
            leases.release(connection, lease)

    # Rotations and their history.

    def keep(self, lease: Lease, rotation: Rotation, event: Event) -> None:
        """Put a rotation and what became of it on record, both or neither.

        Raises Fenced when a younger lease was granted, OneAtATime when it would cross another open one.
        """
        with writing(self.engine) as connection:
            rotations.keep(connection, lease, rotation)
            history.add(connection, event)

    def note(self, event: Event) -> None:
        """Put on record what belongs to no rotation, or changes none."""
        with writing(self.engine) as connection:
            history.add(connection, event)

    def rotations(self, account: str) -> tuple[Rotation, ...]:
        """List an account's open and rolled back rotations."""
        return self.every(account, states=rotations.STANDING)

    def of_user(self, account: str, user_id: str) -> tuple[Rotation, ...]:
        """List a user's open and rolled back rotations."""
        with reading(self.engine) as connection:
            return rotations.every(connection, account, user_id, rotations.STANDING)

    def closed_of_user(self, account: str, user_id: str) -> tuple[Rotation, ...]:
        """List a user's rotations that are done or abandoned."""
        with reading(self.engine) as connection:
            return rotations.every(connection, account, user_id, set(State) - rotations.STANDING)

    def every(self, account: str = "", states: Collection[State] = ()) -> tuple[Rotation, ...]:
        """List rotations, of all accounts and in all states unless told otherwise; oldest first."""
        with reading(self.engine) as connection:
            return rotations.every(connection, account, states=states)

    def find(self, rotation_id: str) -> Rotation | None:
        """Find a rotation by its id."""
        with reading(self.engine) as connection:
            return rotations.find(connection, rotation_id)

    def with_key(self, key_id: str) -> Rotation | None:
        """Find the rotation that speaks of a key: one that is open or rolled back before others, then the youngest."""
        with reading(self.engine) as connection:
            found = rotations.with_key(connection, key_id)
        return max(found, key=lambda one: (one.state in rotations.STANDING, one.opened_at), default=None)

    def history(
        self, account: str = "", user: str = "", rotation: str = "", limit: int = 100, what: Collection[str] = ()
    ) -> list[Event]:
        """Give the newest lines, oldest first. `user` is a name or a unique id; `what` are the words to look for."""
        with reading(self.engine) as connection:
            return history.newest(connection, account, user, rotation, limit=limit, what=what)

    # What sweeps share.

    def sighted(self, account: str, statuses: Mapping[str, bool], now: float) -> dict[str, float]:
        """Put on record which keys are active at `now`, and tell since when each is as it is."""
        keys = sorted(statuses)
        with reading(self.engine) as connection:
            before = sightings.known(connection, account, keys)
        changes = sightings.changed(before, statuses, now)
        if changes:
            with writing(self.engine) as connection:
                sightings.put_all(connection, account, changes)
        return {key: changes[key][1] if key in changes else before[key][1] for key in keys}

    def exempt(self, account: str, user: str, until: float, reason: str, by: str, *, at: float = 0.0) -> None:
        """Leave a user alone until an instant, in place of what was said before. `user` is a name."""
        with writing(self.engine) as connection:
            exemptions.exempt(connection, Exempted(account, user, until, reason, by, at))

    def exemptions(self, account: str = "") -> tuple[Exempted, ...]:
        """List the exemptions by command, those that have ended too."""
        with reading(self.engine) as connection:
            return exemptions.every(connection, account)

    def lift(self, account: str, user: str) -> bool:
        """End an exemption, and tell whether there was one."""
        with writing(self.engine) as connection:
            return exemptions.lift(connection, account, user)

    def pace(self, account: str) -> float | None:
        """Give the calls per second that an account bears; None while nobody was ever refused."""
        with reading(self.engine) as connection:
            return pace.read(connection, account)

    def set_pace(self, account: str, calls_per_second: float) -> None:
        """Tell the other workers what an account bears."""
        with writing(self.engine) as connection:
            pace.write(connection, account, calls_per_second)

    # What was told to whom.

    def untold(self, whom: str, marks: Collection[str]) -> set[str]:
        """Give those of `marks` that `whom` has not been told."""
        with reading(self.engine) as connection:
            return notices.untold(connection, whom, marks)

    def told(self, whom: str, marks: Collection[str], run: str, now: float) -> None:
        """Remember what `whom` was told."""
        with writing(self.engine) as connection:
            notices.told(connection, whom, marks, run, now)

    def owe(self, delivery: Delivery, marks: Collection[str] = ()) -> None:
        """Keep a message before the first attempt, and remember what it tells: both or neither, and once by its id."""
        with writing(self.engine) as connection:
            notices.owe(connection, delivery, marks)

    def owed(self) -> list[Delivery]:
        """List the messages that are neither delivered nor given up, oldest first."""
        with reading(self.engine) as connection:
            return notices.owed(connection)

    def delivered(self, delivery_id: str, now: float) -> None:
        """A message has arrived, as far as can be told."""
        with writing(self.engine) as connection:
            notices.attempted(connection, delivery_id, now, delivered_at=now, error="")

    def undeliverable(self, delivery_id: str, error: str, now: float, *, give_up: bool = False) -> None:
        """An attempt failed: the message stays owed, unless it is given up."""
        with writing(self.engine) as connection:
            notices.attempted(connection, delivery_id, now, error=error, given_up=give_up)

    def deliveries(self, run: str = "", *, failed: bool = False, limit: int = 1000) -> list[Delivery]:
        """List the newest messages, newest first; `failed` are those that were attempted and have not arrived."""
        with reading(self.engine) as connection:
            return notices.newest(connection, run, failed=failed, limit=limit)

    # Runs.

    def keep_run(self, run: Run) -> None:
        """Put a run on record, at its start or end; accounts that were kept one by one stay."""
        with writing(self.engine) as connection:
            runs.keep(connection, run)

    def keep_result(self, run_id: str, result: AccountResult) -> None:
        """Put one account of a run on record."""
        with writing(self.engine) as connection:
            runs.keep_result(connection, run_id, result)

    def results(self, run_id: str) -> Iterator[AccountResult]:
        """Give a run's accounts one at a time."""
        with reading(self.engine) as connection:
            yield from runs.results(connection, run_id)

    def runs(self, limit: int = 20) -> list[RunSummary]:
        """Sum up the newest runs, newest first."""
        with reading(self.engine) as connection:
            return runs.newest(connection, limit)

    def run(self, run_id: str) -> Run:
        """Give a run whole. Raises NotOnRecord."""
        with reading(self.engine) as connection:
            return runs.find(connection, run_id)

    def trim(self, leave: int, before: float) -> None:
        """Forget all but the newest `leave` runs, and messages delivered before an instant. History stays."""
        with writing(self.engine) as connection:
            runs.trim(connection, leave)
            notices.trim(connection, before)
