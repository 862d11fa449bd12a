"""Every other channel (Slack, Teams, a webhook, …), through apprise. Its URL is a secret, and in no log or error."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import apprise

from watchword.rotation.notices import Delivery
from watchword.rotation.rules.shapes import Channel
from watchword.rotation.telling.faults import Undelivered
from watchword.rotation.telling.protected import protected

TALKATIVE = ("apprise", "requests", "urllib3.connectionpool", "urllib3.util.retry")
ASSET = apprise.AppriseAsset(app_id="Watchword", app_desc="key rotation", app_url="", async_mode=False)


class ChannelWay:
    """One channel."""

    def __init__(self, channel: Channel, environment: Mapping[str, str]) -> None:
        self._channel, self._environment = channel, environment

    def send(self, delivery: Delivery) -> None:
        """Send one message. Raises Undelivered."""
        channel = self._channel
        url = protected(channel.url_env, channel.url_file, self._environment)
        sending = apprise.Apprise(asset=ASSET)
        with _unheard():
            if not sending.add(url.reveal()):
                raise Undelivered(f"the URL of the channel `{channel.name}` is none that apprise knows", all_of_it=True)
            kind = sending[0].service_name
            arrived = sending.notify(delivery.text, title=delivery.subject, body_format=apprise.NotifyFormat.TEXT)
        if not arrived:
            raise Undelivered(f"the channel `{channel.name}` ({kind}) did not take it")

    def close(self) -> None:
        """Do nothing: each message has a connection of its own."""


@contextmanager
def _unheard() -> Iterator[None]:
    """Keep out of the log what apprise, and what carries its requests, say meanwhile: a URL may be in it."""

    def nothing(_record: logging.LogRecord) -> bool:
        return False

    logs = [logging.getLogger(name) for name in TALKATIVE]
    for log in logs:
        log.addFilter(nothing)
    try:
        yield
    finally:
        for log in logs:
            log.removeFilter(nothing)
