"""Stable stand-ins for what differs from run to run, and for secrets: each of the length of what it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

ACCOUNT = "111122223333"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105 - AWS's own example of one
TOKEN = "AQoEXAMPLEH4aoAH0gNCAPy…"  # noqa: S105 - likewise
BEGAN = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
GRAIN = timedelta(minutes=10)
"""Times are told in steps of this: a run takes less than half of it."""

_ID = re.compile(r"\b(A3T|AKIA|ASIA|AIDA|AROA|ANPA|AIPA|AGPA)[A-Z2-7]{16,17}\b")
_LONG = re.compile(r"(?<![\w/+=-])[\w/+=-]{100,}")
_SECRET = re.compile(r"(?<![\w/+=-])[A-Za-z0-9/+]{40}(?![\w/+=-])")
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_TIME = re.compile(r"\b(20\d\d-\d\d-\d\d)([T ])(\d\d:\d\d)(:\d\d)?(\.\d+)?")
_PORT = re.compile(r"\b(127\.0\.0\.1|localhost):\d{4,5}\b")
_AGENT = re.compile(r"((?:aws-cli|Boto3|Botocore)/)[\d.]+(?: [a-zA-Z]+/[\w.#+-]*)+")
_DAY = re.compile(r"\b23h5\dm\b")
_PYTHON = re.compile(r"\bPython 3\.[\d.]+")
_LEFT = re.compile(r"\b59m\d\ds\b")
_AGO = re.compile(r"\b\d{1,2} (?:s|min) ago\b")


@dataclass(slots=True)
class StandIns:
    """Remembers what stands for what, so that the same is told as the same all along a page."""

    began: datetime
    places: dict[str, str]
    """Paths and names of this machine, and what is said for them."""
    account: str = ""
    _known: dict[str, str] = field(default_factory=dict)
    _met: dict[str, int] = field(default_factory=dict)

    def steady(self, text: str) -> str:
        """Write a text without anything that another run would not have."""
        for place, stand_in in self.places.items():
            text = text.replace(place, stand_in)
        text = _UUID.sub(self._uuid, text)
        text = _LONG.sub(TOKEN, text)
        text = _SECRET.sub(SECRET, text)
        text = _ID.sub(self._id, text)
        text = _TIME.sub(self._time, text)
        text = _PORT.sub(r"\1:4567", text)
        text = _AGENT.sub(r"\1…", text)
        text = _LEFT.sub("1h", text)
        text = _DAY.sub("24h", text)
        text = _AGO.sub("just now", text)
        text = _PYTHON.sub("Python 3.x", text)
        return text.replace(self.account, ACCOUNT) if self.account else text

    def _id(self, found: re.Match[str]) -> str:
        """Number the ids of each kind by letters: `AKIAAAAAAAAAAEXAMPLE` is the first access key."""

        def make(place: int) -> str:
            filling = chr(ord("A") + place) * (len(found[0]) - len(found[1]) - len("EXAMPLE"))
            return f"{found[1]}{filling}EXAMPLE"

        return self._same(found[0], found[1], make)

    def _uuid(self, found: re.Match[str]) -> str:
        return self._same(found[0], "uuid", lambda place: f"00000000-0000-7000-8000-{place + 1:012}")

    def _same(self, real: str, kind: str, make: Callable[[int], str]) -> str:
        if real not in self._known:
            place = self._met[kind] = self._met.get(kind, -1) + 1
            self._known[real] = make(place)
        return self._known[real]

    def _time(self, found: re.Match[str]) -> str:
        at = datetime.fromisoformat(f"{found[1]}T{found[3]}").replace(tzinfo=UTC)
        at = BEGAN + round((at - self.began) / GRAIN) * GRAIN
        return f"{at:%Y-%m-%d}{found[2]}{at:%H:%M}{':00' if found[4] else ''}"
