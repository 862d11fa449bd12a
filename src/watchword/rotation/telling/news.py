"""What there is to tell of one key: in which part of a digest it stands, in which words, and when it is news again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from watchword.rotation.records import Event, Kind, Rotation, State
from watchword.rotation.results import Line, Mode, Run
from watchword.rotation.steps import Do, Why
from watchword.rotation.telling.phrases import ASKS, DONE, MENDED, WILL
from watchword.rotation.telling.words import ahead, clean, counted, day
from watchword.rotation.terms import DAY

WEEK = 7 * DAY
WARN = (14 * DAY, 7 * DAY, 1 * DAY)


class Part(StrEnum):
    """The parts of a digest, in their order."""

    ASKED = "asked"
    DONE = "done"
    AHEAD = "ahead"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new key's secret is kept; never the secret."""

    name: str
    arn: str
    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to tell of one key. Instants are epoch seconds."""

    part: Part
    account: str
    account_name: str
    user: str
    key: str
    said: str
    """What is so, or asked, in a sentence."""
    more: str = ""
    """What else there is to know: a reason, what to do."""
    at: float = 0.0
    """When something will come of it; 0 where nothing will."""
    place: Place | None = None
    mark: str = ""
    """What makes it news: told once, under this mark."""
    weekly: bool = False
    """Whether it is told again each week, as long as it is so."""


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a run, with what the ledger has on record of it."""

    run: Run
    line: Line
    rotations: Mapping[str, Rotation]
    """Those that the line and the deeds belong to, by id."""
    deeds: Sequence[Event]
    """What the run did of it."""
    warn: Sequence[float]
    now: float

    def entries(self) -> Iterator[Entry]:
        """Tell all that there is to tell of it; nothing for most keys."""
        yield from self._done()
        yield from self._leaked()
        line = self.line
        if line.error:
            said = f"Could not be carried out: {clean(line.error)}"
            yield self._weekly(Part.BLOCKED, said, "It is tried again by the next run.", "error")
        elif line.why in ASKS and line.do in {Do.ASK, Do.REPORT, Do.BLOCKED}:
            yield self._asked()
        elif line.do is Do.WAIT and line.why is Why.OVERLAP and self._unproven:
            yield self._install()
        elif line.do is Do.WARN or (line.do is Do.WAIT and line.why in {Why.OVERLAP, Why.RECOVERY} and line.at):
            yield from self._warned()
        elif line.do in {Do.BLOCKED, Do.REPORT}:
            note = f" ({clean(line.note)})" if line.note else ""
            yield self._weekly(Part.BLOCKED, f"{_sentence(line.why)}{note}.", MENDED.get(line.why, ""), "blocked")
        elif line.will:
            yield self._intended()

    @property
    def rotation(self) -> Rotation | None:
        """The line's own."""
        return self.rotations.get(self.line.rotation)

    @property
    def _unproven(self) -> bool:
        return self.rotation is not None and self.rotation.kind is Kind.REPLACE and not self.rotation.proven_at

    def _done(self) -> Iterator[Entry]:
        """What was done, as the ledger has it: which key it was, a run's line does not say."""
        for event in self.deeds:
            said, rotation = DONE.get(event.what), self.rotations.get(event.rotation)
            if said is None:
                continue
            made = event.what == "current" and rotation is not None
            more = f"It replaces {rotation.old}, which still works." if made and rotation else ""
            if rotation and event.key in rotation.orphans:
                more = "It was a new key that could not be kept."
            mark = f"done/{event.rotation}/{event.what}/{event.at:.0f}"
            yield self._entry(Part.DONE, said, more, mark, key=event.key or self.line.key)

    def _leaked(self) -> Iterator[Entry]:
        """Whoever used a leaked key stands without one that works: told once, whatever came of the rotation since."""
        rotation = self.rotation
        place = _place(rotation)
        if rotation and rotation.leaked and place and self.line.key == rotation.old and not rotation.proven_at:
            said = f"Install this one now: {rotation.old} leaked, and was put out of use at once."
            yield self._entry(Part.ASKED, said, "", "leaked", key=rotation.new, place=place)

    def _asked(self) -> Entry:
        line = self.line
        said, more = ASKS[line.why]
        more = more.format(user=clean(line.user), account=line.account)
        if line.do is Do.BLOCKED:
            more += " It is past its limit. To have it cut off, though it may be in use: "
            more += f'"watchword rotation ack {clean(line.user)} --account {line.account} --cut-off".'
        elif line.at and line.why is Why.NOT_INSTALLED:
            more += f" It must be settled by {day(line.at)}."
        elif line.at and line.why is Why.STILL_USED:
            more += f" If nothing uses it any more, that is {ahead(line.at, self.now)}."
        return self._weekly(Part.ASKED, said, more, "ask", place=_place(self.rotation), at=line.at)

    def _install(self) -> Entry:
        said = "Install the new key in every application that uses the old one."
        more = (
            f"The old key {self._old_key()} keeps working until the new one is in use, and for the agreed time after."
        )
        return self._weekly(Part.ASKED, said, more, "ask", key=self._new_key(), place=_place(self.rotation))

    def _warned(self) -> Iterator[Entry]:
        """Tell of what comes at an instant: again only when a smaller threshold is crossed."""
        left = self.line.at - self.now
        crossed = [length for length in self.warn if left <= length]
        if crossed or self.line.do is Do.WARN:
            threshold = min(crossed, default=max(self.warn, default=0.0))
            said = f"{self._coming()} {ahead(self.line.at, self.now)}."
            mark = f"warn/{self.line.at // DAY:.0f}/{threshold / DAY:g}"
            yield self._entry(Part.AHEAD, said, self._before(), mark, at=self.line.at)

    def _coming(self) -> str:
        line = self.line
        if line.why is Why.RECOVERY:
            return "Will be deleted"
        return "A new key will be made" if line.why is Why.DUE_SOON else "Will be deactivated"

    def _before(self) -> str:
        match self.line.why:
            case Why.RECOVERY:
                line = self.line
                even = " --even-leaked" if self.rotation and self.rotation.leaked else ""
                undo = f"watchword rotation undo {clean(line.user)} --account {line.account}{even} --why …"
                return f'Until then it can be brought back, with "{undo}".' if line.rotation else ""
            case Why.DUE_SOON:
                return "Both then work side by side, until every application that uses this one has the new one."
            case Why.RETIRES_SOON:
                return "Nobody uses it, so no new one is made. If it is needed, use it, or ask for an exemption."
            case _:
                return "Make sure that nothing uses it any more."

    def _intended(self) -> Entry:
        """What a dry run found that it would change, or what a plan did not name."""
        words = [WILL.get(change.do, str(change.do)) for change in self.line.will]
        said = f"{clean('; then '.join(dict.fromkeys(words))).capitalize()}."
        wills = "+".join(change.do for change in self.line.will)
        return self._weekly(Part.AHEAD, said, f"Reason: {self.line.why}.", f"will/{wills}")

    def _weekly(self, part: Part, said: str, more: str, mark: str, **also: object) -> Entry:
        return self._entry(part, said, more, f"{mark}/{self.line.why.name}", weekly=True, **also)

    def _entry(self, part: Part, said: str, more: str, mark: str, **also: object) -> Entry:
        line = self.line
        manner = "real" if self.run.mode is Mode.APPLY else "announced"
        whole = f"{manner}/{line.account}/{line.user_id}/{line.key}/{line.rotation}/{mark}"
        values = {"key": line.key, **also}
        return Entry(
            part, line.account, clean(line.account_name), clean(line.user), said=said, more=more, mark=whole,
            **values,  # type: ignore[arg-type]  # by name
        )  # fmt: skip

    def _old_key(self) -> str:
        return self.rotation.old if self.rotation else self.line.key

    def _new_key(self) -> str:
        return (self.rotation.new if self.rotation else "") or self.line.key


