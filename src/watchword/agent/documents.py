"""What the endpoints answer, as AWS's own word it.

Instants have no fraction: the SDK for Python reads none.   Source: botocore.utils.InstanceMetadataFetcher.
"""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from watchword.agent.credentials import Credentials, NotHad, Trouble
from watchword.domain.clock import iso8601

PRIVATE = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class Machine:
    """What a workload may ask about the machine it is on; what is empty was not told."""

    instance_id: str
    region: str
    availability_zone: str
    started_at: float
    """Epoch seconds."""


def text(content: str, status: int = 200) -> Response:
    """Answer in plain text, with no line end: clients take the whole body."""
    return Response(content, status, PRIVATE, "text/plain")


def document(content: dict[str, Any], status: int = 200) -> Response:
    """Answer with a JSON object."""
    return Response(json.dumps(content, indent=2), status, PRIVATE, "application/json")


def of_metadata(credentials: Credentials) -> dict[str, Any]:
    """Write credentials as `iam/security-credentials/ROLE` does."""
    return {
        "Code": "Success",
        "LastUpdated": iso8601(credentials.received_at),
        "Type": "AWS-HMAC",
        **_keys(credentials),
        "AccountId": credentials.account_id,
    }


def of_failure(why: NotHad, now: float) -> dict[str, Any]:
    """Write why there are no credentials, as `iam/security-credentials/ROLE` does: never `Success`, never empty ones.

    Source: EC2 User Guide, "Troubleshoot IAM and Amazon EC2".
    """
    code = "AssumeRoleUnauthorizedAccess" if why.trouble is Trouble.DENIED else "Failed"
    return {"Code": code, "Message": words(why), "LastUpdated": iso8601(now)}


def words(why: NotHad) -> str:
    """Say why there are no credentials, to any workload: what the authority said stands in the agent's log alone."""
    return f"No credentials can be had now ({why.trouble}). The log of the agent on this machine says more."


def of_container(credentials: Credentials) -> dict[str, Any]:
    """Write credentials as a container's endpoint does."""
    return {**_keys(credentials), "RoleArn": credentials.role_arn, "AccountId": credentials.account_id}


def of_info(credentials: Credentials) -> dict[str, Any]:
    """Write `iam/info`; a role by configuration has no instance profile to name."""
    info = {"Code": "Success", "LastUpdated": iso8601(credentials.received_at)}
    if credentials.instance_profile_arn:
        info["InstanceProfileArn"] = credentials.instance_profile_arn
        info["InstanceProfileId"] = credentials.instance_profile_id
    return info


def of_identity(machine: Machine, account_id: str) -> dict[str, Any]:
    """Write `instance-identity/document`, which nobody signs here; `null` is what nobody told."""
    known = {
        "accountId": account_id,
        "architecture": platform.machine(),
        "availabilityZone": machine.availability_zone or None,
        "instanceId": machine.instance_id or None,
        "pendingTime": iso8601(machine.started_at),
        "region": machine.region,
        "version": "2017-09-30",
    }
    others = ("billingProducts", "devpayProductCodes", "imageId", "instanceType", "kernelId")
    more = ("marketplaceProductCodes", "privateIp", "ramdiskId")
    return dict.fromkeys((*others, *more)) | known


def _keys(credentials: Credentials) -> dict[str, Any]:
    return {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
        "Token": credentials.session_token.reveal(),
        "Expiration": iso8601(credentials.expires_at),
    }
