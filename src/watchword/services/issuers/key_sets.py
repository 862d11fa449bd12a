"""The keys of registered providers, kept for a while: fetched when they are wanted, and not too often.

A stranger can name any key id, so an unknown one makes a provider be asked again at most once in a while. While a
provider does not answer, the keys that it published last are used on, but not for long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from threading import Lock

from watchword.crypto.jose import WebKeys
from watchword.services.issuers.faults import IssuerFault
from watchword.services.known import KnownOidcProvider

FRESH = 600.0
"""Seconds that keys are used before their provider is asked again: how long one that it has withdrawn may serve."""
KEPT = 3_600.0
"""Seconds that keys are used on while their provider cannot be asked."""
PAUSE = 10.0
"""Seconds between two askings for keys of unknown names, so that strangers cannot have a provider hammered."""
RESPITE = 60.0
"""Seconds until a provider that did not answer is asked again, while there are keys to use on."""
RETRY = 1.0
"""Seconds until it is asked again while there are none; what was read a moment ago is not read again either."""
CAPACITY = 1_024
"""How many providers' keys are kept; those kept longest go first."""

Fetch = Callable[[str, tuple[str, ...]], WebKeys]
"""From an issuer and the thumbprints registered for it to its keys. May raise IssuerFault."""
_Name = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is known of one provider. Instants are seconds of the clock passed in.

    `fault` is how the last asking failed; `sought_at` is when it last told keys again, for those of new names too.
    """

    asked_at: float
    keys: WebKeys | None = None
    read_at: float = -inf
    fault: IssuerFault | None = None
    sought_at: float = -inf


class KeySets:
    """Remembers keys by the provider's ARN and thumbprints: what was had under another trust is not used."""

    def __init__(self, fetch: Fetch, clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._entries: dict[_Name, _Entry] = {}
        self._lock = Lock()

    def of(self, provider: KnownOidcProvider, key_id: str) -> WebKeys | IssuerFault | None:
        """Give the keys to look for one in; None when they are to be fetched first, a fault when that was in vain."""
        entry, now = self._entries.get(_name(provider)), self._clock()
        if entry is None:
            return None
        if entry.fault is not None:
            usable = entry.keys if now - entry.read_at < KEPT else None
            if now - entry.asked_at < (RETRY if usable is None else RESPITE):
                return entry.fault if usable is None else usable
            return None
        if entry.keys is None or now - entry.read_at >= FRESH:
            return None
        just_read = now - entry.sought_at < PAUSE or now - entry.read_at < RETRY
        return entry.keys if key_id in entry.keys or just_read else None

    def fetch(self, provider: KnownOidcProvider) -> None:
        """Ask a provider for its keys, and keep what comes of it for `of` to tell. This waits for another host."""
        keys: WebKeys | None = None
        fault: IssuerFault | None = None
        try:
            keys = self._fetch(provider.issuer, provider.thumbprints)
        except IssuerFault as raised:
            fault = raised.with_traceback(None)
        self._keep(_name(provider), keys, fault)

    def _keep(self, name: _Name, keys: WebKeys | None, fault: IssuerFault | None) -> None:
        now = self._clock()
        with self._lock:
            before = self._entries.pop(name, _Entry(now))
            if keys is not None:
                self._entries[name] = _Entry(now, keys, now, sought_at=-inf if before.keys is None else now)
            else:
                self._entries[name] = replace(before, asked_at=now, fault=fault)
            while len(self._entries) > CAPACITY:
                del self._entries[next(iter(self._entries))]


def _name(provider: KnownOidcProvider) -> _Name:
    return provider.arn, provider.thumbprints
