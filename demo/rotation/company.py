"""The organization: its accounts, what the rotation needs in each, and users whose keys are of all ages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import cycle, islice
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from demo.stage import Key
from watchword.rotation.member_role import Grant, document
from watchword.wire import MODELS

DAY = 86_400
REGION = "us-east-1"
EXTERNAL_ID = "demo-8f1c6f0a"
AT_ONCE = 8
NAMES = (
    "shop", "payments", "search", "data-lake", "reporting", "mobile", "billing", "support", "research", "media",
    "logistics", "acquired",
)  # fmt: skip
SERVICES = (
    "deploy", "log-shipper", "s3-sync", "metrics", "invoices", "image-resizer", "search-index", "mailer", "etl",
    "cdn-purge", "queue-worker", "scheduler", "crawler", "ledger-export", "push", "archive", "terraform", "dns-update",
    "license-check", "stock-feed", "geo-import", "fraud-check", "billing-sync", "uptime", "translations",
)  # fmt: skip
AGES = (320, 60, 150, 30, 88, 15, 110, 70, 45, 5, 100, 20, 80, 50, 10)
"""Days, of the keys at the beginning of the story."""


class Habit(StrEnum):
    """What a workload does with its key."""

    READS = "reads its secret"
    """Reads its pair from Secrets Manager whenever it starts, with the pair that it has."""
    SLOW = "is told to read its secret"
    """Somebody installs the new pair weeks later."""
    STAYS = "keeps its old key"
    PAIR = "uses two keys"
    GONE = "has ended"
    """Used once, and never again."""
    NEVER = "never used its key"


HABITS = (
    *[Habit.READS] * 4, Habit.SLOW, *[Habit.READS] * 3, Habit.NEVER, *[Habit.READS] * 3, Habit.GONE, Habit.SLOW,
    *[Habit.READS] * 4, Habit.STAYS, Habit.READS, Habit.SLOW, Habit.NEVER, Habit.READS, Habit.PAIR, Habit.GONE,
    Habit.READS,
)  # fmt: skip


@dataclass(slots=True)
class Workload:
    """A user and the workload that signs with its key."""

    user: str
    account: str
    """The account's name."""
    age: int
    """Of its key, in days, at the beginning of the story."""
    habit: Habit
    owner: str = ""
    account_id: str = ""
    keys: list[Key] = field(default_factory=list)
    """What it signs with: the last is what it would read its secret with."""
    first: str = ""
    """The id of the key that it had at the beginning."""
    reads_from: float = 0.0
    """The day from which it reads its secret."""
    refused: int = 0
    """How often a key of its own was refused."""

    @property
    def secret(self) -> str:
        """The name of the secret in which its new pair is kept."""
        return f"Account_{self.account_id}_User_{self.user}_AccessKey"


CAST = (
    ("web-frontend", 0, 100, Habit.READS),
    ("nightly-backup", 0, 110, Habit.STAYS),
    ("legacy-scanner", 0, 125, Habit.READS),
    ("month-end-close", 1, 120, Habit.READS),
    ("old-laptop", 1, 60, Habit.NEVER),
    ("thumbnailer", 1, 88, Habit.READS),
)
"""Those of whom the story tells: name, account, age, habit."""


