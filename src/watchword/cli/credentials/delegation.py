"""What botocore gets for us: SSO, web identity, another process, a container's or an instance's role."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from watchword.cli import aws
from watchword.cli.credentials.chains import Delegated
from watchword.cli.credentials.routes import ASKING
from watchword.cli.credentials.shapes import Credentials
from watchword.cli.exits import Exit, Stop
from watchword.domain.secret import Secret

PROVIDERS = {"EcsContainer": "container-role", "Ec2InstanceMetadata": "iam-role"}
"""Values of `credential_source`, and what botocore calls whoever has them."""


def get(link: Delegated) -> Credentials:
    """Get credentials as the AWS CLI would.

    Raises Stop.
    """
    import botocore.session  # noqa: PLC0415 - takes a quarter of a second, and only a call needs it

    with aws.refusals_told(), _asking(link.profile):
        session = botocore.session.Session(profile=link.profile or None)
        if link.way in PROVIDERS:
            found = session.get_component("credential_provider").get_provider(PROVIDERS[link.way]).load()
        else:
            found = _found(session, link)
        return _credentials(found, link)


def _found(session: Any, link: Delegated) -> Any:
    try:
        return session.get_credentials()
    except (OSError, ValueError) as error:
        # botocore looks at a process's exit code, and not whether there is one nor what it says; nor is there a file
        reason = f"`{error.filename}`: {error.strerror}" if isinstance(error, OSError) else "what it said is no JSON"
        whose = f"profile `{link.profile}`" if link.profile else "the environment"
        raise Stop(f"{whose} has no credentials by {link.way} ({reason}); mend that, or log in", Exit.LOGIN) from None


def _credentials(found: Any, link: Delegated) -> Credentials:
    if found is None:
        whose = f"profile `{link.profile}`" if link.profile else link.way or "the AWS configuration"
        raise Stop(
            f"{whose} gives no AWS credentials; choose a profile with `--profile` or AWS_PROFILE, or run "
            "`watchword configure`",
            Exit.LOGIN,
        )
    frozen = found.get_frozen_credentials()
    ends = getattr(found, "_expiry_time", None)  # told nowhere else; the AWS CLI's own export reads it, too
    return Credentials(
        frozen.access_key,
        Secret(frozen.secret_key),
        Secret(frozen.token) if frozen.token else None,
        ends.timestamp() if ends is not None else None,
    )


@contextmanager
def _asking(profile: str) -> Iterator[None]:
    """Let a process that is asked know for whom."""
    before = os.environ.get(ASKING)
    os.environ[ASKING] = f"{before}\n{profile}" if before else profile
    try:
        yield
    finally:
        if before is None:
            del os.environ[ASKING]
        else:
            os.environ[ASKING] = before
