"""Which services and actions some policies may grant, whatever the request. Pure.

Only what is sure counts against a grant: a Deny without conditions and on every resource. Whether a resource or a
condition can ever fit, and whether AWS has an action of that name, is not asked.
Source: IAM API, ListPoliciesGrantingServiceAccess and GenerateServiceLastAccessedDetails; recorded answers of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from watchword.policy import Policy
from watchword.policy.compiled import Statement
from watchword.policy.match import glob

ANY = "*"


@dataclass(frozen=True, slots=True)
class _Said:
    """What one statement says of actions: names, wildcards and all, by service; ANY where it says `*`."""

    named: Mapping[str, Sequence[str]]
    excepts: bool

    def of(self, namespace: str) -> Sequence[str]:
        return (*self.named.get(ANY, ()), *self.named.get(namespace, ()))

    def granted(self, namespace: str) -> Sequence[str]:
        """Give the names that it grants of a service if it is an Allow."""
        names = self.of(namespace)
        if not self.excepts:
            return names
        return () if ANY in names else (ANY,)

    def takes(self, namespace: str, name: str) -> bool:
        """Tell whether it takes away all that a name with wildcards stands for if it is a Deny."""
        names = self.of(namespace)
        if self.excepts:
            return not names
        # A star in `name` is matched as the character it is: only a star takes it.
        return any(glob(one)(name) for one in names)


class Grants:
    """What policies grant together.

    With `whole` a Deny counts only where it takes the whole service away, as ListPoliciesGrantingServiceAccess has it.
    """

    __slots__ = ("_allowing", "_allows", "_denies", "_denying", "_whole")

    def __init__(self, policies: Iterable[Policy], *, whole: bool = False) -> None:
        statements = [statement for policy in policies for statement in policy.statements]
        self._allowing = [one for one in statements if not one.denies and not _on_nothing(one)]
        self._denying = [one for one in statements if one.denies and _is_sure(one)]
        self._allows = [_said(one) for one in self._allowing]
        self._denies = [_said(one) for one in self._denying]
        self._whole = whole

    def service(self, namespace: str) -> bool:
        """Tell whether some action of a service is granted."""
        return any(self._left(namespace, name) for allow in self._allows for name in allow.granted(namespace))

    def action(self, namespace: str, name: str) -> bool:
        """Tell whether one action is granted."""
        action = f"{namespace}:{name}".lower()
        granted = any(one.is_about(action) for one in self._allowing)
        return granted and not any(one.is_about(action) for one in self._denying)

    def services(self, namespaces: Iterable[str]) -> list[str]:
        """Pick the services of which some action is granted."""
        return [namespace for namespace in namespaces if self.service(namespace)]

    def _left(self, namespace: str, name: str) -> bool:
        taken = ANY if self._whole else name
        return not any(deny.takes(namespace, taken) for deny in self._denies)


def _said(statement: Statement) -> _Said:
    named: dict[str, list[str]] = {}
    for action in statement.clause.actions:
        service, colon, name = action.lower().partition(":")
        if action == ANY or colon:
            named.setdefault(service, []).append(ANY if action == ANY else name)
    return _Said(named, statement.clause.excepts_actions)


def _on_nothing(statement: Statement) -> bool:
    clause = statement.clause
    return clause.excepts_resources and clause.resources is not None and ANY in clause.resources


def _is_sure(deny: Statement) -> bool:
    clause = deny.clause
    everywhere = clause.resources is None or (not clause.excepts_resources and ANY in clause.resources)
    return everywhere and not clause.conditions
