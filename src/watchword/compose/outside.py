"""What is had from other hosts: whom we trust there, and how long we wait."""

from __future__ import annotations

import time
from functools import partial

from watchword.compose.keys import CannotRun
from watchword.services.issuers.certificates import trusting
from watchword.services.issuers.key_sets import KeySets
from watchword.services.issuers.published import fetch_keys
from watchword.settings import Settings

MOST_SECONDS = 5.0
"""How long an identity provider may take to tell its keys; half of a request's time at most."""


def key_sets(settings: Settings) -> KeySets:
    """Make the memory of identity providers' keys.

    Raises CannotRun.
    """
    try:
        trust = trusting(settings.oidc_ca_file)
    except OSError as error:
        reason = error.strerror or "it holds no certificate"
        raise CannotRun(f"the authorities in `{settings.oidc_ca_file}` cannot be read: {reason}") from error
    seconds = min(MOST_SECONDS, settings.patience / 2)
    return KeySets(partial(fetch_keys, trust=trust, seconds=seconds), time.monotonic)
