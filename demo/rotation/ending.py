"""What became of everybody, counted from what the accounts, the ledger and the workloads themselves say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from demo.rotation.company import DAY, Company
from demo.rotation.days import Days
from demo.rotation.terminal import say
from watchword.rotation.ledger import Ledger
from watchword.rotation.records import Kind, Rotation, State

REPLACED, RECOVERING = "replaced; the old key is deleted", "replaced; the old key can be brought back"
BOTH, UNINSTALLED = (
    "replaced; both keys work for a while",
    "replaced, but the new key is not in use: the old one works on",
)
RETIRED = "retired: nobody used the key"
UNDONE, BEGUN = "undone, because something still needed the old key", "about to be replaced"
TWO, YOUNG = "two keys in use that we did not make: a person decides", "young: nothing to do yet"
OVERLAP = 10 * DAY
OUTCOMES = (REPLACED, RECOVERING, BOTH, UNINSTALLED, RETIRED, UNDONE, BEGUN, TWO, YOUNG)
_BY_STATE: Mapping[State, str] = {
    State.DELETED: REPLACED, State.DEACTIVATED: RECOVERING, State.OVERLAP: BOTH, State.ROLLED_BACK: UNDONE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of everybody, in numbers."""

    outcomes: Mapping[str, int]
    made: int
    thrown_away: int
    lost: int
    """Users that work, and have no key that does."""
    unreadable: int
    """New keys whose secret their user cannot read."""
    refused: int
    """How often a workload's own key was refused."""

    def show(self) -> None:
        """Print it."""
        for outcome in OUTCOMES:
            if self.outcomes[outcome]:
                say(f"{self.outcomes[outcome]:5}  {outcome}")
        say(
            f"{sum(self.outcomes.values()):5}  users in all",
            "",
            f"{self.made:5}  keys were made, and {self.thrown_away} of them thrown away, of the killed run",
            f"{self.lost:5}  workloads were left without a key that works",
            f"{self.unreadable:5}  new secrets cannot be read by their user",
            f"{self.refused:5}  requests of a workload were refused for its key",
        )


def ending(company: Company, days: Days, ledger: Ledger) -> Ending:
    """Count."""
    rotations = {one.old: one for one in sorted(ledger.every(), key=lambda one: one.opened_at)}
    outcomes: Counter[str] = Counter()
    now = company.now().timestamp()
    lost = unreadable = 0
    for one, keys in company.all_keys():
        found = rotations.get(one.first)
        outcomes[_outcome(found, keys, now)] += 1
        if found is None or found.kind is Kind.REPLACE:
            lost += not any(keys.get(key.access_key_id) for key in one.keys)
        if found is not None and found.state is State.OVERLAP:
            unreadable += days.read(one) is None
    history = [event.what for event in ledger.history(limit=1_000_000)]
    made, thrown_away = history.count("intend create"), history.count("disowned")
    refused = sum(one.refused for one in company.workloads)
    return Ending(outcomes, made, thrown_away, lost, unreadable, refused)


def _outcome(found: Rotation | None, keys: Mapping[str, bool], now: float) -> str:
    if found is None or found.state is State.ABANDONED:
        return TWO if len(keys) > 1 else YOUNG
    if found.kind is Kind.RETIRE:
        return RETIRED
    if found.state is State.OVERLAP and not found.proven_at and now > found.current_at + OVERLAP:
        return UNINSTALLED
    return _BY_STATE.get(found.state, BEGUN)
