"""Credentials for an SDK's session: the sessions of the same cache, with the same one question as for people."""

from __future__ import annotations

import os
import time
from typing import Any

from botocore.credentials import CredentialProvider, RefreshableCredentials

from watchword.cli.credentials.chains import Role
from watchword.cli.credentials.obtain import along, asking
from watchword.cli.credentials.routes import Route, route
from watchword.cli.credentials.shapes import Wish
from watchword.cli.lending.variables import instant


class Provider(CredentialProvider):
    """Stands before botocore's own way to a profile's role, which keeps nothing and asks for a code each time."""

    METHOD = "watchword"
    CANONICAL_NAME = None

    def __init__(self, found: Route, wish: Wish) -> None:
        super().__init__()
        self._route, self._wish = found, wish

    def load(self) -> RefreshableCredentials:
        """Give the role's session, which renews itself.

        Raises Stop.
        """
        return RefreshableCredentials.create_from_metadata(self._got(), refresh_using=self._got, method=self.METHOD)

    def _got(self) -> dict[str, Any]:
        got = along(self._route, self._wish, now=time.time(), ask=asking())
        return {
            "access_key": got.access_key_id,
            "secret_key": got.secret_access_key.reveal(),
            "token": got.session_token.reveal() if got.session_token else None,
            "expiry_time": instant(got.expires_at or 0),
        }


def provide(session: Any, wish: Wish) -> str:
    """Let a botocore session have the role of its profile from here, if it has one.

    Gives where to ask, if only the profile that the role is taken from says so: the SDK would look no further than the
    role's own. Raises Stop.
    """
    found = route(wish, os.environ)
    if not isinstance(found.link, Role):
        return ""
    session.get_component("credential_provider").insert_before("assume-role", Provider(found, wish))
    own = os.environ.get("AWS_ENDPOINT_URL") or found.configuration.named(found.profile).get("endpoint_url")
    return "" if own else found.where.endpoint_url
