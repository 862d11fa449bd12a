"""Ways: how a message gets to an address, as the rules say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from watchword.rotation.notices import Delivery
from watchword.rotation.rules.shapes import Telling
from watchword.rotation.telling.channels import ChannelWay
from watchword.rotation.telling.faults import Undelivered
from watchword.rotation.telling.ses import SesWay
from watchword.rotation.telling.smtp import SmtpWay

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class Way(Protocol):
    """Sends messages. `send` raises Undelivered."""

    def send(self, delivery: Delivery) -> None: ...

    def close(self) -> None: ...


class Ways:
    """Every way that the rules name. One that is down is not tried again, and holds no other."""

    def __init__(self, telling: Telling, environment: Mapping[str, str], ses: SESV2Client | None) -> None:
        self._channels: dict[str, Way] = {
            name: ChannelWay(channel, environment) for name, channel in telling.channels.items()
        }
        self._mail: Way | None = None
        if telling.smtp is not None:
            self._mail = SmtpWay(telling.smtp, telling.sender, environment)
        elif telling.ses is not None:
            self._mail = SesWay(ses, telling.ses, telling.sender)
        self._down: dict[int, str] = {}

    def is_chat(self, to: str) -> bool:
        """Whether an address is a channel that shows text alone."""
        return to in self._channels

    def leads_to(self, to: str) -> bool:
        """Whether there is a way to an address at all."""
        return to in self._channels or self._mail is not None

    def send(self, delivery: Delivery) -> None:
        """Send a message. Raises Undelivered."""
        way = self._channels.get(delivery.to) or (self._mail if "@" in delivery.to else None)
        if way is None:
            raise Undelivered(f"the rules know no way to `{delivery.to}`")
        if id(way) in self._down:
            raise Undelivered(self._down[id(way)])
        try:
            way.send(delivery)
        except Undelivered as undelivered:
            if undelivered.all_of_it:
                self._down[id(way)] = str(undelivered)
            raise

    def close(self) -> None:
        """End what is open."""
        for way in (*self._channels.values(), *([self._mail] if self._mail else [])):
            way.close()