def _place(rotation: Rotation | None) -> Place | None:
    """Where the new key's secret is; None until it is current there."""
    if rotation is None or rotation.kept is None or rotation.state not in {State.OVERLAP, State.DEACTIVATED}:
        return None
    kept = rotation.kept
    return Place(clean(kept.name), kept.arn, kept.account, kept.region)


def _sentence(why: Why) -> str:
    text = str(why)
    return text[:1].upper() + text[1:]


def again(entry: Entry, now: float) -> tuple[str, tuple[str, ...]]:
    """Give the mark under which an entry is told again now, and all that are used up by telling it first.

    Weeks are the calendar's, so that what is reminded of comes together; the first reminder comes after half a week or
    more.
    """

    def week(at: float) -> str:
        return f"{entry.mark}/week {at // WEEK:.0f}"

    return week(now), (entry.mark, week(now), week(now + WEEK / 2))


def parts(entries: Iterable[Entry]) -> dict[Part, list[Entry]]:
    """Sort entries into the parts of a digest; what comes soonest is first."""
    found: dict[Part, list[Entry]] = {part: [] for part in Part}
    for entry in sorted(entries, key=lambda one: (one.at or float("inf"), one.account, one.user, one.key)):
        found[entry.part].append(entry)
    return found


def headline(found: dict[Part, list[Entry]]) -> str:
    """Say in a few words how much there is: `2 to do, 1 done, 3 ahead`."""
    words = {Part.ASKED: "to do", Part.DONE: "done", Part.AHEAD: "ahead", Part.BLOCKED: "blocked"}
    return ", ".join(f"{len(entries):,} {words[part]}" for part, entries in found.items() if entries)


def keys_told(entries: Iterable[Entry]) -> str:
    """Say of how many keys entries speak."""
    return counted(len({entry.key for entry in entries}), "access key")
