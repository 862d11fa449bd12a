"""Clients, all made from one botocore session, so that each service's model is read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import botocore.session
from botocore.config import Config

from watchword.rotation.access.answers import SilentParsers
from watchword.rotation.rules.shapes import Aws

DEFAULT_REGION = "us-east-1"
TRIES = 5
CONNECT, READ = 10, 40
"""Seconds that a connection, and an answer, may take."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Credentials, and the account and principal that they are of."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    token: str = field(default="", repr=False)


def open_session(aws: Aws) -> botocore.session.Session:
    """Make the session that the rules ask for. Raises ProfileNotFound."""
    session = botocore.session.Session()
    if aws.profile:
        session.set_config_variable("profile", aws.profile)
        session.get_scoped_config()  # or a profile that is not there shows only at the first call
    return session


class Clients:
    """Makes clients. Safe from many threads, which a session by itself is not."""

    def __init__(self, session: botocore.session.Session, aws: Aws) -> None:
        self._session, self._endpoint = session, aws.endpoint_url or None
        self.region = aws.region or str(session.get_config_variable("region") or DEFAULT_REGION)
        session.set_config_variable("sts_regional_endpoints", "regional")
        session.register_component("response_parser_factory", SilentParsers())
        self._config = Config(
            retries={"mode": "standard", "total_max_attempts": TRIES},
            connect_timeout=CONNECT,
            read_timeout=READ,
            max_pool_connections=max(10, aws.concurrency),
        )
        self._lock = Lock()

    def make(self, service: str, credentials: SignedIn | None = None, region: str = "") -> Any:
        """Make a client; with the session's own credentials unless others are given."""
        given: dict[str, Any] = {}
        if credentials is not None:
            given = {
                "aws_access_key_id": credentials.access_key_id,
                "aws_secret_access_key": credentials.secret_access_key,
                "aws_session_token": credentials.token or None,
            }
        with self._lock:
            return self._session.create_client(
                service,
                region_name=region or self.region,
                endpoint_url=self._endpoint,
                config=self._config,
                **given,
            )
