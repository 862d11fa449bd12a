"""What the parameters of a simulation must be, beyond the service model's own rules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from watchword.policy import Document
from watchword.services.iam.simulation_refusals import (
    ActionInvalid,
    HandlingUnknown,
    PolicyInapplicable,
    ResourceInvalid,
    ResourceMissing,
    ResourceOwnerInvalid,
    UnclearEntity,
)

_EVERY = "*"
_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9-]+")
_ARN = re.compile(r"arn:[^:]+:([^:]+):[^:]*:([^:]*):.+", re.DOTALL)
_ACCOUNT = re.compile(r"[0-9]{12}")
_OWNER = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):root")
_EC2_ALWAYS = ("instance", "image", "security-group", "network-interface")
SCENARIOS = {
    "EC2-VPC-InstanceStore": _EC2_ALWAYS,
    "EC2-VPC-InstanceStore-Subnet": (*_EC2_ALWAYS, "subnet"),
    "EC2-VPC-EBS": (*_EC2_ALWAYS, "volume"),
    "EC2-VPC-EBS-Subnet": (*_EC2_ALWAYS, "subnet", "volume"),
}
"""Each option with the EC2 resources that it requires.  Source: IAM API, SimulateCustomPolicy."""


def actions(names: Sequence[str]) -> list[str]:
    """Give each action once.

    Raises ActionInvalid.
    """
    for name in names:
        if not _ACTION.fullmatch(name):
            raise ActionInvalid(name=name)
    return list(dict.fromkeys(names))


def resources(arns: Sequence[str] | None) -> list[str]:
    """Give each resource once; without any, all of them: `*`, which stands only alone.

    Raises ResourceInvalid.
    """
    named = list(dict.fromkeys(arns or (_EVERY,)))
    for arn in named:
        if not _ARN.fullmatch(arn) and named != [_EVERY]:
            raise ResourceInvalid(arn=arn)
    return named


def owner(arn: str | None) -> str | None:
    """Read the account of an owner.

    Raises ResourceOwnerInvalid.
    """
    if arn is None:
        return None
    found = _OWNER.fullmatch(arn)
    if found is None:
        raise ResourceOwnerInvalid(arn=arn)
    return found[1]


def account_of(arn: str) -> str:
    """Read the account that a resource's ARN names; empty when it names none."""
    found = _ARN.fullmatch(arn)
    return found[2] if found and _ACCOUNT.fullmatch(found[2]) else ""


def named(arns: Sequence[str]) -> None:
    """See that a resource policy has resources to be attached to.

    Raises UnclearEntity: AWS was observed to say this of `*`.
    """
    if _EVERY in arns:
        raise UnclearEntity(arn=_EVERY)


def applicable(policy: Document, arns: Sequence[str]) -> None:
    """See that a resource policy is about the service of every resource.

    Raises PolicyInapplicable.
    """
    written = [text for clause in policy.clauses for text in clause.resources or ()]
    services = {_service(text) for text in written}
    for arn in arns:
        if _service(arn) not in services and not any("*" in service for service in services):
            raise PolicyInapplicable(arn=arn)


def _service(arn: str) -> str:
    """Read the service out of an ARN or a pattern of some; `*` names them all."""
    return arn.split(":", 3)[2].lower() if arn.count(":") > 1 else arn


def handling(option: str | None, arns: Sequence[str]) -> None:
    """See that a scenario exists and has the resources it requires.

    Raises HandlingUnknown, ResourceMissing.
    """
    if option is None:
        return
    required = SCENARIOS.get(option)
    if required is None:
        raise HandlingUnknown(option=option, options=", ".join(SCENARIOS))
    given = {arn.split(":", 5)[5].partition("/")[0] for arn in arns if _service(arn) == "ec2"}
    for sort in required:
        if sort not in given:
            raise ResourceMissing(option=option, type=sort)
