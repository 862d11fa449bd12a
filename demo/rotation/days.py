"""The days: each workload signs with the key that it has, and some read their new pair when it is there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from demo.rotation.company import AT_ONCE, REGION, Company, Habit, Workload
from demo.stage import Key, StoryBrokenError

SLOW = 21
"""Days after the first message until a person has installed a new pair."""
OLD = 85
"""Days from which on a workload that starts asks whether there is a new pair."""


@dataclass
class Days:
    """The story's calendar, and who is at work on each day."""

    company: Company
    today: int = 0
    wire: URLLib3Session = field(default_factory=lambda: URLLib3Session(max_pool_connections=AT_ONCE))

    def until(self, day: int) -> None:
        """Let days pass, and everybody work on the last of them."""
        if day > self.today:
            self.company.pass_days(day - self.today)
        self.today = day
        self.work(self.company.workloads)

    def work(self, workloads: Iterable[Workload]) -> None:
        """Have everybody who works sign with what it has."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._work, workloads))

    def signs(self, key: Key) -> bool:
        """Ask with a key who it is. Raises StoryBrokenError when that fails for any reason but the key's being off."""
        body = b"Action=GetCallerIdentity&Version=2011-06-15"
        status, told = self._ask(key, "sts", body, {"Content-Type": "application/x-www-form-urlencoded"})
        if status != HTTPStatus.OK and "InvalidClientTokenId" not in told:
            raise StoryBrokenError(told)
        return status == HTTPStatus.OK

    def read(self, one: Workload) -> Key | None:
        """Read the workload's secret with its own key; None where there is none, or no pair in it."""
        headers = {
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.GetSecretValue",
        }  # fmt: skip
        body = json.dumps({"SecretId": one.secret}).encode()
        status, told = self._ask(one.keys[-1], "secretsmanager", body, headers)
        if status != HTTPStatus.OK:
            return None
        pair: dict[str, Any] = json.loads(json.loads(told)["SecretString"])
        return Key(one.user, pair["AccessKeyId"], pair["SecretAccessKey"]) if pair["AccessKeyId"] else None

    def _work(self, one: Workload) -> None:
        if one.habit in {Habit.NEVER, Habit.GONE} and (self.today or one.habit is Habit.NEVER or one.age > OLD):
            return
        if one.habit in {Habit.READS, Habit.SLOW} and one.age + self.today >= OLD:
            self._renew(one)
        one.refused += sum(not self.signs(key) for key in one.keys)

    def _renew(self, one: Workload) -> None:
        pair = self.read(one)
        if pair is None or pair == one.keys[-1]:
            return
        one.reads_from = one.reads_from or self.today + (SLOW if one.habit is Habit.SLOW else 0)
        if self.today >= one.reads_from:
            one.keys = [pair]

    def _ask(self, key: Key, service: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        request = AWSRequest("POST", self.company.endpoint + "/", headers=headers, data=body)
        SigV4Auth(Credentials(key.access_key_id, key.secret_access_key), service, REGION).add_auth(request)
        reply = self.wire.send(request.prepare())
        return reply.status_code, reply.text
