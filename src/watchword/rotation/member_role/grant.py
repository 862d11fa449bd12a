"""What the role is made for: whom it trusts, and which users and secrets it reaches."""

from __future__ import annotations

from dataclasses import dataclass

ACCOUNT, PARTITION = "<account>", "<partition>"
"""Stand where the account's number and partition belong, until a format writes its own words for them."""
PATH = "/watchword/"
"""The path of the policies that come with the role."""
REFUSE_SESSIONS = "refuse-sessions"
"""Refuses all temporary credentials of a user, while those that a leaked key made may live."""
READ_SECRETS = "read-rotated-secrets"
"""Lets a user read its own secret in the central account."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The parameters of one role. Empty means that the condition is not made.

    `users` is the path below which users are reached: `/` reaches all. `tag` is `key=value`: only users that carry it.
    `central_account` keeps the secrets of all accounts; `secret_prefix` is what the names of those in reach begin with.
    """

    trusted: str
    """The ARN of the role or user that sweeps."""
    role_name: str = "WatchwordRotation"
    role_path: str = "/"
    external_id: str = ""
    organization: str = ""
    """The id of the organization that who assumes it must belong to: `o-…`."""
    users: str = "/"
    tag: str = ""
    secret_prefix: str = f"Account_{ACCOUNT}_User_"
    central_account: str = ""
    central_region: str = ""
    key: str = ""
    """The ARN of the customer's key that seals the secrets."""
