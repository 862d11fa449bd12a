"""Why a request was refused: kept short while it is sealed, and told in AWS's form to who may decode it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from watchword.domain.clock import iso8601

Values = str | tuple[str, ...]


class Matched(msgspec.Struct, array_like=True, frozen=True):
    """One statement that denied, as it is written. The two flags say that what follows is excepted."""

    policy: str
    sid: str
    excepts_actions: bool
    actions: tuple[str, ...]
    excepts_resources: bool
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, tuple[str, ...]], ...]
    """Operator and key, with the values."""


class Reasons(msgspec.Struct, array_like=True, frozen=True, tag=1):
    """What is sealed. Without the names of its members, as it is sent with every denial; `tag` is its version."""

    request_id: str
    at: int
    """Epoch seconds."""
    layer: str
    """The kind of policy that settled it."""
    explicit: bool
    principal_id: str
    name: str
    arn: str
    action: str
    resource: str
    matched: tuple[Matched, ...]
    left_out: int
    """Statements that matched and are not told, for the message's length."""
    conditions: dict[str, Values]

    def told(self) -> dict[str, Any]:
        """Write the reasons as AWS does, and under a name of our own what AWS does not tell.

        Source: aws-cli, examples of sts decode-authorization-message.
        """
        return {
            "allowed": False,
            "explicitDeny": self.explicit,
            "matchedStatements": _items(self._statement(one) for one in self.matched),
            "failures": _items(()),
            "context": {
                "principal": {"id": self.principal_id, "name": self.name, "arn": self.arn},
                "action": self.action,
                "resource": self.resource,
                "conditions": _conditions(self.conditions),
            },
            "watchword": {
                "layer": self.layer,
                "requestId": self.request_id,
                "time": iso8601(self.at),
                "statementsLeftOut": self.left_out,
            },
        }

    def _statement(self, one: Matched) -> dict[str, Any]:
        return {
            "statementId": one.sid,
            "effect": "DENY",
            "sourcePolicyId": one.policy,
            "principals": _values((self.principal_id,)),
            "principalGroups": _items(()),
            "notActions" if one.excepts_actions else "actions": _values(one.actions),
            "notResources" if one.excepts_resources else "resources": _values(one.resources),
            "conditions": _conditions(dict(one.conditions)),
        }


def _items(items: Iterable[Any]) -> dict[str, Any]:
    return {"items": list(items)}


def _values(values: Sequence[str]) -> dict[str, Any]:
    return _items({"value": value} for value in values)


def _conditions(conditions: Mapping[str, Values]) -> dict[str, Any]:
    return _items(
        {"key": key, "values": _values((values,) if isinstance(values, str) else values)}
        for key, values in conditions.items()
    )
