"""Whom a last-accessed report is about: the user, group, role or managed policy that `Arn` names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from watchword.domain.arn import Arn
from watchword.services.iam.policy_refusals import UnreadableArn
from watchword.services.iam.policy_targets import usable_policy
from watchword.services.iam.report_refusals import (
    ForeignSource,
    NoSuchSource,
    PartitionInvalid,
    ServiceInvalid,
    SourceNotSupported,
)
from watchword.services.operation import Asking, Call, Target
from watchword.store import groups, roles, tags, users
from watchword.store.accounts import AWS
from watchword.store.groups import Group
from watchword.store.policies import ManagedPolicy
from watchword.store.roles import Role
from watchword.store.tx import Tx
from watchword.store.users import User

Source = User | Group | Role | ManagedPolicy
RAISES = (UnreadableArn, PartitionInvalid, ServiceInvalid, SourceNotSupported, ForeignSource, NoSuchSource)

_NAMED: Mapping[str, Callable[[Tx, str, str], Source | None]] = {
    "user": users.named,
    "group": groups.named,
    "role": roles.named,
}
_POLICY = "policy"


def report_source(asking: Asking) -> Target:
    """Find the entity by its name, whatever path the ARN has, as AWS does; a policy by its whole ARN.

    Raises UnreadableArn, PartitionInvalid, ServiceInvalid, SourceNotSupported, ForeignSource.
    """
    text, account = asking.parameters["arn"], asking.caller.account
    arn = _parsed(text)
    kind, _, path = arn.resource.partition("/")
    if not path or (kind != _POLICY and kind not in _NAMED):
        raise SourceNotSupported(arn=text)
    if arn.account != account and (arn.account, kind) != (AWS, _POLICY):
        raise ForeignSource(caller=asking.caller.principal.arn, arn=text)
    tx = asking.tx
    source = usable_policy(tx, account, text) if kind == _POLICY else _NAMED[kind](tx, account, path.rpartition("/")[2])
    if source is None:
        return Target(text, account)
    return Target(source.arn, account, tags=lambda: tags.of(tx, source.id), subject=source)


def found_source(call: Call) -> Source:
    """Give the entity or policy that the request was allowed on.

    Raises NoSuchSource.
    """
    if not isinstance(call.target.subject, Source):
        raise NoSuchSource(arn=call.asking.parameters["arn"])
    return call.target.subject


def _parsed(text: str) -> Arn:
    try:
        arn = Arn.parse(text)
    except ValueError as error:
        raise UnreadableArn from error
    if arn.partition != "aws":
        raise PartitionInvalid
    if arn.service != "iam":
        raise ServiceInvalid
    return arn
