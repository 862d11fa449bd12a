"""Which environment variables carry credentials, which would speak against them, and how to come back from both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from watchword.cli.credentials.shapes import Credentials
from watchword.domain.secret import Secret

Value = str | Secret

ROLE = "WATCHWORD_ROLE"
"""Whose credentials an environment carries: by this a command knows that they are ours."""
GAVE = "WATCHWORD_GAVE"
"""Names, with commas, of those `REMEMBERED` variables that came with them."""
WAS = "WATCHWORD_WAS_"
"""Before a `REMEMBERED` variable's name: what it was before."""

URI, TOKEN_FILE = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN"  # noqa: S105 - a name
CARRYING = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_SESSION_EXPIRATION",
)
RIVALS = (
    "AWS_SECURITY_TOKEN",  # boto's old name of a session token
    "AWS_PROFILE",  # the JavaScript SDK leaves the keys of the environment aside where it is set
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCOUNT_ID",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    URI,
    TOKEN,
    TOKEN_FILE,
)
"""What would name other credentials, or another account, than the ones that are carried."""
REMEMBERED = (
    *(name for name in RIVALS if name not in {"AWS_SECURITY_TOKEN", TOKEN}),
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
)
"""What is put back afterwards. No secret is among it: a copy of one is one more place to find it in."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an environment is to be told: what to set, and what to take away."""

    given: Mapping[str, Value]
    taken: tuple[str, ...] = ()

    def applied(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Give the environment as it is afterwards."""
        left = {name: value for name, value in environ.items() if name not in self.taken}
        return left | {name: text(value) for name, value in self.given.items()}


def carrying(credentials: Credentials) -> Change:
    """Put credentials themselves into an environment."""
    token, until = credentials.session_token, credentials.expires_at
    given: dict[str, Value] = {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
    }
    if token is not None:
        given["AWS_SESSION_TOKEN"] = token
    if until is not None:  # both names are in use
        given |= dict.fromkeys(("AWS_CREDENTIAL_EXPIRATION", "AWS_SESSION_EXPIRATION"), instant(until))
    return _whole(given, credentials)


def served(uri: str, credentials: Credentials, **told: Value) -> Change:
    """Put the address of an endpoint that gives credentials into an environment, and what is `told` by name."""
    return _whole({URI: uri, **told}, credentials)


def entered(change: Change, environ: Mapping[str, str]) -> Change:
    """Let an environment remember what a change takes from it, so that `outside` can put it back."""
    altered = [name for name in REMEMBERED if change.applied(environ).get(name) != environ.get(name)]
    gave = ",".join(name for name in altered if name in change.given)
    was = {WAS + name: environ[name] for name in altered if name in environ}
    return Change({**change.given, **({GAVE: gave} if gave else {}), **was}, change.taken)


def outside(environ: Mapping[str, str]) -> dict[str, str]:
    """Give an environment as it was before our credentials came into it; one without them as it is."""
    if ROLE not in environ:
        return dict(environ)
    gave = set(environ.get(GAVE, "").split(",")) & set(REMEMBERED)
    ours = {*CARRYING, TOKEN, ROLE, GAVE} | gave
    was = {WAS + name: name for name in REMEMBERED}
    left = {name: value for name, value in environ.items() if name not in ours and name not in was}
    return {name: environ[kept] for kept, name in was.items() if kept in environ} | left


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> Change:
    """Tell what turns one environment into another."""
    given = {name: value for name, value in after.items() if before.get(name) != value}
    return Change(given, tuple(name for name in before if name not in after))


def instant(moment: float) -> str:
    """Write an instant as the SDKs read it; a started second is not promised."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def text(value: Value) -> str:
    """Give a value as it stands in an environment."""
    return value.reveal() if isinstance(value, Secret) else value


def name_of(credentials: Credentials) -> str:
    """Say whose credentials these are, in one word."""
    return credentials.role_arn or credentials.profile or credentials.access_key_id


def _whole(given: Mapping[str, Value], credentials: Credentials) -> Change:
    optional = {
        "AWS_ACCOUNT_ID": credentials.account_id,
        "AWS_REGION": credentials.region,
        "AWS_DEFAULT_REGION": credentials.region,
        "AWS_ENDPOINT_URL": credentials.endpoint_url,
    }
    whole = {**given, **{name: value for name, value in optional.items() if value}, ROLE: name_of(credentials)}
    gone = (*CARRYING, *RIVALS, "AWS_ENDPOINT_URL")
    return Change(whole, tuple(name for name in gone if name not in whole))
