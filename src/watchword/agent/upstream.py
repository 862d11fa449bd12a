"""Who gives the credentials: the authority that this machine's AWS configuration names, asked through botocore.

A session is made anew for each question: keys that were rotated on this machine count from the next one on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from watchword.agent.credentials import Credentials
from watchword.agent.troubles import is_over, translated
from watchword.domain.secret import Secret

DEFAULT_REGION = "us-east-1"
ONCE = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 1})
"""The keeper makes the attempts, and a stop waits for the one under way."""


@dataclass(frozen=True, slots=True)
class Door:
    """How the authority is asked, and as whom; empty members are what the AWS configuration says."""

    profile: str = ""
    region: str = ""
    endpoint_url: str = ""

    def client(self, service: str, credentials: Credentials | None = None) -> Any:
        """Make a client that signs with the profile's credentials, or with these.

        Raises BotoCoreError.
        """
        session = botocore.session.Session(profile=self.profile or None)
        session.register_component("data_loader", _LOADER)
        if credentials:
            session.set_credentials(
                credentials.access_key_id,
                credentials.secret_access_key.reveal(),
                credentials.session_token.reveal(),
            )
        make: Callable[..., Any] = session.create_client
        return make(service, region_name=self.region_of(session), endpoint_url=self.endpoint_url or None, config=ONCE)

    def region_of(self, session: Any) -> str:
        """Tell the region that is asked."""
        return self.region or session.get_config_variable("region") or DEFAULT_REGION

    def accepts(self, credentials: Credentials) -> bool | None:
        """Tell whether credentials still open something; None when it could not be found out."""
        try:
            self.client("sts", credentials).get_caller_identity()
        except ClientError as error:
            return False if is_over(error) else None
        except (BotoCoreError, OSError):
            return None
        return True


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """A role by its ARN: sts:AssumeRole with the credentials of a profile."""

    door: Door
    role_arn: str
    session_name: str
    duration: int
    """Seconds, 900 to 43200."""
    external_id: str
    clock: Callable[[], float]

    def fetch(self) -> Credentials:
        """Assume the role.

        Raises NotHad.
        """
        more = {"ExternalId": self.external_id} if self.external_id else {}
        with translated():
            answer = self.door.client("sts").assume_role(
                RoleArn=self.role_arn, RoleSessionName=self.session_name, DurationSeconds=self.duration, **more
            )
        return _credentials(answer["Credentials"], self.clock(), self.role_arn)

    def accepts(self, credentials: Credentials) -> bool | None:
        """Tell whether credentials still open something; None when it could not be found out."""
        return self.door.accepts(credentials)


@dataclass(frozen=True, slots=True)
class InstanceProfile:
    """Whatever role stands in an instance profile now: the authority's own AssumeRoleForInstanceProfile."""

    door: Door
    name: str
    instance_id: str
    duration: int
    """Seconds, 900 to 43200; the authority cuts it to the role's maximum."""
    clock: Callable[[], float]

    def fetch(self) -> Credentials:
        """Ask for credentials of the profile's role.

        Raises NotHad.
        """
        with translated():
            answer = self.door.client("watchword").assume_role_for_instance_profile(
                InstanceProfileName=self.name, InstanceId=self.instance_id, DurationSeconds=self.duration
            )
        profile = (answer["InstanceProfileArn"], answer["InstanceProfileId"])
        return _credentials(answer["Credentials"], self.clock(), answer["RoleArn"], *profile)

    def accepts(self, credentials: Credentials) -> bool | None:
        """Tell whether credentials still open something; None when it could not be found out."""
        return self.door.accepts(credentials)


def region(door: Door) -> str:
    """Tell the region of this machine's AWS configuration.

    Raises NotHad.
    """
    with translated():
        return door.region_of(botocore.session.Session(profile=door.profile or None))


def _credentials(given: dict[str, Any], now: float, role_arn: str, *profile: str) -> Credentials:
    return Credentials(
        given["AccessKeyId"],
        Secret(given["SecretAccessKey"]),
        Secret(given["SessionToken"]),
        now,
        given["Expiration"].timestamp(),
        role_arn,
        *profile,
    )


def _models() -> Path:
    """Find the authority's own service models, which lie in the package beside the code that speaks them."""
    package = find_spec("watchword")
    if package is None or not package.submodule_search_locations:
        msg = "the package `watchword` has no directory"
        raise FileNotFoundError(msg)
    return Path(package.submodule_search_locations[0], "wire", "models")


_LOADER = botocore.loaders.create_loader()
"""Reads each service model once. The models of AWS's own services are found first."""
_LOADER.search_paths.append(str(_models()))
