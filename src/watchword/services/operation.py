"""How an operation is declared, and what it is given: `@operation`, `Asking`, `Target` and `Call`.

An operation is a function with keyword-only parameters named as its botocore input members. It takes a `Call`, and
a `Call` cannot be made without an allowing `Decision`, so no handler is reached unauthorised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
from watchword.domain.refusal import Refusal, ValidationError
from watchword.policy import Decision, Policy
from watchword.services.directory import Directory
from watchword.services.issuers.key_sets import KeySets
from watchword.store.tx import Tx

Parameters = Mapping[str, Any]
Reply = Mapping[str, Any]
ContextValue = str | tuple[str, ...] | None


ISSUERS = "/federation"
"""The path below which issuers of web identity tokens are found."""


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
    vouched: Any = None
    """What an identity provider says of whoever asks, read and verified; the operation's `asks` knows its form."""

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
    data_key: Callable[[str], bytes]
    """Makes the sealed data key of a new account, by its id."""
    public_url: str
    """Where others reach this authority, without a slash at the end."""
    sandbox: bool
    """Whether this store is a sandbox, whose clock may be moved. It never changes."""
    key_sets: KeySets
    """The keys that registered identity providers sign with."""
    rotators: Mapping[str, str] = field(default_factory=dict)
    """Where the programs are called that rotate secrets, by their name or ARN."""

    def issuer_url(self, issuer_id: str) -> str:
        """Give the URL of an issuer of web identity tokens, below which its keys are published."""
        return f"{self.public_url}{ISSUERS}/{issuer_id}"


@dataclass(frozen=True, slots=True)
class Asking:
    """A request that is authenticated and understood, but not yet allowed."""

    caller: Caller
    parameters: Parameters
    directory: Directory
    tools: Tools
    now: float
    transaction: Tx | None = None
    source_ip: str = ""
    region: str = ""
    """That of the signature's scope."""
    secure: bool = False
    """Whether it came over TLS."""
    user_agent: str | None = None

    @property
    def tx(self) -> Tx:
        if self.transaction is None:
            msg = "an operation decided from memory has no transaction"
            raise RuntimeError(msg)
        return self.transaction


class Outside(Exception):  # noqa: N818 - not a fault: the same step is done again once it is there
    """Something that the request needs must be had from another host first.

    `fetch` gets it and keeps it where the step will look; it runs on a thread of its own kind, without a transaction,
    and raises the Refusal that the caller is to hear when it cannot. `what` names it: all who want the same wait for
    one fetch.
    """

    def __init__(self, fetch: Callable[[], None], what: str) -> None:
        super().__init__()
        self.fetch = fetch
        self.what = what


def _nothing() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Target:
    """What an operation acts on, as policies see it.

    `tags` are read only when a condition asks, and so are `keys`: context keys of its service that tell of it, by
    lower-case name; and `request_tags`: those that come otherwise than as the parameter `tags`. `policy` is the
    resource's own policy; `trust` says it is the trust policy of a role. `mfa_at` is when the request itself showed a
    second factor; 0 if it did not. `called` is what a denial names in the place of the ARN, where that would tell too
    much. `subject` hands the handler what was found on the way.
    """

    arn: str
    account: str
    tags: Callable[[], Mapping[str, str]] = _nothing
    keys: Callable[[], Mapping[str, ContextValue]] = _nothing
    request_tags: Callable[[], Mapping[str, str]] = _nothing
    policy: Policy | None = None
    trust: bool = False
    mfa_at: int = 0
    called: str = ""
    subject: Any = None


@dataclass(frozen=True, slots=True)
class Need:
    """One more action that a request needs; `on` says on what, where that is not the operation's own target."""

    action: str
    on: Target | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may be carried out.

    Raises TypeError when made from a decision that does not allow.
    """

    decision: Decision
    asking: Asking
    target: Target
    request_id: str
    issued: list[Session] = field(default_factory=list)
    """The session that the handler gave, if any: put on record with the request."""
    used: list[str] = field(default_factory=list)
    """ARNs of what the request has used, so that it is known when that was last."""
    noted: dict[str, str] = field(default_factory=dict)
    """What is put on record besides what is answered, by path as in `Operation.told`. Never a secret."""

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
    changed_by: Sequence[str]
    """Parameters that make a change of a request that is none without them: a code that is good once, for one."""
    reads_if: str
    """A parameter that, when it is true, makes a reading of a change: `dry_run`."""
    asks: Callable[[Asking], Caller] | None
    """Who asks, where nobody signs: found from the parameters alone. May raise Miss and Outside."""
    invalid: Mapping[str, type[Refusal]]
    """What a parameter that breaks the model's limits is refused as, by its name in AWS's messages: `maxResults`."""

    def refusal_of(self, error: ValidationError) -> Refusal:
        """Say what broken limits are refused as: a refusal of the service's own in the same words, or as they are."""
        kinds = (kind for name, kind in self.invalid.items() if f" at '{name}" in error.message)
        return next((kind(message=error.message) for kind in kinds), error)

    def way_of(self, parameters: Parameters) -> Way:
        """Say where one request is carried out."""
        if self.reads_if and parameters.get(self.reads_if):
            return Way.READ
        if self.changed_by and not parameters.keys().isdisjoint(self.changed_by):
            return Way.CHANGE
        return self.way


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
    changed_by: Sequence[str] = (),
    reads_if: str = "",
    asks: Callable[[Asking], Caller] | None = None,
    invalid: Mapping[str, type[Refusal]] = MappingProxyType({}),
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
            tuple(changed_by),
            reads_if,
            asks,
            dict(invalid),
        )
        return handler

    return offer
