"""Who a resource policy names, between its two forms: the ARNs that people write, and the unique ids that are kept."""

from __future__ import annotations

from watchword.policy import Kind, parse, pin_principals, unpin_principals
from watchword.policy import MalformedPolicy as Unreadable
from watchword.services.deciding import pinned_principals
from watchword.services.secretsmanager.refusals import MalformedPolicy, UnknownPrincipal
from watchword.store.tx import Tx


def pinned(tx: Tx, document: str) -> str:
    """Give a resource policy as it is kept.

    Raises MalformedPolicy, UnknownPrincipal for a user or role that no account here has.
    """
    try:
        parse(document, Kind.RESOURCE)
    except Unreadable as error:
        raise MalformedPolicy(message=error.message) from error
    if pinned_principals.gone(tx, document) is not None:
        raise UnknownPrincipal
    return pin_principals(document, lambda arn: _id_of(tx, arn))


def told(tx: Tx, document: str) -> str:
    """Write a kept resource policy for a reply; who is gone shows as the unique id."""
    return unpin_principals(document, lambda unique_id: pinned_principals.arn_of(tx, unique_id))


def _id_of(tx: Tx, arn: str) -> str:
    found = pinned_principals.id_of(tx, arn)
    if found is None:
        raise UnknownPrincipal
    return found
