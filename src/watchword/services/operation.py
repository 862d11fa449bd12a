"""How an operation is declared, and what it is given: `@operation`, `Asking`, `Target` and `Call`.

An operation is a function with keyword-only parameters named as its botocore input members. It takes a `Call`, and
a `Call` cannot be made without an allowing `Decision`, so no handler is reached unauthorised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from inspect import signature
from types import MappingProxyType
from typing import Any

from watchword.crypto.messages import MessageSeal
from watchword.crypto.sealing import Vault
from watchword.crypto.tokens import Session, TokenRing
from watchword.domain.clock import Clock
from watchword.domain.ids import Random
from watchword.domain.principal import Principal
from watchword.domain.quotas import Quotas
from watchword.domain.refusal import Refusal
from watchword.policy import Decision, Policy
from watchword.services.directory import Directory
from watchword.store.tx import Tx

Parameters = Mapping[str, Any]
Reply = Mapping[str, Any]
ContextValue = str | tuple[str, ...] | None


class Way(Enum):
    """Where an operation is carried out."""

    MEMORY = "memory"  # on the event loop, from the directory; has no transaction
    READ = "read"  # on a worker thread, in a reading transaction
    CHANGE = "change"  # by the writer, in a transaction that also holds its journal entry


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signed, and with what."""

    principal: Principal
    access_key_id: str
    session: Session | None = None

    @property
    def account(self) -> str:
        return self.principal.account


@dataclass(frozen=True, slots=True)
class Tools:
    """What operations work with; made once, at start."""

    clock: Clock
    random: Random
    quotas: Quotas
    tokens: TokenRing
    messages: MessageSeal
    vaults: Callable[[str], Vault]
    """The vault of an account, by its id."""
    sandbox: bool
    """Whether this store is a sandbox, whose clock may be moved. It never changes."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A request that is authenticated and understood, but not yet allowed."""

    caller: Caller
    parameters: Parameters
    directory: Directory
    tools: Tools
    now: float
    transaction: Tx | None = None

    @property
    def tx(self) -> Tx:
        if self.transaction is None:
            msg = "an operation decided from memory has no transaction"
            raise RuntimeError(msg)
        return self.transaction


@dataclass(frozen=True, slots=True)
class Need:
    """One more action that a request needs; `on` is a resource's ARN, empty for the target itself."""

    action: str
    on: str = ""


def _nothing() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Target:
    """What an operation acts on, as policies see it.

    `tags` are read only when a condition asks, and so are `keys`: context keys of its service that tell of it, by
    lower-case name. `policy` is the resource's own policy; `trust` says it is the trust
    policy of a role. `subject` hands the handler what was found on the way.
    """

    arn: str
    account: str
    tags: Callable[[], Mapping[str, str]] = _nothing
    keys: Callable[[], Mapping[str, str]] = _nothing
    policy: Policy | None = None
    trust: bool = False
    subject: Any = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may be carried out.

    Raises TypeError when made from a decision that does not allow.
    """

    decision: Decision
    asking: Asking
    target: Target
    request_id: str

    def __post_init__(self) -> None:
        if not self.decision.allowed:
            msg = "a Call is made only from an allowing Decision"
            raise TypeError(msg)

    @property
    def caller(self) -> Caller:
        return self.asking.caller

    @property
    def account(self) -> str:
        return self.asking.caller.principal.account

    @property
    def tx(self) -> Tx:
        return self.asking.tx

    @property
    def now(self) -> int:
        """The authority's time, in whole epoch seconds."""
        return int(self.asking.now)

    @property
    def random(self) -> Random:
        return self.asking.tools.random

    @property
    def quotas(self) -> Quotas:
        return self.asking.tools.quotas

    @property
    def tokens(self) -> TokenRing:
        return self.asking.tools.tokens

    @property
    def vault(self) -> Vault:
        return self.asking.tools.vaults(self.account)

    @property
    def directory(self) -> Directory:
        return self.asking.directory


Handler = Callable[..., Reply]
Resolver = Callable[[Asking], Target]


@dataclass(frozen=True, slots=True)
class Operation:
    """One offered operation: everything the pipeline has to know of it."""

    service: str
    function: str
    """The handler's name: the AWS operation's, in snake_case."""
    handler: Handler
    members: frozenset[str]
    """The parameters that the handler takes; a later service model may know more."""
    way: Way
    on: Resolver
    journal: Sequence[str]
    """Parameters that are kept on record; anything else is not, so that no secret gets there by oversight."""
    told: Sequence[str]
    """Answered members that are kept on record, as paths: `AccessKey.AccessKeyId`. Never a secret."""
    raises: Sequence[type[Refusal]]
    keys: Mapping[str, str]
    """Service context keys and the parameter each is read from: `{"sts:ExternalId": "external_id"}`."""
    also: Callable[[Asking, Target], Sequence[Need]]
    """What else this request needs, each allowed in its own right."""
    always: bool
    """No policy can forbid it. Source: STS API, GetCallerIdentity and GetSessionToken, "Permissions"."""


OPERATIONS: dict[tuple[str, str], Operation] = {}
"""Every offered operation, by service and handler name."""


def everything(asking: Asking) -> Target:
    """The target of operations that AWS authorises on no resource: `*`."""
    return Target("*", asking.caller.account)


def _nothing_more(_asking: Asking, _target: Target) -> Sequence[Need]:
    return ()


def operation(
    service: str,
    *,
    way: Way,
    on: Resolver = everything,
    journal: Sequence[str] = (),
    told: Sequence[str] = (),
    raises: Sequence[type[Refusal]] = (),
    keys: Mapping[str, str] = MappingProxyType({}),
    also: Callable[[Asking, Target], Sequence[Need]] = _nothing_more,
    always: bool = False,
) -> Callable[[Handler], Handler]:
    """Offer the decorated function as the service's operation of the same name.

    Raises ValueError when that operation is offered already.
    """

    def offer(handler: Handler) -> Handler:
        name = handler.__name__
        if (service, name) in OPERATIONS:
            msg = f"`{service}:{name}` is offered twice"
            raise ValueError(msg)
        members = frozenset(signature(handler).parameters) - {"call"}
        OPERATIONS[service, name] = Operation(
            service,
            name,
            handler,
            members,
            way,
            on,
            tuple(journal),
            tuple(told),
            tuple(raises),
            dict(keys),
            also,
            always,
        )
        return handler

    return offer