def workloads(accounts: int, users: int) -> list[Workload]:
    """Think up who there is: the cast, and all the others spread over accounts, ages and habits."""
    names = (*NAMES[: accounts - 1], NAMES[-1])
    everybody = [Workload(user, names[place], age, habit, f"{user}@example.com") for user, place, age, habit in CAST]
    ages, habits = cycle(AGES), cycle(HABITS)
    for name in names:
        there = sum(one.account == name for one in everybody)
        everybody += [
            Workload(service, name, next(ages), next(habits)) for service in islice(SERVICES, users // accounts - there)
        ]
    return everybody


@dataclass
class Company:
    """The organization in the sandbox, seen with its administrator's eyes."""

    endpoint: str
    profile_file: str
    workloads: Sequence[Workload]
    accounts: dict[str, str] = field(default_factory=dict)
    """From an account's name to its number."""
    sessions: dict[str, Key] = field(default_factory=dict)
    """The administrator's, by the account's name, until the clock is moved."""

    def __post_init__(self) -> None:
        core = botocore.session.Session(profile="watchword")
        core.set_config_variable("config_file", self.profile_file)
        core.set_config_variable("credentials_file", self.profile_file)
        core.get_component("data_loader").search_paths.append(str(MODELS))
        self._session = boto3.session.Session(botocore_session=core)
        told = self.client("sts").get_caller_identity()
        self.account_id, self.arn = str(told["Account"]), str(told["Arn"])

    def client(self, service: str, key: Key | None = None) -> Any:
        """Make a client; the administrator's, unless a key is given."""
        more = {name.lower(): value for name, value in key.variables.items()} if key else {}
        make: Callable[..., Any] = self._session.client
        config = Config(max_pool_connections=AT_ONCE)
        return make(service, endpoint_url=self.endpoint, region_name=REGION, config=config, **more)

    def within(self, account: str, service: str = "iam") -> Any:
        """Make a client of the administrator within an account."""
        return self.client(service, self.signed_in(account))

    def signed_in(self, account: str) -> Key:
        """Give the administrator's session within an account."""
        if account not in self.sessions:
            role = f"arn:aws:iam::{self.accounts[account]}:role/OrganizationAccountAccessRole"
            told = self.client("sts").assume_role(RoleArn=role, RoleSessionName="administrator")
            self.sessions[account] = Key.told(f"{account}'s administrator", told["Credentials"])
        return self.sessions[account]

    def now(self) -> datetime:
        """Tell the sandbox's time."""
        told: datetime = self.client("watchword").get_server_information()["Now"]
        return told

    def pass_days(self, days: float) -> None:
        """Move the sandbox's clock; what sessions there were have ended then."""
        self.client("watchword").advance_clock(Seconds=int(days * DAY))
        self.sessions.clear()

    def open_accounts(self, unreachable: str) -> None:
        """Make the organization and its accounts; in all but one of them the role that rotates."""
        organizations = self.client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        for name in dict.fromkeys(one.account for one in self.workloads):
            made = organizations.create_account(Email=f"{name}@example.com", AccountName=name)
            self.accounts[name] = made["CreateAccountStatus"]["AccountId"]
        for one in self.workloads:
            one.account_id = self.accounts[one.account]
        for name in self.accounts:
            if name != unreachable:
                self.let_in(name)

    def let_in(self, account: str) -> None:
        """Make the role that rotates, and the policies that come with it, as `member-role` prints them."""
        iam, grant = self.within(account), Grant(trusted=self.arn, external_id=EXTERNAL_ID)
        told = json.loads(document(grant, self.accounts[account], "aws"))
        for path, policy in told["ManagedPolicies"].items():
            folder, _, name = path.rpartition("/")
            iam.create_policy(PolicyName=name, Path=f"{folder}/", PolicyDocument=json.dumps(policy))
        trust, permissions = json.dumps(told["AssumeRolePolicyDocument"]), json.dumps(told["PolicyDocument"])
        iam.create_role(RoleName=told["RoleName"], Path=told["Path"], AssumeRolePolicyDocument=trust)
        iam.put_role_policy(RoleName=told["RoleName"], PolicyName="rotation", PolicyDocument=permissions)

    def hire(self) -> None:
        """Make all users, the oldest keys first, with the clock moved between: it never goes back."""
        waves = sorted({one.age for one in self.workloads}, reverse=True)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for age, younger in zip(waves, (*waves[1:], 0), strict=True):
                wave = [one for one in self.workloads if one.age == age]
                clients = {name: self.within(name) for name in sorted({one.account for one in wave})}
                list(pool.map(lambda one, known=clients: _hire(known[one.account], one), wave))
                self.pass_days(age - younger)

    def all_keys(self) -> Iterator[tuple[Workload, dict[str, bool]]]:
        """Read which keys each user has, and which of them are active."""
        clients = {name: self.within(name) for name in self.accounts}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from zip(
                self.workloads,
                pool.map(lambda one: listed(clients[one.account], one.user), self.workloads),
                strict=True,
            )


def listed(iam: Any, user: str) -> dict[str, bool]:
    """List a user's keys, and which of them are active."""
    told = iam.list_access_keys(UserName=user)["AccessKeyMetadata"]
    return {key["AccessKeyId"]: key["Status"] == "Active" for key in told}


def _hire(iam: Any, one: Workload) -> None:
    tags = [{"Key": "watchword:owner", "Value": one.owner}] if one.owner else []
    iam.create_user(UserName=one.user, Tags=tags)
    for _ in range(2 if one.habit is Habit.PAIR else 1):
        one.keys.append(Key.told(one.user, iam.create_access_key(UserName=one.user)["AccessKey"]))
    one.first = one.keys[0].access_key_id
