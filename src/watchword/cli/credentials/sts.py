"""The calls by which sessions are got, each made once: an MFA code is good for one."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from watchword.cli.aws import DEFAULT_REGION, addresses_told
from watchword.cli.credentials.chains import Own, Role
from watchword.cli.credentials.endpoints import Where
from watchword.cli.credentials.shapes import Credentials
from watchword.domain.secret import Secret

NOT_IN_A_NAME = re.compile(r"[^\w+=,.@-]", re.ASCII)
LONGEST_NAME = 64
"""Characters of a role session's name.  Source: STS API, AssumeRole, RoleSessionName."""


def client(
    credentials: Credentials, where: Where, profile: str, *, tries: int | None = None, service: str = "sts"
) -> Any:
    """Make a client, of STS if nothing else is said, of one set of credentials.

    Certificates and proxies are as the profile says.
    """
    import botocore.session  # noqa: PLC0415 - takes a quarter of a second, and only a call needs it
    from botocore.config import Config  # noqa: PLC0415 - likewise

    session = botocore.session.Session(profile=profile or None)
    if service != "sts":
        from watchword.wire.model import MODELS  # noqa: PLC0415 - for the services that AWS does not have

        session.get_component("data_loader").search_paths.append(str(MODELS))
    with addresses_told():
        made = session.create_client(
            service,
            region_name=where.region or DEFAULT_REGION,
            endpoint_url=(where.sts_url if service == "sts" else where.endpoint_url) or None,
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key.reveal(),
            aws_session_token=credentials.session_token.reveal() if credentials.session_token else None,
            config=Config(retries={"total_max_attempts": tries}) if tries else None,
        )
        _ = urlsplit(made.meta.endpoint_url).port  # which botocore reads only when it asks
    return made


def own_session(sts: Any, link: Own, code: str) -> Credentials:
    """Ask for a session of a user's own.

    Raises botocore's ClientError.
    """
    asked: dict[str, Any] = {"DurationSeconds": link.duration} if link.duration else {}
    if link.mfa_serial:
        asked |= {"SerialNumber": link.mfa_serial, "TokenCode": code}
    return _credentials(sts.get_session_token(**asked)["Credentials"])


def role_session(sts: Any, link: Role, role_arn: str, code: str) -> Credentials:
    """Ask for a session of a role.

    Raises botocore's ClientError.
    """
    asked: dict[str, Any] = {
        "RoleArn": role_arn,
        "RoleSessionName": link.session_name or session_name(),
        "DurationSeconds": link.duration,
        "SourceIdentity": link.source_identity,
        "ExternalId": link.external_id,
        "Tags": [{"Key": key, "Value": value} for key, value in link.tags],
        "TransitiveTagKeys": list(link.transitive_tag_keys),
        "Policy": link.policy,
        "PolicyArns": [{"arn": arn} for arn in link.policy_arns],
    }
    if link.mfa_serial:
        asked |= {"SerialNumber": link.mfa_serial, "TokenCode": code}
    reply = sts.assume_role(**{name: value for name, value in asked.items() if value})
    user = reply["AssumedRoleUser"]
    return _credentials(reply["Credentials"], role_arn=role_arn, arn=user["Arn"], unique_id=user["AssumedRoleId"])


def session_name() -> str:
    """Name a session after whoever is logged in on this machine, so that the record of what it does names a person."""
    import getpass  # noqa: PLC0415 - likewise

    name = ""
    with suppress(OSError, KeyError, ImportError):
        name = getpass.getuser()
    name = NOT_IN_A_NAME.sub("-", name)[:LONGEST_NAME]
    return name if len(name) > 1 else f"watchword-{os.getuid()}"


def _credentials(told: Any, **more: str) -> Credentials:
    return Credentials(
        told["AccessKeyId"],
        Secret(told["SecretAccessKey"]),
        Secret(told["SessionToken"]),
        told["Expiration"].timestamp(),
        **more,
    )
