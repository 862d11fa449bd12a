"""Asking IAM without a server: the target is found and the handler called in a real transaction; all is allowed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from tests.support.issuers import nobody_publishes
from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.crypto.keyring import KeyRing
from watchword.crypto.messages import MessageSeal
from watchword.crypto.sealing import Vault
from watchword.crypto.tokens import TokenRing
from watchword.domain.arn import iam_arn
from watchword.domain.clock import Clock
from watchword.domain.principal import Principal, PrincipalType
from watchword.domain.quotas import Quotas
from watchword.domain.refusal import Refusal
from watchword.policy import Decision, Kind, Outcome
from watchword.services import iam
from watchword.services.directory import Directory
from watchword.services.memory import Memory
from watchword.services.operation import OPERATIONS, Asking, Call, Caller, Target, Tools, Way
from watchword.store.tx import Tx

for module in iter_modules(iam.__path__):
    import_module(f"{iam.__name__}.{module.name}")  # so that its operations are offered

ALLOWED = Decision(Outcome.ALLOW, Kind.IDENTITY)

ROOT = Caller(
    Principal(PrincipalType.ROOT, ACCOUNT, iam_arn(ACCOUNT, "root"), ACCOUNT, ACCOUNT, iam_arn(ACCOUNT, "root")),
    "AKIAROOT",
)


def as_user(user: dict[str, Any]) -> Caller:
    """The user that CreateUser told of, as a caller."""
    identity = user["Arn"], user["UserId"], user["UserId"], user["Arn"], user["UserName"]
    return Caller(Principal(PrincipalType.USER, ACCOUNT, *identity), "AKIAUSER")


ROLE_SESSION = Caller(
    Principal(
        PrincipalType.ASSUMED_ROLE,
        ACCOUNT,
        f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/run-7",
        "AROADEPLOY:run-7",
        "AROADEPLOY",
        iam_arn(ACCOUNT, "role/deploy"),
        "run-7",
    ),
    "ASIAROLE",
)


@dataclass
class House:
    """One account in a store, and what operations on it work with."""

    store: StoreInHand
    tools: Tools
    touched: set[str] = field(default_factory=set)
    """What the last operation said must be read anew."""

    def ask(self, name: str, /, *, caller: Caller = ROOT, **parameters: Any) -> Any:
        """Carry out an operation of IAM, by its name in snake_case."""
        return self._run(name, caller, parameters)[1]

    def target(self, name: str, /, *, caller: Caller = ROOT, **parameters: Any) -> Target:
        """Tell what an operation would act on."""
        return self.store.read(lambda tx: OPERATIONS["iam", name].on(self._asking(tx, caller, parameters)))

    def limited(self, **quotas: int) -> House:
        """The same house under lower limits."""
        return replace(self, tools=replace(self.tools, quotas=replace(self.tools.quotas, **quotas)))

    def at(self, now: int) -> House:
        """The same house at another time."""
        return replace(self, tools=replace(self.tools, clock=Clock(lambda: now)))

    def _run(self, name: str, caller: Caller, parameters: dict[str, Any]) -> tuple[Target, Any]:
        operation = OPERATIONS["iam", name]

        def carry_out(tx: Tx) -> tuple[Target, Any]:
            asking = self._asking(tx, caller, parameters)
            call = Call(ALLOWED, asking, operation.on(asking), "request")
            reply = operation.handler(call, **parameters)
            self.touched = set(tx.touched)
            return call.target, reply

        return self.store.change(carry_out) if operation.way is Way.CHANGE else self.store.read(carry_out)

    def _asking(self, tx: Tx, caller: Caller, parameters: dict[str, Any]) -> Asking:
        directory = Directory(Memory(), self.tools.vaults).reading(tx, remember=False)
        return Asking(caller, parameters, directory, self.tools, self.tools.clock.now(), tx)


def house_on(store: StoreInHand) -> House:
    """Move into a store, with keys drawn for this test."""
    chance = random.Random(7).randbytes
    vault = Vault(chance(32), chance)
    ring = KeyRing({1: chance(32)})
    tools = Tools(
        clock=Clock(lambda: NOW),
        random=chance,
        quotas=Quotas(),
        tokens=TokenRing(ring, chance),
        messages=MessageSeal(ring, chance),
        vaults=lambda _account: vault,
        data_key=lambda _account: b"sealed",
        public_url="https://keys.example",
        sandbox=False,
        key_sets=nobody_publishes(),
    )
    return House(store, tools)


@contextmanager
def refused(kind: type[Refusal], message: str | None = None) -> Iterator[None]:
    """Expect a refusal of exactly this kind, in exactly these words."""
    with pytest.raises(Refusal) as caught:
        yield
    assert type(caught.value) is kind, caught.value
    if message is not None:
        assert caught.value.message == message
