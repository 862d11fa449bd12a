"""Requests in the middle of their way, for tests of single steps: nothing here opens a store or a socket."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from tests.support.issuers import nobody_publishes
from watchword.compose import offer
from watchword.crypto.keyring import KeyRing
from watchword.crypto.messages import MessageSeal
from watchword.crypto.sealing import Vault
from watchword.crypto.tokens import Link, Session, TokenRing
from watchword.domain.arn import iam_arn
from watchword.domain.clock import Clock
from watchword.domain.principal import Principal, PrincipalType
from watchword.domain.quotas import Quotas
from watchword.services.directory import Directory
from watchword.services.memory import Memory
from watchword.services.operation import OPERATIONS, Asking, Caller, Operation, Tools, Way

ACCOUNT = "111122223333"
NOW = 1_700_000_000.75
ROLE_ARN = iam_arn(ACCOUNT, "role/ops/Reader")
ANN_ARN = iam_arn(ACCOUNT, "user/people/ann")


def no_vaults(_account: str) -> Vault:
    raise NotImplementedError


def no_data_key(_account: str) -> bytes:
    raise NotImplementedError


RING = KeyRing({1: bytes(32)})
TOOLS = Tools(
    clock=Clock(lambda: NOW),
    random=secrets.token_bytes,
    quotas=Quotas(),
    tokens=TokenRing(RING, secrets.token_bytes),
    messages=MessageSeal(RING, secrets.token_bytes),
    vaults=no_vaults,
    data_key=no_data_key,
    public_url="https://keys.example",
    sandbox=True,
    key_sets=nobody_publishes(),
)
ANN = Caller(Principal(PrincipalType.USER, ACCOUNT, ANN_ARN, "AIDAANN", "AIDAANN", ANN_ARN, "ann"), "AKIAANN")


def session(kind: PrincipalType = PrincipalType.ASSUMED_ROLE, **more: Any) -> Session:
    issuer = ROLE_ARN if kind is PrincipalType.ASSUMED_ROLE else ANN_ARN
    return Session(
        access_key_id="ASIASESSION",
        type=kind,
        account=ACCOUNT,
        unique_id="AROAREADER" if kind is PrincipalType.ASSUMED_ROLE else "AIDAANN",
        issuer_arn=issuer,
        name=more.pop("name", "run-7"),
        issued_at=int(NOW) - 100,
        expires_at=int(NOW) + 800,
        chain=(Link(ANN_ARN, "AKIAANN"),),
        **more,
    )


def holder(given: Session) -> Caller:
    return Caller(given.principal(), given.access_key_id, given)


def asking(caller: Caller = ANN, **parameters: Any) -> Asking:
    return Asking(caller, parameters, Directory(Memory(), no_vaults), TOOLS, NOW)


def declared(service: str = "iam", function: str = "create_user", way: Way = Way.CHANGE, **more: Any) -> Operation:
    """Give a declaration that is GetCallerIdentity's but for what is said here."""
    offer(["sts"])
    return replace(OPERATIONS["sts", "get_caller_identity"], service=service, function=function, way=way, **more)
