"""Amazon Resource Names: taking them apart and writing the ones that identity services use."""

from __future__ import annotations

from dataclasses import dataclass

PARTS = 6


@dataclass(frozen=True, slots=True)
class Arn:
    """One ARN in its six parts; `resource` keeps any further colons.

    Source: AWS General Reference, "Amazon Resource Names (ARNs)".
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn:
        """Take an ARN apart.

        Raises ValueError when `text` is not `arn:` and five more parts.
        """
        parts = text.split(":", PARTS - 1)
        if len(parts) != PARTS or parts[0] != "arn":
            msg = f"`{text}` is not an ARN"
            raise ValueError(msg)
        return cls(*parts[1:])

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def iam_arn(account: str, resource: str) -> str:
    """Write an IAM ARN: `resource` is `user/path/name`, `role/name`, `root`, …"""
    return f"arn:aws:iam::{account}:{resource}"


def sts_arn(account: str, resource: str) -> str:
    """Write an STS ARN: `resource` is `assumed-role/name/session` or `federated-user/name`."""
    return f"arn:aws:sts::{account}:{resource}"
