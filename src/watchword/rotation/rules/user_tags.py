"""What a user's own tags say. One of ours that cannot be understood is a fault: nothing is done by a guess."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from watchword.rotation.rules.dates import end_of
from watchword.rotation.rules.owners import named
from watchword.rotation.rules.shapes import PERIOD_TAGS, TAG_NAMES, Layer, Owners, TagRules
from watchword.rotation.terms import DAY, Exemption, Keep

LONGEST = 3650
"""Days."""
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(slots=True)
class _Reading:
    rules: TagRules
    said: Mapping[str, str]
    """Values of the tags that are heeded, by name without the prefix."""
    faults: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def take(self, name: str, into: str, read: Callable[[str], Any]) -> None:
        """Read one tag, if it is there; what cannot be understood is put down."""
        if name in self.said:
            try:
                self.values[into] = read(self.said[name].strip())
            except ValueError as wrong:
                self.faults.append(f"tag `{self.rules.prefix}{name}`: {wrong}")


def read_tags(
    tags: Mapping[str, str], rules: TagRules, channels: Collection[str], owners: Owners
) -> tuple[Layer, tuple[str, ...]]:
    """Read a user's tags: what they lay over the rules, and what in them cannot be understood."""
    prefix = rules.prefix.casefold()
    ours = {
        name.casefold().removeprefix(prefix): value
        for name, value in tags.items()
        if name.casefold().startswith(prefix)
    }
    reading = _Reading(rules, {name: value for name, value in ours.items() if name in rules.heed})
    reading.faults += [f"tag `{rules.prefix}{name}` means nothing" for name in sorted(ours.keys() - TAG_NAMES)]
    for name, into in PERIOD_TAGS.items():
        least = rules.minimum if into == "replace" else DAY
        reading.take(name, into, partial(_period, least=least))
    reading.take("hand-off", "hand_off", _truth)
    reading.take("secret", "keep", _keep)
    reading.take("owner", "owners", lambda text: _owners(text, owners))
    reading.take("channel", "channel", lambda text: _channel(text, channels))
    _take_exemption(reading)
    channel = reading.values.pop("channel", ())
    if channel:
        reading.values["owners"] = tuple(dict.fromkeys((*reading.values.get("owners", ()), *channel)))
    return Layer(**reading.values), tuple(reading.faults)


def _take_exemption(reading: _Reading) -> None:
    """An exemption needs its end and its reason: one without the other is none, and no user is judged as if it were."""
    until, reason = reading.said.get("exempt-until"), reading.said.get("exempt-reason", "").strip()
    if until is None and not reason:
        return
    if until is None or not reason:
        reading.faults.append("an exemption needs both `exempt-until` and `exempt-reason`")
        return
    reading.take("exempt-until", "exempt", lambda text: Exemption(_date(text), reason, "tag"))


def _period(text: str, *, least: float) -> float:
    if not (text.isascii() and text.isdigit()) or not least <= int(text) * DAY <= LONGEST * DAY:
        raise ValueError(f"`{text}` is no number of days from {least / DAY:g} to {LONGEST}")
    return int(text) * DAY


def _truth(text: str) -> bool:
    if text.casefold() not in _TRUTHS:
        raise ValueError(f"`{text}` is neither `true` nor `false`")
    return _TRUTHS[text.casefold()]


def _keep(text: str) -> Keep:
    try:
        return Keep(text.casefold())
    except ValueError:
        raise ValueError(f"`{text}` is neither `member` nor `central`") from None


def _owners(text: str, owners: Owners) -> tuple[str, ...]:
    found = named(text, owners)
    if not found:
        raise ValueError(f"`{text}` is no mail address, and the rules map it to nobody")
    return found


def _channel(text: str, channels: Collection[str]) -> tuple[str, ...]:
    unknown = [word for word in text.split() if word not in channels]
    if unknown or not text:
        raise ValueError(f"the rules know no channel `{' '.join(unknown)}`")
    return tuple(text.split())


def _date(text: str) -> float:
    try:
        return end_of(date.fromisoformat(text))
    except ValueError:
        raise ValueError(f"`{text}` is no date such as 2027-01-31") from None
