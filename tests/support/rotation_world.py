"""An account in memory that answers as AWS does where a rotation asks, and may fail at any of its calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from watchword.domain.secret import Secret
from watchword.rotation.acting import Settled, settle
from watchword.rotation.ledger import Ledger
from watchword.rotation.records import Rotation
from watchword.rotation.rules.shapes import SecretRules
from watchword.rotation.seen import NEVER_USED, Account, Key, Known, LastUse, User
from watchword.rotation.terms import Terms

ACCOUNT = "123456789012"
DAY = 86_400.0
START = 1_800_000_000.0


class Killed(BaseException):
    """What ends a process at once, for tests in one process."""


def refused(operation: str, code: str, status: int = 400) -> ClientError:
    """Make an answer by which AWS refuses."""
    told: Any = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(told, operation)


@dataclass
class Town:
    """The account: its users and secrets. `fail` is asked before and after every call, and may raise."""

    now: float = START
    fail: Callable[[int, str, str], None] = lambda _number, _when, _operation: None
    users: dict[str, User] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    attached: set[tuple[str, str]] = field(default_factory=set)
    lag: set[str] = field(default_factory=set)
    """Keys that are not listed yet."""
    unknown: int = 0
    """So many times a new key is not known to STS."""
    replicas_stay: str = ""
    lacking: bool = False
    made: int = 0
    """How many keys were ever made."""

    def user(self, name: str, *, age: float = 100 * DAY, used: float | None = DAY) -> str:
        """Add a user with one key of an age in seconds, last used so long ago; gives the key's id."""
        number = len(self.users) + 1
        key = f"AKIAOLD{number:013d}"
        use = NEVER_USED if used is None else LastUse(Known.AT, self.now - used, "s3")
        arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
        keys = (Key(key, active=True, created=self.now - age, use=use),)
        self.users[name] = User(ACCOUNT, f"AIDA{number:017d}", name, arn, keys=keys)
        self.texts[key] = f"secret of {key}"
        return key

    def key(self, name: str, key_id: str) -> Key | None:
        """Find a key as it really is."""
        return self.users[name].key(key_id)

    def use(self, name: str, key_id: str, service: str = "s3") -> None:
        """Use a key."""
        self.alter(name, key_id, use=LastUse(Known.AT, self.now, service))

    def alter(self, name: str, key_id: str, **changes: Any) -> None:
        """Change a key of a user."""
        user = self.users[name]
        keys = tuple(replace(key, **changes) if key.id == key_id else key for key in user.keys)
        self.users[name] = replace(user, keys=keys)

    def active(self, name: str) -> list[str]:
        """List the active keys of a user."""
        return [key.id for key in self.users[name].keys if key.active]

    def look(self, _member: Any, name: str, _rules: Any) -> User | None:
        """Read a user as a sweep does."""
        self._call("Look")
        user = self.users.get(name)
        if user is None:
            return None
        return replace(user, keys=tuple(key for key in user.keys if key.id not in self.lag))

    # what clients ask; answers carry what is read of them, no more

    def create_access_key(self, UserName: str) -> Any:  # noqa: N803 - AWS's names
        def do() -> Any:
            user = self.users[UserName]
            if len(user.keys) == 2:
                raise refused("CreateAccessKey", "LimitExceeded", 409)
            self.made += 1
            key = f"AKIANEW{self.made:013d}"
            self.users[UserName] = replace(user, keys=(*user.keys, Key(key, True, self.now, NEVER_USED)))  # noqa: FBT003
            self.texts[key] = f"secret of {key}"
            made = {"AccessKeyId": key, "SecretAccessKey": self.texts[key]}
            return {"AccessKey": {**made, "CreateDate": datetime.fromtimestamp(self.now, UTC)}}

        return self._call("CreateAccessKey", do)

    def update_access_key(self, UserName: str, AccessKeyId: str, Status: str) -> Any:  # noqa: N803
        def do() -> Any:
            if self.key(UserName, AccessKeyId) is None:
                raise refused("UpdateAccessKey", "NoSuchEntity", 404)
            self.alter(UserName, AccessKeyId, active=Status == "Active")

        return self._call("UpdateAccessKey", do)

    def delete_access_key(self, UserName: str, AccessKeyId: str) -> Any:  # noqa: N803
        def do() -> Any:
            found = self.key(UserName, AccessKeyId)
            if found is None:
                raise refused("DeleteAccessKey", "NoSuchEntity", 404)
            assert not found.active, "an active key was deleted"
            user = self.users[UserName]
            self.users[UserName] = replace(user, keys=tuple(key for key in user.keys if key.id != AccessKeyId))

        return self._call("DeleteAccessKey", do)

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_users"
        users = [{"UserId": user.id, "UserName": user.name} for user in self.users.values()]
        return SimpleNamespace(paginate=lambda: [{"Users": users}])

    def get_access_key_last_used(self, AccessKeyId: str) -> Any:  # noqa: N803
        for user in self.users.values():
            if user.key(AccessKeyId):
                return {"UserName": user.name}
        raise refused("GetAccessKeyLastUsed", "AccessDenied", 403)

    def attach_user_policy(self, UserName: str, PolicyArn: str) -> Any:  # noqa: N803
        return self._call("AttachUserPolicy", lambda: self.attached.add((UserName, PolicyArn)))

    def detach_user_policy(self, UserName: str, PolicyArn: str) -> Any:  # noqa: N803
        return self._call("DetachUserPolicy", lambda: self.attached.discard((UserName, PolicyArn)))

    def simulate_principal_policy(self, **_asked: Any) -> Any:
        return {"EvaluationResults": [{"EvalDecision": "implicitDeny" if self.lacking else "allowed"}]}

    def describe_secret(self, SecretId: str) -> Any:  # noqa: N803
        return self._call("DescribeSecret", lambda: self._told(SecretId))

    def create_secret(self, **asked: Any) -> Any:
        def do() -> Any:
            name, token = asked["Name"], asked["ClientRequestToken"]
            there = self.secrets.get(name)
            if there is not None:
                if there["values"].get(token) != asked["SecretString"]:
                    raise refused("CreateSecret", "ResourceExistsException")
                return {"ARN": there["ARN"]}
            self.secrets[name] = {
                "ARN": f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:{name}-AbCdEf",
                "Name": name,
                "Tags": asked.get("Tags", []),
                "KmsKeyId": asked.get("KmsKeyId"),
                "values": {token: asked["SecretString"]},
                "VersionIdsToStages": {token: ["AWSCURRENT"]},
                "ReplicationStatus": [],
            }
            return {"ARN": self.secrets[name]["ARN"]}

        return self._call("CreateSecret", do)

    def put_secret_value(self, **asked: Any) -> Any:
        def do() -> Any:
            there, token, text = self._found(asked["SecretId"]), asked["ClientRequestToken"], asked["SecretString"]
            assert there.get("Policy"), "a value was put before its policy"
            if there["values"].setdefault(token, text) != text:
                raise refused("PutSecretValue", "ResourceExistsException")
            for stage in asked.get("VersionStages", ["AWSCURRENT"]):
                self._stage(there, stage, token)

        return self._call("PutSecretValue", do)

    def get_secret_value(self, SecretId: str, VersionId: str = "", VersionStage: str = "") -> Any:  # noqa: N803
        def do() -> Any:
            there = self._found(SecretId)
            versions = there["VersionIdsToStages"]
            version = VersionId or next((one for one in versions if VersionStage in versions[one]), "")
            if version not in there["values"]:
                raise refused("GetSecretValue", "ResourceNotFoundException")
            return {"SecretString": there["values"][version], "VersionId": version}

        return self._call("GetSecretValue", do)

    def update_secret_version_stage(self, **asked: Any) -> Any:
        def do() -> Any:
            there, stage = self._found(asked["SecretId"]), asked["VersionStage"]
            before = asked.get("RemoveFromVersionId")
            if before and stage not in there["VersionIdsToStages"].get(before, []):
                raise refused("UpdateSecretVersionStage", "InvalidParameterException")
            self._stage(there, stage, asked.get("MoveToVersionId"))

        return self._call("UpdateSecretVersionStage", do)

    def get_resource_policy(self, SecretId: str) -> Any:  # noqa: N803
        return self._call("GetResourcePolicy", lambda: {"ResourcePolicy": self._found(SecretId).get("Policy")})

    def put_resource_policy(self, SecretId: str, ResourcePolicy: str, BlockPublicPolicy: bool) -> Any:  # noqa: N803, FBT001
        assert BlockPublicPolicy
        return self._call("PutResourcePolicy", lambda: self._found(SecretId).update(Policy=ResourcePolicy))

    def replicate_secret_to_regions(self, SecretId: str, AddReplicaRegions: Any) -> Any:  # noqa: N803
        def do() -> Any:
            for one in AddReplicaRegions:
                status = self.replicas_stay or "InSync"
                self._found(SecretId)["ReplicationStatus"].append({"Region": one["Region"], "Status": status})

        return self._call("ReplicateSecretToRegions", do)

    def sts_as(self, key: str, secret: Secret) -> Mapping[str, str]:
        def do() -> Any:
            if self.unknown > 0:
                self.unknown -= 1
                raise refused("GetCallerIdentity", "InvalidClientTokenId", 403)
            user = next((one for one in self.users.values() if (found := one.key(key)) and found.active), None)
            if user is None or self.texts[key] != secret.reveal():
                raise refused("GetCallerIdentity", "InvalidClientTokenId", 403)
            self.use(user.name, key, "sts")
            return {"Account": ACCOUNT, "UserId": user.id, "Arn": user.arn}

        told: Mapping[str, str] = self._call("GetCallerIdentity", do)
        return told

    def _told(self, name: str) -> Any:
        there = self._found(name)
        return {key: value for key, value in there.items() if key not in {"values", "Policy"} and value is not None}

    def _found(self, secret: str) -> dict[str, Any]:
        for one in self.secrets.values():
            if secret in {one["Name"], one["ARN"]}:
                return one
        raise refused("DescribeSecret", "ResourceNotFoundException")

    @staticmethod
    def _stage(there: dict[str, Any], stage: str, version: str | None) -> None:
        versions: dict[str, list[str]] = there["VersionIdsToStages"]
        for stages in versions.values():
            if stage in stages:
                stages.remove(stage)
        if version:
            versions.setdefault(version, []).append(stage)

    def _call(self, operation: str, do: Callable[[], Any] = lambda: None) -> Any:
        number = len(self.calls)
        self.calls.append(operation)
        self.fail(number, "before", operation)
        answer = do()
        self.fail(number, "after", operation)
        return answer


