"""A small world for STS handlers: a directory of a few things, real tokens, and calls that are already allowed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from tests.support.issuers import nobody_publishes
from watchword.crypto.keyring import KeyRing
from watchword.crypto.messages import MessageSeal
from watchword.crypto.sealing import Vault
from watchword.crypto.tokens import Session, TokenRing
from watchword.domain.arn import iam_arn
from watchword.domain.clock import Clock
from watchword.domain.principal import Principal, PrincipalType
from watchword.domain.quotas import Quotas
from watchword.policy import Decision, Kind, Outcome, Policy, PolicySet, compile_policy, parse
from watchword.services.directory import Directory
from watchword.services.known import KnownRole
from watchword.services.memory import Memory
from watchword.services.operation import OPERATIONS, Asking, Call, Caller, Reply, Target, Tools
from watchword.services.sessions.standing import Standing

ACCOUNT = "111122223333"
OTHER = "444455556666"
NOW = 1_700_000_000.75
ROLE_ARN = iam_arn(ACCOUNT, "role/team/Reader")
USER_KEY = "AKIAIOSFODNN7EXAMPLE"
TRUST = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}'
READ = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}'

USER = Principal(
    PrincipalType.USER, ACCOUNT, iam_arn(ACCOUNT, "user/ann"), "AIDA1", "AIDA1", iam_arn(ACCOUNT, "user/ann"), "ann"
)
ROOT = Principal(PrincipalType.ROOT, ACCOUNT, iam_arn(ACCOUNT, "root"), ACCOUNT, ACCOUNT, iam_arn(ACCOUNT, "root"))


def no_vaults(_account: str) -> Vault:
    raise NotImplementedError


def no_data_key(_account: str) -> bytes:
    raise NotImplementedError


class SmallDirectory(Directory):
    """Knows the roles and managed policies it is given, and nothing else."""

    __slots__ = ("policies", "roles")

    def __init__(self, roles: Mapping[str, KnownRole], policies: Mapping[str, Policy]) -> None:
        super().__init__(Memory(), no_vaults)
        self.roles = roles
        self.policies = policies

    def role_by_arn(self, arn: str) -> KnownRole | None:
        return self.roles.get(arn)

    def standing(self, account: str) -> Standing:
        del account
        return Standing(())

    def managed_policy(self, arn: str) -> Policy | None:
        return self.policies.get(arn)


def role(arn: str = ROLE_ARN, *, longest: int = 3_600, tags: Mapping[str, str] | None = None) -> KnownRole:
    trust = compile_policy(parse(TRUST, Kind.TRUST))
    account, name = arn.split(":")[4], arn.rsplit("/", 1)[-1]
    return KnownRole(f"AROA{name}", account, name, arn, tags or {}, trust, PolicySet.of(()), None, longest)


class World:
    """Asks STS operations as somebody, past the decision that the edge would make."""

    def __init__(self, *roles: KnownRole, policies: Mapping[str, Policy] | None = None) -> None:
        ring = KeyRing({1: bytes(32)})
        self.tokens = TokenRing(ring, secrets.token_bytes)
        self.messages = MessageSeal(ring, secrets.token_bytes)
        self.directory = SmallDirectory({one.arn: one for one in roles}, policies or {})
        self.tools = Tools(
            clock=Clock(lambda: NOW),
            random=secrets.token_bytes,
            quotas=Quotas(),
            tokens=self.tokens,
            messages=self.messages,
            vaults=no_vaults,
            data_key=no_data_key,
            public_url="https://keys.example",
            sandbox=False,
            key_sets=nobody_publishes(),
        )

    def asking(self, caller: Caller, **parameters: Any) -> Asking:
        return Asking(caller, parameters, self.directory, self.tools, NOW)

    def target(self, operation: str, caller: Caller, **parameters: Any) -> Target:
        return OPERATIONS["sts", operation].on(self.asking(caller, **parameters))

    def needs(self, operation: str, caller: Caller, **parameters: Any) -> tuple[str, ...]:
        asking = self.asking(caller, **parameters)
        offered = OPERATIONS["sts", operation]
        return tuple(need.action for need in offered.also(asking, offered.on(asking)))

    def ask(self, operation: str, caller: Caller, **parameters: Any) -> Reply:
        asking = self.asking(caller, **parameters)
        offered = OPERATIONS["sts", operation]
        call = Call(Decision(Outcome.ALLOW, Kind.IDENTITY), asking, offered.on(asking), "request")
        return offered.handler(call, **parameters)

    def session(self, reply: Reply) -> Session:
        """Open the token of an answer."""
        told = reply["Credentials"]
        return self.tokens.open(told["SessionToken"], told["AccessKeyId"])

    def holder(self, reply: Reply) -> Caller:
        """Give whoever calls with the credentials of an answer."""
        session = self.session(reply)
        return Caller(session.principal(), session.access_key_id, session)


def user() -> Caller:
    return Caller(USER, USER_KEY)


def root() -> Caller:
    return Caller(ROOT, USER_KEY)
