"""The calls that AWS's sample for rotating keys makes in an account without anything to do, and nothing else of it.

Two roles are assumed, that of the account and the central one; one page of users is listed, and one of the exemption
group; then, user by user, the keys are listed, and each key is asked for its last use. With `whole`, all pages are
read, as it would have to for users past the first hundred to be looked at. Tags of users, which it can read too, are
left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import boto3

from bench.rotation_organization import EXEMPT, ROLE
from bench.servers import Server
from bench.signed import REGION


@dataclass(frozen=True, slots=True)
class Sample:
    """Whoever sweeps that way. `made` counts its calls."""

    server: Server
    central_role: str
    made: Counter[str] = field(default_factory=Counter)

    def sweep(self, account: str, *, whole: bool) -> int:
        """Look at an account; gives how many users were looked at."""
        iam = self._assumed("iam", f"arn:aws:iam::{account}:role/{ROLE}")
        self._assumed("secretsmanager", self.central_role)
        users = self._listed(iam, "list_users", "Users", whole=whole)
        self._listed(iam, "get_group", "Users", whole=whole, GroupName=EXEMPT)
        for user in users:
            for key in self._listed(
                iam, "list_access_keys", "AccessKeyMetadata", whole=whole, UserName=user["UserName"]
            ):
                iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
        return len(users)

    def _listed(self, iam: Any, operation: str, what: str, *, whole: bool, **asked: str) -> list[dict[str, Any]]:
        pages = iam.get_paginator(operation).paginate(**asked)
        return [one for page in pages for one in page[what]] if whole else next(iter(pages))[what]

    def _assumed(self, service: str, role: str) -> Any:
        own: Any = boto3.Session(self.server.access_key_id, self.server.secret_access_key, region_name=REGION)
        sts = self._counted(own.client("sts", endpoint_url=self.server.endpoint))
        given = sts.assume_role(RoleArn=role, RoleSessionName="sample")["Credentials"]
        session: Any = boto3.Session(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=REGION
        )
        return self._counted(session.client(service, endpoint_url=self.server.endpoint))

    def _counted(self, client: Any) -> Any:
        def count(event_name: str, **_more: Any) -> None:
            self.made[event_name.rpartition(".")[2]] += 1

        client.meta.events.register("before-send", count)
        return client