def member_of(town: Town) -> Any:
    """Reach the account as the engine does."""
    return SimpleNamespace(
        account=Account(ACCOUNT, "town"),
        partition="aws",
        region="us-east-1",
        principal=f"arn:aws:iam::{ACCOUNT}:role/watchword/WatchwordRotation",
        iam=town,
        secrets=lambda _region="": town,
        sts_as=town.sts_as,
        now=lambda: town.now,
    )


def rules_of(terms: Terms, central: str = "") -> Any:
    """Give rules by which everybody has the same terms."""
    return SimpleNamespace(
        terms=lambda _account, _user, _exemptions=(): terms, secret=SecretRules(central_account=central)
    )


def failing(number: int, how: str) -> Callable[[int, str, str], None]:
    """Fail at the nth call: ended or unanswered, before or after it happens; or refused in one of AWS's ways."""

    def fail(call: int, when: str, operation: str) -> None:
        if call != number:
            return
        if how.startswith("kill") and how.endswith(when):
            raise Killed(operation)
        if how.startswith("lost") and how.endswith(when):
            raise ReadTimeoutError(endpoint_url="loopback")
        if when == "before" and how == "throttled":
            raise refused(operation, "ThrottlingException")
        if when == "before" and how == "denied":
            raise refused(operation, "AccessDenied", 403)
        if how == f"500 {when}":
            raise refused(operation, "InternalFailure", 500)

    return fail


