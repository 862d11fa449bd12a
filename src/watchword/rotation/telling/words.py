"""Words that messages share: instants and lengths as people read them, and what is better than a long-term key."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from watchword.rotation.terms import DAY

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""Characters that break lines or turn their direction: no name needs them."""
CALLS = re.compile(r"@(everyone|here|channel|all)\b", re.IGNORECASE)
"""Words by which chats call for everybody's attention."""

ALTERNATIVES = (
    ("An application on compute of the account", "give the instance, container or function a role; it needs no key"),
    ("An application in another account", "let it assume a cross-account role"),
    ("A pipeline, or a mobile application", "sign in with OpenID Connect (OIDC) and assume a role with the token"),
    ("People", "SAML 2.0 federation or single sign-on, instead of an IAM user"),
    ("An identity store of your own", "a broker that assumes roles for those it knows"),
    ("A machine elsewhere", "sessions from an X.509 certificate, as IAM Roles Anywhere issues them"),
)
"""Who needs a key, and what serves better: credentials that end by themselves."""


def clean(text: str) -> str:
    """Give a text on one line."""
    return CONTROL.sub(" ", text).strip()


def harmless(text: object) -> object:
    """Take from a text what a chat would read as a link, or as a call for everybody's attention."""
    if not isinstance(text, str):
        return text
    return CALLS.sub("@\u200b\\1", text.replace("<", "\u2039").replace(">", "\u203a"))


def day(at: float) -> str:
    """Write an instant as a date: `15 March 2026`."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment.day} {moment:%B %Y}"


def moment(at: float) -> str:
    """Write an instant with its time: `2026-03-15 08:30 UTC`."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"


def days_left(at: float, now: float) -> int:
    """Count the days until an instant, begun ones too; 0 when it has come."""
    return max(0, math.ceil((at - now) / DAY))


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun: `1 key`, `12 keys`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def ahead(at: float, now: float) -> str:
    """Write when something comes: `on 15 March 2026 (in 7 days)`."""
    left = days_left(at, now)
    if left == 0:
        return "now"
    return f"on {day(at)} ({'in ' + counted(left, 'day') if left > 1 else 'within a day'})"
