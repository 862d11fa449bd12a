"""When credentials are renewed, how long they are served, and when a failed attempt is made again. Pure.

An SDK that is given credentials with little time left by a metadata endpoint takes it for an outage and goes on using
them beyond their end, so what is served there has at least half an hour left for as long as its issuer answers.
Source: botocore.utils.InstanceMetadataFetcher._evaluate_expiration, from 12 to 20 minutes by chance; in others 25.
"""

from __future__ import annotations

from watchword.agent.credentials import Credentials

LEAST_LEFT = 1_800.0
"""Seconds left on whatever the metadata endpoint serves, unless its issuer is out of reach."""
SPARE = 300.0
"""Seconds in which a renewal may fail and be made again before less than that is left."""
SOONEST = 30.0
"""Seconds between two renewals that both went well, however wrong the clock of this machine is."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


def when_to_refresh(credentials: Credentials, least_left: float) -> float:
    """Tell the instant from which on to renew: half the life, or sooner where less than `least_left` would be left.

    Never in the first quarter of a life: what is too short for `least_left` is not asked for without end.
    """
    life = max(0.0, credentials.expires_at - credentials.received_at)
    wait = life / 2 if not least_left else min(life / 2, life - least_left - SPARE)
    return credentials.received_at + max(wait, life / 4, SOONEST)


def may_serve(now: float, credentials: Credentials) -> bool:
    """Whether credentials may be handed out: as long as they are good, and not a moment longer."""
    return now < credentials.expires_at


def when_to_retry(now: float, failures: int, chance: float) -> float:
    """Tell the instant of the next attempt after so many failed ones; `chance` (0 to 1) keeps a fleet from one step.

    The pause doubles from a second to a minute; its second half is left to chance.
    """
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 16))
    return now + pause * (1 + chance) / 2
