"""Trust policies between their two forms: with the ARNs that people write, and with the unique ids that are kept.

A user or role is kept by its unique id, so that another of the same name does not inherit the trust.
Source: IAM User Guide, "AWS JSON policy elements: Principal".
"""

from __future__ import annotations

from functools import cache

from watchword.domain.arn import Arn
from watchword.domain.ids import Prefix
from watchword.policy import Kind, MalformedPolicy, pin_principals, unpin_principals
from watchword.services.iam.policy_documents import check, encoded
from watchword.services.iam.refusals import LimitExceeded
from watchword.services.operation import Call
from watchword.store import roles, users
from watchword.store.roles import Role
from watchword.store.tx import Tx
from watchword.store.users import User


def pinned(call: Call, document: str) -> str:
    """Give a trust policy as it is kept.

    Raises MalformedPolicy, also for a user or role that no account here has; LimitExceeded.
    """
    limit = call.quotas.trust_policy_size
    check(document, Kind.TRUST, limit=limit, reached=LimitExceeded(quota="ACLSizePerRole", limit=limit))
    unpin_principals(document, lambda unique_id: _refuse_gone(call.tx, unique_id))
    return pin_principals(document, lambda arn: _id_of(call.tx, arn))


class Teller:
    """Tells trust policies as AWS does, with each principal looked up once however many roles trust it."""

    def __init__(self, tx: Tx) -> None:
        self._arn_of = cache(lambda unique_id: _arn_of(tx, unique_id))

    def tell(self, document: str) -> str:
        """Write a kept trust policy for a reply; who is gone shows as the unique id."""
        return encoded(unpin_principals(document, self._arn_of))


def _id_of(tx: Tx, arn: str) -> str | None:
    """Find the unique id of the user or role with exactly this ARN: letter case and path count."""
    try:
        parsed = Arn.parse(arn)
    except ValueError:
        return None
    kind, _, name = parsed.resource.partition("/")
    name = name.rpartition("/")[2]
    found: User | Role | None = None
    if kind == "user":
        found = users.named(tx, parsed.account, name)
    elif kind == "role":
        found = roles.named(tx, parsed.account, name)
    return found.id if found is not None and found.arn == arn else None


def _refuse_gone(tx: Tx, unique_id: str) -> None:
    """Refuse an id that a trust policy showed for somebody who is gone, when it is sent back."""
    if _arn_of(tx, unique_id) is None:
        raise MalformedPolicy(f'Invalid principal in policy: "AWS":"{unique_id}"')


def _arn_of(tx: Tx, unique_id: str) -> str | None:
    found = users.by_id(tx, unique_id) if unique_id.startswith(Prefix.USER) else roles.by_id(tx, unique_id)
    return None if found is None else found.arn
