"""Trust policies between their two forms: with the ARNs that people write, and with the unique ids that are kept.

A user or role is kept by its unique id, so that another of the same name does not inherit the trust.
Source: IAM User Guide, "AWS JSON policy elements: Principal".
"""

from __future__ import annotations

from functools import cache

from watchword.policy import Kind, MalformedPolicy, pin_principals, unpin_principals
from watchword.services.deciding import pinned_principals
from watchword.services.iam.policy_documents import check, encoded
from watchword.services.iam.refusals import LimitExceeded
from watchword.services.operation import Call
from watchword.store.tx import Tx


def pinned(call: Call, document: str) -> str:
    """Give a trust policy as it is kept.

    Raises MalformedPolicy, also for a user or role that no account here has; LimitExceeded.
    """
    limit = call.quotas.trust_policy_size
    check(document, Kind.TRUST, limit=limit, reached=LimitExceeded(quota="ACLSizePerRole", limit=limit))
    unique_id = pinned_principals.gone(call.tx, document)
    if unique_id is not None:
        raise MalformedPolicy(f'Invalid principal in policy: "AWS":"{unique_id}"')
    return pin_principals(document, lambda arn: pinned_principals.id_of(call.tx, arn))


class Teller:
    """Tells trust policies as AWS does, with each principal looked up once however many roles trust it."""

    def __init__(self, tx: Tx) -> None:
        self._arn_of = cache(lambda unique_id: pinned_principals.arn_of(tx, unique_id))

    def tell(self, document: str) -> str:
        """Write a kept trust policy for a reply; who is gone shows as the unique id."""
        return encoded(unpin_principals(document, self._arn_of))