def ledger_in(folder: Any) -> Ledger:
    """Open a ledger of one test."""
    return Ledger.open(f"sqlite:///{folder}/ledger.db")


def everything(_step: Any) -> bool:
    """Allow every step."""
    return True


@dataclass
class House:
    """A town and its ledger."""

    town: Town
    ledger: Ledger
    terms: Terms = field(default_factory=Terms)

    def means(self, **more: Any) -> dict[str, Any]:
        """Give what every order of the engine is given."""
        given = {"rules": rules_of(self.terms), "ledger": self.ledger, "holder": "one", "look": self.town.look}
        return given | {"pause": lambda _seconds: None} | more

    def settle(self, name: str = "ann", **more: Any) -> Settled:
        """Take a user's turn."""
        return settle(member_of(self.town), name, **self.means(**({"allowed": everything} | more)))

    def rotation(self) -> Rotation:
        """Give the newest rotation."""
        return self.ledger.every()[-1]

    def current(self, name: str = "ann") -> dict[str, str]:
        """Read what is current in a user's secret."""
        secret = f"Account_{ACCOUNT}_User_{name}_AccessKey"
        value: dict[str, str] = json.loads(
            self.town.get_secret_value(secret, VersionStage="AWSCURRENT")["SecretString"]
        )
        return value
